/** What the reader needs of the world; `disk.ts` is the one of Node. Failures are thrown as Node throws them, with a `code`. */
export interface DocumentIo {
  /** What stands at a path, links followed. */
  stat(path: string): Promise<Entry>
  /** Names in a folder, in any order. */
  readdir(path: string): Promise<readonly string[]>
  open(path: string): Promise<ByteSource>
  stdin(): ByteSource
}

export interface Entry {
  /** `stream` is a pipe or device: it is read when it is named, never when it is found in a folder. */
  readonly kind: 'file' | 'folder' | 'stream' | 'other'
  /** Bytes on disk; 0 where that says nothing. */
  readonly size: number
  /** Milliseconds since the epoch at which it was last written. */
  readonly modified: number
  /** Equal for two names of one file: its real path. */
  readonly identity: string
}

/** Bytes to be pulled in order. */
export interface ByteSource {
  /** How many bytes there are in all; null where that is not known (a pipe, a decompressed file). */
  readonly size: number | null
  /** Fills the front of `into`; resolves to how many bytes, 0 only at the end. */
  read(into: Uint8Array): Promise<number>
  close(): Promise<void>
}

/** The end of a source before its time, in the words of a gap. */
export class ReadFault extends Error {
  readonly reason: string

  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** The one place that words failures of the disk. */
export function readFault(error: unknown, what: 'file' | 'folder'): ReadFault {
  if (error instanceof ReadFault) return error
  const code = codeOf(error)
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new ReadFault('no-such-file', 'there is no such file or folder', { cause: error })
  if (code === 'EACCES' || code === 'EPERM')
    return new ReadFault(`unreadable-${what}`, 'permission to read it is denied', { cause: error })
  if (code === 'EISDIR')
    return new ReadFault(`unreadable-${what}`, 'this is a folder, a file is wanted', {
      cause: error,
    })
  const detail = code ?? (error instanceof Error ? error.message : 'unknown error')
  return new ReadFault(`unreadable-${what}`, `it cannot be read (${detail})`, { cause: error })
}

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
