/** Where the bytes of a capture come from: a file or a stream, compressed by gzip or not, in bounded memory. */
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'

export type CaptureSource =
  | { readonly kind: 'file'; readonly document: string; readonly path: string }
  | {
      readonly kind: 'stream'
      readonly document: string
      readonly chunks: AsyncIterable<Uint8Array>
    }

export interface ByteSource {
  /** Fills `into` from `from` on as far as bytes are there, and tells how many it wrote: 0 is the end. */
  read(into: Uint8Array, from: number): Promise<number>
  close(): Promise<void>
}

/** The compressed form ends too soon or is none: what came before it was good. */
export class CompressionError extends Error {}

/** Opens a source; whatever the file system says is thrown. */
export async function openBytes(source: CaptureSource): Promise<ByteSource> {
  if (source.kind === 'stream') return streamBytes(source.chunks)
  const handle = await open(source.path)
  const head = Buffer.alloc(2)
  const { bytesRead } = await handle.read(head, 0, 2, 0).catch(() => ({ bytesRead: -1 }))
  if (bytesRead === 2 && !isGzip(head)) return fileBytes(handle)
  // A pipe cannot be read at a place of one's choice: it is a stream.
  await handle.close()
  return streamBytes(createReadStream(source.path, { highWaterMark: 65_536 }))
}

const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b

function fileBytes(handle: FileHandle): ByteSource {
  let position = 0
  return {
    async read(into, from) {
      const { bytesRead } = await handle.read(into, from, into.length - from, position)
      position += bytesRead
      return bytesRead
    },
    close: () => handle.close(),
  }
}

async function streamBytes(chunks: AsyncIterable<Uint8Array>): Promise<ByteSource> {
  const input = chunks[Symbol.asyncIterator]()
  const head = await firstBytes(input)
  const rest = resume(head, input)
  const bytes = isGzip(head) ? gunzip(rest) : rest
  let chunk: Uint8Array = new Uint8Array(0)
  return {
    async read(into, from) {
      while (chunk.length === 0) {
        const next = await bytes.next()
        if (next.done) return 0
        chunk = next.value
      }
      const part = chunk.subarray(0, into.length - from)
      into.set(part, from)
      chunk = chunk.subarray(part.length)
      return part.length
    },
    close() {
      // Answered only when the read under way is, which with a silent stream may be never.
      bytes.return(undefined).catch(() => undefined)
      return Promise.resolve()
    },
  }
}

/** At least the two bytes that tell gzip, where there are so many. */
async function firstBytes(input: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0)
  while (head.length < 2) {
    const next = await input.next()
    if (next.done) break
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value])
  }
  return head
}

async function* resume(
  head: Uint8Array,
  input: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (head.length > 0) yield head
    for (;;) {
      const next = await input.next()
      if (next.done) return
      yield next.value
    }
  } finally {
    await input.return?.()
  }
}

/** Deflate grows at most 1,032 times, so that a piece becomes at most 17 MB. */
const piece = 16_384

/** Every byte before a fault is given out before it is thrown; Node's own pipes lose what they have buffered. */
async function* gunzip(
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const inflate = createGunzip({ chunkSize: 65_536 })
  let out: Uint8Array[] = []
  let fault: Error | null = null
  // A write that fails never calls back: the error is its answer.
  let answered: () => void = () => undefined
  inflate.on('data', (chunk: Buffer) => {
    out.push(chunk)
  })
  inflate.on('error', (error: Error) => {
    fault = error
    answered()
  })
  inflate.on('end', () => answered())
  const ask = (start: () => void): Promise<void> =>
    new Promise((resolve) => {
      answered = resolve
      start()
    })
  try {
    for await (const chunk of input)
      for (let at = 0; at < chunk.length; at += piece) {
        await ask(() => inflate.write(chunk.subarray(at, at + piece), () => answered()))
        const ready = out
        out = []
        yield* ready
        if (fault !== null) throw compressionError(fault)
      }
    await ask(() => inflate.end())
    yield* out
    if (fault !== null) throw compressionError(fault)
  } finally {
    inflate.destroy()
  }
}

const compressionError = (cause: Error): CompressionError =>
  new CompressionError(cause.message, { cause })
