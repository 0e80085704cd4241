/** What is old goes, a day at a time; the keys of the sources stay, so that nothing deleted comes back. */
import { liveFiles, retireFiles } from '../catalogue/files.ts'
import { forgetSessions } from '../catalogue/sessions.ts'
import { recover, sweep } from './batch.ts'
import { isRollup, type TableName, tableNames } from './columns.ts'
import type { LakeParts } from './parts.ts'
import { dayOf } from './time.ts'

export interface Retention {
  /** Events of the days before that of this time go; milliseconds since the epoch. */
  readonly eventsBefore?: number
  /** The same for rollups, which are kept for longer. */
  readonly rollupsBefore?: number
}

export interface Retained {
  readonly retired: number
  readonly deleted: number
}

/**
 * Days go as a whole: what one file of a rollup adds another of the same day may take away, and of the origins of a session
 * the one that counts may stand in any of them. Events aside have no time to go by and stay.
 */
export const retain = (
  parts: LakeParts,
  { eventsBefore, rollupsBefore }: Retention,
): Promise<Retained> =>
  parts.lock.hold(async () => {
    await recover(parts)
    parts.killPoint('retention:before-retire')
    const ids = await parts.catalogue.transact(async (db) => {
      const old: number[] = []
      for (const table of tableNames) {
        const before = limitOf(table, eventsBefore, rollupsBefore)
        if (before === undefined) continue
        const files = await liveFiles(db, table, Number.MIN_SAFE_INTEGER, before)
        old.push(...files.filter(({ day }) => day < dayOf(before)).map(({ id }) => id))
      }
      await retireFiles(db, old)
      await forgetSessions(db)
      return old
    })
    parts.killPoint('retention:after-retire')
    const deleted = await sweep(parts, (step) => parts.killPoint(`retention:${step}`))
    return { retired: ids.length, deleted }
  })

function limitOf(
  table: TableName,
  events: number | undefined,
  rollups: number | undefined,
): number | undefined {
  if (table === 'aside') return undefined
  return isRollup(table) ? rollups : events
}
