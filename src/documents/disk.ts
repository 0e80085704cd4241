import type { Stats } from 'node:fs'
import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises'
import { stdin } from 'node:process'
import type { ByteSource, DocumentIo, Entry } from './io.ts'

/** The disk and the standard input of this process. */
export const disk: DocumentIo = {
  async stat(path) {
    const [stats, identity] = await Promise.all([stat(path), identify(path)])
    return { kind: kindOf(stats), size: stats.size, modified: stats.mtimeMs, identity }
  },
  readdir: (path) => readdir(path),
  async open(path) {
    const handle = await open(path, 'r')
    try {
      const stats = await handle.stat()
      return fileSource(handle, stats.isFile() ? stats.size : null)
    } catch (error) {
      await handle.close()
      throw error
    }
  },
  stdin: () => streamSource(stdin),
}

/** Process substitution gives names such as /dev/fd/63 whose link leads nowhere: then the name itself identifies. */
async function identify(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    return path
  }
}

function kindOf(stats: Stats): Entry['kind'] {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'folder'
  return stats.isFIFO() || stats.isCharacterDevice() ? 'stream' : 'other'
}

function fileSource(handle: FileHandle, size: number | null): ByteSource {
  return {
    // Files of /proc say 0 and hold more: only a size above it is one.
    size: size === 0 ? null : size,
    async read(into) {
      const { bytesRead } = await handle.read(into, 0, into.length, null)
      return bytesRead
    },
    close: () => handle.close(),
  }
}

function streamSource(stream: AsyncIterable<Uint8Array | string>): ByteSource {
  const chunks = stream[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array(0)
  return {
    size: null,
    async read(into) {
      while (rest.length === 0) {
        const next = await chunks.next()
        if (next.done) return 0
        rest = typeof next.value === 'string' ? Buffer.from(next.value) : next.value
      }
      const length = Math.min(rest.length, into.length)
      into.set(rest.subarray(0, length))
      rest = rest.subarray(length)
      return length
    },
    async close() {
      await chunks.return?.()
    },
  }
}
