import { createGunzip } from 'node:zlib'
import { type ByteSource, ReadFault, readFault } from './io.ts'
import type { Limits } from './limits.ts'

/**
 * The text of a document as UTF-8 without byte order mark, whatever it is on disk: gzip is known by its magic bytes, UTF-16
 * by its mark or by the NUL of its first character (RFC 4627 §3: JSON begins with ASCII). Reading throws `ReadFault`.
 */
export async function openText(raw: ByteSource, limits: Limits): Promise<ByteSource> {
  const source = await readHead(wordFaults(raw))
  if (source.head[0] !== 0x1f || source.head[1] !== 0x8b) return decode(source)
  return decode(await readHead(gunzip(rejoin(source), limits.decompressedBytes)))
}

interface Headed {
  readonly head: Uint8Array
  readonly source: ByteSource
}

async function readHead(source: ByteSource): Promise<Headed> {
  const head = new Uint8Array(4)
  let length = 0
  while (length < head.length) {
    const count = await source.read(head.subarray(length))
    if (count === 0) break
    length += count
  }
  return { head: head.subarray(0, length), source }
}

/** The source as it was before its head was read, less the first `drop` bytes. */
function rejoin({ head, source }: Headed, drop = 0): ByteSource {
  let rest = head.subarray(drop)
  return {
    ...source,
    async read(into) {
      if (rest.length === 0) return source.read(into)
      const length = Math.min(rest.length, into.length)
      into.set(rest.subarray(0, length))
      rest = rest.subarray(length)
      return length
    },
  }
}

function wordFaults(source: ByteSource): ByteSource {
  return {
    ...source,
    async read(into) {
      try {
        return await source.read(into)
      } catch (error) {
        throw readFault(error, 'file')
      }
    },
  }
}

function decode(headed: Headed): ByteSource {
  const [a, b, c] = headed.head
  if (a === 0xef && b === 0xbb && c === 0xbf) return rejoin(headed, 3)
  if (a === 0xff && b === 0xfe) return transcode(rejoin(headed, 2), 'utf-16le')
  if (a === 0xfe && b === 0xff) return transcode(rejoin(headed, 2), 'utf-16be')
  if (a !== 0 && b === 0) return transcode(rejoin(headed), 'utf-16le')
  if (a === 0 && b !== undefined && b !== 0) return transcode(rejoin(headed), 'utf-16be')
  return rejoin(headed)
}

function transcode(source: ByteSource, encoding: 'utf-16le' | 'utf-16be'): ByteSource {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true })
  const chunk = new Uint8Array(256 * 1024)
  return queued(source, async () => {
    const length = await source.read(chunk)
    if (length > 0) return Buffer.from(decoder.decode(chunk.subarray(0, length), { stream: true }))
    const tail = decoder.decode()
    return tail === '' ? null : Buffer.from(tail)
  })
}

/**
 * Written by hand rather than piped: an error destroys a stream with what it has not yet handed over, and what stands before
 * the broken place is wanted. Small chunks keep small what zlib itself drops with an error.
 */
function gunzip(source: ByteSource, limit: number): ByteSource {
  const stream = createGunzip({ chunkSize: 32 * 1024 })
  const input = new Uint8Array(16 * 1024)
  let ready: Buffer[] = []
  // One byte more breaks the limit, just as many do not.
  let left = limit + 1
  let ended = false
  let fault: ReadFault | null = null
  stream.on('data', (chunk: Buffer) => {
    ready.push(chunk)
  })
  // Bytes after the compressed data end the stream without a word to the write that carried them.
  const stopped = new Promise<void>((done) => {
    stream.on('end', () => {
      ended = true
      done()
    })
    stream.on('error', (error) => {
      fault = gzipFault(error)
      done()
    })
  })

  async function inflateMore(): Promise<void> {
    const length = await source.read(input)
    if (length === 0) stream.end()
    const taken = new Promise<void>((done) => {
      if (length > 0) stream.write(input.subarray(0, length), () => done())
    })
    await Promise.race([taken, stopped])
    // Data of the last write may still be on its way to the listener.
    await new Promise((done) => setImmediate(done))
  }

  const text = queued(source, async () => {
    if (left === 0) throw bomb(limit)
    while (ready.length === 0) {
      if (fault !== null) throw fault
      if (ended) return null
      await inflateMore()
    }
    const chunk = Buffer.concat(ready)
    ready = []
    const allowed = chunk.subarray(0, left)
    left -= allowed.length
    return allowed
  })
  return {
    ...text,
    async close() {
      stream.destroy()
      await source.close()
    },
  }
}

const bomb = (limit: number): ReadFault =>
  new ReadFault(
    'decompressed-too-large',
    `it grows to more than ${limit} bytes when decompressed, which is the limit`,
  )

function gzipFault(error: Error): ReadFault {
  const cut = 'code' in error && error.code === 'Z_BUF_ERROR'
  return cut
    ? new ReadFault('truncated-gzip', 'the compressed data ends too early', { cause: error })
    : new ReadFault('broken-gzip', `the compressed data is broken (${error.message})`, {
        cause: error,
      })
}

/** A source out of a function that gives chunks of any size, and null at the end. */
function queued(source: ByteSource, next: () => Promise<Uint8Array | null>): ByteSource {
  let rest: Uint8Array = new Uint8Array(0)
  return {
    size: null,
    async read(into) {
      while (rest.length === 0) {
        const chunk = await next()
        if (chunk === null) return 0
        rest = chunk
      }
      const length = Math.min(rest.length, into.length)
      into.set(rest.subarray(0, length))
      rest = rest.subarray(length)
      return length
    },
    close: () => source.close(),
  }
}
