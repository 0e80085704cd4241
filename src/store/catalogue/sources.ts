/** Sources and how far they are in the lake: what makes that reading one twice adds nothing. */
import type { LakeSource } from '../lake/source.ts'
import type { Db } from './catalogue.ts'

export interface SourceState {
  readonly id: number
  readonly complete: boolean
  /** Observations of it that are in the lake: the first `through`. */
  readonly through: number
}

/** The state of a source; one that was never seen is entered. */
export async function stateOfSource(db: Db, source: LakeSource): Promise<SourceState> {
  await db
    .insertInto('source')
    .values({
      key: source.key,
      name: source.name.toWellFormed(),
      witness: source.witness,
      head: source.growing?.head ?? null,
      complete: 0,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute()
  const { id, complete } = await db
    .selectFrom('source')
    .select(['id', 'complete'])
    .where('key', '=', source.key)
    .executeTakeFirstOrThrow()
  const range = await db
    .selectFrom('source_range')
    .select((eb) => eb.fn.max('end_record').as('through'))
    .where('source', '=', id)
    .executeTakeFirst()
  return { id, complete: complete === 1, through: range?.through ?? 0 }
}

/** Where a part of a growing file ended. */
export interface Reached {
  readonly offset: number
  readonly before: string
}

/** Enters the records [first, end) of a source; with `done` nothing of it is to come. */
export async function enterRange(
  db: Db,
  source: number,
  batch: number,
  range: { readonly first: number; readonly end: number },
  done: { readonly reached: Reached | null } | null,
): Promise<void> {
  if (range.end > range.first || done?.reached)
    await db
      .insertInto('source_range')
      .values({
        source,
        batch,
        first_record: range.first,
        end_record: range.end,
        end_offset: done?.reached?.offset ?? null,
        hash_before: done?.reached?.before ?? null,
      })
      .execute()
  if (done) await db.updateTable('source').set({ complete: 1 }).where('id', '=', source).execute()
}

/** The furthest that any complete part of the file with this head went; read on from there if the hash still holds. */
export async function reachedOf(db: Db, head: string): Promise<Reached | null> {
  const row = await db
    .selectFrom('source')
    .innerJoin('source_range', 'source_range.source', 'source.id')
    .select(['end_offset', 'hash_before'])
    .where('source.head', '=', head)
    .where('source.complete', '=', 1)
    .where('end_offset', 'is not', null)
    .orderBy('source.id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.end_offset == null || row.hash_before === null
    ? null
    : { offset: row.end_offset, before: row.hash_before }
}
