/** What is old goes, a file at a time; the keys of the sources stay, so that nothing deleted comes back. */
import { liveFiles, retireFiles } from '../catalogue/files.ts'
import { recover, sweep } from './batch.ts'
import { isRollup, type TableName, tableNames } from './columns.ts'
import type { LakeParts } from './parts.ts'

export interface Retention {
  /** Files whose newest event is older go; milliseconds since the epoch. */
  readonly eventsBefore?: number
  /** The same for rollups, which are kept for longer. */
  readonly rollupsBefore?: number
}

export interface Retained {
  readonly retired: number
  readonly deleted: number
}

/** Events aside have no time to go by and stay. */
export const retain = (
  parts: LakeParts,
  { eventsBefore, rollupsBefore }: Retention,
): Promise<Retained> =>
  parts.lock.hold(async () => {
    await recover(parts)
    const ids = await parts.catalogue.transact(async (db) => {
      const old: number[] = []
      for (const table of tableNames) {
        const before = limitOf(table, eventsBefore, rollupsBefore)
        if (before === undefined) continue
        const files = await liveFiles(db, table, Number.MIN_SAFE_INTEGER, before)
        old.push(...files.filter(({ maxTime }) => maxTime < before).map(({ id }) => id))
      }
      await retireFiles(db, old)
      return old
    })
    return { retired: ids.length, deleted: await sweep(parts) }
  })

function limitOf(
  table: TableName,
  events: number | undefined,
  rollups: number | undefined,
): number | undefined {
  if (table === 'aside') return undefined
  return isRollup(table) ? rollups : events
}
