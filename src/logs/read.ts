/**
 * A log from its bytes: lines however they are cut, the format found by content, bad lines counted and sampled. `openLog` is
 * pushed to (a log that grows); `readLog` pulls, and takes compressed logs too.
 */

import { type FlowBatch, observationsOf } from '../model/flow-batch.ts'
import { gap } from '../model/gap.ts'
import type { Observation } from '../model/observation.ts'
import { documentSource } from '../model/source.ts'
import { logFormats } from './index.ts'
import type { LogContext, LogFormat } from './log.ts'
import { CompressionFault, decompressed, utf8Stream } from './read-bytes.ts'
import { type LogConsumer, lineConsumer, recordConsumer } from './read-consumer.ts'
import { type Recognised, recogniseLog, splitHead } from './read-recognition.ts'

export type LogEvent =
  | {
      readonly kind: 'format'
      readonly id: string
      readonly title: string
      readonly confidence: number
      readonly syslog: 'wrapped' | 'plain'
    }
  | { readonly kind: 'observations'; readonly observations: readonly Observation[] }
  /** Only where columns were asked for; the batch is the receiver's. */
  | { readonly kind: 'flows'; readonly batch: FlowBatch }
  | { readonly kind: 'end'; readonly summary: LogSummary }

export interface LogSummary {
  /** Null: no format was recognised. */
  readonly format: string | null
  /** Lines, or records of a JSON document. */
  readonly lines: number
  /** Those that said something. */
  readonly understood: number
  readonly skipped: number
  readonly bad: number
  /** The first bad ones; a sample is null where it might hold a secret. */
  readonly samples: readonly BadSample[]
}

export interface BadSample {
  readonly line: number
  readonly offset: number
  readonly reason: string
  readonly sample: string | null
}

export interface LogOptions {
  /** Id of the format, where it is known; recognised otherwise. */
  readonly format?: string
  /** How logs of flows alone come. */
  readonly flows?: 'columns' | 'observations'
  /** Rows of a batch of columns. */
  readonly batchRows?: number
  /** What a compressed log may grow to, in bytes. */
  readonly decompressedBytes?: number
  readonly formats?: readonly LogFormat[]
}

export interface OpenLog {
  push(bytes: Uint8Array): readonly LogEvent[]
  /** For a log that grows: recognises it by what there is, and gives what has been complete for long. `now` in ms. */
  idle(now: number): readonly LogEvent[]
  /** The last event is `end`. */
  end(): readonly LogEvent[]
}

const headBytes = 64 * 1024
const defaultBatchRows = 8192

export async function* readLog(
  source: AsyncIterable<Uint8Array>,
  context: LogContext,
  options: LogOptions = {},
): AsyncGenerator<LogEvent> {
  const log = openLog(context, options)
  let fault: CompressionFault | null = null
  try {
    for await (const bytes of decompressed(source, options.decompressedBytes))
      yield* log.push(bytes)
  } catch (error) {
    if (!(error instanceof CompressionFault)) throw error
    fault = error
  }
  if (fault !== null) yield observed([gapOf(context, fault.reason, fault.message)])
  yield* log.end()
}

/**
 * The format of a log by its first bytes (64 KiB at most are looked at), decompressed. Logs that tell of what others have
 * (`tells`) are read before those, with one `Companions` in the context of all.
 */
export function recogniseHead(
  head: Uint8Array,
  context: LogContext,
  options: LogOptions = {},
): Recognised | null {
  const stream = utf8Stream()
  const text = Buffer.concat([stream.push(head.subarray(0, headBytes)), stream.end()])
  const { start, lines } = splitHead(text, head.length < headBytes)
  const formats = options.formats ?? logFormats
  return recogniseLog(start, lines, context, formats, options.format)
}

export function openLog(context: LogContext, options: LogOptions = {}): OpenLog {
  const formats = options.formats ?? logFormats
  const text = utf8Stream()
  let head: Uint8Array = new Uint8Array(0)
  let consumer: LogConsumer | null = null
  let isForeign = false

  function begin(isEnd: boolean): readonly LogEvent[] {
    const { start, lines } = splitHead(head, isEnd)
    const found = recogniseLog(start, lines, context, formats, options.format)
    if (found === null) {
      isForeign = true
      return []
    }
    consumer = consumerOf(found, context, options)
    const { format, confidence, syslog } = found
    const rest = head
    head = new Uint8Array(0)
    return [
      { kind: 'format', id: format.id, title: format.title, confidence, syslog },
      ...consumer.push(rest),
    ]
  }

  function take(bytes: Uint8Array): readonly LogEvent[] {
    if (isForeign || bytes.length === 0) return []
    if (consumer !== null) return consumer.push(bytes)
    head = head.length === 0 ? bytes.slice() : Buffer.concat([head, bytes])
    return head.length >= headBytes ? begin(false) : []
  }

  return {
    push: (bytes) => take(text.push(bytes)),
    idle(now) {
      const begun = consumer === null && !isForeign && head.includes(10) ? begin(false) : []
      // What is unknown by its first lines may be known by more.
      if (isForeign && head.length < headBytes) isForeign = false
      return [...begun, ...(consumer?.idle(now) ?? [])]
    },
    end() {
      const events = [...take(text.end())]
      if (consumer === null && !isForeign) events.push(...begin(true))
      if (consumer !== null) return [...events, ...consumer.end()]
      const reason = head.every((byte) => byte <= 32) ? 'empty-document' : 'unknown-log-format'
      const message =
        reason === 'empty-document'
          ? 'it is empty'
          : 'no log format that is known looks like this; nothing of it was read'
      const summary = { format: null, lines: 0, understood: 0, skipped: 0, bad: 0, samples: [] }
      return [...events, observed([gapOf(context, reason, message)]), { kind: 'end', summary }]
    },
  }
}

function consumerOf(found: Recognised, context: LogContext, options: LogOptions): LogConsumer {
  const { format } = found
  if (format.kind === 'document')
    return recordConsumer(format.id, format.start(context), format.records, context)
  const wanted = options.flows ?? 'observations'
  return lineConsumer(format.id, format.start(context), context, {
    unwrap: found.unwrap,
    batchRows: Math.max(1, options.batchRows ?? defaultBatchRows),
    tellFlows: (batch) =>
      wanted === 'columns' ? { kind: 'flows', batch } : observed(observationsOf(batch)),
  })
}

const observed = (observations: readonly Observation[]): LogEvent => ({
  kind: 'observations',
  observations,
})

const gapOf = (context: LogContext, reason: string, message: string): Observation => ({
  kind: 'gap',
  gap: gap(reason, message, documentSource(context.document)),
})
