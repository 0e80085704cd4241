/**
 * ProFTPD's ExtendedLog (proftpd.org/docs/modules/mod_log.html): one line a command, with the code of its final reply. Its
 * default format and those of the example configuration:
 *
 *     %h %l %u %t "%r" %s %b       client, ident, user, time, command, code, bytes
 *     %v [%P] %h %t "%r" %s        server's name, process, client, time, command, code
 */
import type { Place } from '../model/observation.ts'
import { parseCommand } from '../protocols/ftp/command.ts'
import { isVerb } from '../protocols/ftp/verbs.ts'
import { instantOf, parseClfTime, parseZone } from './local-time.ts'
import { bad, type LineFormat } from './log.ts'
import {
  certaintyOf,
  parseClient,
  productOfLog,
  type ServerContext,
  shareOf,
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
  recognise: (_head, lines) =>
    certaintyOf(
      shareOf(lines, (line) => parseLine(line) !== null),
      0.9,
    ),
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
  /** Milliseconds since the epoch. */
  readonly time: number
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

/** Null for the lines of web servers, which look alike but for the command. */
function parseLine(text: string): Line | null {
  const long = full.exec(text)
  const found = long ?? short.exec(text)
  if (!found) return null
  const [pid, host = '', user, at = '', request = '', code = '-', bytes = '-'] = long
    ? [null, long[1], long[3], long[4], long[5], long[6], long[7]]
    : [found[1] ?? null, found[2], '-', found[3], found[4], found[5]]
  const stamped = parseClfTime(at)
  const zone = stamped && parseZone(stamped.offset)
  const time = stamped && zone ? instantOf(stamped.local, zone) : null
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

/** A verb of FTP, or what a client typed that is none and no web request. */
function isRequest(request: string): boolean {
  const { verb } = parseCommand(request.slice(0, 512))
  return isVerb(verb) || (verb === '*' && !/ HTTP\/\d(?:\.\d)?$/.test(request))
}

function tell(book: Book, line: Line, place: Place): Told {
  const client = parseClient(line.host)
  if (!client) {
    book.lacks.tell('client-not-an-address')
    return 'skip'
  }
  const { time, pid, request, code, bytes, user } = line
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
