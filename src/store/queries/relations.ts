/**
 * What happened, as the rollups tell it: read from them, or made from the raw events with the same columns. Every question
 * is asked of these, so that its answer is the same from both. Every row stands for one or more events.
 */
import { liveFiles } from '../catalogue/files.ts'
import type { RollupName } from '../lake/columns.ts'
import { filesRelation, type LakeParts, tableRelation } from '../lake/parts.ts'
import { merged } from '../lake/rollup.ts'
import { subjects } from '../lake/share.ts'
import { type Dialect, dialects } from './dialect.ts'
import type { Reading, Window } from './window.ts'

export type Subject = keyof typeof subjects
export type Relation = 'hours' | 'clients' | 'files'

const tcp = 6
/** Origins of one session may tell starts on both sides of an edge of the window. */
const margin = 10_000
const sql: Dialect = dialects.duckdb

const rollups: Readonly<Record<Relation, RollupName>> = {
  hours: 'rollup_hour',
  clients: 'rollup_client',
  files: 'rollup_file',
}

export async function relation(
  parts: LakeParts,
  which: Relation,
  read: Reading,
  wanted: readonly Subject[],
  window: Window,
): Promise<string> {
  if (read === 'rollup') {
    const ids = wanted.map((subject) => sql.whole(subjects[subject])).join(', ')
    return netRelation(
      parts,
      rollups[which],
      window,
      which === 'files' ? 'true' : `subject_id IN (${ids})`,
    )
  }
  if (which === 'files') return rawFiles(parts, window)
  const raw: Readonly<Record<Subject, () => Promise<string>>> = {
    ftpSession: () => rawSessions(parts, window),
    otherService: () => rawServices(parts, window),
    acceptedFlow: () => rawFlows(parts, window),
  }
  const selected = await Promise.all(wanted.map((subject) => raw[subject]()))
  return `(${selected.join(' UNION ALL ')})`
}

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
    `(SELECT * FROM ${filesRelation(parts, table, many)} f WHERE ${within})`,
  )
  return `(SELECT * FROM (${plain} UNION ALL BY NAME ${added}) r WHERE events > 0)`
}

/**
 * One row a session: of its origins the one that counts. Most sessions have one origin: only the others are ranked, because
 * ranking sorts and finding out who is alone does not.
 */
async function counted(
  parts: LakeParts,
  { from, to }: Window,
  columns: readonly string[],
): Promise<string> {
  const events = await tableRelation(parts, 'ftp_session', from - margin, to + margin)
  const shared = `(SELECT session_uid AS uid FROM ${events} u GROUP BY session_uid HAVING count(*) > 1)`
  const shown = ['time', ...columns].map((name) => `e.${name}`).join(', ')
  const place =
    'row_number() OVER (PARTITION BY e.session_uid ORDER BY e.precedence, e.source_id, e.record) AS place'
  return `(SELECT * FROM (
      SELECT ${shown}, 1 AS place FROM ${events} e LEFT JOIN ${shared} d ON e.session_uid = d.uid WHERE d.uid IS NULL
      UNION ALL SELECT ${shown}, ${place} FROM ${events} e JOIN ${shared} d ON e.session_uid = d.uid) ranked
    WHERE place = 1 AND time >= ${sql.whole(from)} AND time < ${sql.whole(to)})`
}

async function rawSessions(parts: LakeParts, window: Window): Promise<string> {
  const sessions = await counted(parts, window, [
    'network',
    'dst_ip',
    'dst_port',
    'src_ip',
    'is_anonymous',
    'active_count',
    'passive_count',
    'traffic_bytes',
  ])
  return `SELECT ${sql.hourOf('time')} AS time, network, dst_ip, dst_port, src_ip, ${tcp} AS protocol_num,
    ${subjects.ftpSession} AS subject_id, '' AS observer_uid, 1 AS events, coalesce(is_anonymous, 0) AS anonymous,
    coalesce(active_count, 0) AS active_channels, coalesce(passive_count, 0) AS passive_channels,
    coalesce(traffic_bytes, 0) AS traffic_bytes FROM ${sessions} s`
}

async function rawServices(parts: LakeParts, { from, to }: Window): Promise<string> {
  const services = await tableRelation(parts, 'service', from, to)
  return `SELECT ${sql.hourOf('time')} AS time, network, dst_ip, dst_port, CAST(NULL AS VARCHAR) AS src_ip,
    ${tcp} AS protocol_num, ${subjects.otherService} AS subject_id, '' AS observer_uid, 1 AS events, 0 AS anonymous,
    0 AS active_channels, 0 AS passive_channels, 0 AS traffic_bytes FROM ${services} s WHERE recognition_id = 2`
}

async function rawFlows(parts: LakeParts, { from, to }: Window): Promise<string> {
  const flows = await tableRelation(parts, 'flow', from, to)
  const end = (role: 'served' | 'client', column: string) => {
    const [opened, other] = role === 'served' ? ['src', 'dst'] : ['dst', 'src']
    return `CASE WHEN initiator_id = 2 THEN ${opened}_${column} ELSE ${other}_${column} END`
  }
  return `SELECT ${sql.hourOf('time')} AS time, network, ${end('served', 'ip')} AS dst_ip,
    ${end('served', 'port')} AS dst_port, ${end('client', 'ip')} AS src_ip, protocol_num,
    ${subjects.acceptedFlow} AS subject_id, observer_uid, 1 AS events, 0 AS anonymous, 0 AS active_channels,
    0 AS passive_channels, coalesce(traffic_bytes, 0) AS traffic_bytes FROM ${flows} s WHERE action_id = 1`
}

async function rawFiles(parts: LakeParts, window: Window): Promise<string> {
  // A better origin of a session that saw no file still hides the files of the others.
  const sessions = await counted(parts, window, ['source_id', 'record'])
  const transfers = await tableRelation(parts, 'ftp_transfer', window.from, window.to)
  return `(SELECT ${sql.hourOf('t.time')} AS time, t.network, t.command, coalesce(t.file_type, '') AS file_type,
    t.file_category, 1 AS events, coalesce(t.traffic_bytes, 0) AS traffic_bytes
    FROM ${transfers} t JOIN ${sessions} s ON t.source_id = s.source_id AND t.record = s.record WHERE t.entry_id = 2)`
}
