/**
 * vsftpd's own log. A connection is served by up to three processes: one that speaks before the login, one that logs in, one
 * that speaks after it; in a name space of their own they all have small numbers. So a line finds its connection by client,
 * process and what is still missing of that connection. The log does not say when a connection ends but by a reply of 221 or
 * 421 (log_ftp_protocol).
 */
import type { Place } from '../model/observation.ts'
import { readWire } from '../protocols/ftp/wire.ts'
import type { LineAbout, LineFormat, LineReader } from './log.ts'
import { certaintyOf, productOfLog, type ServerContext, shareOf } from './server-log.ts'
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
  readonly firstPid: string
  /** Logged in, and the process that serves it from now on was not seen yet. */
  awaits: boolean
}
/** The connections of one client. */
interface Client {
  known: Known[]
  readonly byPid: Map<string, Known>
}

function reader(context: ServerContext): LineReader {
  const book = bookOf(context, bookLimits.idle)
  const clients = new Map<string, Client>()
  let made = 0

  const over = readerOver(book, context, (text, place, about) => {
    if (text.trim() === '') return 'skip'
    const line = parseVsftpdLine(text)
    return line.kind === 'bad' ? line : tell(line, place, about)
  })
  return over

  function tell(line: VsftpdLine, place: Place, about: LineAbout): Told {
    const time = timeOf(line, about)
    if (time === null) return 'skip'
    book.passed(time)
    const known = find(line, time)
    const { key, gathering } = known
    book.told(key, time, place)
    apply(line, known)
    const code = line.action === 'FTP response' ? replied(gathering, line.text ?? '') : null
    // A connection that is refused at once has its reason on the same line.
    if (code === 221 || code === 421 || (line.action === 'CONNECT' && line.text !== null))
      book.close(key, 'seen')
    return 'told'
  }

  function timeOf({ local }: VsftpdLine, { syslog }: LineAbout): number | null {
    if (local !== null) return book.lacks.clock(local)
    if (syslog?.time === undefined || syslog.time === null)
      book.lacks.tell(context.year === null ? 'year-unknown' : 'timezone-unknown')
    return syslog?.time ?? null
  }

  function find(line: VsftpdLine, time: number): Known {
    const client = clientOf(writeClient(line.client))
    const pid = line.pid ?? ''
    const bound = client.byPid.get(pid)
    if (line.action === 'CONNECT') {
      if (bound) book.close(bound.key, 'unseen')
      return begin(client, line, time, true)
    }
    const fitting =
      line.action === 'LOGIN' ? loginOf(client, pid, bound) : (bound ?? next(client, line))
    if (!fitting) return begin(client, line, time, (line.text ?? '').startsWith('220'))
    client.byPid.set(pid, fitting)
    return fitting
  }

  /** The process that logs in was started just before the one that speaks first. */
  function loginOf(client: Client, pid: string, bound: Known | undefined): Known | undefined {
    const open = client.known.filter(({ gathering }) => !hasLoggedIn(gathering))
    const child = String(Number(pid) + 1)
    return open.find(({ firstPid }) => firstPid === child) ?? open.at(-1) ?? bound
  }

  /** A process that was not seen yet goes on with a connection that has just logged in as its user. */
  function next({ known }: Client, { user, pid }: VsftpdLine): Known | undefined {
    if (pid === null) return known.at(-1)
    const found = known.find(
      ({ awaits, gathering }) =>
        awaits && (user === null || (gathering.users ?? []).includes(readWire(user))),
    )
    if (found) found.awaits = false
    return found
  }

  function begin(client: Client, line: VsftpdLine, time: number, startSeen: boolean): Known {
    const key = `${made++}`
    const gathering = book.open(key, line.client, time, startSeen)
    gathering.product = vsftpd
    const pid = line.pid ?? ''
    const known = { key, gathering, firstPid: pid, awaits: false }
    client.known.push(known)
    client.byPid.set(pid, known)
    return known
  }

  /** Without what the book has let go. */
  function clientOf(name: string): Client {
    const client = clients.get(name) ?? { known: [], byPid: new Map<string, Known>() }
    if (!clients.has(name)) {
      if (clients.size >= 2 * bookLimits.open) forget()
      clients.set(name, client)
    }
    client.known = client.known.filter(isOpen)
    for (const [pid, known] of client.byPid) if (!isOpen(known)) client.byPid.delete(pid)
    return client
  }

  function forget(): void {
    for (const [name, { known }] of clients) if (!known.some(isOpen)) clients.delete(name)
  }

  function isOpen({ key }: Known): boolean {
    return book.find(key) !== undefined
  }
}

const vsftpd = productOfLog('vsftpd', null)

function apply(line: VsftpdLine, known: Known): void {
  const { gathering } = known
  const { action, user, outcome, text } = line
  switch (action) {
    case 'LOGIN': {
      const anonymous = line.hadPassword ? true : user === null ? null : isNobody(user)
      if (user !== null) addUser(gathering, user)
      addLogin(gathering, outcome ?? 'failed', anonymous)
      known.awaits = outcome === 'ok'
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
