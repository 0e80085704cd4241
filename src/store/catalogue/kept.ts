/** From which day on the lake is whole. What came late of days before is there too, but stands beside what was deleted. */
import { startOfDay } from '../lake/time.ts'
import type { Db } from './catalogue.ts'

/** Days as yyyymmdd; null where nothing was ever deleted. */
export interface Kept {
  readonly events: number | null
  readonly rollups: number | null
}

const forever = Number.NEGATIVE_INFINITY

/** Times since which all of it is kept, milliseconds since the epoch; -Infinity where nothing was ever deleted. */
export async function wholeFrom(
  db: Db,
): Promise<{ readonly events: number; readonly rollups: number }> {
  const { events_from: events, rollups_from: rollups } = await db
    .selectFrom('state')
    .select(['events_from', 'rollups_from'])
    .executeTakeFirstOrThrow()
  return {
    events: events === null ? forever : startOfDay(events),
    rollups: rollups === null ? forever : startOfDay(rollups),
  }
}

/** Notes that what is older was deleted. */
export async function enterKept(db: Db, { events, rollups }: Kept): Promise<void> {
  for (const [column, day] of [
    ['events_from', events],
    ['rollups_from', rollups],
  ] as const)
    if (day !== null)
      await db
        .updateTable('state')
        .set({ [column]: day })
        .where((eb) => eb.or([eb(column, 'is', null), eb(column, '<', day)]))
        .execute()
}
