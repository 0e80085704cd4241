/** Files of evidence: whether each is a capture or a log, and the hash that tells it from all others. */
import { createHash } from 'node:crypto'
import { type DocumentIo, readFault } from '../documents/io.ts'
import { CompressionFault, decompressed, isGzip, peeked } from '../logs/read-bytes.ts'
import { UsageError } from './edges.ts'

export interface EvidenceFile {
  readonly path: string
  readonly kind: 'capture' | 'parquet' | 'log'
  /** The start of the decompressed bytes. */
  readonly head: Uint8Array
  /** Whether the file is compressed. */
  readonly packing: 'gzip' | 'plain'
  /** The bytes of what can be read but once (standard input, a pipe); null for a file. */
  readonly chunks: AsyncIterable<Uint8Array> | null
}

const chunkBytes = 256 * 1024
const headBytes = 64 * 1024

/** Looks at the start of a file, a pipe, or standard input (`-`); throws a UsageError where it cannot be read. */
export async function examine(path: string, io: DocumentIo): Promise<EvidenceFile> {
  try {
    if (path === '-' || (await io.stat(path)).kind === 'stream')
      return await examineStream(path, chunksOf(path, io))
    const packing = isGzip(await headOf(chunksOf(path, io))) ? 'gzip' : 'plain'
    const head = await headOf(decompressed(chunksOf(path, io)))
    if (packing === 'gzip' && head.length === 0)
      throw new UsageError(
        `${path}: its compression is broken from the start: fetch or copy the file again`,
      )
    return { path, kind: kindOf(head), head, packing, chunks: null }
  } catch (cause) {
    if (cause instanceof UsageError) throw cause
    throw new UsageError(`${path}: ${readFault(cause, 'file').message}`, { cause })
  }
}

/** Its kind by as little as tells it, so that a live capture is not held up; all of it comes again with the rest. */
async function examineStream(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<EvidenceFile> {
  const first = await peeked(chunks, magicBytes)
  const isTold = kindOf(first.start) !== 'log'
  const { start, whole } = isTold ? first : await peeked(first.whole, headBytes)
  const packing = isGzip(start) ? 'gzip' : 'plain'
  const head = await headOf(decompressed(listed(start)))
  return { path, kind: kindOf(head), head, packing, chunks: whole }
}

/** Lower-case hex of the decompressed bytes, as far as they can be decompressed. */
export async function hashOf(path: string, io: DocumentIo): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const bytes of decompressed(chunksOf(path, io))) hash.update(bytes)
  } catch (cause) {
    // What breaks off is read as far as it goes: the reader says where.
    if (!(cause instanceof CompressionFault))
      throw new UsageError(`${path}: ${readFault(cause, 'file').message}`, { cause })
  }
  return hash.digest('hex')
}

/** The bytes of a file or of standard input (`-`), as they are. */
export async function* chunksOf(path: string, io: DocumentIo): AsyncGenerator<Buffer> {
  const source = path === '-' ? io.stdin() : await io.open(path)
  try {
    for (;;) {
      const into = Buffer.allocUnsafe(chunkBytes)
      const length = await source.read(into)
      if (length === 0) return
      yield into.subarray(0, length)
    }
  } finally {
    await source.close()
  }
}

async function* listed(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

/** The first 64 KiB, as far as they can be decompressed. */
export async function headOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0)
  try {
    for await (const bytes of chunks) {
      head = Buffer.concat([head, bytes.subarray(0, headBytes - head.length)])
      if (head.length >= headBytes) break
    }
  } catch (cause) {
    if (!(cause instanceof CompressionFault)) throw cause
  }
  return head
}

const magicBytes = 4
/** pcap in both byte orders, in micro- and nanoseconds; pcapng's section header; Parquet's magic. */
const captureMagics = new Set(['a1b2c3d4', 'd4c3b2a1', 'a1b23c4d', '4d3cb2a1', '0a0d0d0a'])
function kindOf(head: Uint8Array): EvidenceFile['kind'] {
  const magic = Buffer.from(head.subarray(0, magicBytes)).toString('hex')
  if (captureMagics.has(magic)) return 'capture'
  return magic === '50415231' ? 'parquet' : 'log'
}
