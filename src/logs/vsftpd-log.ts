/**
 * vsftpd's own log. A connection is served by up to three processes: one that speaks before the login, one that logs in, one
 * that speaks after it; in a name space of their own they all have small numbers. So a line finds its connection by client,
 * process and what is still missing of that connection. The log does not say when a connection ends but by a reply of 221 or
 * 421 (log_ftp_protocol).
 */
import type { Place } from '../model/observation.ts'
import { readWire } from '../protocols/ftp/wire.ts'
import type { LineAbout, LineFormat, LineReader } from './log.ts'
import {
  certaintyOf,
  isOfOther,
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
  hasLoggedIn,
  isNobody,
  say,
  writeClient,
} from './server-log-session.ts'
import { isVsftpdLine, parseVsftpdLine, type VsftpdLine } from './vsftpd-line.ts'

export const vsftpdLog: LineFormat = {
  kind: 'lines',
  id: 'vsftpd-log',
  title: 'vsftpd.log',
  recognise: (_head, lines) => certaintyOf(shareOf(lines, isVsftpdLine), 0.97),
  start: (context: ServerContext) => reader(context),
}

interface Known {
  readonly key: string
  readonly gathering: Gathering
}
/** The connections of one client, as far as a line may still have to be given to one of them. */
interface Client {
  /** By each process that was seen; what has ended is forgotten when it is met. */
  readonly byPid: Map<string, Known>
  /** Not logged in when last looked at; the newest of many. */
  early: Known[]
  /** Logged in, and going on in a process that was not seen yet; the newest of many. */
  awaiting: Known[]
  last: Known | null
}
const most = { processes: 4096, waiting: 64 } as const

function reader(context: ServerContext): LineReader {
  const book = bookOf(context, bookLimits.idle)
  const clients = new Map<string, Client>()
  let made = 0

  const over = readerOver(book, context, (text, place, about) => {
    if (text.trim() === '' || isOfOther(about, 'vsftpd', text)) return 'skip'
    const line = parseVsftpdLine(text)
    return line.kind === 'bad' ? line : tell(line, place, about)
  })
  return over

  function tell(line: VsftpdLine, place: Place, about: LineAbout): Told {
    const { local } = line
    const time = local ? book.lacks.clock(local) : timeOfWrapper(about, context, book.lacks)
    if (time === null) return untimed(book.lacks)
    if (typeof time !== 'number') return time
    book.passed(time)
    const { key, gathering } = find(line, time)
    book.told(key, time, place)
    apply(line, gathering)
    const code = line.action === 'FTP response' ? replied(gathering, line.text ?? '') : null
    // A connection that is refused at once has its reason on the same line.
    if (code === 221 || code === 421 || (line.action === 'CONNECT' && line.text !== null))
      book.close(key, 'seen')
    return 'told'
  }

  function find(line: VsftpdLine, time: number): Known {
    const client = clientOf(writeClient(line.client))
    const pid = line.pid ?? ''
    const bound = boundTo(client, pid)
    if (line.action === 'CONNECT') {
      if (bound) book.close(bound.key, 'unseen')
      return begin(client, line, time, true)
    }
    const isLogin = line.action === 'LOGIN'
    const fitting = isLogin ? loginOf(client, pid, bound) : (bound ?? next(client, line))
    if (!fitting) return begin(client, line, time, (line.text ?? '').startsWith('220'))
    bind(client, pid, fitting)
    if (isLogin && line.outcome === 'ok') client.awaiting = newest([...client.awaiting, fitting])
    return fitting
  }

  /** The process that logs in was started just before the one that speaks first. */
  function loginOf(client: Client, pid: string, bound: Known | undefined): Known | undefined {
    const child = pid === '' ? undefined : boundTo(client, `${Number(pid) + 1}`)
    if (child && !hasLoggedIn(child.gathering)) return child
    client.early = client.early.filter((known) => isOpen(known) && !hasLoggedIn(known.gathering))
    return client.early.at(-1) ?? bound
  }

  /** A process that was not seen yet goes on with a connection that has just logged in as its user. */
  function next(client: Client, { user, pid }: VsftpdLine): Known | undefined {
    if (pid === null) return client.last && isOpen(client.last) ? client.last : undefined
    client.awaiting = client.awaiting.filter(isOpen)
    const found = client.awaiting.find(
      ({ gathering }) => user === null || (gathering.users ?? []).includes(readWire(user)),
    )
    client.awaiting = client.awaiting.filter((known) => known !== found)
    return found
  }

  function begin(client: Client, line: VsftpdLine, time: number, startSeen: boolean): Known {
    const key = `${made++}`
    const gathering = book.open(key, line.client, time, startSeen)
    gathering.product = vsftpd
    const known = { key, gathering }
    client.early = newest([...client.early, known])
    client.last = known
    bind(client, line.pid ?? '', known)
    return known
  }

  function boundTo({ byPid }: Client, pid: string): Known | undefined {
    const known = byPid.get(pid)
    if (!known || isOpen(known)) return known
    byPid.delete(pid)
    return undefined
  }

  function bind({ byPid }: Client, pid: string, known: Known): void {
    if (byPid.size >= most.processes && !byPid.has(pid)) {
      const [oldest] = byPid.keys()
      if (oldest !== undefined) byPid.delete(oldest)
    }
    byPid.set(pid, known)
  }

  function clientOf(name: string): Client {
    const known = clients.get(name)
    if (known) return known
    // No more than so many are open, so each look at all of them lasts for as many clients again.
    if (clients.size >= 2 * bookLimits.open) forget()
    const client = { byPid: new Map<string, Known>(), early: [], awaiting: [], last: null }
    clients.set(name, client)
    return client
  }

  /** Those without an open connection. */
  function forget(): void {
    for (const [name, { byPid }] of clients)
      if (![...byPid.values()].some(isOpen)) clients.delete(name)
  }

  function isOpen({ key, gathering }: Known): boolean {
    return book.find(key) === gathering
  }
}

const newest = (list: readonly Known[]): Known[] => list.slice(-most.waiting)

const vsftpd = productOfLog('vsftpd', null)

function apply(line: VsftpdLine, gathering: Gathering): void {
  const { action, user, outcome, text } = line
  switch (action) {
    case 'LOGIN': {
      const anonymous = line.hadPassword ? true : user === null ? null : isNobody(user)
      if (user !== null) addUser(gathering, user)
      addLogin(gathering, outcome ?? 'failed', anonymous)
      return
    }
    case 'FTP command':
      say(gathering, text ?? '')
      return
    case 'UPLOAD':
    case 'DOWNLOAD':
      addFile(gathering, {
        command: action === 'UPLOAD' ? 'STOR' : 'RETR',
        name: text ?? '',
        // No bytes are written where there were none.
        bytes: line.bytes ?? 0,
        complete: outcome === 'ok',
      })
  }
}

/** vsftpd writes `?` for each control character: inner lines of its FEAT end in two. */
const replied = (gathering: Gathering, text: string): number | null =>
  answerText(gathering, text.startsWith(' ') ? text.replace(/\?\?$/, '') : text)
