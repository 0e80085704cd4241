/** What the lake's work needs: the catalogue, the lock, DuckDB and the folder. */
import { join } from 'node:path'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { type LakeFile, liveFiles } from '../catalogue/files.ts'
import type { WriterLock } from '../catalogue/lock.ts'
import { columnsOf, type TableName } from './columns.ts'
import { quoted } from './duck.ts'
import type { KillPoint, LakeLimits } from './world.ts'

export interface LakeParts {
  readonly folder: string
  readonly catalogue: Catalogue
  readonly lock: WriterLock
  readonly duck: DuckDBInstance
  readonly limits: LakeLimits
  readonly now: () => number
  readonly killPoint: (name: KillPoint) => void
}

export const pathOf = ({ folder }: Pick<LakeParts, 'folder'>, path: string): string =>
  join(folder, path)

/** A relation of exactly these files. Columns that an older file lacks are null in it. */
export function filesRelation(
  parts: Pick<LakeParts, 'folder'>,
  table: TableName,
  files: readonly Pick<LakeFile, 'path'>[],
): string {
  const columns = columnsOf(table)
  const empty = `SELECT ${columns.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${name}`).join(', ')} WHERE false`
  if (files.length === 0) return `(${empty})`
  const list = files.map(({ path }) => quoted(pathOf(parts, path))).join(', ')
  // The empty half names all columns, so that those which no file has are there too.
  return `((${empty}) UNION ALL BY NAME (FROM read_parquet([${list}], union_by_name = true, hive_partitioning = false)))`
}

/** A relation of all events of a table in [from, to), by the catalogue's list. */
export async function tableRelation(
  parts: LakeParts,
  table: TableName,
  from: number,
  to: number,
): Promise<string> {
  const files = await parts.catalogue.run((db) => liveFiles(db, table, from, to))
  return `(SELECT * FROM ${filesRelation(parts, table, files)} WHERE time >= ${Math.floor(from)} AND time < ${Math.floor(to)})`
}

export async function withConnection<T>(
  parts: LakeParts,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const connection = await parts.duck.connect()
  try {
    return await work(connection)
  } finally {
    connection.closeSync()
  }
}
