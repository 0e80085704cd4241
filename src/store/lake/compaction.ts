/** Many small files of a day into one: written first, swapped in one transaction, the old ones deleted after their last reader. */
import { type LakeFile, liveFiles, retireFiles } from '../catalogue/files.ts'
import { type Draft, recover, sweep, writeBatch } from './batch.ts'
import { columnsOf, isRollup, type TableName, tableNames } from './columns.ts'
import { rowsOf } from './duck.ts'
import { filesRelation, type LakeParts, withConnection } from './parts.ts'
import { merged } from './rollup.ts'

export interface CompactionOptions {
  /** Files of one table and day from which on they are merged. */
  readonly atLeast?: number
  /** Larger files are left as they are, in bytes. */
  readonly upTo?: number
}

export interface Compacted {
  readonly merged: number
  readonly into: number
  readonly deleted: number
}

/** Merges what is worth it, a table and day at a time; each is a batch of its own, so that a cut loses only the last. */
export async function compact(
  parts: LakeParts,
  { atLeast = 2, upTo = 256 * 1024 * 1024 }: CompactionOptions = {},
): Promise<Compacted> {
  let [from, into, deleted] = [0, 0, 0]
  for (const table of tableNames) {
    const days = await parts.lock.hold(async () => {
      await recover(parts)
      return [...groups(await smallFiles(parts, table, upTo)).keys()]
    })
    for (const day of days)
      await parts.lock.hold(async () => {
        await recover(parts)
        const files = groups(await smallFiles(parts, table, upTo)).get(day) ?? []
        if (files.length < Math.max(2, atLeast)) return
        await mergeFiles(parts, table, day, files)
        from += files.length
        into++
      })
    deleted += await sweep(parts, (step) => parts.killPoint(`compaction:${step}`))
  }
  return { merged: from, into, deleted }
}

const smallFiles = async (parts: LakeParts, table: TableName, upTo: number) =>
  (
    await parts.catalogue.run((db) =>
      liveFiles(db, table, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    )
  ).filter(({ bytes }) => bytes <= upTo)

const groups = (files: readonly LakeFile[]): ReadonlyMap<number, readonly LakeFile[]> =>
  Map.groupBy(files, ({ day }) => day)

const mergeFiles = (
  parts: LakeParts,
  table: TableName,
  day: number,
  files: readonly LakeFile[],
): Promise<void> =>
  withConnection(parts, async (connection) => {
    const relation = filesRelation(parts, table, files)
    const select = isRollup(table)
      ? `SELECT * FROM (${merged(table, relation)}) ORDER BY time`
      : `SELECT ${columnsOf(table)
          .map(({ name }) => name)
          .join(', ')} FROM ${relation} ORDER BY time`
    const [counted] = await rowsOf(connection, `SELECT count(*) AS n FROM (${select})`)
    const draft: Draft = {
      kind: table,
      day,
      rows: Number(counted?.['n'] ?? 0),
      minTime: Math.min(...files.map(({ minTime }) => minTime)),
      maxTime: Math.max(...files.map(({ maxTime }) => maxTime)),
      select,
    }
    await writeBatch(parts, connection, 'compaction', [draft], (db) =>
      retireFiles(
        db,
        files.map(({ id }) => id),
      ),
    )
  })
