/**
 * "Is it FTP?" by evidence on the conversation, never by the port. A mere 220 is SMTP as well; POP3 knows USER and PASS.
 * Each row of the table counts once, however often it is seen.
 */
import { parseExtendedPassive, parseExtendedPort, parsePassive, parsePort } from './address.ts'
import type { Command } from './command.ts'
import { answered, enqueue, type Turn, type View } from './conversation.ts'
import {
  type EvidenceRow,
  foreignLine,
  listsFtp,
  namesFtp,
  type OtherProtocol,
  rows,
} from './evidence.ts'
import { type Reply, replyText } from './reply.ts'
import { isTransferVerb } from './verbs.ts'
import { readWire } from './wire.ts'

export interface Evidence {
  readonly row: EvidenceRow
  readonly weight: number
  /** The first line that shows it, at most 256 characters; control characters as they came. */
  readonly line: string
  /** Counts turns from 0. */
  readonly turn: number
}

export type Recognition =
  | { readonly verdict: 'ftp'; readonly weight: number; readonly evidence: readonly Evidence[] }
  | {
      readonly verdict: 'not-ftp'
      readonly protocol: OtherProtocol
      readonly weight: number
      readonly evidence: readonly Evidence[]
    }
  | {
      readonly verdict: 'undecided'
      readonly weight: number
      readonly evidence: readonly Evidence[]
    }

export interface RecognitionState {
  readonly view: View
  readonly turns: number
  readonly waiting: readonly Pick<Command, 'verb' | 'argument'>[]
  readonly commandSeen: boolean
  readonly replySeen: boolean
  /** A 234, or a 150 that opened a data connection, whose second half is still to come. */
  readonly agreed: string | null
  readonly opened: string | null
  readonly evidence: readonly Evidence[]
}

export const recognitionStart = (view: View): RecognitionState => ({
  view,
  turns: 0,
  waiting: [],
  commandSeen: false,
  replySeen: false,
  agreed: null,
  opened: null,
  evidence: [],
})

export function stepRecognition(state: RecognitionState, turn: Turn): RecognitionState {
  const next = { ...state, turns: state.turns + 1 }
  switch (turn.kind) {
    case 'command':
      return stepCommand(next, turn.command)
    case 'reply':
      return stepReply(next, turn.reply)
    case 'line':
      return withRow(next, foreignLine(turn.line), readWire(turn.line))
    case 'tls':
      return withRow(
        { ...next, agreed: null },
        state.agreed !== null ? 'auth-then-tls' : undefined,
        state.agreed ?? '',
      )
  }
}

/** FTP from 3 up, something else from −3 down; the other thing's name is that of its heaviest evidence. */
export function verdictOf({ evidence }: RecognitionState): Recognition {
  const weight = evidence.reduce((sum, row) => sum + row.weight, 0)
  if (weight >= 3) return { verdict: 'ftp', weight, evidence }
  const others = evidence.filter((row) => row.weight < 0).sort((a, b) => a.weight - b.weight)
  const protocol = others[0] && rows[others[0].row].is
  return weight <= -3 && protocol !== undefined && protocol !== 'ftp'
    ? { verdict: 'not-ftp', protocol, weight, evidence }
    : { verdict: 'undecided', weight, evidence }
}

export const recognise = (turns: Iterable<Turn>, view: View): Recognition =>
  verdictOf([...turns].reduce(stepRecognition, recognitionStart(view)))

function stepCommand(state: RecognitionState, command: Command): RecognitionState {
  const { verb, argument } = command
  const next = {
    ...state,
    commandSeen: true,
    waiting: enqueue(state.waiting, { verb, argument: argument?.slice(0, 256) ?? null }),
  }
  // A scanner's own commands prove nothing; where only the client's side was captured, an address announced does.
  if (state.view.directions !== 'client' || argument === null) return next
  const parsed =
    verb === 'PORT'
      ? parsePort(argument)
      : verb === 'EPRT'
        ? parseExtendedPort(argument)
        : undefined
  return withRow(
    next,
    parsed?.kind === 'endpoint' ? 'port-announced' : undefined,
    `${verb} ${readWire(argument)}`,
  )
}

function stepReply(state: RecognitionState, reply: Reply): RecognitionState {
  const { item, queue } = answered(state.waiting, reply.code)
  const text = replyText(reply)
  const line = `${reply.code} ${text}`
  const isGreeting = !state.replySeen && state.view.startSeen
  // A greeting answers no command, even when the client did not wait for it.
  const verb = isGreeting && greets(reply.code) ? undefined : item?.verb
  const next: RecognitionState = {
    ...state,
    replySeen: true,
    waiting: isGreeting && greets(reply.code) ? state.waiting : queue,
    agreed: reply.code === 234 && (verb === 'AUTH' || !state.commandSeen) ? line : state.agreed,
    opened: openedBy(state, reply, verb, line),
  }
  return withRow(next, rowOf(state, reply, verb, text), line)
}

const greets = (code: number): boolean => code === 120 || code === 220 || code >= 400

function rowOf(
  state: RecognitionState,
  reply: Reply,
  verb: Command['verb'] | undefined,
  text: string,
): EvidenceRow | undefined {
  // Without the client's side a code must stand for itself: these do in no other protocol that greets with numbers.
  const blind = !state.commandSeen
  switch (reply.code) {
    case 120:
    case 220:
      return namesFtp(reply, text) ? 'greeting-names-ftp' : undefined
    case 331:
    case 332:
      return verb === 'USER' || blind ? 'user-answered' : undefined
    case 227:
      return parsePassive(text).kind === 'endpoint' ? 'passive-answered' : undefined
    case 229:
      return parseExtendedPassive(text).kind === 'port' ? 'passive-answered' : undefined
    case 215:
      // News servers answer LIST with 215, so the text must name a system where SYST was not seen.
      return verb === 'SYST' || (blind && /^(?:UNIX|Windows|OS\/400|VMS|MVS)/i.test(text))
        ? 'system-or-features'
        : undefined
    case 211:
      return (verb === 'FEAT' || blind) && listsFtp(reply) ? 'system-or-features' : undefined
    case 226:
    case 250:
      return state.opened !== null && (blind || (verb !== undefined && isTransferVerb(verb)))
        ? 'transfer'
        : verb === 'EHLO' || verb === 'HELO'
          ? 'hello-answered'
          : undefined
    case 530:
      if (/^[245]\.\d{1,3}\.\d{1,3}\b/.test(text)) return 'enhanced-status'
      return /\blog(?:in|on|ged)?\b|\bUSER\b/i.test(text) ? 'login-demanded' : undefined
    default:
      return undefined
  }
}

/** RETR and 150, then 226: enough for a session whose start nobody saw. */
function openedBy(
  { opened, commandSeen }: RecognitionState,
  { code }: Reply,
  verb: Command['verb'] | undefined,
  line: string,
): string | null {
  if (code === 125 || code === 150) {
    const isData = commandSeen
      ? verb !== undefined && isTransferVerb(verb)
      : /\bdata|\bfile|\blist/i.test(line)
    return isData ? line : null
  }
  return code >= 200 ? null : opened
}

function withRow(
  state: RecognitionState,
  row: EvidenceRow | undefined,
  line: string,
): RecognitionState {
  if (row === undefined || state.evidence.some((seen) => seen.row === row)) return state
  const found = { row, weight: rows[row].weight, line: line.slice(0, 256), turn: state.turns - 1 }
  return { ...state, evidence: [...state.evidence, found] }
}
