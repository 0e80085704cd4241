/** The tables of the lake: the files that the catalogue lists, read by DuckDB. */
import type { Db } from '../catalogue/catalogue.ts'
import { liveFiles, newestEvent } from '../catalogue/files.ts'
import { wholeFrom } from '../catalogue/kept.ts'
import type { RollupName, TableName } from '../lake/columns.ts'
import { rowsOf } from '../lake/duck.ts'
import { filesRelation, type LakeParts, tableRelation, withConnection } from '../lake/parts.ts'
import { reading } from '../lake/reading.ts'
import { merged } from '../lake/rollup.ts'
import { dialects } from './dialect.ts'
import type { EventTables } from './events.ts'
import type { Reading, Window } from './window.ts'

const sql = dialects.duckdb

export const lakeEvents = (parts: LakeParts): EventTables => ({
  dialect: sql,
  rows: (query) => withConnection(parts, (connection) => rowsOf(connection, query)),
  table: (table, { from, to }) => tableRelation(parts, table, from, to),
  rollup: (table, window, where) => netRelation(parts, table, window, where),
  newest: () => newestOf(parts),
  wholeFrom: async () => (await parts.catalogue.run(wholeFrom)).events,
  covers: (network, window, read) =>
    parts.catalogue.run(
      async (db) => (await isWhole(db, window, read)) && isCovered(db, network, window),
    ),
  reading: (read) => reading(parts, read),
})

const eventTables: readonly TableName[] = ['ftp_session', 'flow', 'service']

const newestOf = async (parts: LakeParts): Promise<number | null> =>
  (await parts.catalogue.run((db) => newestEvent(db, eventTables))) ??
  (await parts.catalogue.run((db) => newestEvent(db, [...eventTables, 'rollup_hour'])))

/**
 * Rollups with what was taken away taken away. Within one file every key stands once: only days of several files, which
 * compaction did not reach yet, have to be added up.
 */
async function netRelation(
  parts: LakeParts,
  table: RollupName,
  { from, to }: Window,
  where: string,
): Promise<string> {
  const days = Map.groupBy(
    await parts.catalogue.run((db) => liveFiles(db, table, from, to)),
    ({ day }) => day,
  )
  const ofDays = (several: boolean) =>
    [...days.values()].filter((files) => files.length > 1 === several).flat()
  const within = `${where} AND time >= ${sql.whole(from)} AND time < ${sql.whole(to)}`
  const plain = `SELECT * FROM ${filesRelation(parts, table, ofDays(false))} f WHERE ${within}`
  const many = ofDays(true)
  if (many.length === 0) return `(SELECT * FROM (${plain}) r WHERE events > 0)`
  const added = merged(
    table,
    `(SELECT * FROM ${filesRelation(parts, table, many)} f WHERE ${within}) f`,
  )
  return `(SELECT * FROM (${plain} UNION ALL BY NAME ${added}) r WHERE events > 0)`
}

/** Of a time of which anything was deleted, nobody knows any more that nobody came. */
async function isWhole(db: Db, { from }: Window, read: Reading): Promise<boolean> {
  const { events, rollups } = await wholeFrom(db)
  return from >= (read === 'raw' ? events : rollups)
}

/** Flow logs gather for up to ten minutes before they write: pauses that short between two sources are none. */
const tolerated = 600_000

/**
 * Whether sources that see every connection of the network watched all of the window, with nothing sampled or dropped.
 * A server's own log sees one server and does not count; what a source does not tell does not count either.
 */
async function isCovered(db: Db, network: string, { from, to }: Window): Promise<boolean> {
  const rows = await db
    .selectFrom('coverage')
    .select(['start', 'end', 'dropped'])
    .where('network', '=', network)
    .where('witness', 'in', ['capture', 'monitor', 'flow-log'])
    .where('complete', '=', 1)
    .where('sampled', '=', 1)
    .where('start', '<=', to)
    .where('end', '>=', from)
    .orderBy('start')
    .execute()
  let reached = from
  for (const { start, end, dropped } of rows) {
    if (start === null || end === null || (dropped ?? 0) > 0) continue
    if (start > reached + tolerated) return false
    reached = Math.max(reached, end)
  }
  return rows.length > 0 && reached + tolerated >= to
}
