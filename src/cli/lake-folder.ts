import { NewerLakeError } from '../store/catalogue/migrations.ts'
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
    const fault = faultOf(cause)
    if (fault === null) throw cause
    throw new UsageError(`--lake ${folder}: ${fault}`, { cause })
  }
}

/** What is wrong with a folder, and what to do; null for what is no matter of the folder. */
function faultOf(cause: unknown): string | null {
  if (cause instanceof NewerLakeError) return `${cause.message}: use that version`
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return 'permission to write there is denied: name a folder of your own'
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return 'a file stands there, and a folder is wanted: name another'
  if (code === 'ERR_SQLITE_ERROR' && cause instanceof Error)
    return `its catalogue.sqlite cannot be used (${cause.message}): name another folder, or put back a copy`
  return /^E[A-Z]+$/.test(code) ? `it cannot be opened (${code})` : null
}

/** Why a lake that was open cannot be written any more, and what to do; null for what is no matter of its disk. */
export function writeFault(cause: unknown): string | null {
  if (!(cause instanceof Error)) return null
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
  const said = `${code} ${cause.message}`
  const goOn = 'what was added stays; run this again when that is mended'
  // The words of the system, of SQLite and of DuckDB, which tells no codes.
  if (/\b(?:ENOSPC|EDQUOT)\b|no space left|disk is full|disk quota/i.test(said))
    return `there is no room left to write: ${goOn}`
  if (/\b(?:EACCES|EPERM|EROFS)\b|read-?only|permission denied/i.test(said))
    return `permission to write there is denied: ${goOn}`
  return /^E[A-Z]+$/.test(code) || /^IO Error: /.test(cause.message)
    ? `it cannot be written (${code || cause.message.split('\n', 1)[0]}): ${goOn}`
    : null
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
