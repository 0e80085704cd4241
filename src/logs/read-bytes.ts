/** The text of a log as UTF-8, whatever it is on disk: gzip by its magic bytes, UTF-16 by its mark or by its first NUL. */
import { createGunzip } from 'node:zlib'

/** Why a compressed log ended before its time; `reason` is that of a gap. */
export class CompressionFault extends Error {
  readonly reason: string
  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b

/** What a log may grow to when it is decompressed. */
const defaultMaxBytes = 64 * 2 ** 30

/** The bytes, decompressed where they are gzip; throws `CompressionFault` behind the last byte that could be read. */
export async function* decompressed(
  source: AsyncIterable<Uint8Array>,
  maxBytes = defaultMaxBytes,
): AsyncGenerator<Uint8Array> {
  const { start, whole } = await peeked(source, 2)
  yield* isGzip(start) ? gunzip(whole, maxBytes) : whole
}

/** The first bytes, at least so many unless it ends before, and all of it with them. */
export async function peeked(
  source: AsyncIterable<Uint8Array>,
  least: number,
): Promise<{ readonly start: Uint8Array; readonly whole: AsyncGenerator<Uint8Array> }> {
  const chunks = source[Symbol.asyncIterator]()
  const seen: Uint8Array[] = []
  let isEnd = false
  for (let length = 0; length < least && !isEnd; ) {
    const next = await chunks.next()
    isEnd = next.done === true
    if (next.done) break
    seen.push(next.value)
    length += next.value.length
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield* seen
      while (!isEnd) {
        const next = await chunks.next()
        if (next.done) return
        yield next.value
      }
    } finally {
      await chunks.return?.()
    }
  }
  return { start: seen.length === 1 && seen[0] ? seen[0] : Buffer.concat(seen), whole: whole() }
}

/**
 * What was compressed; throws `CompressionFault` after everything that stands before the fault was given. Written by hand
 * rather than piped, since an error destroys a stream with what it has not yet handed over.
 */
export async function* gunzip(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: 64 * 1024 })
  let ready: Buffer[] = []
  let fault: CompressionFault | null = null
  let left = maxBytes
  stream.on('data', (chunk: Buffer) => {
    ready.push(chunk)
  })
  const stopped = new Promise<void>((done) => {
    stream.on('end', () => done())
    stream.on('error', (error: Error & { code?: string }) => {
      fault = wordsFor(error)
      done()
    })
  })
  try {
    for await (const chunk of source) {
      // Small pieces keep small what zlib drops with an error, and what a bomb grows to before it is seen.
      for (let at = 0; at < chunk.length && fault === null; at += pieceBytes) {
        const taken = new Promise<void>((done) => {
          stream.write(chunk.subarray(at, at + pieceBytes), () => done())
        })
        await Promise.race([taken, stopped])
        yield* drain()
      }
      if (fault !== null) throw fault
    }
    stream.end()
    await stopped
    yield* drain()
    if (fault !== null) throw fault
  } finally {
    stream.destroy()
  }

  async function* drain(): AsyncGenerator<Uint8Array> {
    // Data of the last write may still be on its way to the listener.
    await new Promise((done) => setImmediate(done))
    const chunks = ready
    ready = []
    for (const chunk of chunks) {
      left -= chunk.length
      if (left < 0)
        throw new CompressionFault(
          'decompressed-too-large',
          `it grows to more than ${maxBytes} bytes when decompressed, which is the limit`,
        )
      yield chunk
    }
  }
}

const pieceBytes = 16 * 1024

const wordsFor = (error: Error & { code?: string }): CompressionFault =>
  error.code === 'Z_BUF_ERROR'
    ? new CompressionFault('truncated-gzip', 'the compressed data ends too early', { cause: error })
    : new CompressionFault('broken-gzip', `the compressed data is broken (${error.message})`, {
        cause: error,
      })

export interface Utf8Stream {
  push(bytes: Uint8Array): Uint8Array
  end(): Uint8Array
}

/** Takes the mark of UTF-8 off and turns UTF-16 into UTF-8; the first four bytes decide. */
export function utf8Stream(): Utf8Stream {
  let head: Uint8Array = new Uint8Array(0)
  let decoder: TextDecoder | null = null
  let isDecided = false

  function begin(bytes: Uint8Array): Uint8Array {
    isDecided = true
    const [a, b, c] = bytes
    if (a === 0xef && b === 0xbb && c === 0xbf) return bytes.subarray(3)
    const encoding = encodingOf(a, b)
    if (encoding === null) return bytes
    decoder = new TextDecoder(encoding)
    return decode(bytes)
  }
  const decode = (bytes: Uint8Array): Uint8Array =>
    decoder === null ? bytes : Buffer.from(decoder.decode(bytes, { stream: true }))

  return {
    push(bytes) {
      if (isDecided) return decode(bytes)
      const all = head.length === 0 ? bytes : Buffer.concat([head, bytes])
      if (all.length < 4) {
        head = all.slice()
        return new Uint8Array(0)
      }
      return begin(all)
    },
    end() {
      const rest = isDecided ? new Uint8Array(0) : begin(head)
      return decoder === null ? rest : Buffer.concat([rest, Buffer.from(decoder.decode())])
    },
  }
}

function encodingOf(a: number | undefined, b: number | undefined): string | null {
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  if (a !== undefined && a !== 0 && b === 0) return 'utf-16le'
  if (a === 0 && b !== undefined && b !== 0) return 'utf-16be'
  return null
}
