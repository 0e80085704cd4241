/**
 * The wrapping that syslog puts around a line: RFC 5424, RFC 3164 as it travels (with `<pri>`) and as daemons write it to
 * files (without), and the file form of newer daemons with an RFC 3339 time. What is not wrapped gives null.
 */
import { parseMonth, parseRfc3339 } from './local-time.ts'
import type { YearlessClock } from './yearless-clock.ts'

export interface Unwrapped {
  /** What the program said, without tag and time. */
  readonly text: string
  /** Milliseconds since the epoch; null where year or zone are not known. */
  readonly time: number | null
  readonly host: string | null
  readonly program: string | null
  readonly pid: string | null
}

/** Longest head that is looked for; a line may be longer. */
const headLength = 1024

/** RFC 3164 §4.1.2 writes neither year nor zone: `clock` reads such times, and is asked in the order of the lines. */
export function unwrapSyslog(line: string, clock: YearlessClock): Unwrapped | null {
  const head = line.slice(0, headLength)
  return modern(line, head) ?? dated(line, head) ?? traditional(line, head, clock)
}

/** RFC 5424 §6: `<pri>1 time host app procid msgid structured-data msg`. */
function modern(line: string, head: string): Unwrapped | null {
  const found =
    /^<\d{1,3}>1 (-|\S{20,40}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (?=[-[])/.exec(head)
  if (!found) return null
  const [whole, time = '-', host = '-', program = '-', pid = '-'] = found
  const end = endOfStructuredData(line, whole.length)
  if (end === null) return null
  const text = line
    .slice(end)
    .replace(/^ /, '')
    .replace(/^\ufeff/, '')
  return {
    text,
    time: time === '-' ? null : parseRfc3339(time),
    host: nil(host),
    program: nil(program),
    pid: nil(pid),
  }
}

const maxStructuredData = 8192

/** Where the structured data ends; null when it never does. Inside quotes `\` escapes `"`, `\` and `]` (§6.3.3). */
function endOfStructuredData(line: string, from: number): number | null {
  if (line[from] === '-')
    return line[from + 1] === ' ' || from + 1 === line.length ? from + 1 : null
  let at = from
  let quoted = false
  for (; at < line.length && at - from < maxStructuredData; at++) {
    const character = line[at]
    if (quoted && character === '\\') at++
    else if (character === '"') quoted = !quoted
    else if (!quoted && character === ']' && line[at + 1] !== '[') return at + 1
  }
  return null
}

/** `2026-11-21T17:00:00.123456+00:00 host program[pid]: text`. */
function dated(line: string, head: string): Unwrapped | null {
  const found =
    /^(?:<\d{1,3}>)?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) ([\w.:-]{1,255}) ([\w./-]{1,64})(?:\[(\d{1,10})\])?: ?/.exec(
      head,
    )
  if (!found) return null
  const [whole, time = '', host = '', program = '', pid = null] = found
  const text = line.slice(whole.length)
  return { text, time: parseRfc3339(time), host, program, pid }
}

/** `<34>Oct 11 22:14:15 host program[pid]: text`; on its way to the first relay without the host (§5.4, example 2). */
function traditional(line: string, head: string, clock: YearlessClock): Unwrapped | null {
  const found =
    /^(?:<\d{1,3}>)?([A-Z][a-z]{2}) ([ 0-3]?\d) (\d\d):(\d\d):(\d\d) (?:([\w.:-]{1,255}) )?([\w./-]{1,64})(?:\[(\d{1,10})\])?: ?/.exec(
      head,
    )
  const month = parseMonth(found?.[1] ?? '')
  if (!found || month === null) return null
  const [whole, , day, hour, minute, second, host = null, program = '', pid = null] = found
  const time = clock({
    month,
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    millisecond: 0,
  })
  return { text: line.slice(whole.length), time, host, program, pid }
}

const nil = (field: string): string | null => (field === '-' ? null : field)
