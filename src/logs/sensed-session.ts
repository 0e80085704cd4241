/**
 * One control connection as a sensor's log tells of it, command by command. A sensor reads the wire, so what it wrote down was
 * in clear; what it did not write down is not known.
 */
import type {
  DataChannel,
  Endpoint,
  FtpSession,
  Place,
  SessionSign,
  TransferredFile,
} from '../model/observation.ts'
import { categoryOfName } from '../protocols/ftp/categories.ts'
import type { Transfer } from '../protocols/ftp/channel.ts'
import { parseCommand } from '../protocols/ftp/command.ts'
import { isAnonymous } from '../protocols/ftp/login.ts'
import { serverOf, stepSession } from '../protocols/ftp/session.ts'
import { type Session, sessionStart } from '../protocols/ftp/session-state.ts'
import { decodeWire, encodeWire, readWire } from '../protocols/ftp/wire.ts'
import type { ConnectionFacts, FileFacts } from './read-companions.ts'

export interface Sensed {
  readonly client: Endpoint
  readonly server: Endpoint
  /** Milliseconds since the epoch of the first and last line. */
  start: number
  end: number
  readonly places: Place[]
  dialogue: Session
  /** Names beside the commands; null where the log has only what USER said. */
  users: string[] | null
  /** When TLS began; null where it was not seen to. */
  tlsAt: number | null
  /** What the connection's own log says. */
  connection: ConnectionFacts | null
  /** By the index of the transfer, and by the name that it had. */
  readonly filesByTransfer: Map<number, FileFacts>
  readonly filesByName: Map<string, FileFacts>
}

/** Which commands the sensor writes down. */
export type Telling = 'every-command' | 'some-commands'

const most = { places: 16, users: 64, facts: 1024 } as const

export const sense = (client: Endpoint, server: Endpoint, time: number): Sensed => ({
  client,
  server,
  start: time,
  end: time,
  places: [],
  dialogue: sessionStart(
    { directions: 'both', startSeen: false },
    { client: client.address, server: server.address },
  ),
  users: null,
  tlsAt: null,
  connection: null,
  filesByTransfer: new Map(),
  filesByName: new Map(),
})

export function touch(sensed: Sensed, time: number, place: Place): void {
  sensed.start = Math.min(sensed.start, time)
  sensed.end = Math.max(sensed.end, time)
  if (sensed.places.length < most.places) sensed.places.push(place)
  else sensed.places[most.places - 1] = place
}

export function nameUser(sensed: Sensed, user: string): void {
  sensed.users ??= []
  const name = user.slice(0, 256)
  if (sensed.users.length < most.users && !sensed.users.includes(name)) sensed.users.push(name)
}

/** `text` is verb and argument; secrets are dropped at once. */
export function say(sensed: Sensed, text: string): void {
  const command = parseCommand(encodeWire(text))
  sensed.dialogue = stepSession(sensed.dialogue, { kind: 'command', command })
}

/** The server's first words, before any command: the beginning of the connection was seen. */
export function greet(sensed: Sensed, code: number, lines: readonly string[]): void {
  if (sensed.dialogue.turns === 0 && (code === 220 || code === 120))
    sensed.dialogue = { ...sensed.dialogue, view: { directions: 'both', startSeen: true } }
  answer(sensed, code, lines)
}

export function answer(sensed: Sensed, code: number, lines: readonly string[]): void {
  const reply = { code, lines: lines.map(encodeWire), faults: [] }
  sensed.dialogue = stepSession(sensed.dialogue, { kind: 'reply', reply })
}

/** Nobody answered what was said last, as far as the log tells: the next reply is for the next command. */
export function forgetWaiting(sensed: Sensed): void {
  if (sensed.dialogue.waiting.length > 0) sensed.dialogue = { ...sensed.dialogue, waiting: [] }
}

/** What another log says of the file that went last. */
export function nameLastFile(sensed: Sensed, facts: FileFacts): void {
  const last = sensed.dialogue.transfers.length - 1
  if (last >= 0 && sensed.filesByTransfer.size < most.facts) sensed.filesByTransfer.set(last, facts)
}

export function nameFile(sensed: Sensed, name: string, facts: FileFacts): void {
  if (sensed.filesByName.size < most.facts) sensed.filesByName.set(name, facts)
}

export function sensedSession(sensed: Sensed, telling: Telling): FtpSession {
  const { client, server, dialogue, connection } = sensed
  const isEncrypted = sensed.tlsAt !== null || dialogue.opaqueFrom !== null
  const spoke = dialogue.commandSeen ? dialogue : null
  const greeting = dialogue.said.greeting
  return {
    server: { ...server, product: dialogue.replySeen ? serverOf(dialogue) : null },
    client: { ...client, product: null },
    start: connection?.start ?? sensed.start,
    end: Math.max(connection?.end ?? sensed.end, sensed.end),
    startSeen: connection?.startSeen ?? dialogue.view.startSeen,
    endSeen: connection?.endSeen ?? false,
    directions: connection?.directions ?? directionsOf(dialogue),
    lostBytes: connection?.lostBytes ?? null,
    encrypted: isEncrypted ? 'from-auth' : dialogue.encrypted,
    opaqueFrom: sensed.tlsAt,
    banner: greeting ? readWire(greeting.lines.join('\n')) : null,
    users: sensed.users ?? (telling === 'every-command' && spoke ? spoke.logins.users : null),
    logins: loginsOf(dialogue, telling),
    anonymous: anonymousOf(sensed),
    authTls: isEncrypted || dialogue.authTls ? true : telling === 'every-command' ? false : null,
    commands: spoke ? commandsOf(spoke, telling) : null,
    dataChannels: spoke ? channelsOf(sensed) : null,
    files: spoke ? filesOf(sensed) : null,
    signs: signsOf(sensed),
  }
}

const directionsOf = ({ commandSeen, replySeen }: Session): FtpSession['directions'] =>
  commandSeen && replySeen ? 'both' : commandSeen ? 'client' : 'server'

function loginsOf({ logins }: Session, telling: Telling): FtpSession['logins'] {
  const { ok, failed } = logins
  return telling === 'every-command' || ok + failed > 0 ? { ok, failed } : null
}

function commandsOf({ commands }: Session, telling: Telling): FtpSession['commands'] {
  if (telling === 'every-command') return commands
  // A sensor that writes down some commands does not say that there were no others.
  return Object.fromEntries(Object.entries(commands).filter(([, count]) => count > 0))
}

/** Servers transfer and open channels for whom they let in. */
const wasServed = ({ transfers, channels }: Session): boolean =>
  transfers.some(({ complete }) => complete) || channels.some(({ refused }) => !refused)

function anonymousOf({ dialogue, users }: Sensed): boolean | null {
  if (dialogue.logins.anonymous !== null || users === null || users.length === 0)
    return dialogue.logins.anonymous
  if (!wasServed(dialogue)) return null
  if (users.every(isAnonymous)) return true
  return users.some(isAnonymous) ? null : false
}

function signsOf({ dialogue, users, tlsAt }: Sensed): readonly SessionSign[] {
  const signs = new Set<SessionSign>(dialogue.signs.map(({ sign }) => sign))
  const account = (users ?? []).some((user) => !isAnonymous(user))
  // Commands of an account that can be read after its login: its password could be read too.
  if (account && tlsAt === null && dialogue.opaqueFrom === null && wasServed(dialogue))
    signs.add('clear-text-login')
  return [...signs]
}

const channelsOf = (sensed: Sensed): readonly DataChannel[] =>
  sensed.dialogue.channels.map(({ mode, announced, transfer }) => {
    const taken = transfer === null ? undefined : sensed.dialogue.transfers[transfer]
    const facts = taken && transfer !== null ? factsOf(sensed, taken, transfer) : undefined
    return {
      mode,
      announced: {
        address: announced.address ?? sensed.server.address,
        port: announced.port,
      },
      actual: null,
      command: taken?.verb ?? null,
      argument: taken?.argument ? readWire(taken.argument) : null,
      bytes: facts?.bytes ?? null,
      complete: taken ? completeOf(taken) : null,
      outcome: taken?.outcome ? `${taken.outcome}` : null,
    }
  })

const completeOf = ({ outcome, complete }: Transfer): boolean | null =>
  outcome === null ? null : complete

const factsOf = (sensed: Sensed, transfer: Transfer, index: number): FileFacts | undefined =>
  sensed.filesByTransfer.get(index) ??
  sensed.filesByName.get(readWire(transfer.stored ?? transfer.argument ?? ''))

function filesOf(sensed: Sensed): readonly TransferredFile[] {
  return sensed.dialogue.transfers.flatMap((transfer, index) => {
    const { verb, argument, stored } = transfer
    if (verb !== 'RETR' && verb !== 'STOR' && verb !== 'APPE' && verb !== 'STOU') return []
    // Refused before it began: no file went.
    if (transfer.outcome !== null && transfer.outcome >= 500 && !transfer.started) return []
    const { text, base64 } = decodeWire(stored ?? argument ?? '')
    const facts = factsOf(sensed, transfer, index)
    const complete = completeOf(transfer) ?? facts?.complete ?? null
    return [
      {
        command: verb,
        name: text,
        nameBase64: base64,
        bytes: facts?.bytes ?? null,
        complete,
        type: facts?.type ?? null,
        category: categoryOfName(text),
        sha256: complete === true ? (facts?.sha256 ?? null) : null,
      },
    ]
  })
}
