/** Files that others write while they are read. Failures are thrown as Node throws them, with a `code`. */
import type { BigIntStats } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

export interface GrowingFile {
  /** Stays with the file when it gets another name; another file of the same name has another. */
  readonly identity: string
  /** Bytes at present. */
  size(): Promise<number>
  /** Fills the front of `into` with what stands at a byte; resolves to how many bytes, 0 at the end. */
  read(into: Uint8Array, at: number): Promise<number>
  close(): Promise<void>
}

export async function openGrowing(path: string): Promise<GrowingFile> {
  const handle = await open(path, 'r')
  try {
    const identity = identityOf(await handle.stat({ bigint: true }))
    return {
      identity,
      size: async () => (await handle.stat()).size,
      read: async (into, at) => (await handle.read(into, 0, into.length, at)).bytesRead,
      close: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
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
