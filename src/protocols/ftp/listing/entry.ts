/** What a line of a listing says. Control characters stay as they are: whoever shows an entry escapes them. */
import { decodeWire } from '../wire.ts'

export const dialects = ['mlsd', 'eplf', 'unix', 'dos', 'vms', 'os400'] as const
export type Dialect = (typeof dialects)[number]

export type EntryKind = 'file' | 'directory' | 'link' | 'current' | 'parent' | 'other' | 'unknown'

export interface Entry {
  readonly dialect: Dialect
  readonly kind: EntryKind
  readonly name: string
  /** The bytes of a name that is not UTF-8. */
  readonly nameBase64: string | null
  /** Null where the listing does not say, or says more than a number holds. */
  readonly bytes: number | null
  /**
   * ISO 8601, as much of it as the listing says: `2026-11-21T09:00:00Z` (MLSD and EPLF are UTC), `2026-11-21T09:00`
   * (the server's own clock), `2026-11-21`, `--11-21T09:00` (no year: it is within the last twelve months or so).
   */
  readonly modified: string | null
  /** Where a link points, as written. */
  readonly target: string | null
  /** Mode bits as nine characters (`rwxr-xr-x`), from LIST or UNIX.mode. */
  readonly mode: string | null
  readonly owner: string | null
  readonly group: string | null
  /** RFC 3659 §7.5.5, lower case: what the asking user may do here. */
  readonly permissions: string | null
}

/** One dialect: `recognises` looks at the shape alone, `parse` may still find nothing sensible in it. */
export interface ListingParser {
  readonly dialect: Dialect
  readonly recognises: (line: string) => boolean
  readonly parse: (line: string) => Entry | undefined
}

/** An entry of wire text, with all that is not given unknown. */
export function entry(
  dialect: Dialect,
  kind: EntryKind,
  wireName: string,
  given: Partial<Omit<Entry, 'dialect' | 'kind' | 'name' | 'nameBase64'>> = {},
): Entry | undefined {
  if (wireName === '') return undefined
  const { text, base64 } = decodeWire(wireName)
  const own = kind === 'directory' ? selfOf(wireName) : kind
  return { ...nothing, ...given, dialect, kind: own, name: text, nameBase64: base64 }
}

export function parseBytes(digits: string): number | null {
  const bytes = Number(digits)
  return /^\d+$/.test(digits) && Number.isSafeInteger(bytes) ? bytes : null
}

/**
 * `Jan` to `1`: English, and the unambiguous abbreviations of German, French, Spanish and Italian servers, in Latin-1 or
 * in UTF-8 as wire text in lower case (the byte C3 becomes E3).
 */
export const parseMonth = (name: string): string | undefined =>
  months.get(name.slice(0, 3).toLowerCase())

/** Numbers that can be a date; undefined else. */
export function isoDate(year: string | null, month: string, day: string): string | undefined {
  const [m, d] = [Number(month), Number(day)]
  if (!(m >= 1 && m <= 12 && d >= 1 && d <= 31)) return undefined
  return `${year ?? '-'}-${two(m)}-${two(d)}`
}

/** Hours and minutes, with seconds if given; undefined when they can be no time. */
export function isoTime(hour: string, minute: string, second?: string): string | undefined {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 60) return undefined
  return `T${two(Number(hour))}:${two(Number(minute))}${second === undefined ? '' : `:${two(Number(second))}`}`
}

/** Two-digit years as FTP servers mean them: 70 to 99 are of the last century. */
export const fullYear = (year: string): string =>
  year.length === 2 ? `${Number(year) < 70 ? '20' : '19'}${year}` : year

const two = (value: number): string => String(value).padStart(2, '0')

const nothing = {
  bytes: null,
  modified: null,
  target: null,
  mode: null,
  owner: null,
  group: null,
  permissions: null,
} as const

const selfOf = (name: string): EntryKind =>
  name === '.' ? 'current' : name === '..' ? 'parent' : 'directory'

const months: ReadonlyMap<string, string> = new Map(
  [
    ['jan', 'ene', 'gen'],
    ['feb', 'fev', 'f\u00e9v', 'f\u00e3\u00a9'],
    ['mar', 'mrz', 'm\u00e4r', 'm\u00e3\u00a4'],
    ['apr', 'avr', 'abr'],
    ['may', 'mai', 'mag'],
    ['jun', 'giu'],
    ['jul', 'lug'],
    ['aug', 'ago', 'aou', 'ao\u00fb', 'ao\u00e3'],
    ['sep', 'set'],
    ['oct', 'okt', 'ott'],
    ['nov'],
    ['dec', 'dez', 'dic', 'd\u00e9c', 'd\u00e3\u00a9'],
  ].flatMap((names, index) => names.map((name) => [name, String(index + 1)] as const)),
)
