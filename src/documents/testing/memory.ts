import type { ByteSource, DocumentIo, Entry } from '../io.ts'

/** What stands at a path of a disk in memory: bytes, another path, or the code of the failure to open it. */
export type MemoryFile =
  | string
  | Uint8Array
  | { readonly link: string }
  | { readonly failure: string }

export interface MemoryOptions {
  readonly stdin?: string | Uint8Array
  /** Sizes of the pieces that reading gives, used in turn; by default all at once. */
  readonly pieces?: readonly number[]
  /** Fails with this code after so many bytes of any file. */
  readonly breaksAfter?: { readonly bytes: number; readonly code: string }
}

/** A disk in memory, for tests: paths to files; folders are what the paths imply. */
export function memoryIo(
  files: Readonly<Record<string, MemoryFile>>,
  options: MemoryOptions = {},
): DocumentIo {
  const resolve = (path: string): string => {
    const plain = path.replace(/^\.\//, '').replace(/\/$/, '')
    for (const [name, file] of Object.entries(files))
      if (isLink(file) && (plain === name || plain.startsWith(`${name}/`)))
        return resolve(file.link + plain.slice(name.length))
    return plain
  }
  return {
    async stat(path): Promise<Entry> {
      const identity = resolve(path)
      const file = files[identity]
      if (file !== undefined) return { kind: 'file', size: sizeOf(file), modified: 0, identity }
      if (identity === '.' || Object.keys(files).some((name) => name.startsWith(`${identity}/`)))
        return { kind: 'folder', size: 0, modified: 0, identity }
      throw failure('ENOENT')
    },
    async readdir(path) {
      const folder = resolve(path)
      const denied = files[`${folder}/`]
      if (denied !== undefined && isFailure(denied)) throw failure(denied.failure)
      const prefix = folder === '.' ? '' : `${folder}/`
      const names = Object.keys(files).filter((name) => name.startsWith(prefix))
      return [...new Set(names.map((name) => name.slice(prefix.length).split('/')[0] ?? ''))]
    },
    async open(path) {
      const file = files[resolve(path)]
      if (file === undefined || isLink(file)) throw failure('ENOENT')
      if (isFailure(file)) throw failure(file.failure)
      return source(toBytes(file), 'known', options)
    },
    stdin: () => source(toBytes(options.stdin ?? ''), 'unknown', options),
  }
}

function source(bytes: Buffer, size: 'known' | 'unknown', options: MemoryOptions): ByteSource {
  const pieces = options.pieces ?? []
  const { breaksAfter } = options
  let at = 0
  let turn = 0
  return {
    size: size === 'known' ? bytes.length : null,
    async read(into) {
      if (breaksAfter !== undefined && at >= breaksAfter.bytes) throw failure(breaksAfter.code)
      const piece =
        pieces.length === 0 ? Infinity : Math.max(1, pieces[turn++ % pieces.length] ?? 1)
      const until = breaksAfter === undefined ? bytes.length : breaksAfter.bytes
      const length = Math.min(piece, into.length, bytes.length - at, until - at)
      bytes.copy(into, 0, at, at + length)
      at += length
      return length
    },
    async close() {},
  }
}

const isLink = (file: MemoryFile): file is { readonly link: string } =>
  typeof file === 'object' && 'link' in file
const isFailure = (file: MemoryFile): file is { readonly failure: string } =>
  typeof file === 'object' && 'failure' in file
const toBytes = (file: string | Uint8Array): Buffer =>
  typeof file === 'string' ? Buffer.from(file) : Buffer.from(file)
const sizeOf = (file: MemoryFile): number =>
  isLink(file) || isFailure(file) ? 0 : toBytes(file).length
const failure = (code: string): Error => Object.assign(new Error(code), { code })
