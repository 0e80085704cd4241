/** Files of evidence: whether each is a capture or a log, and the hash that tells it from all others. */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { createGunzip, gunzipSync, constants as zlib } from 'node:zlib'
import { type DocumentIo, readFault } from '../documents/io.ts'
import { UsageError } from './edges.ts'

export interface EvidenceFile {
  readonly path: string
  readonly kind: 'capture' | 'parquet' | 'log'
  /** The start of the decompressed bytes. */
  readonly head: Uint8Array
  /** Lower-case hex of the decompressed bytes; null for standard input, which is read once. */
  readonly sha256: string | null
}

const chunkBytes = 256 * 1024
const headBytes = 64 * 1024

/** Looks at a file and hashes it; throws a UsageError where it cannot be read. */
export async function examine(path: string, io: DocumentIo): Promise<EvidenceFile> {
  const hash = createHash('sha256')
  let first: Buffer | null = null
  let head: Uint8Array = new Uint8Array()
  try {
    for await (const bytes of decompressed(chunksOf(path, io))) {
      first ??= bytes
      if (head.length < headBytes) head = Buffer.concat([head, bytes.subarray(0, headBytes)])
      hash.update(bytes)
    }
  } catch (cause) {
    // A compressed file that breaks off is read as far as it goes: the reader says where.
    if (first === null || !isZlib(cause))
      throw new UsageError(
        `${path}: ${isZlib(cause) ? 'its compression is broken' : readFault(cause, 'file').message}`,
        { cause },
      )
  }
  return { path, kind: kindOf(head), head, sha256: hash.digest('hex') }
}

/** Standard input: its kind by its first chunk, which comes again with the rest. */
export async function examineStream(
  chunks: AsyncIterable<Uint8Array>,
): Promise<EvidenceFile & { readonly chunks: AsyncIterable<Uint8Array> }> {
  const input = chunks[Symbol.asyncIterator]()
  const { value = new Uint8Array(), done = false } = await input.next()
  const bytes = Buffer.from(value)
  async function* whole() {
    yield bytes
    if (done) return
    for (;;) {
      const next = await input.next()
      if (next.done) return
      yield next.value
    }
  }
  const head = isGzip(bytes) ? startOf(bytes) : bytes
  return { path: '-', kind: kindOf(head), head, sha256: null, chunks: whole() }
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

/** The same, decompressed where it is gzip. */
export async function* decompressed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const input = chunks[Symbol.asyncIterator]()
  const first = await input.next()
  if (first.done) return
  async function* whole() {
    yield first.value as Buffer
    for (;;) {
      const next = await input.next()
      if (next.done) return
      yield next.value
    }
  }
  yield* isGzip(first.value)
    ? (Readable.from(whole()).pipe(createGunzip()) as AsyncIterable<Buffer>)
    : whole()
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b
const isZlib = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')

const startOf = (bytes: Buffer): Uint8Array => {
  try {
    return gunzipSync(bytes, { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: 64 * 1024 * 1024 })
  } catch {
    return bytes
  }
}

/** pcap in both byte orders, in micro- and nanoseconds; pcapng's section header; Parquet's magic. */
const captureMagics = new Set(['a1b2c3d4', 'd4c3b2a1', 'a1b23c4d', '4d3cb2a1', '0a0d0d0a'])
function kindOf(head: Uint8Array): EvidenceFile['kind'] {
  const magic = Buffer.from(head.subarray(0, 4)).toString('hex')
  if (captureMagics.has(magic)) return 'capture'
  return magic === '50415231' ? 'parquet' : 'log'
}
