/** Which format a log has, by its first lines: as they are, or taken out of syslog's wrapper. */

import { parseZone } from './local-time.ts'
import type { LogContext, LogFormat } from './log.ts'
import { type Unwrapped, unwrapSyslog } from './syslog.ts'
import { yearlessClock } from './yearless-clock.ts'

export type Unwrap = (line: string) => Unwrapped | null

export interface Recognised {
  readonly format: LogFormat
  readonly confidence: number
  readonly syslog: 'wrapped' | 'plain'
  /** Null for a plain log. */
  readonly unwrap: Unwrap | null
}

const maxLines = 64

/** The start of a log as text: its first lines, of which the last may be cut unless the log ends there. */
export function splitHead(
  head: Uint8Array,
  isWhole: boolean,
): { readonly start: string; readonly lines: readonly string[] } {
  const start = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('utf8')
  const lines = start.split('\n', maxLines + 1)
  // A line that is cut misleads, unless there is no other.
  if (lines.length > maxLines || (!isWhole && lines.length > 1)) lines.pop()
  return {
    start: start.slice(0, 65_536),
    lines: lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)),
  }
}

/** The format that is surest; a named one is taken at its word. */
export function recogniseLog(
  head: string,
  lines: readonly string[],
  context: LogContext,
  formats: readonly LogFormat[],
  named?: string,
): Recognised | null {
  const candidates = named === undefined ? formats : formats.filter(({ id }) => id === named)
  const zone = context.timezone === null ? null : (parseZone(context.timezone) ?? null)
  const unwrapper = (): Unwrap => {
    const clock = yearlessClock(context.year, zone)
    return (line) => unwrapSyslog(line, clock)
  }
  const plain = surest(head, lines, candidates)
  const unwrapped = lines.map(unwrapper())
  const told = lines.filter((line) => line.trim() !== '').length
  const isWrapped = unwrapped.filter((line) => line !== null).length * 2 > told
  const texts = unwrapped.map((line, i) => line?.text ?? lines[i] ?? '')
  const lineFormats = candidates.filter(({ kind }) => kind === 'lines')
  const wrapped = isWrapped ? surest(texts.join('\n'), texts, lineFormats) : null
  if (wrapped !== null && (plain === null || wrapped.confidence > plain.confidence))
    return { ...wrapped, syslog: 'wrapped', unwrap: unwrapper() }
  if (plain !== null) return { ...plain, syslog: 'plain', unwrap: null }
  const [format] = candidates
  if (named === undefined || format === undefined) return null
  return {
    format,
    confidence: 0,
    syslog: isWrapped ? 'wrapped' : 'plain',
    unwrap: isWrapped ? unwrapper() : null,
  }
}

function surest(
  head: string,
  lines: readonly string[],
  formats: readonly LogFormat[],
): { readonly format: LogFormat; readonly confidence: number } | null {
  let best: { readonly format: LogFormat; readonly confidence: number } | null = null
  for (const format of formats) {
    const confidence = format.recognise(head, lines)
    if (confidence !== null && confidence > (best?.confidence ?? 0)) best = { format, confidence }
  }
  return best
}
