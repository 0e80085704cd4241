/** A lake that others wrote in OCSF: Parquet files, read through a view of the flat columns. Nothing is written. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBStructType, type DuckDBType } from '@duckdb/node-api'
import type { TableName } from '../lake/columns.ts'
import { type DuckRow, openDuck, quoted, rowsOf } from '../lake/duck.ts'
import { defaultLimits } from '../lake/world.ts'
import { dialects } from '../queries/dialect.ts'
import type { EventTables } from '../queries/events.ts'
import { type LakeQueries, lakeQueries } from '../queries/queries.ts'
import { addAddressFunctions } from './address-functions.ts'
import { type Mapped, mapped } from './mapping-view.ts'

export interface ForeignWorld {
  /** Milliseconds since the epoch: what is more than a day ahead is not believed. */
  readonly now: () => number
  /** The site or VPC of what names none; public addresses are of the internet. */
  readonly network: string
}

export interface ForeignLake {
  readonly queries: LakeQueries
  readonly events: EventTables
  /** Events of the classes that are read, and how many of them count nowhere: they name no addresses or no believable time. */
  readonly counts: () => Promise<{ readonly events: number; readonly leftOut: number }>
  readonly close: () => Promise<void>
}

/** Why it is no lake in OCSF, in one line. */
export class ForeignLakeError extends Error {
  override readonly name = 'ForeignLakeError'
}

/** Opens a folder with Parquet files below it, or one file. */
export async function openForeign(path: string, world: ForeignWorld): Promise<ForeignLake> {
  const files = await parquetFiles(path)
  if (files.length === 0) throw new ForeignLakeError(`no Parquet file is here`)
  const spill = await mkdtemp(join(tmpdir(), 'portreeve-'))
  const duck = await openDuck(defaultLimits, spill)
  const connection = await duck.connect()
  const close = async () => {
    connection.closeSync()
    duck.closeSync()
    await rm(spill, { recursive: true, force: true })
  }
  try {
    addAddressFunctions(connection)
    const relations = await relationsOf(connection, files, world)
    const ask: Ask = (sql) => foreignRows(connection, sql)
    const events = foreignEvents(ask, relations)
    return { queries: lakeQueries(events), events, counts: () => countsOf(ask, relations), close }
  } catch (cause) {
    await close()
    throw cause
  }
}

async function parquetFiles(path: string): Promise<readonly string[]> {
  if ((await stat(path)).isFile()) return [path]
  const names = await readdir(path, { recursive: true })
  return names
    .filter((name) => /\.parquet$/i.test(name))
    .sort()
    .map((name) => join(path, name))
}

async function relationsOf(
  connection: DuckDBConnection,
  files: readonly string[],
  { network, now }: ForeignWorld,
): Promise<Mapped> {
  // What a glob would take for a pattern stands in brackets.
  const list = files.map((file) => quoted(file.replace(/[*?[\]]/g, (sign) => `[${sign}]`)))
  const from = `read_parquet([${list.join(', ')}], union_by_name = true, hive_partitioning = false)`
  const types = await typesOf(connection, from)
  if (!types.has('class_uid') || !types.has('dst_endpoint.ip'))
    throw new ForeignLakeError(
      'no OCSF events are here: no column class_uid, or no dst_endpoint.ip',
    )
  return mapped({ from, types, network, now: now() })
}

/** The types of all paths: `src_endpoint.ip`. */
async function typesOf(
  connection: DuckDBConnection,
  parquet: string,
): Promise<ReadonlyMap<string, DuckDBType>> {
  const out = new Map<string, DuckDBType>()
  const enter = (name: string, type: DuckDBType) => {
    out.set(name.toLowerCase(), type)
    if (type instanceof DuckDBStructType)
      for (const [i, below] of type.entryNames.entries())
        enter(`${name}.${below}`, type.entryTypes[i] ?? type)
  }
  try {
    const empty = await connection.runAndReadAll(`SELECT * FROM ${parquet} LIMIT 0`)
    for (const [i, name] of empty.columnNames().entries()) enter(name, empty.columnType(i))
  } catch (cause) {
    throw new ForeignLakeError(`this is no Parquet that can be read (${reasonOf(cause)})`, {
      cause,
    })
  }
  return out
}

type Ask = (sql: string) => Promise<readonly DuckRow[]>

/** Files may be of types that do not go together, which only reading them tells. */
async function foreignRows(connection: DuckDBConnection, sql: string): Promise<readonly DuckRow[]> {
  try {
    return await rowsOf(connection, sql)
  } catch (cause) {
    throw new ForeignLakeError(`its files cannot be read together (${reasonOf(cause)})`, {
      cause,
    })
  }
}

/** The first line of what DuckDB says, which may quote the files. */
const reasonOf = (cause: unknown): string =>
  (cause instanceof Error ? (cause.message.split('\n', 1)[0] ?? '') : '').slice(0, 200)

const foreignEvents = (ask: Ask, { tables }: Mapped): EventTables => {
  const relation = (table: TableName): string => {
    const found = tables[table]
    if (found === undefined) throw new Error(`a foreign lake has no ${table}`)
    return found
  }
  return {
    dialect: dialects.duckdb,
    rows: ask,
    table: async (table, { from, to }) =>
      `(SELECT * FROM ${relation(table)} t WHERE time >= ${from} AND time < ${to})`,
    rollup: null,
    async newest() {
      const times = eventTables.map((table) => `SELECT time FROM ${relation(table)} t`)
      const [row] = await ask(`SELECT max(time) AS newest FROM (${times.join(' UNION ALL ')}) a`)
      return row?.['newest'] == null ? null : Number(row['newest'])
    },
    wholeFrom: async () => Number.NEGATIVE_INFINITY,
    // What a foreign lake did not see, it does not say.
    covers: async () => false,
    reading: (read) => read(),
  }
}

const eventTables = ['ftp_session', 'flow', 'service'] as const

async function countsOf(ask: Ask, { all, understood }: Mapped) {
  const count = async (from: string) => {
    const [row] = await ask(`SELECT count(*) AS n FROM ${from} a`)
    return Number(row?.['n'] ?? 0)
  }
  const events = await count(all)
  let read = 0
  for (const relation of understood) read += await count(relation)
  return { events, leftOut: events - read }
}
