/** One control connection as it is fed: lines of both sides in the order in which they came, and what follows from each. */
import type { Endpoint, Place } from '../../model/observation.ts'
import type { EvidenceLine } from '../../model/service.ts'
import {
  type Command,
  type CommandState,
  commandStart,
  lastCommand,
  stepCommand,
} from '../../protocols/ftp/command.ts'
import { answered, type Turn, turnOf, type View } from '../../protocols/ftp/conversation.ts'
import {
  type RecognitionState,
  recognitionStart,
  stepRecognition,
  verdictOf,
} from '../../protocols/ftp/recognition.ts'
import {
  lastReply,
  type Reply,
  type ReplyState,
  replyStart,
  stepReply,
} from '../../protocols/ftp/reply.ts'
import { stepSession } from '../../protocols/ftp/session.ts'
import { type Session, sessionStart } from '../../protocols/ftp/session-state.ts'
import { isSecretVerb, isVerb } from '../../protocols/ftp/verbs.ts'
import type { Naming } from '../services-names.ts'
import type { CloseReason, Side, Tcp } from '../stream.ts'
import type { DataRecord } from './data-channel.ts'
import { type Proof, provenBy } from './proofs.ts'
import { clientSays, isReplyLine, tlsBegins } from './sniff.ts'

export interface Control {
  readonly kind: 'control'
  readonly tcp: Tcp
  readonly server: Side
  readonly startSeen: boolean
  session: Session
  /** Null once it is decided. */
  recognition: RecognitionState | null
  verdict: 'ftp' | 'not-ftp' | 'undecided'
  /** The protocol that the evidence names where it is not FTP. */
  otherwise: string | null
  evidence: readonly EvidenceLine[]
  /** What names the service where it is not FTP; null where nobody asks, or the start is missing. */
  naming: Naming | null
  /** Bytes are gathered for the name alone. */
  onlyNaming: boolean
  commands: CommandState
  replies: ReplyState
  /** For each side: a beginning of a line that may be a TLS record's or the rest of another line. */
  readonly held: [string, string]
  readonly resync: [boolean, boolean]
  lost: number
  /** Milliseconds since the epoch: the last byte that came, and the first that could not be read. */
  last: number
  opaqueAt: number | null
  /** What decided. */
  proof: Place | null
  /** Of the last bytes. */
  packet: number
  /** Bytes seen while it was undecided. */
  bytes: number
  /** It began with TLS that says it will carry FTP. */
  offersFtp: boolean
  /** Who is logged in; null where that was not seen. */
  user: string | null
  readonly proofs: Map<Proof['id'], Proof>
  /** By index of the session's channels. */
  readonly data: Map<number, Carried>
  openData: number
  stolen: boolean
  /** Characters that it keeps, about. */
  text: number
  closed: { readonly reason: CloseReason; readonly time: number } | null
  emitted: boolean
}

/** A data channel that somebody connected to. */
export interface Carried {
  /** The end that was connected to; of a stolen channel, the end of who connected. */
  readonly actual: Endpoint
  readonly record: DataRecord
}

/** What whoever keeps the controls hears of. */
export interface ControlEvents {
  /** A data channel was announced: index in the session. */
  channel(control: Control, index: number, time: number): void
  login(control: Control, outcome: 'ok' | 'failed', time: number): void
  decided(control: Control): void
  kept(control: Control, characters: number): void
}

export function startControl(
  tcp: Tcp,
  server: Side,
  startSeen: boolean,
  naming: Naming | null,
  time: number,
): Control {
  const view: View = { directions: 'both', startSeen }
  return {
    kind: 'control',
    tcp,
    server,
    startSeen,
    session: sessionStart(view, {
      client: tcp.ends[server === 0 ? 1 : 0].address,
      server: tcp.ends[server].address,
    }),
    recognition: recognitionStart(view),
    verdict: 'undecided',
    otherwise: null,
    evidence: [],
    naming,
    onlyNaming: false,
    commands: commandStart,
    replies: replyStart,
    held: ['', ''],
    resync: [!startSeen, !startSeen],
    lost: 0,
    last: time,
    opaqueAt: null,
    proof: null,
    packet: tcp.packet,
    bytes: 0,
    offersFtp: false,
    user: null,
    proofs: new Map(),
    data: new Map(),
    openData: 0,
    stolen: false,
    text: 0,
    closed: null,
    emitted: false,
  }
}

export const serverEnd = ({ tcp, server }: Control): Endpoint => tcp.ends[server]
export const clientEnd = ({ tcp, server }: Control): Endpoint => tcp.ends[server === 0 ? 1 : 0]

/** The sides that anything was seen of; a side whose packets carried nothing was seen all the same. */
export function directionsOf({ tcp, server }: Control): View['directions'] {
  const client = server === 0 ? 1 : 0
  if (tcp.packets[server] === 0) return 'client'
  return tcp.packets[client] === 0 ? 'server' : 'both'
}

/** Wire text of one side. */
export function feedControl(
  control: Control,
  side: Side,
  wire: string,
  time: number,
  packet: number,
  events: ControlEvents,
): void {
  control.last = time
  control.packet = packet
  if (control.session.tlsSeen || control.onlyNaming) return
  const text = control.resync[side] ? resynced(control, side, wire) : wire
  if (text === '') return
  if (side === control.server) feedServer(control, text, time, events)
  else feedClient(control, text, time, events)
}

/** Bytes are missing: the line under way is dropped, and the next may be the rest of another. */
export function loseControl(control: Control, side: Side, bytes: number): void {
  control.lost += bytes
  control.held[side] = ''
  control.resync[side] = true
  if (side === control.server) control.replies = replyStart
  else control.commands = commandStart
}

/** What stood in line when the stream ended. */
export function endControl(control: Control, time: number, events: ControlEvents): void {
  if (control.session.tlsSeen || control.onlyNaming) return
  const reply = control.held[control.server] === '' ? lastReply(control.replies) : undefined
  if (reply !== undefined) take(control, { kind: 'reply', reply }, time, events)
  const command = lastCommand(control.commands)
  if (command !== undefined) take(control, { kind: 'command', command }, time, events)
  control.commands = commandStart
  control.replies = replyStart
}

/** The ClientHello of a connection that begins with TLS and says that it will carry FTP. */
export function feedHello(
  control: Control,
  alpn: readonly string[],
  time: number,
  events: ControlEvents,
): void {
  take(control, { kind: 'tls', from: 'client', alpn }, time, events)
}

/** Text from where a line begins; the rest of a line that began unseen is dropped, unless it reads like a whole one. */
function resynced(control: Control, side: Side, wire: string): string {
  const text = (control.held[side] + wire).replace(/^[\r\n]+/, '')
  const isServer = side === control.server
  const begins = isServer ? isReplyLine(text) : clientSays(text) === 'command'
  if (begins || tlsBegins(text) === 'yes') {
    control.held[side] = ''
    control.resync[side] = false
    return text
  }
  const end = text.indexOf('\n')
  if (end >= 0) {
    control.held[side] = ''
    control.resync[side] = false
    return text.slice(end + 1)
  }
  // Enough is kept to see a verb or a code; one character stands for a longer rest.
  control.held[side] = text.length > 16 ? '?' : text
  return ''
}

function feedClient(control: Control, wire: string, time: number, events: ControlEvents): void {
  const client = control.server === 0 ? 1 : 0
  let text = control.held[client] + wire
  control.held[client] = ''
  for (;;) {
    const { commands } = control
    if (isAtStart(commands)) {
      text = withoutEmptyLines(commands.rest + text)
      if (commands.rest !== '') control.commands = { ...commands, rest: '' }
      if (text === '') return
      if (isTls(control, client, text, time, events)) return
    }
    const step = stepCommand(control.commands, text)
    control.commands = step.state
    if (step.kind === 'more') return
    take(control, { kind: 'command', command: own(step.command, wire) }, time, events)
    text = ''
  }
}

function feedServer(control: Control, wire: string, time: number, events: ControlEvents): void {
  const { server } = control
  let text = control.held[server] + wire
  control.held[server] = ''
  for (;;) {
    const { input, open } = control.replies
    if (open === null && isAtStart(input)) {
      text = withoutEmptyLines(input.rest + text)
      if (input.rest !== '') control.replies = { input: { ...input, rest: '' }, open }
      if (text === '') return
      if (isTls(control, server, text, time, events)) return
    }
    const step = stepReply(control.replies, text)
    control.replies = step.state
    if (step.kind === 'more') return
    const turn = turnOf(step)
    take(control, turn.kind === 'reply' ? { ...turn, reply: slim(turn.reply) } : turn, time, events)
    text = ''
  }
}

/** Nothing of a line was seen yet: a TLS record would begin here. */
const isAtStart = ({ line, dropping, telnet, interrupted }: CommandState): boolean =>
  line === '' && !dropping && telnet === 'data' && !interrupted

const withoutEmptyLines = (text: string): string =>
  text[0] === '\r' || text[0] === '\n' ? text.replace(/^(?:\r*\n)+/, '') : text

/** Waits where the head of a record, or the end of an empty line before one, is not whole. */
function isTls(
  control: Control,
  side: Side,
  text: string,
  time: number,
  events: ControlEvents,
): boolean {
  const begins = /^\r+$/.test(text) ? 'maybe' : tlsBegins(text)
  if (begins === 'no') return false
  if (begins === 'maybe') control.held[side] = text
  else
    take(
      control,
      { kind: 'tls', from: side === control.server ? 'server' : 'client' },
      time,
      events,
    )
  return true
}

function take(control: Control, turn: Turn, time: number, events: ControlEvents): void {
  const directions = directionsOf(control)
  const { session } = control
  const before =
    session.view.directions === directions
      ? session
      : { ...session, view: { ...session.view, directions } }
  const after = stepSession(before, turn)
  control.session = after
  if (control.recognition !== null) decide(control, control.recognition, turn, events)
  followTls(control, before, turn, time)
  for (let i = before.channels.length; i < after.channels.length; i++)
    events.channel(control, i, time)
  if (after.logins !== before.logins) followLogins(control, before, turn, time, events)
  if (after.reinitialised > before.reinitialised) control.user = null
  for (const proof of provenBy(before, after, turn, control.user))
    if (control.proofs.get(proof.id)?.answer !== proof.answer) control.proofs.set(proof.id, proof)
  account(control, before, events)
}

function decide(
  control: Control,
  recognition: RecognitionState,
  turn: Turn,
  events: ControlEvents,
): void {
  const view = control.session.view
  const stepped = stepRecognition({ ...recognition, view }, turn)
  const isNew = stepped.evidence.length > recognition.evidence.length
  const next = isNew && answersSecret(recognition, turn) ? withoutText(stepped) : stepped
  control.recognition = next
  if (!isNew) return
  const found = verdictOf(next)
  control.evidence = found.evidence.map(({ line, weight }) => ({ line, weight }))
  control.verdict = found.verdict
  if (found.verdict === 'undecided') return
  control.recognition = null
  control.otherwise = found.verdict === 'not-ftp' ? found.protocol : null
  events.decided(control)
}

/** Some servers repeat what they were told: neither a password nor a line that was not understood may come back so. */
function answersSecret({ waiting }: RecognitionState, turn: Turn): boolean {
  if (turn.kind !== 'reply') return false
  const { code } = turn.reply
  const verb = answered(waiting, code).item?.verb
  // What a refusal refuses is not known where the command was not seen.
  if (verb === undefined) return code === 530
  return verb === '*' || (isVerb(verb) && isSecretVerb(verb))
}

const withoutText = (state: RecognitionState): RecognitionState => ({
  ...state,
  evidence: state.evidence.map((one, i) =>
    i < state.evidence.length - 1
      ? one
      : { ...one, line: `${one.line.slice(0, 3)} (text not kept: it may repeat a password)` },
  ),
})

function followTls(control: Control, before: Session, turn: Turn, time: number): void {
  const { opaqueFrom, tlsSeen } = control.session
  if (opaqueFrom === null) control.opaqueAt = null
  else if (before.opaqueFrom === null || (turn.kind === 'tls' && tlsSeen && !before.tlsSeen))
    control.opaqueAt = time
}

function followLogins(
  control: Control,
  { logins: before }: Session,
  turn: Turn,
  time: number,
  events: ControlEvents,
): void {
  const { logins } = control.session
  if (turn.kind !== 'reply') return
  for (let i = before.failed; i < logins.failed; i++) events.login(control, 'failed', time)
  if (logins.ok === before.ok) return
  const [alone] = logins.users.length === 1 ? logins.users : []
  control.user = before.open?.user ?? alone ?? null
  events.login(control, 'ok', time)
}

/** Growth of what has no small bound of its own. */
function account(control: Control, before: Session, events: ControlEvents): void {
  const { session } = control
  let grown = 0
  if (session.transfers.length > before.transfers.length)
    grown += 400 + (session.transfers.at(-1)?.argument?.length ?? 0)
  if (session.channels.length > before.channels.length) grown += 400
  if (session.logins.users.length > before.logins.users.length) grown += 256
  if (session.said !== before.said) grown += lengthOf(session.said.others.at(-1))
  if (grown === 0) return
  control.text += grown
  events.kept(control, grown)
}

const maxReply = 8192
const lengthOf = (reply: Reply | undefined): number =>
  reply === undefined ? 0 : reply.lines.reduce((sum, line) => sum + line.length + 16, 0)

/** A reply may have 2,000 lines and 256 KB, far more than tells anything of it. */
function slim(reply: Reply): Reply {
  if (lengthOf(reply) <= maxReply) return reply
  const lines: string[] = []
  let left = maxReply
  for (const line of reply.lines) {
    if (left <= 0) break
    lines.push(line.slice(0, left))
    left -= line.length + 16
  }
  return { ...reply, lines: [...lines, reply.lines.at(-1)?.slice(0, 512) ?? ''] }
}

/** A slice keeps the whole text alive that it is of: a name out of a long segment gets a copy of its own. */
function own(command: Command, wire: string): Command {
  const { argument } = command
  if (argument === null || wire.length < argument.length + 1024) return command
  return { ...command, argument: Buffer.from(argument, 'latin1').toString('latin1') }
}
