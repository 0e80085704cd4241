/**
 * The FTP log of Microsoft IIS in the W3C's form (learn.microsoft.com/iis/configuration/system.applicationHost/log): one line
 * a command with the code of its reply, and lines for channels that open and close; times are UTC. From IIS 7.5 a session has
 * an id, before it the method begins with a number in brackets. What IIS writes of PASS is dropped: old versions log what
 * nobody typed as password.
 */
import { parseAddress } from '../model/address.ts'
import type { Place } from '../model/observation.ts'
import { isVerb } from '../protocols/ftp/verbs.ts'
import { bad, type LineFormat } from './log.ts'
import { parseClient, productOfLog, type ServerContext } from './server-log.ts'
import { type Book, bookLimits, bookOf, readerOver, type Told } from './server-log-book.ts'
import {
  addUser,
  answerCode,
  type Gathering,
  hasLoggedIn,
  say,
  writeClient,
} from './server-log-session.ts'
import {
  isDirective,
  parseRow,
  stepHeader,
  timeOfRow,
  told,
  type W3cHeader,
  type W3cRow,
  w3cStart,
} from './server-log-w3c.ts'

export const iisW3c: LineFormat = {
  kind: 'lines',
  id: 'iis-w3c',
  title: 'IIS FTP log, W3C',
  recognise(_head, lines) {
    let header = w3cStart
    let [rows, fitting] = [0, 0]
    for (const line of lines) {
      if (isDirective(line)) header = stepHeader(header, line)
      else if (line.trim() !== '') {
        const row = parseRow(header, line)
        rows++
        if (row && methodOf(row) !== null) fitting++
      }
    }
    // The same service logs web requests in the same form: only rows or a field of FTP alone tell.
    const ours = (header.software ?? '').startsWith('Microsoft')
    if (rows === 0) return ours && (header.fields ?? []).includes('x-session') ? 0.8 : null
    if (fitting * 2 < rows) return null
    return ours ? 0.97 : 0.85
  },
  start(context: ServerContext) {
    const book = bookOf(context, bookLimits.idle, 'codes')
    let header = w3cStart
    return readerOver(book, context, (text, place) => {
      // What HTTP.sys had set aside when the machine went down stays zeros.
      if (/^[\s\0]*$/.test(text)) return 'skip'
      if (isDirective(text)) {
        header = stepHeader(header, text)
        return 'skip'
      }
      const row = parseRow(header, text)
      return row ? tell(book, row, header, place) : bad('wrong-number-of-fields')
    })
  },
}

interface Method {
  /** Number in brackets of old versions. */
  readonly number: string | null
  readonly word: string
}
const channels = /^(?:Control|Data)Channel(?:Opened|Closed)$/

/** Null for web requests. */
function methodOf(row: W3cRow): Method | null {
  const found = /^(?:\[(\d{1,10})\])?([A-Za-z]{2,20})$/.exec(told(row, 'cs-method') ?? '')
  const [, number = null, word = ''] = found ?? []
  if (!found) return null
  const known = channels.test(word) || isVerb(word.toUpperCase())
  return known || (number !== null && /^(?:sent|created|closed|appended)$/.test(word))
    ? { number, word }
    : null
}

function tell(book: Book, row: W3cRow, header: W3cHeader, place: Place): Told {
  const time = timeOfRow(row, header)
  const host = told(row, 'c-ip')
  if (time === null || host === null) return bad('not-understood')
  const client = parseClient(host)
  if (!client) {
    book.lacks.tell('client-not-an-address')
    return 'skip'
  }
  // What is no command is counted as one, and none of its text is kept.
  const { number, word } = methodOf(row) ?? { number: null, word: '' }
  book.passed(time)
  const port = portOf(row, 'c-port')
  const id = told(row, 'x-session') ?? number ?? (port === null ? '' : `port ${port}`)
  const key = `${writeClient(client)} ${id}`
  const opens = word === 'ControlChannelOpened'
  const before = book.find(key)
  // The end of a connection whose beginning is not in the log, or which QUIT has ended.
  if (!before && channels.test(word) && !opens) return 'skip'
  const isNext = id === '' && /^(?:USER|AUTH)$/i.test(word) && !!before && hasLoggedIn(before)
  if (before && (opens || isNext)) book.close(key, 'unseen')
  const gathering = (opens || isNext ? undefined : before) ?? book.open(key, client, time, opens)
  book.told(key, time, place)
  // The port of a data channel is none of the server's.
  if (word.startsWith('DataChannel')) return 'told'
  gathering.clientPort ??= port
  gathering.server = parseAddress(told(row, 's-ip') ?? '') ?? gathering.server
  gathering.serverPort ??= portOf(row, 's-port')
  gathering.product ??= productOfSoftware(header.software)
  const status = Number(/^[1-6]\d\d$/.exec(told(row, 'sc-status') ?? '')?.[0] ?? 0)
  if (!channels.test(word)) speak(gathering, row, word, status)
  const leaves = /^(?:QUIT|closed)$/i.test(word) && told(row, 'x-session') === null
  if (word === 'ControlChannelClosed' || leaves) book.close(key, 'seen')
  return 'told'
}

function speak(gathering: Gathering, row: W3cRow, word: string, status: number): void {
  const argument = told(row, 'cs-uri-stem')
  const verb = oldMethods[word.toLowerCase()] ?? word
  say(gathering, argument === null ? verb : `${verb} ${argument}`)
  const user = told(row, 'cs-username')
  if (user !== null && hasLoggedIn(gathering)) addUser(gathering, user)
  if (status !== 0) answerCode(gathering, status)
}

/** What IIS 5 and 6 call a finished transfer. */
const oldMethods: Readonly<Record<string, string>> = {
  sent: 'RETR',
  created: 'STOR',
  appended: 'APPE',
  closed: 'QUIT',
}

function portOf(row: W3cRow, field: string): number | null {
  const port = Number(/^\d{1,5}$/.exec(told(row, field) ?? '')?.[0] ?? 0)
  return port > 0 && port < 65_536 ? port : null
}

const productOfSoftware = (software: string | null) =>
  (software ?? '').startsWith('Microsoft Internet Information Services')
    ? productOfLog('Microsoft FTP Service', null)
    : null
