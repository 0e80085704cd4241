/**
 * A log that may still be written, read so that it can be gone on with after any whole line. What its reader knows (open
 * sessions, header lines, the order of fields) is made by its bytes alone: whoever goes on reads the file from its beginning,
 * silently up to the mark.
 */
import { createHash } from 'node:crypto'
import type { LogContext } from '../logs/log.ts'
import { type LogEvent, type LogOptions, openLog } from '../logs/read.ts'
import { gap } from '../model/gap.ts'
import { documentSource } from '../model/source.ts'
import { headAt, type KnownMark, longestHead, type Mark } from '../store/lake/source.ts'

export interface GrowingLog {
  /** Bytes of the file in their order, from its first. Throws `ReplacedError`. */
  push(bytes: Uint8Array): readonly LogEvent[]
  /** What is complete; with a time (ms) also open sessions that were silent for long before it. */
  flush(now: number | null): readonly LogEvent[]
  /** Where it can be gone on with, when all events up to now, and those of `flush`, are in the lake. */
  mark(): Mark
  /** `whole`: a last line without an end is a line. `open`: it is waited for. */
  end(end: 'whole' | 'open'): readonly LogEvent[]
}

/** The file is not the one any more that the mark was found in. */
export class ReplacedError extends Error {
  override readonly name = 'ReplacedError'
}

const lineFeed = 10
/** A line that is longer is not waited for; its reader passes it over. */
const longestLine = 2 ** 21
/** A time before which nothing was silent: `idle` then hands over what is complete, and no more. */
const never = 0

export function growingLog(
  context: LogContext,
  options: LogOptions,
  from: KnownMark | null,
): GrowingLog {
  const log = openLog(context, options)
  const hash = createHash('sha256')
  /** Bytes that the reader has; `held` is what stands behind them, a line without an end. */
  let position = 0
  let held: Uint8Array = new Uint8Array(0)
  /** The first bytes. */
  let start: Uint8Array = new Uint8Array(0)
  let final: Mark | null = null
  let isProved = from === null
  let isSilent = from !== null && from.told > 0

  function prove(bytes: Uint8Array): void {
    const start = position + held.length
    if (isProved || from === null || start + bytes.length < from.offset) return
    isProved = true
    const proof = hash
      .copy()
      .update(held)
      .update(bytes.subarray(0, from.offset - start))
    if (proof.digest('hex') !== from.before) throw new ReplacedError(context.document)
  }

  const markAt = (told: number): Mark => ({
    offset: position,
    before: hash.copy().digest('hex'),
    told,
    head: headAt(start, position),
  })

  function give(bytes: Uint8Array): readonly LogEvent[] {
    if (start.length < longestHead) start = Buffer.concat([start, bytes.subarray(0, longestHead)])
    hash.update(bytes)
    position += bytes.length
    return heard(log.push(bytes))
  }

  /** Which format it is must be known in any case. */
  const heard = (events: readonly LogEvent[]): readonly LogEvent[] =>
    isSilent ? events.filter(({ kind }) => kind === 'format' || kind === 'end') : events

  /** Whole lines, which are silent up to the end of the line that was told last. */
  function giveLines(lines: Uint8Array): readonly LogEvent[] {
    if (!isSilent || from === null || position + lines.length < from.told) return give(lines)
    const told = from.told - position
    const isWhole = told === 0 || lines[told - 1] === lineFeed
    const end = isWhole ? told : lines.indexOf(lineFeed, told) + 1
    if (end === 0) return give(lines)
    const events = [...give(lines.subarray(0, end)), ...heard(log.idle(never))]
    isSilent = false
    const more = Buffer.from(lines.subarray(told, end)).toString('latin1').trim()
    if (more !== '') events.push(grownLine(context))
    return [...events, ...give(lines.subarray(end))]
  }

  return {
    push(bytes) {
      prove(bytes)
      const end = bytes.lastIndexOf(lineFeed) + 1
      if (end === 0 && held.length + bytes.length <= longestLine) {
        held = Buffer.concat([held, bytes])
        return []
      }
      const cut = end || bytes.length
      const begun = held
      held = bytes.slice(cut)
      const lines = bytes.subarray(0, cut)
      // Only what has to be looked at as one is put together.
      return isSilent ? giveLines(Buffer.concat([begun, lines])) : [...give(begun), ...give(lines)]
    },
    flush: (now) => heard(log.idle(now ?? never)),
    mark: () => final ?? markAt(position),
    end(end) {
      if (!isProved) throw new ReplacedError(context.document)
      // Nobody knows yet what an empty file will be, and what was open at the mark may have been told there.
      const isNew = position > (from?.ended ? from.offset : 0)
      if (end === 'open' && !isNew)
        return position === 0 ? [] : log.end().filter(({ kind }) => kind === 'end')
      const events = [...heard(log.idle(never))]
      const told = position
      if (end === 'whole' && held.length > 0) {
        // The line that the lake has already is gone on with, and has no end yet.
        events.push(...give(held))
        held = new Uint8Array(0)
      }
      const last = heard(log.end())
      // A session that was told too early is told again with the whole line; a flow cannot be taken back.
      final = markAt(last.some(isFinal) || isSilent ? position : told)
      return [...events, ...last]
    },
  }
}

const isFinal = (event: LogEvent): boolean =>
  event.kind === 'flows' ||
  (event.kind === 'observations' &&
    event.observations.some(({ kind }) => kind === 'flow' || kind === 'service'))

const grownLine = (context: LogContext): LogEvent => {
  const message = `${context.document}: a line was read before all of it was written; what was read of it stands`
  const source = documentSource(context.document)
  return {
    kind: 'observations',
    observations: [{ kind: 'gap', gap: gap('line-read-too-early', message, source) }],
  }
}
