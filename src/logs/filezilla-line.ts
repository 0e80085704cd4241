/** One line of FileZilla Server's log, of version 0.9 and of version 1. */
import type { Address } from '../model/address.ts'
import { type LocalTime, parseRfc3339 } from './local-time.ts'
import { parseClient } from './server-log.ts'

export interface FileZillaLine {
  /** Milliseconds since the epoch, or what a wall clock showed. */
  readonly time: number | Dated
  readonly session: string
  readonly client: Address | null
  /** Null before the login. */
  readonly user: string | null
  readonly from: 'client' | 'server' | 'note'
  readonly text: string
}

/** A date in the order of somebody's country: the three numbers as they stand, and the time of day. */
export interface Dated {
  readonly numbers: readonly [string, string, string]
  readonly half: 'AM' | 'PM' | null
  readonly hour: number
  readonly minute: number
  readonly second: number
}
/** Which of the first two numbers is the month, in a date that ends in its year. */
export type DateOrder = 'day-first' | 'month-first'

export const parseFileZillaLine = (text: string): FileZillaLine | null =>
  parseCurrent(text) ?? parseClassic(text)

/** `2026-11-21T10:00:00.123Z >> [FTP Session 7 203.0.113.5 alice] RETR a.txt`; a word may stand for the arrows. */
function parseCurrent(text: string): FileZillaLine | null {
  const found =
    /^<?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d))>? (<<|>>|==|!!|[A-Za-z]{1,12}) \[FTP (?:Session (\d{1,12}) (\S{2,64}?)(?: ([^\]]{0,256}))?|(Server))\] ?([\s\S]*)$/.exec(
      text,
    )
  const time = found && parseRfc3339(found[1] ?? '')
  if (!found || time === null) return null
  const [, , sign = '', id, host = '', user = null, isServer, said = ''] = found
  if (isServer !== undefined) {
    const session = /^Session (\d{1,12}) /.exec(said)?.[1]
    return { time, session: session ?? '', client: null, user: null, from: 'note', text: said }
  }
  const client = parseClient(host)
  if (!client || id === undefined) return null
  return { time, session: id, client, user, from: sideOf(sign, said), text: said }
}

function sideOf(sign: string, said: string): FileZillaLine['from'] {
  if (sign === '>>' || /^command$/i.test(sign)) return 'client'
  if (sign === '<<' || /^response$/i.test(sign)) return 'server'
  if (sign === '==' || sign === '!!') return 'note'
  return /^\d{3}[ -]/.test(said) ? 'server' : /^[A-Z]{3,4}(?: |$)/.test(said) ? 'client' : 'note'
}

/** `(000001)12/1/2026 10:00:00 - (not logged in) (203.0.113.5)> USER alice`. */
function parseClassic(text: string): FileZillaLine | null {
  const found =
    /^\((\d{1,10})\) ?(\d{1,4})([-/. ]{1,2})(\d{1,2})\3(\d{1,4})\.? (\d{1,2}):(\d{2}):(\d{2})(?: ([AaPp])\.?[Mm]\.?)? - (.{1,256}?) \(([0-9A-Fa-f:.]{2,45})\)> ?([\s\S]*)$/.exec(
      text,
    )
  const client = found && parseClient(found[11] ?? '')
  if (!found || !client) return null
  const [, session = '', a = '', , b = '', c = '', hour, minute, second, half, name, , said = ''] =
    found
  const time: Dated = {
    numbers: [a, b, c],
    half: half === undefined ? null : half.toUpperCase() === 'P' ? 'PM' : 'AM',
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
  }
  const user = name === undefined || name === '(not logged in)' ? null : name
  return { time, session, client, user, from: classicSide(said), text: said }
}

const notes =
  /^(?:Connected|disconnected|could not send|TLS connection|SSL connection|Refusing|.*disconnected\.$)/i

function classicSide(said: string): FileZillaLine['from'] {
  if (/^\d{3}(?:[ -]|$)/.test(said) || said.startsWith(' ')) return 'server'
  return notes.test(said) ? 'note' : 'client'
}

/** The order that this date shows, where one of its numbers can be no month; null where it does not. */
export function orderOf({ numbers: [a, b, c] }: Dated): DateOrder | null {
  if (a.length === 4 || c.length !== 4) return null
  if (Number(a) > 12) return 'day-first'
  return Number(b) > 12 ? 'month-first' : null
}

/** The reading, or null where the order is needed and not known. */
export function readDated(dated: Dated, order: DateOrder | null): LocalTime | null {
  const [a, b, c] = dated.numbers.map(Number) as [number, number, number]
  const day = dayOf(dated, [a, b, c], order)
  if (day === null) return null
  const { half, hour, minute, second } = dated
  // Some forms have a half of the day beside all twenty-four hours.
  const hours = half === null ? hour : (hour % 12) + (half === 'PM' ? 12 : 0)
  return { ...day, hour: hours, minute, second, millisecond: 0 }
}

function dayOf(
  { numbers }: Dated,
  [a, b, c]: readonly [number, number, number],
  order: DateOrder | null,
): Pick<LocalTime, 'year' | 'month' | 'day'> | null {
  if (numbers[0].length === 4) return { year: a, month: b, day: c }
  if (numbers[2].length !== 4) return null
  if (a === b) return { year: c, month: a, day: b }
  if (order === null) return null
  return order === 'day-first' ? { year: c, month: b, day: a } : { year: c, month: a, day: b }
}
