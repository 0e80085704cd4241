/**
 * The clock of a log that writes no years (RFC 3164 §4.1.2). Its first reading is of the year that the user names; each later
 * one is of the year that brings it nearest to the reading before. So the turn of the year is followed in both directions, and
 * a line that goes back by days or weeks is disorder and no new year. A silence of half a year or more cannot be told from
 * going back, and is read as that.
 */
import { instantOf, type LocalTime, type Zone } from './local-time.ts'

export type YearlessTime = Omit<LocalTime, 'year'>

/** Milliseconds since the epoch; null where year or zone are not known, and for 29 February with no leap year near. */
export type YearlessClock = (reading: YearlessTime) => number | null

export function yearlessClock(firstYear: number | null, zone: Zone | null): YearlessClock {
  if (firstYear === null || zone === null) return () => null
  let year = firstYear
  let before: number | null = null
  return (reading) => {
    const nearest = before === null ? [year] : [year, year - 1, year + 1]
    let [found, distance]: [number | null, number] = [null, farthest]
    for (const candidate of nearest) {
      const instant = instantOf({ year: candidate, ...reading }, zone)
      const away = instant === null ? farthest : Math.abs(instant - (before ?? instant))
      if (away >= distance) continue
      ;[found, distance, year] = [instant, away, candidate]
      // Nothing of another year can be nearer.
      if (away <= surelyNearest) break
    }
    before = found ?? before
    return found
  }
}

const day = 86_400_000
const surelyNearest = 182 * day
/** Half of a leap year, a change of clocks and what rounding takes. */
const farthest = 184 * day
