/**
 * ProFTPD's ExtendedLog (proftpd.org/docs/modules/mod_log.html): one line a command, with the code of its final reply. Its
 * default format and those of the example configuration:
 *
 *     %h %l %u %t "%r" %s %b       client, ident, user, time, command, code, bytes
 *     %v [%P] %h %t "%r" %s        server's name, process, client, time, command, code
 *
 * Of formats of its own a line is read where it has a time (%t, %{iso8601}), the command in quotes and its code behind it, and
 * before it one address; which of the other words is the user or the bytes nobody can tell.
 */
import type { Place } from '../model/observation.ts'
import { parseCommand } from '../protocols/ftp/command.ts'
import { isVerb } from '../protocols/ftp/verbs.ts'
import { instantOf, type LocalTime, parseClfTime, parseZone } from './local-time.ts'
import { bad, type LineFormat } from './log.ts'
import {
  certaintyOf,
  parseClient,
  productOfLog,
  type ServerContext,
  shareOf,
  untimed,
} from './server-log.ts'
import { type Book, bookLimits, bookOf, readerOver, type Told } from './server-log-book.ts'
import {
  addUser,
  answerCode,
  type Gathering,
  hasLoggedIn,
  say,
  writeClient,
} from './server-log-session.ts'

export const proftpdExtended: LineFormat = {
  kind: 'lines',
  id: 'proftpd-extended',
  title: 'ProFTPD ExtendedLog',
  recognise(_head, lines) {
    const known = shareOf(lines, (line) => parseKnown(line) !== null)
    if (known > 0) return certaintyOf(known, 0.9)
    const loose = shareOf(lines, (line) => isVerb(verbOf(parseLoose(line)?.request ?? '')))
    return certaintyOf(loose, 0.7)
  },
  start(context: ServerContext) {
    const book = bookOf(context, bookLimits.idleByAddress, 'codes')
    return readerOver(book, context, (text, place) => {
      if (text.trim() === '') return 'skip'
      const line = parseLine(text)
      return line === null ? bad('not-understood') : tell(book, line, place)
    })
  },
}

interface Line {
  /** Milliseconds since the epoch, or what a wall clock showed. */
  readonly time: number | LocalTime
  readonly pid: string | null
  readonly host: string
  /** As logged in; null where nobody is, or the format leaves it out. */
  readonly user: string | null
  readonly request: string
  readonly code: number | null
  readonly bytes: number | null
}

const stamp = '\\[(\\d{2}/[A-Z][a-z]{2}/\\d{4}:\\d{2}:\\d{2}:\\d{2} [+-]\\d{4})\\]'
const full = new RegExp(
  `^(\\S{1,255}) (\\S{1,255}) (\\S.{0,255}?) ${stamp} "([\\s\\S]*)" (\\d{3}|-) (\\d{1,16}|-)$`,
)
const short = new RegExp(
  `^[\\s\\S]{0,255}? ?\\[(\\d{1,10})\\] (\\S{1,255}) ${stamp} "([\\s\\S]*)" (\\d{3}|-)$`,
)

const loose = new RegExp(
  `^([^"]{0,512}?)(?:${stamp}|(\\d{4})-(\\d\\d)-(\\d\\d) (\\d\\d):(\\d\\d):(\\d\\d),(\\d{3}))([^"]{0,512}?)"([\\s\\S]*)" (\\d{3}|-)(?: \\S{1,64}){0,6}$`,
)

const parseLine = (text: string): Line | null => parseKnown(text) ?? parseLoose(text)

/** Null for the lines of web servers, which look alike but for the command. */
function parseKnown(text: string): Line | null {
  const long = full.exec(text)
  const found = long ?? short.exec(text)
  if (!found) return null
  const [pid, host = '', user, at = '', request = '', code = '-', bytes = '-'] = long
    ? [null, long[1], long[3], long[4], long[5], long[6], long[7]]
    : [found[1] ?? null, found[2], '-', found[3], found[4], found[5]]
  const time = instantOfStamp(at)
  if (time === null || !isRequest(request)) return null
  return {
    time,
    pid: pid ?? null,
    host,
    user: user === undefined || user === '-' || user === 'UNKNOWN' ? null : user,
    request,
    code: code === '-' ? null : Number(code),
    bytes: bytes === '-' ? null : Number(bytes),
  }
}

function parseLoose(text: string): Line | null {
  const [whole, before = '', at, ...rest] = loose.exec(text) ?? []
  if (whole === undefined) return null
  const [behind = '', request = '', code = '-'] = rest.slice(7)
  const words = `${before} ${behind}`.split(' ')
  const hosts = new Set(words.filter((word) => /[.:]/.test(word) && parseClient(word)))
  const [host, other] = hosts
  const time = at === undefined ? localOf(rest) : instantOfStamp(at)
  if (host === undefined || other !== undefined || time === null || !isRequest(request)) return null
  const pid = words.map((word) => /^\[(\d{1,10})\]$/.exec(word)?.[1]).find(Boolean) ?? null
  const known = { time, pid, host, request, code: code === '-' ? null : Number(code) }
  return { ...known, user: null, bytes: null }
}

function localOf(digits: readonly (string | undefined)[]): LocalTime {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0] =
    digits.map(Number)
  return { year, month, day, hour, minute, second, millisecond }
}

function instantOfStamp(text: string): number | null {
  const stamped = parseClfTime(text)
  const zone = stamped && parseZone(stamped.offset)
  return stamped && zone ? instantOf(stamped.local, zone) : null
}

const verbOf = (request: string): string => parseCommand(request.slice(0, 512)).verb

/** A verb of FTP, or what a client typed that is none and no web request. */
function isRequest(request: string): boolean {
  const verb = verbOf(request)
  return isVerb(verb) || (verb === '*' && !/ HTTP\/\d(?:\.\d)?$/.test(request))
}

function tell(book: Book, line: Line, place: Place): Told {
  const client = parseClient(line.host)
  if (!client) {
    book.lacks.tell('client-not-an-address')
    return 'skip'
  }
  const { pid, request, code, bytes, user } = line
  const time = typeof line.time === 'number' ? line.time : book.lacks.clock(line.time)
  if (time === null) return untimed(book.lacks)
  book.passed(time)
  const key = pid === null ? writeClient(client) : `${writeClient(client)} ${pid}`
  const before = book.find(key)
  // Without the process, a login after a login is a new connection of the same client.
  const isNext =
    pid === null && /^(?:USER|AUTH)\b/i.test(request) && !!before && hasLoggedIn(before)
  if (isNext) book.close(key, 'unseen')
  const gathering: Gathering =
    (isNext ? undefined : before) ??
    book.open(key, client, time, /^(?:USER|AUTH|HOST)\b/i.test(request))
  gathering.product = proftpd
  book.told(key, time, place)
  const { verb } = say(gathering, request)
  if (user !== null) addUser(gathering, user)
  if (code === null) return 'told'
  const carries = verb === 'RETR' || verb === 'STOR' || verb === 'APPE' || verb === 'STOU'
  answerCode(gathering, code, carries ? bytes : null)
  if (code === 421 || (verb === 'QUIT' && code === 221)) book.close(key, 'seen')
  return 'told'
}

const proftpd = productOfLog('ProFTPD', null)
