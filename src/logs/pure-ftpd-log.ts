/**
 * Pure-FTPd's own log, which it writes through syslog (pure-ftpd(8); messages_en.h): connections, logins and transfers, and
 * with `-d` every command. A line names its client, and its user once there is one, but neither port nor process, so that
 * connections of one client are told apart by their user alone, and what comes before a login goes to the newest of them.
 *
 *     (alice@203.0.113.5) [NOTICE] /srv/ftp/a b.pdf downloaded  (1000 bytes, 18044.05KB/sec)
 */
import type { Address } from '../model/address.ts'
import type { Place } from '../model/observation.ts'
import { bad, type LineAbout, type LineFormat, type LineReader } from './log.ts'
import {
  certaintyOf,
  parseClient,
  productOfLog,
  type ServerContext,
  shareOf,
  timeOfWrapper,
} from './server-log.ts'
import { bookLimits, bookOf, readerOver, type Told } from './server-log-book.ts'
import {
  addFile,
  addLogin,
  addUser,
  type Gathering,
  isNobody,
  say,
  writeClient,
} from './server-log-session.ts'

export const pureFtpdLog: LineFormat = {
  kind: 'lines',
  id: 'pure-ftpd-log',
  title: 'Pure-FTPd log',
  recognise: (_head, lines) =>
    certaintyOf(
      shareOf(lines, (line) => parseLine(line) !== null),
      0.95,
    ),
  start: (context: ServerContext) => reader(context),
}

interface Line {
  /** `?` before the login. */
  readonly user: string
  readonly host: string
  readonly text: string
}
const nobodyYet = '?'

function reader(context: ServerContext): LineReader {
  const book = bookOf(context, bookLimits.idleByAddress, 'codes')
  /** The connection of each client and user that a line belongs to; bounded as the book is. */
  const keys = new Map<string, string>()
  let made = 0

  return readerOver(book, context, (text, place, about) => {
    if (text.trim() === '') return 'skip'
    const line = parseLine(text)
    if (line !== null) return tell(line, place, about)
    // Syslog has the lines of other programs too.
    return about.syslog === null ? bad('not-understood') : 'skip'
  })

  function tell({ user, host, text }: Line, place: Place, about: LineAbout): Told {
    const client = parseClient(host)
    if (!client) {
      book.lacks.tell('client-not-an-address')
      return 'skip'
    }
    const time = timeOfWrapper(about, context, book.lacks)
    if (typeof time !== 'number') return time
    book.passed(time)
    const opens = text.startsWith('New connection from ')
    const { key, gathering } = find(client, user, opens ? 'opens' : 'goes-on', time)
    book.told(key, time, place)
    const as = apply(gathering, text)
    // From here on its lines have that user.
    if (as !== null) {
      keys.delete(nameOf(client, user))
      note(nameOf(client, as), key)
    }
    if (text === 'Logout.') book.close(key, 'seen')
    return 'told'
  }

  function find(client: Address, user: string, how: 'opens' | 'goes-on', time: number) {
    const name = nameOf(client, user)
    const known = how === 'opens' ? undefined : keys.get(name)
    const before = known === undefined ? undefined : book.find(known)
    if (known !== undefined && before) return { key: known, gathering: before }
    const key = `${made++}`
    const gathering = book.open(key, client, time, how === 'opens')
    gathering.product = product
    if (user !== nobodyYet) addUser(gathering, user)
    note(name, key)
    return { key, gathering }
  }

  function note(name: string, key: string): void {
    if (keys.size >= 2 * bookLimits.open)
      for (const [other, held] of keys) if (!book.find(held)) keys.delete(other)
    keys.set(name, key)
  }
}

const nameOf = (client: Address, user: string): string => `${writeClient(client)} ${user}`

const product = productOfLog('Pure-FTPd', null)

function parseLine(text: string): Line | null {
  const [, user, host = '', said = ''] =
    /^\(([\s\S]{1,256}?)@([^\s()@]{1,255})\) \[(?:EMERG|ALERT|CRIT|ERROR|WARNING|NOTICE|INFO|DEBUG)\] ([\s\S]{1,16384})$/.exec(
      text,
    ) ?? []
  return user === undefined ? null : { user, host, text: said }
}

/** The user that the connection is of from here on; null where nothing changes. */
function apply(gathering: Gathering, text: string): string | null {
  const [, file, way, bytes] =
    /^([\s\S]{1,8192}) (downloaded|uploaded) {1,2}\((\d{1,16}) bytes, [\d.]{1,24}KB\/sec\)$/.exec(
      text,
    ) ?? []
  if (file !== undefined) {
    const command = way === 'uploaded' ? 'STOR' : 'RETR'
    // The log has the same line for a file that broke off.
    addFile(gathering, { command, name: file, bytes: Number(bytes), complete: null })
    return null
  }
  const [, user] = /^([\s\S]{1,256}) is now logged in$/.exec(text) ?? []
  if (user !== undefined) return letIn(gathering, user)
  if (text.startsWith('Anonymous user logged in')) return letIn(gathering, 'ftp')
  const [, refused] = /^Authentication failed for user \[([\s\S]{0,256})\]$/.exec(text) ?? []
  if (refused !== undefined) {
    addUser(gathering, refused)
    addLogin(gathering, 'failed', isNobody(refused))
    return null
  }
  if (text.startsWith('TLS: Enabled ')) gathering.authTls = true
  const [, verb, argument = ''] = /^Command \[([^\]]{1,32})\] \[([\s\S]*)\]$/.exec(text) ?? []
  if (verb !== undefined) {
    say(gathering, argument === '' ? verb : `${verb} ${argument}`)
    // Each file has a line of its own.
    gathering.files ??= []
  }
  return null
}

function letIn(gathering: Gathering, user: string): string {
  addUser(gathering, user)
  addLogin(gathering, 'ok', isNobody(user))
  return user
}
