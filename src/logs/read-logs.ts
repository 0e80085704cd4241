/**
 * Several logs of one call: those that tell of what others have are read before them, and all share what they tell. What the
 * user names of them (server, zone, year) holds for all.
 */
import type { LogContext } from './log.ts'
import { type LogEvent, type LogOptions, readLog, recogniseHead } from './read.ts'
import { gunzip, isGzip } from './read-bytes.ts'
import { noCompanions } from './read-companions.ts'

export interface LogDocument {
  /** As it is told in places and gaps. */
  readonly document: string
  /** On the disk; null for a stream. Parquet is read from the disk alone. */
  readonly path: string | null
  /** Bytes from the start. A file is opened more than once, a stream (`path` null) once. */
  open(): AsyncIterable<Uint8Array>
}

export interface DocumentEvent {
  readonly document: string
  readonly event: LogEvent
}

const headBytes = 64 * 1024

/** Events of one document follow each other; its last is `end`. Throws what opening and reading throw. */
export async function* readLogs(
  documents: readonly LogDocument[],
  context: Omit<LogContext, 'document' | 'companions'>,
  options: LogOptions = {},
): AsyncGenerator<DocumentEvent> {
  const companions = noCompanions()
  const contextOf = (document: string): LogContext => ({ ...context, document, companions })
  const early: LogDocument[] = []
  const late: LogDocument[] = []
  for (const one of documents) {
    const tells = documents.length > 1 && (await tellsOthers(one, contextOf(one.document), options))
    if (tells) early.push(one)
    else late.push(one)
  }
  for (const one of [...early, ...late]) {
    const { document } = one
    for await (const event of eventsOf(one, contextOf(document), options)) yield { document, event }
  }
}

/** A stream is read once, and so in its turn. */
async function tellsOthers(
  { path, open }: LogDocument,
  context: LogContext,
  options: LogOptions,
): Promise<boolean> {
  if (path === null) return false
  const head = await headOf(open())
  return !isParquet(head) && recogniseHead(head, context, options)?.format.tells === 'others'
}

async function* eventsOf(
  { path, open }: LogDocument,
  context: LogContext,
  options: LogOptions,
): AsyncGenerator<LogEvent> {
  if (path !== null && isParquet(await firstBytes(open(), 4))) {
    // DuckDB takes a while to load, and few logs need it.
    const { readParquet } = await import('./parquet.ts')
    yield* readParquet(path, context, options)
  } else yield* readLog(open(), context, options)
}

/** The first four bytes of a Parquet file. */
const isParquet = (head: Uint8Array): boolean =>
  Buffer.from(head.subarray(0, 4)).toString('latin1') === 'PAR1'

/** The first bytes, decompressed; what is broken there has no format. */
async function headOf(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const raw = await firstBytes(source, headBytes)
  if (!isGzip(raw)) return raw
  async function* once(): AsyncGenerator<Uint8Array> {
    yield raw
  }
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of gunzip(once(), Number.POSITIVE_INFINITY)) {
      chunks.push(chunk)
      length += chunk.length
      if (length >= headBytes) break
    }
  } catch {
    // The head of a longer file ends in the middle of its compressed data; reading the whole tells what is wrong.
  }
  return Buffer.concat(chunks).subarray(0, headBytes)
}

async function firstBytes(source: AsyncIterable<Uint8Array>, wanted: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of source) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= wanted) break
  }
  return Buffer.concat(chunks).subarray(0, wanted)
}
