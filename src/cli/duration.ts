import { InvalidArgumentError } from 'commander'

/** Hours of `72h`, `30d`, `2w` or `13mo` (of 730 hours). */
export function hoursOf(value: string): number {
  const match = /^(\d{1,5})(h|d|w|mo)$/.exec(value)
  const each = { h: 1, d: 24, w: 168, mo: 730 }[match?.[2] ?? ''] ?? 0
  const hours = Number(match?.[1] ?? 0) * each
  if (!(hours >= 1 && hours <= 200_000))
    throw new InvalidArgumentError('a number with h, d, w or mo is wanted, such as 72h or 30d.')
  return hours
}
