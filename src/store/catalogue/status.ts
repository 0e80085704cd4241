/** What the catalogue says of the lake as a whole. */
import type { TableName } from '../lake/columns.ts'
import type { Db } from './catalogue.ts'

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
  const sources = await db
    .selectFrom('source')
    .select((eb) => [
      'complete',
      eb.fn.count<number>(eb.fn.coalesce('lineage', 'id')).distinct().as('n'),
    ])
    // A file that grows is gone on with by another reading: what a cut left of one is not waited for.
    .where((eb) => eb.or([eb('complete', '=', 1), eb('meaning', 'is', null)]))
    .groupBy('complete')
    .execute()
  const ofState = (complete: number) => sources.find((row) => row.complete === complete)?.n ?? 0
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
    .select((eb) => [
      'reason',
      eb.fn.count<number>('source').distinct().as('sources'),
      eb.fn.sum<number>('times').as('times'),
    ])
    .groupBy('reason')
    .orderBy('times', 'desc')
    .orderBy('reason')
    .execute()
  return {
    sources: { complete: ofState(1), unfinished: ofState(0) },
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
