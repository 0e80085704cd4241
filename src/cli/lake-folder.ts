import { type Lake, openLake } from '../store/lake/lake.ts'
import type { LakeLimits } from '../store/lake/world.ts'
import { type Edges, UsageError } from './edges.ts'

/**
 * Opens the lake of a folder, or makes one, to add to it. Files are written on one thread: beside the reader, a second one costs
 * a fifth more of the processor's time.
 */
export const openOrMake = (folder: string, edges: Edges): Promise<Lake> =>
  open(folder, edges, { threads: 1 })

async function open(folder: string, edges: Edges, limits: Partial<LakeLimits> = {}): Promise<Lake> {
  try {
    return await openLake(folder, { now: () => edges.now().getTime(), limits })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null
    if (code === null || !/^E[A-Z]+$/.test(code)) throw cause
    throw new UsageError(`--lake ${folder}: it cannot be opened (${code})`, { cause })
  }
}

/** A question must not make an empty lake where somebody mistyped its place. */
export async function openExisting(folder: string, edges: Edges): Promise<Lake> {
  const entry = await edges.documents.stat(`${folder}/catalogue.sqlite`).catch(() => null)
  if (!entry)
    throw new UsageError(
      `${folder}: there is no event lake here; portreeve ingest makes one (see --lake)`,
    )
  return open(folder, edges)
}
