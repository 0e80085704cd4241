/**
 * Times as logs write them, on the wall of a place that the log does not name. The place is said by whoever hands the log
 * in: an IANA name (`Europe/Berlin`) or an offset (`+05:30`); without it there is no instant, and none is guessed.
 */

/** A wall clock's reading; month from 1. */
export interface LocalTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly millisecond: number
}

export interface Zone {
  readonly name: string
  /** Milliseconds that the wall clock is ahead of UTC at this instant. */
  offsetAt(instant: number): number
}

const minute = 60_000
const day = 24 * 60 * minute

export const utc: Zone = { name: 'UTC', offsetAt: () => 0 }

/** `UTC`, `Z`, `±hh:mm`, `±hhmm`, `±hh` or an IANA name; undefined for what is none of them. */
export function parseZone(text: string): Zone | undefined {
  if (/^(?:UTC|GMT|Z)$/i.test(text)) return utc
  if (/^[+-]/.test(text)) {
    const offset = parseOffset(text)
    return offset === undefined ? undefined : { name: text, offsetAt: () => offset }
  }
  return text.length <= 64 && /^[A-Za-z]/.test(text) ? namedZone(text) : undefined
}

/** `+0200`, `-05:30`, `+02`, `Z` in milliseconds ahead of UTC; at most 18 hours. */
export function parseOffset(text: string): number | undefined {
  if (text === 'Z' || text === 'z') return 0
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2})(?::?([0-5]\d))?$/.exec(text) ?? []
  if (hours === undefined || Number(hours) > 18) return undefined
  const offset = (Number(hours) * 60 + Number(minutes)) * minute
  return sign === '-' ? -offset : offset
}

/**
 * Milliseconds since the epoch; null for a date that no calendar has. An hour that a change of clocks skips is read with
 * the offset from before the change (02:30 becomes 03:30), an hour that comes twice is its first coming: what iCalendar
 * (RFC 5545 §3.3.5) says, so that the same log always gives the same instants.
 */
export const instantOf = (local: LocalTime, zone: Zone): number | null =>
  instantsOf(local, zone)[0] ?? null

/** A disorder of lines that is no second coming of the hour, in ms. */
const disorder = 60_000

/**
 * As `instantOf`, in a log whose lines follow each other: of an hour that comes twice it is the second coming where the first
 * lies before what the log has reached.
 */
export function instantAfter(local: LocalTime, zone: Zone, reached: number): number | null {
  const [first = null, second] = instantsOf(local, zone)
  return first !== null && second !== undefined && first < reached - disorder ? second : first
}

/** In their order; none for a date that no calendar has. */
function instantsOf(local: LocalTime, zone: Zone): readonly number[] {
  const wall = wallOf(local)
  if (wall === null) return []
  const before = zone.offsetAt(wall - day)
  const after = zone.offsetAt(wall + day)
  if (before === after && zone.offsetAt(wall - before) === before) return [wall - before]
  const fitting = [before, after]
    .map((offset) => ({ offset, instant: wall - offset }))
    .filter(({ offset, instant }) => zone.offsetAt(instant) === offset)
    .map(({ instant }) => instant)
    .sort((a, b) => a - b)
  return fitting.length > 0 ? fitting : [wall - before]
}

const months: Readonly<Record<string, number>> = {
  jan: 1,
  feb: 2,
  mar: 3,
  apr: 4,
  may: 5,
  jun: 6,
  jul: 7,
  aug: 8,
  sep: 9,
  oct: 10,
  nov: 11,
  dec: 12,
}
/** `Jan` to `Dec` in any case, as C's locale writes them; null for other words. */
export function parseMonth(word: string): number | null {
  const name = word.toLowerCase()
  return Object.hasOwn(months, name) ? (months[name] ?? null) : null
}

/** `Sat Nov 21 17:00:00 2026` of ctime(3): the day of the month padded by a space or a zero. */
export function parseCtime(text: string): LocalTime | null {
  const [, word = '', ...numbers] =
    /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ 0-3]?\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/.exec(text) ?? []
  const month = parseMonth(word)
  if (month === null) return null
  const [date = 0, hour = 0, minutes = 0, second = 0, year = 0] = numbers.map(Number)
  return { year, month, day: date, hour, minute: minutes, second, millisecond: 0 }
}

/** `21/Nov/2026:17:00:00 +0100` of the common log format: the zone is said. */
export function parseClfTime(
  text: string,
): { readonly local: LocalTime; readonly offset: string } | null {
  const [, date, word = '', year, hour, minutes, second, offset = ''] =
    /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-]\d{4})$/.exec(text) ?? []
  const month = parseMonth(word)
  if (month === null) return null
  const local = {
    year: Number(year),
    month,
    day: Number(date),
    hour: Number(hour),
    minute: Number(minutes),
    second: Number(second),
    millisecond: 0,
  }
  return { local, offset }
}

/** `2026-11-21T17:00:00.123Z` or with an offset (RFC 3339); null for others, and for one without its zone. */
export function parseRfc3339(text: string): number | null {
  const [, year, month, date, hour, minutes, second, fraction = '', zone = ''] =
    /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})$/i.exec(
      text,
    ) ?? []
  const offset = parseOffset(zone)
  if (offset === undefined) return null
  const wall = wallOf({
    year: Number(year),
    month: Number(month),
    day: Number(date),
    hour: Number(hour),
    minute: Number(minutes),
    second: Number(second),
    millisecond: Number(fraction.padEnd(3, '0').slice(0, 3)),
  })
  return wall === null ? null : wall - offset
}

/** The reading as if it were UTC. A leap second is the last second of its minute. */
function wallOf(local: LocalTime): number | null {
  const { year, month, day: date, hour, minute: minutes, second, millisecond } = local
  if (hour > 23 || minutes > 59 || second > 60 || year < 1970 || year > 9999) return null
  const wall = Date.UTC(year, month - 1, date, hour, minutes, Math.min(second, 59), millisecond)
  const read = new Date(wall)
  return read.getUTCMonth() === month - 1 && read.getUTCDate() === date ? wall : null
}

/** Clocks change on whole minutes: mostly on the hour, in Newfoundland at one minute past it until 2011. */
const maxRemembered = 4096

function namedZone(name: string): Zone | undefined {
  const format = formatOf(name)
  if (!format) return undefined
  const remembered = new Map<number, number>()
  const offsetAt = (instant: number): number => {
    const slot = Math.floor(instant / minute)
    const known = remembered.get(slot)
    if (known !== undefined) return known
    const offset = readOffset(format, slot * minute)
    if (remembered.size >= maxRemembered) remembered.clear()
    remembered.set(slot, offset)
    return offset
  }
  return { name, offsetAt }
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  } catch {
    return undefined
  }
}

function readOffset(format: Intl.DateTimeFormat, instant: number): number {
  const text = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /^GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(text ?? '') ?? []
  const offset = (Number(hours) * 60 + Number(minutes)) * minute + Number(seconds) * 1000
  return sign === '-' ? -offset : offset
}
