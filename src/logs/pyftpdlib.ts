/**
 * The log of pyftpdlib (pyftpdlib/log.py and handlers.py, 1.5): a line's level and time in brackets, then the connection by
 * client, port and user. At its usual level it tells connections, logins, transfers and changes of files; at level DEBUG every
 * command and reply, PASS without its argument. Programs that log through Python's own handlers put other words before the
 * connection, and some no time. A user may hold anything but a line end, so a line that can be read in two ways is not read.
 */
import type { Place } from '../model/observation.ts'
import type { LocalTime } from './local-time.ts'
import { type BadLine, bad, type LineAbout, type LineFormat, type LineReader } from './log.ts'
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
import {
  addFile,
  addLogin,
  addUser,
  answerText,
  type Gathering,
  isNobody,
  say,
} from './server-log-session.ts'

export const pyftpdlib: LineFormat = {
  kind: 'lines',
  id: 'pyftpdlib',
  title: 'pyftpdlib',
  recognise: (_head, lines) =>
    certaintyOf(
      shareOf(lines, (line) => begins.test(line) || parseLine(line).kind === 'line'),
      0.96,
    ),
  start: (context: ServerContext) => reader(context),
}

interface Line {
  readonly kind: 'line'
  /** Null where the log has no times of its own. */
  readonly local: LocalTime | null
  readonly client: NonNullable<ReturnType<typeof parseClient>>
  readonly port: number
  readonly said: Said
}
type Said =
  | { readonly kind: 'opened' | 'closed' | 'note' }
  | { readonly kind: 'login'; readonly user: string; readonly outcome: 'ok' | 'failed' }
  | { readonly kind: 'command' | 'reply'; readonly text: string }
  | {
      readonly kind: 'transfer'
      readonly command: 'RETR' | 'STOR' | 'APPE' | 'STOU'
      readonly name: string
      readonly complete: boolean
      readonly bytes: number
    }

function reader(context: ServerContext): LineReader {
  const book = bookOf(context, bookLimits.idle)
  /** Where the server that wrote last before said that it listens. */
  let listening: Pick<Gathering, 'server' | 'serverPort'> = { server: null, serverPort: null }

  return readerOver(book, context, (text, place, about) => {
    if (isOwn(text)) {
      listening = parseStart(text) ?? listening
      return 'skip'
    }
    const line = parseLine(text)
    return line.kind === 'bad' ? line : tell(line, place, about)
  })

  function tell(line: Line, place: Place, about: LineAbout): Told {
    const { local } = line
    const time = local ? book.lacks.clock(local) : timeOfWrapper(about, context, book.lacks)
    if (time === null) return untimed(book.lacks)
    if (typeof time !== 'number') return time
    book.passed(time)
    const key = `${line.client.value} ${line.port}`
    const isNew = line.said.kind === 'opened'
    const gathering =
      (isNew ? undefined : book.find(key)) ?? book.open(key, line.client, time, isNew)
    gathering.clientPort = line.port
    gathering.server = listening.server ?? gathering.server
    gathering.serverPort = listening.serverPort
    gathering.product = product
    book.told(key, time, place)
    apply(gathering, line.said)
    if (line.said.kind === 'closed') book.close(key, 'seen')
    return 'told'
  }
}

const product = productOfLog('pyftpdlib', null)

function apply(gathering: Gathering, said: Said): void {
  switch (said.kind) {
    case 'login':
      addUser(gathering, said.user)
      addLogin(gathering, said.outcome, isNobody(said.user))
      break
    case 'command':
      say(gathering, said.text)
      break
    case 'reply':
      answerText(gathering, said.text)
      break
    case 'transfer': {
      const spoken = (gathering.dialogue?.transfers.length ?? 0) - 1
      // Among commands and replies this line only adds the bytes; its name is that of the server's disk.
      if (spoken >= 0) gathering.bytes.set(spoken, said.bytes)
      else addFile(gathering, said)
      break
    }
    case 'opened':
    case 'closed':
    case 'note':
  }
}

/** Lines of the server itself, and further lines of a message: they begin with four spaces. */
const isOwn = (text: string): boolean =>
  text.trim() === '' || text.startsWith('    ') || own.test(text.slice(0, 512))
/** What the first lines of a server are that nobody has visited yet. */
const begins =
  /^[^"'-]{0,32}(?:\d{4}-\d\d-\d\d[ T])?(?:[^"'-]| - ){0,64}(?:concurrency model: |masquerade \(NAT\) address: |passive ports: |>>> starting FTP)/
const own =
  /^[^-]{0,8}(?:\d{4}-\d\d-\d\d[ T])?(?:[^"'-]| - ){0,64}(?:concurrency model: |masquerade \(NAT\) address: |passive ports: |>>> |\[debug\] |received interrupt signal|poller: |authorizer: |use sendfile\(2\): |handler: |max connections|timeout: |banner: |max login attempts: |SSL (?:cert|key)file: |refreshing tasks |discarding broken |task |(?:terminate|join)\(\)ing |unhandled exception |Traceback )/

/** `>>> starting FTP server on 192.0.2.21:21, pid=7 <<<`; an unspecified address leaves the port alone. */
function parseStart(text: string): Pick<Gathering, 'server' | 'serverPort'> | null {
  const [, host = '', port] =
    />>> starting FTP(?:\+SSL)? server on (\S{1,45}):(\d{1,5}), pid=/.exec(text) ?? []
  if (port === undefined) return null
  const address = /^[0:.]*$/.test(host) ? undefined : parseClient(host)
  return { server: address ?? null, serverPort: portOf(port) }
}

const connection = /(?:^|[\s:\]])([0-9A-Fa-f:.]{2,45}):(\d{1,5})-\[/
const stamp = /(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:[.,](\d{3}))?/
/** How far into a line its connection may begin. */
const maxPrefix = 256
/** Longest user, and how many ends of it are tried. */
const most = { user: 2048, readings: 16 } as const

/** No line is shown as a sample: at level DEBUG it may hold what was typed. */
function parseLine(text: string): Line | BadLine {
  const found = connection.exec(text.slice(0, maxPrefix + 64))
  const client = found && parseClient(found[1] ?? '')
  const port = portOf(found?.[2] ?? '')
  if (!found || !client || port === null || found.index > maxPrefix) return bad('not-understood')
  const said = parseSaid(text.slice(found.index + found[0].length))
  if (said.kind === 'bad') return said
  return { kind: 'line', local: parseStamp(text.slice(0, found.index)), client, port, said }
}

/** What stands behind the user's bracket, of which the user may hold more. */
function parseSaid(rest: string): Said | BadLine {
  const first = rest.indexOf('] ')
  if (first < 0) return bad('not-understood')
  const readings: Said[] = []
  let at = first
  for (let i = 0; at >= 0 && at <= most.user && i < most.readings; i++) {
    const said = parseText(rest.slice(at + 2))
    if (said) readings.push(said)
    at = rest.indexOf('] ', at + 1)
    // The end of a reply may be anything, also the rest of a user and what stands behind it.
    if (said?.kind === 'reply' && at >= 0) return bad('ambiguous-line')
  }
  const [only, second] = readings
  if (second) return bad('ambiguous-line')
  return only ?? { kind: 'note' }
}

function parseText(text: string): Said | null {
  if (text === 'FTP session opened (connect)') return { kind: 'opened' }
  if (text === 'FTP session closed (disconnect).') return { kind: 'closed' }
  if (text.startsWith('<- ')) return { kind: 'command', text: text.slice(3) }
  if (/^-> \d{3}(?:[ -]|$)/.test(text)) return { kind: 'reply', text: text.slice(3) }
  const login = /^USER '([\s\S]{0,2048})' (logged in|failed login)\.$/.exec(text)
  if (login)
    return {
      kind: 'login',
      user: login[1] ?? '',
      outcome: login[2] === 'logged in' ? 'ok' : 'failed',
    }
  if (change.test(text)) return { kind: 'note' }
  const [, command, name = '', complete, bytes] = transfer.exec(text) ?? []
  if (command !== 'RETR' && command !== 'STOR' && command !== 'APPE' && command !== 'STOU')
    return null
  return { kind: 'transfer', command, name, complete: complete === '1', bytes: Number(bytes) }
}

const change = /^(?:DELE|RNFR|RNTO|X?MKD|X?RMD|X?CWD|REIN|SITE CHMOD|MFMT)(?: |$)/
const transfer =
  /^(RETR|STOR|APPE|STOU) ([\s\S]{1,8192}) completed=([01]) bytes=(\d{1,16}) seconds=[\d.e+-]{1,24}$/

function parseStamp(prefix: string): LocalTime | null {
  const found = stamp.exec(prefix)
  if (!found) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map(Number)
  return { year, month, day, hour, minute, second, millisecond: Number(found[7] ?? 0) }
}

function portOf(digits: string): number | null {
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0
  return port > 0 && port < 65_536 ? port : null
}
