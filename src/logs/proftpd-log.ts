/**
 * ProFTPD's log of itself (SystemLog, ServerLog or through syslog; proftpd.org/docs/howto/Logging.html): connections and logins,
 * by process, client and the address that was called. Which files went it does not tell.
 *
 *     2026-11-21 18:55:49,071 vm proftpd[26985] 192.0.2.21 (client.example[203.0.113.5]): FTP session opened.
 */
import type { Address } from '../model/address.ts'
import type { Place } from '../model/observation.ts'
import type { LocalTime } from './local-time.ts'
import { bad, type LineAbout, type LineFormat, type LineReader } from './log.ts'
import {
  certaintyOf,
  parseClient,
  productOfLog,
  type ServerContext,
  shareOf,
  timeOfWrapper,
  untimed,
} from './server-log.ts'
import { bookLimits, bookOf, readerOver, type Told } from './server-log-book.ts'
import { addLogin, addUser, type Gathering, isNobody, writeClient } from './server-log-session.ts'

export const proftpdLog: LineFormat = {
  kind: 'lines',
  id: 'proftpd-log',
  title: 'ProFTPD SystemLog',
  recognise: (_head, lines) =>
    certaintyOf(
      shareOf(lines, (line) => start.test(line) || parseLine(line) !== null),
      0.95,
    ),
  start: (context: ServerContext) => reader(context),
}

interface Line {
  /** Null in a log that went through syslog. */
  readonly local: LocalTime | null
  readonly pid: string | null
  /** Undefined where the server calls itself by a name. */
  readonly server: Address | undefined
  readonly client: Address
  readonly text: string
}

function reader(context: ServerContext): LineReader {
  const book = bookOf(context, bookLimits.idle)
  let version: string | null = null

  return readerOver(book, context, (text, place, about) => {
    if (text.trim() === '') return 'skip'
    const line = parseLine(text)
    if (line !== null) return tell(line, place, about)
    version = start.exec(text)?.[1] ?? version
    // Syslog has the lines of other programs too.
    return own.test(text) || about.syslog !== null ? 'skip' : bad('not-understood')
  })

  function tell(line: Line, place: Place, about: LineAbout): Told {
    const { local, client, text } = line
    const time = local ? book.lacks.clock(local) : timeOfWrapper(about, context, book.lacks)
    if (time === null) return untimed(book.lacks)
    if (typeof time !== 'number') return time
    book.passed(time)
    const key = `${writeClient(client)} ${line.pid ?? about.syslog?.pid ?? ''}`
    const opens = text === 'FTP session opened.'
    const gathering = (opens ? undefined : book.find(key)) ?? book.open(key, client, time, opens)
    gathering.server = line.server ?? gathering.server
    gathering.product = productOfLog('ProFTPD', version)
    book.told(key, time, place)
    apply(gathering, text)
    if (text === 'FTP session closed.') book.close(key, 'seen')
    return 'told'
  }
}

const head =
  /^(?:(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d),(\d{3}) \S{1,255} proftpd\[(\d{1,10})\]:? )?(\S{1,255}) \(\S{0,255}\[([0-9A-Fa-f:.]{2,45})\]\)(?::| -) ([\s\S]*)$/
/** What the server writes when it starts. */
const start = /: ProFTPD (\d\S{0,31}) \(.{1,64}\) \(built .{1,64}\)/
/** Lines of no connection. */
const own = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \S{1,255} proftpd\[\d{1,10}\]/

function parseLine(text: string): Line | null {
  const found = head.exec(text.slice(0, 8192))
  const client = parseClient(found?.[10] ?? '')
  if (!found || !client) return null
  const [year, month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0] = found
    .slice(1, 8)
    .map((digits) => (digits === undefined ? undefined : Number(digits)))
  const local = year === undefined ? null : { year, month, day, hour, minute, second, millisecond }
  return {
    local,
    pid: found[8] ?? null,
    server: parseClient(found[9] ?? ''),
    client,
    text: found[11] ?? '',
  }
}

/** What is typed as user stands in the middle, so that each line is known by its end. */
function apply(gathering: Gathering, text: string): void {
  const [, kind, user] = /^(USER|ANON) ([\s\S]{0,1024}): Login successful\.$/.exec(text) ?? []
  if (user !== undefined) {
    addUser(gathering, user)
    addLogin(gathering, 'ok', kind === 'ANON' || isNobody(user))
    return
  }
  const [, nobody, host = '', port] =
    /^USER ([\s\S]{0,1024}): no such user found from \S{1,255} \[\S{1,45}\] to (\S{2,45}):(\d{1,5})$/.exec(
      text,
    ) ?? []
  const refused = nobody ?? /^USER ([\s\S]{0,1024}) \(Login failed\): /.exec(text)?.[1]
  if (refused !== undefined) {
    addUser(gathering, refused)
    addLogin(gathering, 'failed', isNobody(refused))
  }
  gathering.server = parseClient(host) ?? gathering.server
  if (port !== undefined && Number(port) > 0 && Number(port) < 65_536)
    gathering.serverPort = Number(port)
}
