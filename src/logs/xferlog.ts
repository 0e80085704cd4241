/**
 * The transfer log of wu-ftpd, which vsftpd, ProFTPD (`TransferLog`) and Pure-FTPd write too: one line a file, after it
 * (wu-ftpd xferlog(5), proftpd.org/docs/howto/Logging.html). Its user is what was typed as password where nobody or a guest
 * logged in, so that field is dropped there.
 */
import type { Place } from '../model/observation.ts'
import { type LocalTime, parseCtime } from './local-time.ts'
import { type BadLine, bad, type LineFormat } from './log.ts'
import { certaintyOf, parseClient, type ServerContext, shareOf, untimed } from './server-log.ts'
import { type Book, bookLimits, bookOf, readerOver, type Told } from './server-log-book.ts'
import {
  addFile,
  addUser,
  type Gathering,
  gatheringLimits,
  isNobody,
  writeClient,
} from './server-log-session.ts'

export const xferlog: LineFormat = {
  kind: 'lines',
  id: 'xferlog',
  title: 'xferlog (wu-ftpd, vsftpd, ProFTPD TransferLog, Pure-FTPd)',
  recognise(_head, lines) {
    return certaintyOf(
      shareOf(lines, (line) => head.test(line) && tail.test(line)),
      0.95,
    )
  },
  start(context: ServerContext) {
    const book = bookOf(context, bookLimits.idleByAddress)
    return readerOver(book, context, (text, place) => {
      if (text.trim() === '') return 'skip'
      const entry = parseEntry(text)
      return entry.kind === 'bad' ? entry : tell(book, entry, place)
    })
  },
}

/** Time, seconds, host, bytes. */
const head =
  /^([A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-3]?\d \d{2}:\d{2}:\d{2} \d{4}) (\d{1,12}) (\S{1,255}) (\d{1,16}) (?=\S)/
/** Type, action, direction and mode; then user, service, method, id and status. */
const middle = /(?<= )[ab] (?:_|[CUT]{1,3}) ([oid]) ([agr]) /g
const tail = / \S+ [01] \S+ ([ci])$/

interface Entry {
  readonly kind: 'entry'
  readonly local: LocalTime
  /** Seconds. */
  readonly took: number
  readonly host: string
  readonly bytes: number
  readonly name: string
  readonly direction: string
  readonly mode: string
  /** Null where it may be a password. */
  readonly user: string | null
  readonly complete: boolean
}

/**
 * A name may hold spaces, and so may a password: the four letters between them are the mark. Where they come twice nobody can
 * tell the two apart, and the line is bad unless no reading has a password.
 */
function parseEntry(text: string): Entry | BadLine {
  const found = head.exec(text)
  const ending = tail.exec(text)
  const local = found && parseCtime(found[1] ?? '')
  if (!found || !ending || !local) return bad('not-a-transfer')
  const marks = [...text.matchAll(middle)].filter(({ index }) => index > found[0].length)
  const mark = marks.at(-1)
  if (!mark) return bad('not-a-transfer')
  if (marks.length > 1 && marks.some(([, , mode]) => mode !== 'r')) return bad('ambiguous-line')
  const [, , took, host = '', bytes] = found
  const [whole, direction = '', mode = ''] = mark
  const user = text.slice(mark.index + whole.length, ending.index)
  return {
    kind: 'entry',
    local,
    took: Number(took),
    host,
    bytes: Number(bytes),
    name: text.slice(found[0].length, mark.index - 1),
    direction,
    mode,
    user: mode === 'r' ? user : null,
    complete: ending[1] === 'c',
  }
}

/** Transfers of one client and user, with little time between them, are one connection. */
function tell(book: Book, entry: Entry, place: Place): Told {
  const client = parseClient(entry.host)
  if (!client) {
    book.lacks.tell('client-not-an-address')
    return 'skip'
  }
  const time = book.lacks.clock(entry.local)
  if (time === null) return untimed(book.lacks)
  book.passed(time)
  const key = `${writeClient(client)} ${entry.mode} ${entry.user ?? ''}`
  const start = time - entry.took * 1000
  const known = book.find(key)
  const gathering = known && !isFull(known) ? known : book.open(key, client, start, false)
  book.told(key, time, place)
  const { mode, user, direction } = entry
  if (user !== null) addUser(gathering, user)
  gathering.anonymous = mode === 'a' || (user !== null && isNobody(user))
  // `d` is a file that was deleted.
  if (direction === 'd') return 'told'
  const command = direction === 'o' ? 'RETR' : 'STOR'
  const { name, bytes, complete } = entry
  addFile(gathering, { command, name, bytes, complete })
  return 'told'
}

const isFull = ({ files }: Gathering): boolean => (files?.length ?? 0) >= gatheringLimits.files
