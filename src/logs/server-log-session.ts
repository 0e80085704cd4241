/**
 * One control connection as a server's log tells of it, gathered line by line. What no line told stays null. A log writes
 * what went through TLS as readable as what did not, so a login in clear is never inferred from it. All texts that come here
 * are wire text, so that names which are no UTF-8 keep their bytes.
 */
import { type Address, formatAddress } from '../model/address.ts'
import type { DataChannel, FtpSession, Place, TransferredFile } from '../model/observation.ts'
import type { Product } from '../model/service.ts'
import { categoryOfName } from '../protocols/ftp/categories.ts'
import type { Transfer } from '../protocols/ftp/channel.ts'
import { type Command, parseCommand } from '../protocols/ftp/command.ts'
import { isAnonymous } from '../protocols/ftp/login.ts'
import { type Reply, type ReplyState, replyStart, stepReply } from '../protocols/ftp/reply.ts'
import { serverOf, stepSession } from '../protocols/ftp/session.ts'
import { type Session, sessionStart } from '../protocols/ftp/session-state.ts'
import { decodeWire, readWire } from '../protocols/ftp/wire.ts'

/** Grows with the lines of one connection; nothing outside of the logs of servers keeps it. */
export interface Gathering {
  readonly client: Address
  clientPort: number | null
  server: Address | null
  serverPort: number | null
  product: Product | null
  start: number
  end: number
  startSeen: boolean
  endSeen: boolean
  readonly places: Place[]
  users: string[] | null
  /** From lines that say so in words; codes of replies are in the dialogue. */
  logins: { ok: number; failed: number } | null
  anonymous: boolean | null
  authTls: boolean | null
  files: TransferredFile[] | null
  filesBeyond: boolean
  /** `codes`: replies are known by their number alone. */
  replies: 'texts' | 'codes'
  dialogue: Session | null
  replyState: ReplyState
  /** Bytes of the dialogue's transfers, by their index. */
  readonly bytes: Map<number, number>
}

export const gatheringLimits = { places: 16, users: 64, name: 4096, files: 1024 } as const

export const gather = (
  client: Address,
  time: number,
  startSeen: boolean,
  replies: Gathering['replies'] = 'texts',
): Gathering => ({
  client,
  clientPort: null,
  server: null,
  serverPort: null,
  product: null,
  start: time,
  end: time,
  startSeen,
  endSeen: false,
  places: [],
  users: null,
  logins: null,
  anonymous: null,
  authTls: null,
  files: null,
  filesBeyond: false,
  replies,
  dialogue: null,
  replyState: replyStart,
  bytes: new Map(),
})

/** A line of this connection: the first places and the last are kept. */
export function touch(gathering: Gathering, time: number, place: Place): void {
  gathering.start = Math.min(gathering.start, time)
  gathering.end = Math.max(gathering.end, time)
  const { places } = gathering
  if (places.length < gatheringLimits.places) places.push(place)
  else places[places.length - 1] = place
}

export function addUser(gathering: Gathering, user: string): void {
  gathering.users ??= []
  const name = readWire(user.slice(0, 256))
  const { users } = gathering
  if (users.length < gatheringLimits.users && !users.includes(name)) users.push(name)
}

/** A line that says how a login ended. `anonymous` is null where it does not say as whom. */
export function addLogin(
  gathering: Gathering,
  outcome: 'ok' | 'failed',
  anonymous: boolean | null,
): void {
  gathering.logins ??= { ok: 0, failed: 0 }
  gathering.logins[outcome]++
  if (outcome === 'ok' && anonymous !== null) gathering.anonymous = anonymous
  // A refusal of nobody shows that nobody is let in, unless somebody else was before.
  if (outcome === 'failed' && anonymous === true) gathering.anonymous ??= false
}

export interface FileTold {
  readonly command: TransferredFile['command']
  /** Wire text. */
  readonly name: string
  readonly bytes: number | null
  readonly complete: boolean | null
}
export function addFile(gathering: Gathering, told: FileTold): void {
  gathering.files ??= []
  if (gathering.files.length < gatheringLimits.files) gathering.files.push(fileOf(told))
  else gathering.filesBeyond = true
}

function fileOf({ command, name, bytes, complete }: FileTold): TransferredFile {
  const { text, base64 } = decodeWire(name.slice(0, gatheringLimits.name))
  return {
    command,
    name: text,
    nameBase64: base64,
    bytes: bytes !== null && Number.isSafeInteger(bytes) ? bytes : null,
    complete,
    type: null,
    category: categoryOfName(text),
    sha256: null,
  }
}

/** A command as the log writes it; passwords and what may be one are dropped at once. */
export function say(gathering: Gathering, text: string): Command {
  const command = parseCommand(text)
  gathering.dialogue = stepSession(dialogueOf(gathering), { kind: 'command', command })
  return command
}

/** One line of the server's words; a reply of several lines counts when its last has come. The code that it completes. */
export function answerText(gathering: Gathering, text: string): number | null {
  let code: number | null = null
  let step = stepReply(gathering.replyState, `${text}\r\n`)
  for (; step.kind !== 'more'; step = stepReply(step.state, '')) {
    if (step.kind !== 'reply') continue
    code = step.reply.code
    answer(gathering, step.reply)
  }
  gathering.replyState = step.state
  return code
}

export function answerCode(gathering: Gathering, code: number, bytes: number | null = null): void {
  answer(gathering, { code, lines: [''], faults: [] })
  const last = (gathering.dialogue?.transfers.length ?? 0) - 1
  if (bytes !== null && last >= 0) gathering.bytes.set(last, bytes)
}

function answer(gathering: Gathering, reply: Reply): void {
  const session = dialogueOf(gathering)
  const [asked] = session.waiting
  const isTls = asked?.verb === 'AUTH' && /^(?:TLS|SSL)/i.test(asked.argument ?? '')
  const accepts = isTls && reply.code === 234
  if (accepts) gathering.authTls = true
  // On the wire 234 is the end of what can be read; the server goes on to log what it decrypts.
  const heard = accepts ? { ...reply, code: 200 } : reply
  gathering.dialogue = stepSession(session, { kind: 'reply', reply: heard })
}

const dialogueOf = ({ dialogue, client, server, startSeen }: Gathering): Session =>
  dialogue ?? sessionStart({ directions: 'both', startSeen }, { client, server })

/** A login of this connection succeeded, by words or by code. */
export const hasLoggedIn = ({ logins, dialogue }: Gathering): boolean =>
  (logins?.ok ?? 0) > 0 || (dialogue?.logins.ok ?? 0) > 0

/** The session, for a server that is known by now. */
export function sessionOf(
  gathering: Gathering,
  server: { readonly address: Address; readonly port: number },
  clientPort: number,
): FtpSession {
  const { client, start, end, startSeen, endSeen, dialogue, authTls } = gathering
  const spoke = dialogue?.commandSeen ? dialogue : null
  const greeting = dialogue?.said.greeting
  return {
    server: { ...server, product: productOf(gathering) },
    client: { address: client, port: clientPort, product: null },
    start,
    end,
    startSeen,
    endSeen,
    directions: 'both',
    lostBytes: null,
    encrypted: authTls === true ? 'from-auth' : 'unknown',
    opaqueFrom: null,
    banner: greeting && gathering.replies === 'texts' ? readWire(greeting.lines.join('\n')) : null,
    users: usersOf(gathering, spoke),
    logins: gathering.logins ?? loginsOf(gathering, spoke),
    anonymous: gathering.anonymous ?? spoke?.logins.anonymous ?? null,
    authTls: authTls ?? (spoke && startSeen ? false : null),
    commands: spoke ? spoke.commands : null,
    dataChannels: spoke && gathering.replies === 'texts' ? channelsOf(spoke, server.address) : null,
    files: gathering.files ?? (spoke ? filesOf(gathering, spoke) : null),
    signs: [...new Set((dialogue?.signs ?? []).map(({ sign }) => sign))].filter(
      (sign) => sign !== 'clear-text-login',
    ),
  }
}

const productOf = ({ dialogue, replies, product }: Gathering): Product | null => {
  const identity = dialogue && replies === 'texts' ? serverOf(dialogue) : null
  return identity && (!product || identity.version !== null) ? identity : product
}

/** Nobody is seen to log in where the log begins behind the login. */
const sawLogin = ({ startSeen }: Gathering, { commands }: Session): boolean =>
  startSeen || (commands['USER'] ?? 0) + (commands['PASS'] ?? 0) > 0

function loginsOf(gathering: Gathering, spoke: Session | null): FtpSession['logins'] {
  if (!spoke || !sawLogin(gathering, spoke)) return null
  return { ok: spoke.logins.ok, failed: spoke.logins.failed }
}

function usersOf(gathering: Gathering, spoke: Session | null): readonly string[] | null {
  const { users } = gathering
  if (!users) return spoke && sawLogin(gathering, spoke) ? spoke.logins.users : null
  // A server may write an account in its own way where the client typed another: `ftp` for `anonymous`.
  const typed = spoke?.logins.users ?? []
  return typed.length > 0 ? typed : users
}

const channelsOf = (session: Session, server: Address): readonly DataChannel[] =>
  session.channels.map(({ mode, announced, transfer }) => {
    const taken = transfer === null ? undefined : session.transfers[transfer]
    return {
      mode,
      announced: { address: announced.address ?? server, port: announced.port },
      actual: null,
      command: taken?.verb ?? null,
      argument: taken?.argument ? readWire(taken.argument) : null,
      bytes: null,
      complete: taken ? completeOf(taken) : null,
      outcome: taken?.outcome ? `${taken.outcome}` : null,
    }
  })

const completeOf = ({ outcome, complete }: Transfer): boolean | null =>
  outcome === null ? null : complete

function filesOf({ bytes }: Gathering, { transfers }: Session): readonly TransferredFile[] {
  return transfers.flatMap((transfer, index) => {
    const { verb, argument, stored } = transfer
    if (verb !== 'RETR' && verb !== 'STOR' && verb !== 'APPE' && verb !== 'STOU') return []
    const name = stored ?? argument ?? ''
    const complete = completeOf(transfer)
    return [fileOf({ command: verb, name, bytes: bytes.get(index) ?? null, complete })]
  })
}

/** Both names of nobody, and what servers make of them. */
export const isNobody = (user: string): boolean => isAnonymous(user)

/** For keys of maps. */
export const writeClient = (client: Address): string => formatAddress(client)
