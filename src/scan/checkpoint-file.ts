/** Checkpoints on disk: the file is always a whole one, the old or the new. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes beside the file, syncs, renames over it and syncs the folder. Output that was emitted before must be durable
 * before this is called, or a crash loses it. Readable by its owner alone; rejects with the error of the system.
 */
export async function saveWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    // Whatever stands there, a link of somebody else's included, is not written through.
    await rm(temporary, { force: true })
    await closing(await open(temporary, 'wx', 0o600), async (file) => {
      await file.writeFile(text)
      await file.sync()
    })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  // Some systems cannot sync a folder; the rename then lasts when they please.
  const folder = await open(dirname(path), 'r').catch(() => null)
  if (folder) await closing(folder, (file) => file.sync().catch(() => undefined))
}

async function closing(
  file: FileHandle,
  work: (file: FileHandle) => Promise<unknown>,
): Promise<void> {
  try {
    await work(file)
  } finally {
    await file.close()
  }
}
