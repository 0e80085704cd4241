/** Sources and how far they are in the lake: what makes that reading one twice adds nothing. */
import type { Growing, KnownMark, LakeSource, Mark, Marks } from '../lake/source.ts'
import type { Db } from './catalogue.ts'

export interface SourceState {
  readonly id: number
  readonly complete: boolean
  /** Observations of it that are in the lake: the first `through`. */
  readonly through: number
  /** Of a file that grows: the source that read its beginning. */
  readonly lineage: number | null
}

/** Whether all of a source is in the lake. */
export async function isComplete(db: Db, key: string): Promise<boolean> {
  const row = await db
    .selectFrom('source')
    .select('complete')
    .where('key', '=', key)
    .executeTakeFirst()
  return row?.complete === 1
}

/** The state of a source; one that was never seen is entered. */
export async function stateOfSource(db: Db, source: LakeSource): Promise<SourceState> {
  const { growing = null } = source
  const entered = await db
    .insertInto('source')
    .values({
      key: source.key,
      name: source.name.toWellFormed(),
      witness: source.witness,
      meaning: growing?.meaning ?? null,
      lineage: growing && (await lineageOf(db, growing)),
      complete: 0,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning(['id', 'lineage'])
    .executeTakeFirst()
  if (growing && entered && entered.lineage === null)
    await db
      .updateTable('source')
      .set({ lineage: entered.id })
      .where('id', '=', entered.id)
      .execute()
  const { id, complete, lineage } = await db
    .selectFrom('source')
    .select(['id', 'complete', 'lineage'])
    .where('key', '=', source.key)
    .executeTakeFirstOrThrow()
  const range = await db
    .selectFrom('source_range')
    .select((eb) => eb.fn.max('end_record').as('through'))
    .where('source', '=', id)
    .executeTakeFirst()
  return { id, complete: complete === 1, through: range?.through ?? 0, lineage }
}

/** That of its mark, unless somebody went on from there before: another file that begins like this one is of its own. */
async function lineageOf(db: Db, { from }: Growing): Promise<number | null> {
  if (from === null) return null
  const later = await db
    .selectFrom('source')
    .innerJoin('source_range', 'source_range.source', 'source.id')
    .select('source.id')
    .where('lineage', '=', from.lineage)
    .where('source_range.rowid', '>', from.turn)
    .where('end_offset', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return later ? null : from.lineage
}

/** Marks of files that are read with these options and have one of these heads. */
export async function marksOf(db: Db, meaning: string, heads: readonly string[]): Promise<Marks> {
  const last = await db
    .selectFrom('source_range')
    .select((eb) => eb.fn.max('rowid').as('turn'))
    .executeTakeFirst()
  const rows = await markRows(db, meaning)
    .where('head', 'in', [...heads])
    .execute()
  return { marks: rows.flatMap(fromRow), seen: last?.turn ?? 0 }
}

/**
 * The last marks of the two files that had this name last when they were read with these options: the older of them may
 * still be written when its name is gone.
 */
export async function lastMarks(
  db: Db,
  meaning: string,
  name: string,
): Promise<readonly KnownMark[]> {
  const rows = await markRows(db, meaning)
    .where('source_range.rowid', 'in', (eb) =>
      eb
        .selectFrom('source_range')
        .innerJoin('source', 'source.id', 'source_range.source')
        .select((last) => last.fn.max('source_range.rowid').as('turn'))
        .where('source.meaning', '=', meaning)
        .where('name', '=', name.toWellFormed())
        .where('end_offset', 'is not', null)
        .groupBy('lineage')
        .orderBy('turn', 'desc')
        .limit(2),
    )
    .execute()
  return rows.flatMap(fromRow)
}

const marksAfter = async (db: Db, meaning: string, turn: number) =>
  (await markRows(db, meaning).where('source_range.rowid', '>', turn).execute()).flatMap(fromRow)

const markRows = (db: Db, meaning: string) =>
  db
    .selectFrom('source_range')
    .innerJoin('source', 'source.id', 'source_range.source')
    .select([
      'source_range.rowid as turn',
      'lineage',
      'name',
      'end_offset',
      'hash_before',
      'told_offset',
      'source_range.head',
      'ended',
    ])
    .where('source.meaning', '=', meaning)
    .where('end_offset', 'is not', null)
    .orderBy('source_range.rowid')

type MarkRow = Awaited<ReturnType<ReturnType<typeof markRows>['execute']>>[number]

function fromRow({ end_offset: offset, hash_before: before, ...row }: MarkRow): KnownMark[] {
  const { turn, name, lineage, told_offset: told, head, ended } = row
  if (lineage === null || offset === null || before === null) return []
  return [
    {
      ...{ turn, name, lineage, offset, before },
      ...{ told: told ?? offset, head: head ?? '', ended: ended === 1 },
    },
  ]
}

/**
 * Marks that others entered since this source looked for its own, and that may stand in the same bytes. `certain`: they
 * went on from the same mark.
 */
export async function overtaking(
  db: Db,
  { growing }: LakeSource,
  { id, lineage }: Pick<SourceState, 'id' | 'lineage'>,
): Promise<{ readonly certain: boolean; readonly marks: readonly KnownMark[] }> {
  if (!growing) return { certain: false, marks: [] }
  const own = await db
    .selectFrom('source_range')
    .select((eb) => eb.fn.max('rowid').as('turn'))
    .where('source', '=', id)
    .where('end_offset', 'is not', null)
    .executeTakeFirst()
  const marks = await marksAfter(db, growing.meaning, own?.turn ?? growing.seen)
  const went = marks.filter((mark) => mark.lineage === lineage)
  if (went.length > 0) return { certain: true, marks: went }
  const isFirst = own?.turn == null && lineage === id
  return { certain: false, marks: isFirst ? marks : [] }
}

/** Enters the records [first, end) of a source; with `done` nothing of it is to come. */
export async function enterRange(
  db: Db,
  source: number,
  batch: number,
  range: { readonly first: number; readonly end: number },
  { end, reached }: { readonly end: 'more' | 'done'; readonly reached: Mark | null },
): Promise<void> {
  if (range.end > range.first || reached)
    await db
      .insertInto('source_range')
      .values({
        source,
        batch,
        first_record: range.first,
        end_record: range.end,
        end_offset: reached?.offset ?? null,
        hash_before: reached?.before ?? null,
        told_offset: reached?.told ?? null,
        head: reached?.head ?? null,
        ended: reached ? (end === 'done' ? 1 : 0) : null,
      })
      .execute()
  if (end === 'done')
    await db.updateTable('source').set({ complete: 1 }).where('id', '=', source).execute()
}
