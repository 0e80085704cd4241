/** Files that others write while they are read. */
import { type BigIntStats, constants } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ReadFault, readFault } from './io.ts'

export interface GrowingFile {
  /** Stays with the file when it gets another name; another file of the same name has another. */
  readonly identity: string
  /** Bytes at present. This and `read` throw `ReadFault`. */
  size(): Promise<number>
  /** Fills the front of `into` with what stands at a byte; resolves to how many bytes, 0 at the end. */
  read(into: Uint8Array, at: number): Promise<number>
  close(): Promise<void>
}

/** Throws `ReadFault`, also for what is no file. */
export async function openGrowing(path: string): Promise<GrowingFile> {
  // A pipe that nobody writes to would be waited for here. Windows has neither the pipe nor the flag.
  const handle = await worded(() => open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)))
  try {
    const stats = await worded(() => handle.stat({ bigint: true }))
    if (!stats.isFile())
      throw new ReadFault(
        'no-file',
        stats.isDirectory() ? 'this is a folder, a log is wanted' : 'this is no file that grows',
      )
    return {
      identity: identityOf(stats),
      size: () => worded(async () => (await handle.stat()).size),
      read: (into, at) =>
        worded(async () => (await handle.read(into, 0, into.length, at)).bytesRead),
      close: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function worded<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look()
  } catch (cause) {
    throw readFault(cause, 'file')
  }
}

/** The identity of what bears a name now; null where nothing does, or nothing that may be looked at. */
export async function identityAt(path: string): Promise<string | null> {
  try {
    return identityOf(await stat(path, { bigint: true }))
  } catch {
    return null
  }
}

/** Names that rotation gives (`x.log.1`, `x.log-20261121.gz`), beside the file; the one that was written last comes first. */
export async function rotatedNames(path: string): Promise<readonly string[]> {
  const folder = dirname(path)
  const name = basename(path)
  const found: { readonly path: string; readonly modified: bigint }[] = []
  for (const other of await readdir(folder).catch(() => [])) {
    if (!other.startsWith(`${name}.`) && !other.startsWith(`${name}-`)) continue
    const at = join(folder, other)
    const stats = await stat(at, { bigint: true }).catch(() => null)
    if (stats?.isFile()) found.push({ path: at, modified: stats.mtimeNs })
  }
  return found
    .sort((a, b) => (a.modified < b.modified ? 1 : -1))
    .slice(0, mostRotated)
    .map(({ path }) => path)
}
const mostRotated = 16

const identityOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`
