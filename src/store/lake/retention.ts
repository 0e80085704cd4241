/** What is old goes, a day at a time; the keys of the sources stay, so that nothing deleted comes back. */
import type { Db } from '../catalogue/catalogue.ts'
import { type LakeFile, liveFiles, retireFiles } from '../catalogue/files.ts'
import { enterKept, type Kept } from '../catalogue/kept.ts'
import {
  type Edges,
  forgetSessions,
  type Recounted,
  recountedSessions,
} from '../catalogue/leaving.ts'
import { type Draft, recover, sweep, writeBatch } from './batch.ts'
import { isRollup, tableNames } from './columns.ts'
import { draftsOf, stageShare } from './drafts.ts'
import type { LakeParts } from './parts.ts'
import { Staging } from './staging.ts'
import { dayOf, startOfDay } from './time.ts'

export interface Retention {
  /** Events of the days before that of this time go; milliseconds since the epoch. */
  readonly eventsBefore?: number
  /** The same for rollups. Those of a day before which any event is left stay. */
  readonly rollupsBefore?: number
}

export interface Retained {
  readonly retired: number
  readonly deleted: number
}

/**
 * Days go as a whole: what one file of a rollup adds another of the same day may take away. Where that of a session's origins
 * goes which counts, and another one is of a later day, the rollups count that. Events aside have no time to go by and stay.
 */
export const retain = (parts: LakeParts, retention: Retention): Promise<Retained> =>
  parts.lock.hold(async () => {
    await recover(parts)
    const { ids, kept } = await parts.catalogue.run((db) => leavingFiles(db, retention))
    const rollups = edgeOf(kept.rollups)
    // Where rollups go, events are gone already.
    const edges: Edges = { events: Math.max(edgeOf(kept.events), rollups), rollups }
    const recounted = await parts.catalogue.run((db) => recountedSessions(db, edges))
    const staging = new Staging(await parts.duck.connect())
    try {
      const drafts = await stageRecounted(staging, recounted)
      await writeBatch(parts, staging.connection, 'retention', drafts, async (db) => {
        await retireFiles(db, ids)
        await forgetSessions(db, edges)
        await enterKept(db, kept)
      })
    } finally {
      staging.close()
    }
    const deleted = await sweep(parts, (step) => parts.killPoint(`retention:${step}`))
    return { retired: ids.length, deleted }
  })

async function leavingFiles(
  db: Db,
  { eventsBefore, rollupsBefore }: Retention,
): Promise<{ readonly ids: readonly number[]; readonly kept: Kept }> {
  const events = await filesOf(db, 'events')
  const eventsFrom = eventsBefore === undefined ? null : dayOf(eventsBefore)
  const left = events.filter(({ day }) => eventsFrom === null || day >= eventsFrom)
  const rollupsFrom =
    rollupsBefore === undefined
      ? null
      : left.reduce((least, { day }) => Math.min(least, day), dayOf(rollupsBefore))
  const leaving = [
    ...events.filter(({ day }) => eventsFrom !== null && day < eventsFrom),
    ...(await filesOf(db, 'rollups')).filter(
      ({ day }) => rollupsFrom !== null && day < rollupsFrom,
    ),
  ]
  return {
    ids: leaving.map(({ id }) => id),
    kept: { events: eventsFrom, rollups: rollupsFrom },
  }
}

async function filesOf(db: Db, which: 'events' | 'rollups'): Promise<readonly LakeFile[]> {
  const files: LakeFile[] = []
  for (const table of tableNames)
    if (table !== 'aside' && isRollup(table) === (which === 'rollups'))
      files.push(...(await liveFiles(db, table, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)))
  return files
}

const edgeOf = (day: number | null): number =>
  day === null ? Number.MIN_SAFE_INTEGER : startOfDay(day)

async function stageRecounted(
  staging: Staging,
  recounted: readonly Recounted[],
): Promise<readonly Draft[]> {
  if (recounted.length === 0) return []
  for (const { removed, added } of recounted) {
    if (removed) await stageShare(staging, removed, -1)
    await stageShare(staging, added, 1)
  }
  await staging.settle()
  return draftsOf(staging)
}
