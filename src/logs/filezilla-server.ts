/**
 * The log of FileZilla Server (filezilla-project.org): version 1 in UTC, version 0.9 on the wall of the server and with dates as
 * its country writes them. Which number of such a date is the month is told by the first date of the log that leaves no
 * choice, or by the log's own name (`fzs-2026-11-21.log`); until then nobody can tell.
 */
import type { Place } from '../model/observation.ts'
import {
  type Dated,
  type DateOrder,
  type FileZillaLine,
  orderOf,
  parseFileZillaLine,
  readDated,
} from './filezilla-line.ts'
import { bad, type LineFormat, type LineReader } from './log.ts'
import { certaintyOf, productOfLog, type ServerContext, shareOf, untimed } from './server-log.ts'
import { bookLimits, bookOf, readerOver, type Told } from './server-log-book.ts'
import {
  addUser,
  answerText,
  type Gathering,
  hasLoggedIn,
  say,
  writeClient,
} from './server-log-session.ts'

export const filezillaServer: LineFormat = {
  kind: 'lines',
  id: 'filezilla-server',
  title: 'FileZilla Server',
  recognise: (_head, lines) =>
    certaintyOf(
      shareOf(lines, (line) => ours.test(line) || parseFileZillaLine(line) !== null),
      0.97,
    ),
  start: (context: ServerContext) => reader(context),
}

/** Lines of the server itself and of what is no FTP in it. */
const ours = /^\S{20,40} (?:<<|>>|==|!!|[A-Za-z]{2,12}) \[[A-Z][^\]]{1,128}\]/

function reader(context: ServerContext): LineReader {
  const book = bookOf(context, bookLimits.idle)
  let order: DateOrder | null = null
  const keys = new Map<string, string>()

  return readerOver(book, context, (text, place) => {
    if (text.trim() === '') return 'skip'
    const line = parseFileZillaLine(text)
    if (line === null) return ours.test(text) ? 'skip' : bad('not-understood')
    return tell(line, place)
  })

  function tell(line: FileZillaLine, place: Place): Told {
    const time = timeOf(line)
    if (time === null) return untimed(book.lacks)
    book.passed(time)
    const { session, client } = line
    if (client === null) {
      const ended = /^Session \d{1,12} ended/.test(line.text) ? keys.get(session) : undefined
      if (ended !== undefined) book.close(ended, 'seen')
      keys.delete(session)
      return 'skip'
    }
    const key = `${session} ${writeClient(client)}`
    if (keys.size >= bookLimits.open) keys.clear()
    keys.set(session, key)
    const gathering = find(key, line, time)
    book.told(key, time, place)
    apply(gathering, line)
    if (line.from === 'note' && ends.test(line.text)) book.close(key, 'seen')
    return 'told'
  }

  /** Numbers begin again when the server does. */
  function find(key: string, { client, from, text }: FileZillaLine, time: number): Gathering {
    const begins = /^Connected/.test(text) || (from === 'server' && /^(?:220|421)[ -]/.test(text))
    const before = book.find(key)
    const isSpent = before?.dialogue?.commandSeen ?? false
    if (before && !(begins && isSpent)) return before
    if (!client) throw new Error('a session without a client')
    const gathering = book.open(key, client, time, begins)
    gathering.product = filezilla
    return gathering
  }

  function timeOf({ time }: FileZillaLine): number | null {
    if (typeof time === 'number') return time
    order ??= orderOf(time) ?? orderOfName(time)
    const local = readDated(time, order)
    if (local === null) book.lacks.tell('date-order-unknown')
    return local === null ? null : book.lacks.clock(local)
  }

  /** A log of one day bears the day in its name. */
  function orderOfName({ numbers: [a, b, c] }: Dated): DateOrder | null {
    const [, year, month, day] = /(\d{4})-(\d{2})-(\d{2})[^/\\]*$/.exec(context.document) ?? []
    if (year !== c || month === day) return null
    if (Number(a) === Number(day) && Number(b) === Number(month)) return 'day-first'
    return Number(a) === Number(month) && Number(b) === Number(day) ? 'month-first' : null
  }
}

const filezilla = productOfLog('FileZilla Server', null)

const ends =
  /disconnected\.?$|^Control channel closed|^Session \d{1,12} ended|^Client disconnected|^Refusing connection/i

function apply(gathering: Gathering, { from, text, user }: FileZillaLine): void {
  switch (from) {
    case 'client':
      say(gathering, text)
      break
    case 'server':
      answerText(gathering, text)
      break
    case 'note': {
      const port = Number(/^Connected on port (\d{1,5}),/.exec(text)?.[1] ?? 0)
      if (port > 0 && port < 65_536) gathering.serverPort = port
      break
    }
  }
  if (user !== null && hasLoggedIn(gathering)) addUser(gathering, user)
}
