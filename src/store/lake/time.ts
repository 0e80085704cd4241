/** Times of the lake: milliseconds since the epoch, UTC; hours and days begin where UTC's do. */
export const hour = 3_600_000
export const day = 24 * hour

/** 1990-01-01: nothing that is read here is older. */
export const earliest = Date.UTC(1990, 0, 1)

export const hourOf = (time: number): number => time - (((time % hour) + hour) % hour)

let [lastDay, lastName] = [Number.NaN, 0]

/** yyyymmdd, the partition. */
export function dayOf(time: number): number {
  const ordinal = Math.floor(time / day)
  if (ordinal !== lastDay) {
    const date = new Date(time)
    lastName = date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate()
    lastDay = ordinal
  }
  return lastName
}

/** Where a day of the name yyyymmdd begins. */
export const startOfDay = (name: number): number =>
  Date.UTC(Math.floor(name / 10_000), (Math.floor(name / 100) % 100) - 1, name % 100)

/** Why nobody should believe this time, or undefined. More than a day ahead is a wrong clock. */
export function absurdity(
  time: number,
  now: number,
): 'not-a-time' | 'before-1990' | 'in-the-future' | undefined {
  if (!Number.isFinite(time)) return 'not-a-time'
  if (time < earliest) return 'before-1990'
  return time > now + day ? 'in-the-future' : undefined
}
