/** Where DuckDB puts what does not fit into memory: a folder for each process, because it names its files alike in all. */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { kill, pid } from 'node:process'

/** Makes one and removes those of processes that are gone. */
export async function spillFolder(folder: string): Promise<string> {
  const all = join(folder, 'spill')
  await mkdir(all, { recursive: true })
  for (const name of await readdir(all)) {
    const owner = Number(/^(\d+)-/.exec(name)?.[1])
    if (owner > 0 && !isAlive(owner)) await rm(join(all, name), { recursive: true, force: true })
  }
  return mkdtemp(join(all, `${pid}-`))
}

function isAlive(process: number): boolean {
  try {
    return kill(process, 0)
  } catch (cause) {
    // Not permitted: it is there and somebody else's.
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM'
  }
}
