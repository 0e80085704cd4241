/** The bytes of a control connection: lines of both sides in the order in which they came, until TLS begins. */
import {
  type Command,
  type CommandState,
  commandStart,
  lastCommand,
  stepCommand,
} from '../../protocols/ftp/command.ts'
import { turnOf } from '../../protocols/ftp/conversation.ts'
import { lastReply, replyStart, stepReply } from '../../protocols/ftp/reply.ts'
import type { ClientHello } from '../../protocols/tls/client-hello.ts'
import type { Side } from '../stream.ts'
import type { Control } from './control.ts'
import { type ControlEvents, takeTurn } from './control-turns.ts'
import {
  endHandshake,
  feedHandshake,
  type Handshake,
  heldBy,
  isOver,
  loseHandshake,
  startHandshake,
} from './handshake.ts'
import { latin1 } from './latin1.ts'
import { slim } from './slim.ts'
import { clientSays, isReplyLine, tlsBegins } from './sniff.ts'

/** The next bytes of one side. */
export function feedControl(
  control: Control,
  side: Side,
  bytes: Uint8Array,
  time: number,
  packet: number,
  events: ControlEvents,
): void {
  control.last = time
  control.packet = packet
  if (control.onlyNaming) return
  if (control.handshake !== null) {
    feedSecured(control, control.handshake, side, bytes, events)
    return
  }
  const wire = latin1(bytes)
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
  // A change of directory may have been lost.
  control.directory = null
  if (control.handshake !== null) loseHandshake(control.handshake, side)
  if (side === control.server) control.replies = replyStart
  else control.commands = commandStart
}

/** What stood in line when the stream ended. */
export function endControl(control: Control, time: number, events: ControlEvents): void {
  if (control.handshake !== null) endHandshake(control.handshake)
  if (control.handshake !== null || control.onlyNaming) return
  const reply = control.held[control.server] === '' ? lastReply(control.replies) : undefined
  if (reply !== undefined) takeTurn(control, { kind: 'reply', reply }, time, events)
  const command = lastCommand(control.commands)
  if (command !== undefined) takeTurn(control, { kind: 'command', command }, time, events)
  control.commands = commandStart
  control.replies = replyStart
}

/** A connection that begins with TLS. */
export function feedHello(
  control: Control,
  { name, protocols }: ClientHello,
  time: number,
  events: ControlEvents,
): void {
  control.handshake = { ...startHandshake(control.server), name, hello: null }
  takeTurn(control, { kind: 'tls', from: 'client', alpn: protocols }, time, events)
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
    takeTurn(control, { kind: 'command', command: own(step.command, wire) }, time, events)
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
    takeTurn(
      control,
      turn.kind === 'reply' ? { ...turn, reply: slim(turn.reply) } : turn,
      time,
      events,
    )
    text = ''
  }
}

/** What one side says of the handshake, and what it still had to say in clear. */
function feedSecured(
  control: Control,
  handshake: Handshake,
  side: Side,
  bytes: Uint8Array,
  events: ControlEvents,
): void {
  if (isOver(handshake)) return
  const before = heldBy(handshake)
  const begun = handshake.begun[side] ? bytes : secured(control, handshake, side, bytes)
  if (begun !== null) feedHandshake(handshake, side, begun)
  control.news ||= isOver(handshake)
  control.text += heldBy(handshake) - before
  events.kept(control, heldBy(handshake) - before)
}

/** From the first record on; null while none has begun. */
function secured(
  control: Control,
  handshake: Handshake,
  side: Side,
  bytes: Uint8Array,
): Uint8Array | null {
  let text = control.held[side] + latin1(bytes)
  control.held[side] = ''
  for (;;) {
    const begins = tlsBegins(text)
    if (begins === 'yes') {
      handshake.begun[side] = true
      return Buffer.from(text, 'latin1')
    }
    if (begins === 'maybe') {
      control.held[side] = text
      return null
    }
    const end = text.indexOf('\n')
    if (end < 0) return null
    text = text.slice(end + 1)
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
  if (begins === 'maybe') {
    control.held[side] = text
    return true
  }
  const handshake = startHandshake(control.server)
  control.handshake = handshake
  const from = side === control.server ? 'server' : 'client'
  takeTurn(control, { kind: 'tls', from }, time, events)
  feedSecured(control, handshake, side, Buffer.from(text, 'latin1'), events)
  return true
}

/** A slice keeps the whole text alive that it is of: a name out of a long segment gets a copy of its own. */
function own(command: Command, wire: string): Command {
  const { argument } = command
  if (argument === null || wire.length < argument.length + 1024) return command
  return { ...command, argument: Buffer.from(argument, 'latin1').toString('latin1') }
}
