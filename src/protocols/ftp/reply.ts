/**
 * Replies of the control channel (RFC 959 §4.2) as a pure step over wire text. The same bytes give the same replies
 * however they are cut; every length is bounded; what is odd but understood is kept with its faults.
 */
import { type LineState, lastLine, lineStart, stepLine } from './line.ts'
import { closes, ownText, parseFirst, type ReplyFault, withFaults } from './reply-line.ts'
import { readWire } from './wire.ts'

export interface Reply {
  readonly code: number
  /** Wire text of each line; the reply's own code and its separator are taken off where a line carries them. */
  readonly lines: readonly string[]
  /** Sorted; empty for a reply as the RFC has it. */
  readonly faults: readonly ReplyFault[]
}

export type MalformedReason = 'line-too-long' | 'too-many-lines' | 'too-long' | 'not-a-reply'
export type ReplyStep =
  | { readonly kind: 'more'; readonly state: ReplyState }
  | { readonly kind: 'reply'; readonly reply: Reply; readonly state: ReplyState }
  | {
      readonly kind: 'malformed'
      readonly reason: MalformedReason
      /** Wire text, at most 1,024 characters. */
      readonly line: string
      readonly state: ReplyState
    }

/** Limits in bytes and lines, line ends not counted. */
export interface ReplyLimits {
  readonly line: number
  readonly lines: number
  readonly total: number
}
export const replyLimits: ReplyLimits = { line: 8192, lines: 2000, total: 262_144 }

interface Open {
  readonly code: string
  readonly lines: readonly string[]
  readonly faults: readonly ReplyFault[]
  readonly total: number
  /** Too long and told of: the rest is dropped up to its last line. */
  readonly dropping: boolean
}
export interface ReplyState {
  readonly input: LineState
  readonly open: Open | null
}
export const replyStart: ReplyState = { input: lineStart, open: null }

/** Wire bytes that stand behind the last reply: after `234` they are TLS, or an injection when they came before it. */
export const behindReply = ({ input }: ReplyState): string => input.rest

export const replyText = ({ lines }: Reply): string => readWire(lines.join('\n'))

/** The reply as a transcript shows it, line by line; control characters are left to whoever shows it. */
export const writeReply = ({ code, lines }: Reply): string =>
  `${String(code).padStart(3, '0')}${lines.length > 1 ? '-' : ' '}${readWire(lines.join('\n'))}`

/** The next outcome of `state` and `chunk` (wire text). Call again with an empty chunk until it asks for more. */
export function stepReply(
  state: ReplyState,
  chunk: string,
  limits: ReplyLimits = replyLimits,
): ReplyStep {
  let { input, open } = state
  // Lines of one reply are gathered in one growing array that no state holds before this call returns.
  const gathered: string[] = open ? [...open.lines] : []
  for (let given = chunk; ; given = '') {
    const step = stepLine(input, given, limits.line)
    input = step.state
    if (step.kind === 'more') return { kind: 'more', state: { input, open: kept(open, gathered) } }
    if (step.kind === 'too-long') {
      if (open?.dropping) {
        if (closes(step.sample, open.code)) open = null
        continue
      }
      return malformed('line-too-long', step.sample, { input, open: openAfter(open, step.sample) })
    }
    const { line } = step
    if (!open) {
      if (line.text === '') continue
      const first = parseFirst(line)
      if (first.kind === 'not') return malformed('not-a-reply', line.text, { input, open: null })
      if (first.kind === 'single') return done(first.code, [first.text], first.faults, input)
      const { code, text, faults } = first
      open = { code, lines: [], faults, total: text.length, dropping: false }
      gathered.push(text)
      continue
    }
    const last = closes(line.text, open.code)
    if (open.dropping) {
      if (last) open = null
      continue
    }
    const text = ownText(line.text, open.code)
    gathered.push(text)
    const faults = withFaults(open.faults, line)
    open = { ...open, faults, total: open.total + text.length }
    if (gathered.length > limits.lines || open.total > limits.total) {
      const reason = gathered.length > limits.lines ? 'too-many-lines' : 'too-long'
      return malformed(reason, line.text, { input, open: last ? null : dropped(open.code) })
    }
    if (last) return done(open.code, gathered, faults, input)
  }
}

/** Every outcome of one chunk, for callers that hold the whole of it. */
export function readReplies(
  state: ReplyState,
  chunk: string,
  limits: ReplyLimits = replyLimits,
): {
  readonly outcomes: readonly Exclude<ReplyStep, { kind: 'more' }>[]
  readonly state: ReplyState
} {
  const outcomes: Exclude<ReplyStep, { kind: 'more' }>[] = []
  let step = stepReply(state, chunk, limits)
  for (; step.kind !== 'more'; step = stepReply(step.state, '', limits)) outcomes.push(step)
  return { outcomes, state: step.state }
}

/** The reply that the end of the stream cut off: its last line had no end, or its lines no last one. */
export function lastReply({ input, open }: ReplyState): Reply | undefined {
  const line = lastLine(input)
  if (open) {
    if (open.dropping) return undefined
    const lines = line ? [...open.lines, ownText(line.text, open.code)] : open.lines
    return reply(open.code, lines, [...open.faults, 'unterminated'])
  }
  const first = line && parseFirst(line)
  return first && first.kind !== 'not'
    ? reply(first.code, [first.text], [...first.faults, 'unterminated'])
    : undefined
}

const dropped = (code: string): Open => ({ code, lines: [], faults: [], total: 0, dropping: true })

const kept = (open: Open | null, lines: readonly string[]): Open | null =>
  open && !open.dropping ? { ...open, lines } : open

function openAfter(open: Open | null, sample: string): Open | null {
  const code = open?.code ?? /^(\d{3})-/.exec(sample)?.[1]
  return code === undefined || (open && closes(sample, code)) ? null : dropped(code)
}

const reply = (code: string, lines: readonly string[], faults: readonly ReplyFault[]): Reply => ({
  code: Number(code),
  lines,
  faults: [...faults].sort(),
})

const done = (
  code: string,
  lines: readonly string[],
  faults: readonly ReplyFault[],
  input: LineState,
): ReplyStep => ({ kind: 'reply', reply: reply(code, lines, faults), state: { input, open: null } })

const malformed = (reason: MalformedReason, line: string, state: ReplyState): ReplyStep => ({
  kind: 'malformed',
  reason,
  line: line.slice(0, 1024),
  state,
})
