/** A log into the lake as far as it is not there yet. */
import type { LogContext } from '../logs/log.ts'
import type { LogOptions, LogSummary } from '../logs/read.ts'
import { CompressionFault } from '../logs/read-bytes.ts'
import { gap } from '../model/gap.ts'
import { documentSource } from '../model/source.ts'
import type { IngestOptions, ObservationList } from '../store/lake/ingest.ts'
import type { Lake } from '../store/lake/lake.ts'
import { growingFrom, growingKey, type KnownMark, type LakeSource } from '../store/lake/source.ts'
import { furthestMark, startOf } from './furthest-mark.ts'
import { type Fed, growingEvents } from './growing-events.ts'
import { growingLog } from './growing-log.ts'

export interface LogToKeep {
  readonly context: LogContext
  readonly options: LogOptions
  readonly source: Pick<LakeSource, 'name' | 'witness' | 'context'>
  /** From `meaningKey`. */
  readonly meaning: string
  /** Its bytes from the first, decompressed: it is read more than once. */
  readonly open: () => AsyncIterable<Uint8Array>
}

export interface Keeper {
  /** An id that no other reading of any log has. */
  readonly reading: () => string
  readonly keep: (
    lists: AsyncIterable<ObservationList>,
    source: LakeSource,
    options: IngestOptions,
  ) => Promise<unknown>
  /** `from` is the byte from which on it was new. */
  readonly onEnd: (summary: LogSummary, from: number) => void
}

/** Adds what is new; `known` where nothing is. Throws `OvertakenError` and `ReplacedError`. */
export async function keepToEnd(
  lake: Lake,
  log: LogToKeep,
  keeper: Keeper,
): Promise<'known' | 'kept'> {
  const marks = await lake.marks(log.meaning, await startOf(log.open()))
  const { mark, hasMore } = await furthestMark(log.open(), marks.marks)
  if (mark?.ended && !hasMore) return 'known'
  const growing = growingFrom(log.meaning, marks, mark)
  await keepFrom(log, keeper, growing, { feed: whole(log), end: () => 'whole' })
  return 'kept'
}

/** Adds what is fed from a mark on; the feed begins with the first byte. */
export async function keepFrom(
  { context, options, source, open }: LogToKeep,
  { keep, reading, onEnd }: Keeper,
  growing: NonNullable<LakeSource['growing']>,
  { feed, end }: { readonly feed: AsyncIterable<Fed>; readonly end: () => 'whole' | 'open' },
): Promise<void> {
  const { from } = growing
  const { lists, reached } = growingEvents(growingLog(context, options, from), feed, {
    end,
    onEnd: (summary) => onEnd(summary, from?.told ?? 0),
  })
  const isOurs = async (marks: readonly KnownMark[]) =>
    (await furthestMark(open(), marks)).mark !== null
  const key = growingKey(growing, reading())
  await keep(lists, { ...source, key, growing }, { reached, isOurs })
}

async function* whole({ open, context }: LogToKeep): AsyncGenerator<Fed> {
  try {
    for await (const bytes of open()) yield { kind: 'bytes', bytes }
  } catch (cause) {
    if (!(cause instanceof CompressionFault)) throw cause
    const message = `${context.document}: ${cause.message}; what stands before was read`
    yield { kind: 'gap', gap: gap(cause.reason, message, documentSource(context.document)) }
  }
}
