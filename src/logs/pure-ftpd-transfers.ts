/** What the transfer logs of Pure-FTPd have in common (its `AltLog`): one line a file, after it was moved whole or in part. */
import type { Address } from '../model/address.ts'
import type { Place } from '../model/observation.ts'
import { parseClient, productOfLog, type ServerContext } from './server-log.ts'
import { type Book, bookLimits, bookOf, type Told } from './server-log-book.ts'
import {
  addFile,
  addUser,
  type Gathering,
  gatheringLimits,
  isNobody,
  writeClient,
} from './server-log-session.ts'

export interface PureFtpdTransfer {
  readonly time: number
  readonly host: string
  readonly user: string
  readonly direction: 'up' | 'down'
  readonly name: string
  readonly bytes: number
  /** The connection's own name and beginning, where the format has them. */
  readonly session: { readonly id: string; readonly start: number } | null
  readonly version: string | null
}

/** Connections without a name of their own are told apart by client and user. */
export const pureFtpdBook = (context: ServerContext, named: 'named' | 'unnamed'): Book =>
  bookOf(context, named === 'named' ? bookLimits.idle : bookLimits.idleByAddress)

export function tellTransfer(book: Book, transfer: PureFtpdTransfer, place: Place): Told {
  const client = parseClient(transfer.host)
  if (!client) {
    book.lacks.tell('client-not-an-address')
    return 'skip'
  }
  const { time, user, session } = transfer
  book.passed(time)
  const key = session ? `${session.id}` : `${writeClient(client)} ${user}`
  const known = book.find(key)
  const gathering =
    known && (session || !isFull(known)) ? known : begin(book, key, client, transfer)
  book.told(key, time, place)
  if (user !== '-' && user !== '') {
    addUser(gathering, user)
    gathering.anonymous = isNobody(user)
  }
  addFile(gathering, {
    command: transfer.direction === 'up' ? 'STOR' : 'RETR',
    name: transfer.name,
    bytes: transfer.bytes,
    // The log has the same line for a file that broke off.
    complete: null,
  })
  return 'told'
}

function begin(book: Book, key: string, client: Address, told: PureFtpdTransfer): Gathering {
  const { session, time, version } = told
  const gathering = book.open(key, client, session?.start ?? time, session !== null)
  gathering.product = productOfLog('Pure-FTPd', version)
  return gathering
}

const isFull = ({ files }: Gathering): boolean => (files?.length ?? 0) >= gatheringLimits.files

/** `%20` and its kin as the bytes that they stand for; what is no such sequence stays as it is written. */
export const unquote = (text: string): string =>
  text.replace(/%([0-9A-Fa-f]{2})/g, (_whole, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
