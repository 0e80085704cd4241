/** Files that are whole or not there, whatever happens in between. */
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** A name that no reader takes for a file of the lake. */
export const unfinished = (path: string): string => `${path}.writing`

/** Makes a folder and the entries that lead to it last. */
export async function makeFolder(folder: string): Promise<void> {
  // The length tells how deep it is only where no part of the way is left out.
  const whole = resolve(folder)
  const first = await mkdir(whole, { recursive: true })
  if (first === undefined) return
  for (let at = whole; at.length >= first.length; at = dirname(at)) await syncPath(dirname(at))
}

export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Gives a finished file its name. */
export const finish = (path: string): Promise<void> => rename(unfinished(path), path)

export const sizeOf = async (path: string): Promise<number> => (await stat(path)).size

/** Removes a file and what was being written of it; that it is not there is as good. */
export async function removeFile(path: string): Promise<void> {
  await rm(unfinished(path), { force: true })
  await rm(path, { force: true })
}
