/** One connection on which every protocol listens, and those in doubt ask, until one of them knows what it is. */
import type { EvidenceLine } from '../model/service.ts'
import { wireOf } from '../protocols/ftp/wire.ts'
import { type Heard, heardLimit, type Protocol, type Recognised } from '../protocols/protocol.ts'
import type { Connection } from './connection.ts'

export interface ConverseOptions {
  readonly protocols: readonly Protocol[]
  readonly overTls: boolean
  /** Whether anything may be sent. */
  readonly mode: 'ask' | 'listen-only'
  /** Milliseconds for the first byte of an exchange, and from its first byte to its decision. */
  readonly wait: number
  readonly decide: number
}

export type Conversed =
  | {
      readonly kind: 'is'
      readonly recognised: Recognised
      readonly exchanges: readonly Heard[]
    }
  /** Something was said that nobody knows; `evidence` holds its first bytes. */
  | { readonly kind: 'unknown'; readonly evidence: readonly EvidenceLine[]; readonly end: End }
  | { readonly kind: 'nothing'; readonly end: End }
/** How the last exchange ended: still open, silent, or an ending. */
type End = 'open' | 'silent' | 'closed-by-server' | 'reset' | 'too-slow' | 'too-much-data'

/** Greeting, then at most this many questions. */
const maxExchanges = 5

/** `sent` is what was already sent on the connection, null where it is the service's turn to greet. */
export async function converse(
  connection: Connection,
  clock: () => number,
  sent: Uint8Array | null,
  options: ConverseOptions,
): Promise<Conversed> {
  const asked = new Map<string, number>()
  let earlier: readonly Heard[] = []
  let held: Recognised | null = null
  let last: Exchange = { bytes: new Uint8Array(), end: 'open', choice: { kind: 'nobody' } }
  for (let turn: Uint8Array | null = sent; earlier.length < maxExchanges; ) {
    last = await hearOut(connection, clock, turn, earlier, asked, options)
    const { choice, bytes } = last
    earlier = [...earlier, { sent: turn, bytes, ended: false, overTls: options.overTls }]
    if (choice.kind === 'is')
      return { kind: 'is', recognised: choice.recognised, exchanges: earlier }
    if (choice.kind === 'nobody' || options.mode === 'listen-only') break
    held ??= choice.held
    if (held && turn !== null && refuses(bytes)) break
    asked.set(choice.by, (asked.get(choice.by) ?? 0) + 1)
    const { kind } = await connection.send(choice.send)
    if (kind === 'ended') break
    turn = choice.send
  }
  if (held) return { kind: 'is', recognised: held, exchanges: earlier }
  const first = earlier.find(({ bytes }) => bytes.length > 0)
  return first
    ? {
        kind: 'unknown',
        evidence: [{ line: wireOf(first.bytes.subarray(0, 256)), weight: 0 }],
        end: last.end,
      }
    : { kind: 'nothing', end: last.end }
}

/** 500 or 502: the command is not of this service's language. */
const refuses = (bytes: Uint8Array): boolean => /^50[02][ -]/.test(wireOf(bytes.subarray(0, 4)))

type Choice =
  | { readonly kind: 'is'; readonly recognised: Recognised }
  /** `held` is what it is unless the answer shows otherwise. */
  | {
      readonly kind: 'ask'
      readonly by: string
      readonly send: Uint8Array
      readonly held: Recognised | null
    }
  | { readonly kind: 'more' }
  | { readonly kind: 'nobody' }
interface Exchange {
  readonly bytes: Uint8Array
  readonly end: End
  readonly choice: Exclude<Choice, { kind: 'more' }>
}

const silence = { kind: 'silence' } as const

/** Receives until one protocol decides, all give up, or time or length is over. */
async function hearOut(
  connection: Connection,
  clock: () => number,
  sent: Uint8Array | null,
  earlier: readonly Heard[],
  asked: ReadonlyMap<string, number>,
  { protocols, overTls, wait, decide }: ConverseOptions,
): Promise<Exchange> {
  let bytes: Uint8Array = new Uint8Array()
  let until = clock() + wait
  let lastByte = clock()
  const judge = (ended: boolean): Choice =>
    earlier.length === 0 && isEcho(sent, bytes)
      ? { kind: 'nobody' }
      : choose(protocols, { sent, bytes, ended, overTls, earlier }, asked)
  const over = (end: End): Exchange => {
    const choice = judge(true)
    return { bytes, end, choice: choice.kind === 'more' ? { kind: 'nobody' } : choice }
  }
  // Long texts are judged when they have grown by half or pause: each judgement reads them whole.
  let judgedAt = 0
  for (;;) {
    const left = until - clock()
    const isUnjudged = bytes.length > judgedAt
    const received =
      left > 0 ? await connection.receive(isUnjudged ? Math.min(left, pause) : left) : silence
    if (received.kind === 'ended')
      return over(received.ending === 'reset' ? 'reset' : 'closed-by-server')
    if (received.kind === 'bytes') {
      if (bytes.length === 0) until = clock() + decide
      lastByte = clock()
      bytes = joined(bytes, received.bytes)
    } else if (left <= pause || !isUnjudged) {
      if (bytes.length === 0) return over('silent')
      // Bytes that were still coming when time was over are a service that drips; others have said what they had to say.
      return over(clock() - lastByte < decide / 2 ? 'too-slow' : 'open')
    }
    const isFull = bytes.length >= heardLimit
    if (
      received.kind === 'bytes' &&
      !isFull &&
      bytes.length > 4096 &&
      bytes.length < judgedAt * 1.5
    )
      continue
    const choice = judge(false)
    judgedAt = bytes.length
    if (choice.kind !== 'more') return { bytes, end: isFull ? 'too-much-data' : 'open', choice }
    if (isFull) return over('too-much-data')
  }
}

/** Milliseconds without a byte after which a long text is judged as it stands. */
const pause = 50

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(Math.min(a.length + b.length, heardLimit))
  all.set(a)
  all.set(b.subarray(0, all.length - a.length), a.length)
  return all
}

/**
 * Who knows is believed at once, except a greeting in three digits: mail greets like FTP and a banner may say anything,
 * so FTP's question goes first. Of those who ask, the one who has asked least does.
 */
function choose(
  protocols: readonly Protocol[],
  heard: Heard,
  asked: ReadonlyMap<string, number>,
): Choice {
  const outcomes = protocols.map(({ id, hear }) => ({ id, outcome: hear(heard) }))
  const is = outcomes.find(({ outcome }) => outcome.kind === 'is')?.outcome
  const known = is?.kind === 'is' ? is.recognised : null
  const asking = outcomes
    .flatMap(({ id, outcome }) => (outcome.kind === 'ask' ? [{ id, send: outcome.send }] : []))
    .sort((a, b) => (asked.get(a.id) ?? 0) - (asked.get(b.id) ?? 0))
  if (known && !isNumbered(heard)) return { kind: 'is', recognised: known }
  const doubter = known ? asking.find(({ id }) => id === 'ftp') : asking[0]
  if (known && !doubter) return { kind: 'is', recognised: known }
  const isWaiting = outcomes.some(({ outcome }) => outcome.kind === 'more')
  if (doubter && (known || !isWaiting))
    return { kind: 'ask', by: doubter.id, send: doubter.send, held: known }
  return isWaiting ? { kind: 'more' } : { kind: 'nobody' }
}

/** A probe that comes back as it went (RFC 862): some protocols answer with a header like the one they were sent. */
const isEcho = (sent: Uint8Array | null, bytes: Uint8Array): boolean =>
  sent !== null &&
  sent.length > 0 &&
  bytes.length >= sent.length &&
  sent.every((byte, at) => bytes[at] === byte)

const isNumbered = ({ sent, bytes }: Heard): boolean =>
  sent === null && /^[1-5]\d\d[ -]/.test(wireOf(bytes.subarray(0, 4)))
