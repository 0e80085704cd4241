/** Files of the lake by the catalogue: planned, live, retired. */
import type { TableName } from '../lake/columns.ts'
import type { Catalogue, Db } from './catalogue.ts'

export interface LakeFile {
  readonly id: number
  readonly kind: TableName
  readonly path: string
  readonly day: number
  readonly rows: number
  readonly bytes: number
  readonly minTime: number
  readonly maxTime: number
}

export interface PlannedFile {
  readonly kind: TableName
  readonly path: string
  readonly day: number
  /** At most; those of one key of a rollup become one. */
  readonly rows: number
  readonly minTime: number
  readonly maxTime: number
}

/** Names a batch pending, with all files that it is going to write. */
export async function planBatch(
  db: Db,
  work: 'ingest' | 'compaction' | 'retention',
  now: number,
  plan: (batch: number) => readonly PlannedFile[],
): Promise<{ readonly batch: number; readonly files: readonly PlannedFile[] }> {
  const { id: batch } = await db
    .insertInto('batch')
    .values({ work, state: 'pending', planned: Math.floor(now), committed: null })
    .returning('id')
    .executeTakeFirstOrThrow()
  const files = plan(batch)
  for (const file of files)
    await db
      .insertInto('file')
      .values({
        batch,
        kind: file.kind,
        path: file.path,
        day: file.day,
        state: 'pending',
        rows: file.rows,
        bytes: 0,
        min_time: file.minTime,
        max_time: file.maxTime,
        retired: null,
      })
      .execute()
  return { batch, files }
}

export interface Written {
  readonly rows: number
  readonly bytes: number
}

/** Makes the files of a batch live. `written` is what came to be of them, by path. */
export async function commitBatch(
  db: Db,
  batch: number,
  now: number,
  written: ReadonlyMap<string, Written>,
): Promise<void> {
  for (const [path, { rows, bytes }] of written)
    await db
      .updateTable('file')
      .set({ state: 'live', rows, bytes })
      .where('batch', '=', batch)
      .where('path', '=', path)
      .execute()
  await db
    .updateTable('batch')
    .set({ state: 'committed', committed: Math.floor(now) })
    .where('id', '=', batch)
    .execute()
}

export const pendingFiles = (db: Db) =>
  db.selectFrom('file').select(['batch', 'path']).where('state', '=', 'pending').execute()

/** Forgets batches that never came to their end; their files must be gone. */
export async function dropPending(db: Db): Promise<void> {
  await db.deleteFrom('file').where('state', '=', 'pending').execute()
  await db.deleteFrom('batch').where('state', '=', 'pending').execute()
}

/** Takes files off the list from the next generation on. */
export async function retireFiles(db: Db, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  const { generation } = await db
    .updateTable('state')
    .set((eb) => ({ generation: eb('generation', '+', 1) }))
    .returning('generation')
    .executeTakeFirstOrThrow()
  for (let i = 0; i < ids.length; i += 500)
    await db
      .updateTable('file')
      .set({ state: 'retired', retired: generation })
      .where('id', 'in', ids.slice(i, i + 500))
      .execute()
}

/**
 * Retired files that no reader can have on its list. Leases that ran out count for nothing. To be asked in a transaction:
 * a reader that begins and a file that is retired between two of its statements would go unseen.
 */
export async function deletableFiles(
  db: Db,
  now: number,
): Promise<readonly { readonly id: number; readonly path: string }[]> {
  await db.deleteFrom('lease').where('expires', '<', now).execute()
  const oldest = await db
    .selectFrom('lease')
    .select((eb) => eb.fn.min('generation').as('generation'))
    .executeTakeFirst()
  return db
    .selectFrom('file')
    .select(['id', 'path'])
    .where('state', '=', 'retired')
    .$if(oldest?.generation != null, (query) =>
      query.where('retired', '<=', oldest?.generation ?? 0),
    )
    .execute()
}

export async function hasRetired(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom('file')
    .select('id')
    .where('state', '=', 'retired')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export async function forgetFiles(db: Db, ids: readonly number[]): Promise<void> {
  for (let i = 0; i < ids.length; i += 500)
    await db
      .deleteFrom('file')
      .where('id', 'in', ids.slice(i, i + 500))
      .execute()
}

/** A reader that stopped without a word (a process that was killed) is waited for this long. */
const leaseTime = 5 * 60_000
/** A reader at work says so this often, in milliseconds. */
const renewal = 60_000

/** Runs `read` with the list as it is now; none of these files is deleted before it ends, however long it takes. */
export async function withLease<T>(
  catalogue: Catalogue,
  now: () => number,
  read: () => Promise<T>,
): Promise<T> {
  const { id } = await catalogue.run((db) =>
    db
      .insertInto('lease')
      .values((eb) => ({
        generation: eb.selectFrom('state').select('generation'),
        expires: Math.floor(now()) + leaseTime,
      }))
      .returning('id')
      .executeTakeFirstOrThrow(),
  )
  const renew = () =>
    catalogue
      .run((db) =>
        db
          .updateTable('lease')
          .set({ expires: Math.floor(now()) + leaseTime })
          .where('id', '=', id)
          .execute(),
      )
      // The catalogue is busy: the next turn is soon enough.
      .catch(() => undefined)
  const renewing = setInterval(() => void renew(), renewal)
  try {
    return await read()
  } finally {
    clearInterval(renewing)
    await catalogue.run((db) => db.deleteFrom('lease').where('id', '=', id).execute())
  }
}

/** Live files of a table with an event in [from, to), by day. */
export async function liveFiles(
  db: Db,
  kind: TableName,
  from: number,
  to: number,
): Promise<readonly LakeFile[]> {
  const rows = await db
    .selectFrom('file')
    .selectAll()
    .where('kind', '=', kind)
    .where('state', '=', 'live')
    .where('max_time', '>=', from)
    .where('min_time', '<', to)
    .orderBy('day')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    path: row.path,
    day: row.day,
    rows: row.rows,
    bytes: row.bytes,
    minTime: row.min_time,
    maxTime: row.max_time,
  }))
}

/** The newest event of these tables, or null where they hold none. */
export async function newestEvent(db: Db, kinds: readonly TableName[]): Promise<number | null> {
  const row = await db
    .selectFrom('file')
    .select((eb) => eb.fn.max('max_time').as('time'))
    .where('state', '=', 'live')
    .where('kind', 'in', [...kinds])
    .executeTakeFirst()
  return row?.time ?? null
}
