/** What the catalogue says of the lake as a whole. */
import type { ExpressionBuilder } from 'kysely'
import type { TableName } from '../lake/columns.ts'
import type { Db } from './catalogue.ts'
import type { CatalogueSchema } from './schema.ts'

export interface TableStatus {
  readonly table: TableName
  readonly rows: number
  readonly files: number
  readonly bytes: number
  /** Times of the first and newest row, milliseconds since the epoch. */
  readonly first: number
  readonly newest: number
}

export interface LakeStatus {
  readonly sources: { readonly complete: number; readonly unfinished: number }
  /** Those that have rows. */
  readonly tables: readonly TableStatus[]
  /** Files that wait for their last reader. */
  readonly retired: { readonly files: number; readonly bytes: number }
  readonly gaps: readonly {
    readonly reason: string
    readonly sources: number
    readonly times: number
  }[]
}

export async function lakeStatus(db: Db): Promise<LakeStatus> {
  const files = await db
    .selectFrom('file')
    .select((eb) => [
      'kind',
      'state',
      eb.fn.countAll<number>().as('files'),
      eb.fn.sum<number>('rows').as('rows'),
      eb.fn.sum<number>('bytes').as('bytes'),
      eb.fn.min('min_time').as('first'),
      eb.fn.max('max_time').as('newest'),
    ])
    .where('state', 'in', ['live', 'retired'])
    .groupBy(['kind', 'state'])
    .orderBy('kind')
    .execute()
  const retired = files.filter(({ state }) => state === 'retired')
  const gaps = await db
    .selectFrom('gap')
    .innerJoin('source', 'source.id', 'gap.source')
    .select((eb) => [
      'reason',
      eb.fn.count<number>(fileOf(eb)).distinct().as('sources'),
      eb.fn.sum<number>('times').as('times'),
    ])
    .groupBy('reason')
    .orderBy('times', 'desc')
    .orderBy('reason')
    .execute()
  return {
    sources: await sourcesOf(db),
    tables: files
      .filter(({ state }) => state === 'live')
      .map(({ kind, state: _, ...row }) => ({ table: kind, ...row })),
    retired: {
      files: retired.reduce((sum, row) => sum + row.files, 0),
      bytes: retired.reduce((sum, row) => sum + row.bytes, 0),
    },
    gaps,
  }
}

/** All readings of a file that grows are one source. */
const fileOf = (eb: ExpressionBuilder<CatalogueSchema, 'source'>) =>
  eb.fn.coalesce('source.lineage', 'source.id')

/** A file that grows counts by its marks: another reading goes on with it, and what a cut left of one is not waited for. */
async function sourcesOf(db: Db): Promise<LakeStatus['sources']> {
  const counted = db
    .selectFrom('source')
    .select((eb) => eb.fn.count<number>(fileOf(eb)).distinct().as('n'))
  const marked = db.selectFrom('source_range').select('source').where('end_offset', 'is not', null)
  const [complete, unfinished] = [
    await counted
      .where((eb) => eb.or([eb('complete', '=', 1), eb('id', 'in', marked)]))
      .executeTakeFirstOrThrow(),
    await counted.where('complete', '=', 0).where('meaning', 'is', null).executeTakeFirstOrThrow(),
  ]
  return { complete: complete.n, unfinished: unfinished.n }
}
