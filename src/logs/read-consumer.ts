/** What happens to the bytes of a log whose format is known: lines or records out of them, and the books. */
import { isUtf8 } from 'node:buffer'
import type { FlowBatch } from '../model/flow-batch.ts'
import { gap } from '../model/gap.ts'
import type { Observation } from '../model/observation.ts'
import { documentSource, lineSource } from '../model/source.ts'
import type { LineAbout, LineOutcome, LineReader, LogContext, RecordReader } from './log.ts'
import type { BadSample, LogEvent, LogSummary } from './read.ts'
import { jsonRecords } from './read-json.ts'
import type { Unwrap } from './read-recognition.ts'
import type { LineChunk, RowReader } from './row-reader.ts'
import { sessionServices } from './session-service.ts'

export interface LogConsumer {
  push(bytes: Uint8Array): readonly LogEvent[]
  idle(now: number): readonly LogEvent[]
  end(): readonly LogEvent[]
}

export interface LineOptions {
  readonly unwrap: Unwrap | null
  readonly batchRows: number
  readonly tellFlows: (batch: FlowBatch) => LogEvent
}

const maxLine = 2 ** 20
const maxSamples = 20
const eventSize = 1024

/** Lines end in a line feed, with or without a carriage return before it; the last may end without. */
export function lineConsumer(
  format: string,
  reader: LineReader,
  context: LogContext,
  { unwrap, batchRows, tellFlows }: LineOptions,
): LogConsumer {
  const books = bookkeeping(format, context)
  const rows = unwrap === null ? reader.rows : undefined
  let rest: Uint8Array = new Uint8Array(0)
  /** Offset of the first byte of `rest`, or of what comes next. */
  let base = 0
  let line = 1
  let isTooLong = false
  let invalidAt: number | null = null
  let batch: FlowBatch | null = null

  function readLine(bytes: Buffer, offset: number): void {
    const isSound = isUtf8(bytes)
    if (!isSound) invalidAt ??= line
    const text = bytes.toString('utf8')
    const wrapped = unwrap?.(text) ?? null
    const about: LineAbout = {
      offset,
      syslog: wrapped,
      ...(isSound ? {} : { raw: Uint8Array.from(bytes) }),
    }
    books.count(reader.line(wrapped?.text ?? text, line, about), line, offset)
  }

  function readRows(rows: RowReader, chunk: LineChunk): void {
    while (chunk.at < chunk.end) {
      batch ??= rows.batch(batchRows)
      const before = batch.rows
      rows.read(chunk, batch, books.count)
      books.countRows(batch.rows - before)
      if (batch.rows === batch.capacity) flushRows()
    }
    line = chunk.line
  }

  function flushRows(): void {
    if (batch !== null && batch.rows > 0) books.tell(tellFlows(batch))
    batch = null
  }

  /** Whole lines: the last byte is a line feed. */
  function readWhole(bytes: Uint8Array): void {
    if (rows !== undefined) {
      readRows(rows, { bytes, at: 0, end: bytes.length, line, base })
      return
    }
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let at = 0; at < buffer.length; line++) {
      const stop = buffer.indexOf(10, at)
      const cut = stop > at && buffer[stop - 1] === 13 ? stop - 1 : stop
      if (stop - at > maxLine) books.count(tooLong, line, base + at)
      else readLine(buffer.subarray(at, cut), base + at)
      at = stop + 1
    }
  }

  function push(bytes: Uint8Array): void {
    let data = bytes
    if (isTooLong) {
      const stop = data.indexOf(10)
      if (stop < 0) {
        base += data.length
        return
      }
      isTooLong = false
      line++
      base += stop + 1
      data = data.subarray(stop + 1)
    }
    if (rest.length > 0) data = Buffer.concat([rest, data])
    const end = data.lastIndexOf(10) + 1
    if (end > 0) readWhole(data.subarray(0, end))
    rest = data.slice(end)
    base += end
    if (rest.length <= maxLine) return
    books.count(tooLong, line, base)
    base += rest.length
    rest = new Uint8Array(0)
    isTooLong = true
  }

  return {
    push(bytes) {
      push(bytes)
      return books.events()
    },
    idle(now) {
      flushRows()
      books.observe(reader.idle?.(now) ?? [])
      return books.flush()
    },
    end() {
      if (rest.length > 0) push(Uint8Array.of(10))
      flushRows()
      books.observe(reader.end())
      if (invalidAt !== null)
        books.observe([
          {
            kind: 'gap',
            gap: gap(
              'invalid-utf-8',
              'from here on some bytes are no UTF-8; each was read as the replacement character U+FFFD',
              lineSource(context.document, invalidAt, null),
            ),
          },
        ])
      return books.close('lines')
    },
  }
}

/** Records of a JSON document, or of several behind each other. */
export function recordConsumer(
  format: string,
  reader: RecordReader,
  member: string | null,
  context: LogContext,
): LogConsumer {
  const books = bookkeeping(format, context)
  const records = jsonRecords(member)
  let number = 0
  return {
    push(bytes) {
      for (const { text, offset, line } of records.push(bytes)) {
        number++
        books.count(recordOutcome(reader, text, number, { offset, syslog: null }), line, offset)
      }
      return books.events()
    },
    idle: () => books.flush(),
    end() {
      books.observe(reader.end())
      if (!records.complete)
        books.observe([
          {
            kind: 'gap',
            gap: gap(
              'truncated-document',
              'the text ends before its JSON is complete; what is complete was read',
              documentSource(context.document),
            ),
          },
        ])
      return books.close('records')
    },
  }
}

const tooLong: LineOutcome = { kind: 'bad', reason: 'line-too-long', sample: null }

function recordOutcome(
  reader: RecordReader,
  text: string | null,
  number: number,
  about: LineAbout,
): LineOutcome {
  if (text === null) return { kind: 'bad', reason: 'record-too-long', sample: null }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { kind: 'bad', reason: 'broken-json', sample: null }
  }
  return reader.record(value, number, about)
}

/** Counts, samples and events of one log. */
function bookkeeping(format: string, context: LogContext) {
  let events: LogEvent[] = []
  let observations: Observation[] = []
  let lines = 0
  let understood = 0
  let skipped = 0
  let bad = 0
  const samples: BadSample[] = []
  const serverOf = sessionServices()

  function pack(): void {
    if (observations.length > 0) events.push({ kind: 'observations', observations })
    observations = []
  }
  const observe = (more: readonly Observation[]): void => {
    for (const one of more) {
      observations.push(one)
      if (one.kind === 'ftp-session') observations.push(...serverOf(one.session, one.at))
    }
    if (observations.length >= eventSize) pack()
  }
  const take = (): readonly LogEvent[] => {
    const out = events
    events = []
    return out
  }
  const flush = (): readonly LogEvent[] => {
    pack()
    return take()
  }
  return {
    observe,
    flush,
    events: take,
    tell(event: LogEvent): void {
      pack()
      events.push(event)
    },
    countRows(rows: number): void {
      lines += rows
      understood += rows
    },
    count(outcome: LineOutcome, line: number, offset: number): void {
      lines++
      if (outcome === 'skip') skipped++
      else if ('kind' in outcome) {
        bad++
        const { reason, sample } = outcome
        if (samples.length < maxSamples) samples.push({ line, offset, reason, sample })
      } else {
        understood++
        observe(outcome)
      }
    },
    close(what: 'lines' | 'records'): readonly LogEvent[] {
      const [first] = samples
      if (first !== undefined) {
        const message = `${bad} of ${lines} ${what} could not be read and were passed over; the first here (${first.reason})`
        const source = lineSource(context.document, first.line, null)
        observe([{ kind: 'gap', gap: gap(`bad-log-${what}`, message, source) }])
      }
      pack()
      const summary: LogSummary = { format, lines, understood, skipped, bad, samples }
      events.push({ kind: 'end', summary })
      return take()
    },
  }
}
