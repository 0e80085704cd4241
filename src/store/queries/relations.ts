/**
 * What happened, as the rollups tell it: read from them, or made from the raw events with the same columns. Every question
 * is asked of these, so that its answer is the same from both. Every row stands for one or more events.
 */
import { furthestStarts } from '../catalogue/sessions.ts'
import { columnsOf, type RollupName } from '../lake/columns.ts'
import { subjects } from '../lake/share.ts'
import { day } from '../lake/time.ts'
import type { EventTables } from './events.ts'
import type { Reading, Window } from './window.ts'

export type Subject = keyof typeof subjects
export type Relation = 'hours' | 'clients' | 'files'

const tcp = 6

const rollups: Readonly<Record<Relation, RollupName>> = {
  hours: 'rollup_hour',
  clients: 'rollup_client',
  files: 'rollup_file',
}

export async function relation(
  events: EventTables,
  which: Relation,
  read: Reading,
  wanted: readonly Subject[],
  window: Window,
): Promise<string> {
  if (read === 'rollup' && events.rollup) {
    const ids = wanted.map((subject) => events.dialect.whole(subjects[subject])).join(', ')
    return events.rollup(
      rollups[which],
      window,
      which === 'files' ? 'true' : `subject_id IN (${ids})`,
    )
  }
  if (which === 'files') return rawFiles(events, window)
  const raw: Readonly<Record<Subject, () => Promise<string>>> = {
    ftpSession: () => rawSessions(events, window),
    otherService: () => rawServices(events, window),
    acceptedFlow: () => rawFlows(events, window),
  }
  const selected = await Promise.all(wanted.map((subject) => raw[subject]()))
  return `(${selected.join(' UNION ALL ')})`
}

/** How long before a window a connection is looked for that was still open in it, in milliseconds. */
export const longestOpen = day

/**
 * Whoever was connected in the window: those that came in it, and of the raw events those that came before and stayed. Of a
 * flow of which nobody knows who opened it, either end may be the service; told backwards it is of another observer, so that
 * both directions of a connection do not count twice.
 */
export async function connections(
  events: EventTables,
  read: Reading,
  window: Window,
): Promise<string> {
  const { from, to } = window
  const before = { from: from - longestOpen, to: from }
  const begun = await relation(events, 'clients', read, ['ftpSession', 'acceptedFlow'], window)
  const parts = [
    begun,
    `(${await rawSessions(events, before, from)})`,
    `(${await rawFlows(events, before, from)})`,
    `(${await reversedFlows(events, { from: before.from, to }, from)})`,
  ]
  const shown =
    'time, network, dst_ip, dst_port, src_ip, protocol_num, subject_id, observer_uid, events, traffic_bytes'
  return `(${parts.map((part) => `SELECT ${shown} FROM ${part} c`).join(' UNION ALL ')})`
}

/** All columns of the sessions as they count, or of what was transferred in them. */
export async function countedRelation(
  events: EventTables,
  table: 'ftp_session' | 'ftp_transfer',
  window: Window,
): Promise<string> {
  if (table === 'ftp_session') {
    const names = columnsOf(table).map(({ name }) => name)
    return counted(
      events,
      window,
      names.filter((name) => name !== 'time'),
    )
  }
  const sessions = await counted(events, window, ['source_id', 'record'])
  const transfers = await events.table('ftp_transfer', window)
  return `(SELECT t.* FROM ${transfers} t JOIN ${sessions} s ON t.source_id = s.source_id AND t.record = s.record)`
}

/**
 * One row a session: of its origins the one that counts. Most sessions have one origin: only the others are ranked, because
 * ranking sorts and finding out who is alone does not.
 */
async function counted(
  events: EventTables,
  { from, to }: Window,
  columns: readonly string[],
): Promise<string> {
  const { dialect: sql } = events
  const sightings = await events.table('ftp_session', {
    // Origins of one session may tell starts on both sides of an edge of the window.
    from: from - furthestStarts,
    to: to + furthestStarts,
  })
  const shared = `(SELECT session_uid AS uid FROM ${sightings} u GROUP BY session_uid HAVING count(*) > 1)`
  const shown = ['time', ...columns].map((name) => `e.${name}`).join(', ')
  const place =
    'row_number() OVER (PARTITION BY e.session_uid ORDER BY CASE WHEN e.start_seen = 1 THEN 0 ELSE 1 END, e.precedence, e.source_id DESC, e.record DESC) AS place'
  return `(SELECT * FROM (
      SELECT ${shown}, 1 AS place FROM ${sightings} e LEFT JOIN ${shared} d ON e.session_uid = d.uid WHERE d.uid IS NULL
      UNION ALL SELECT ${shown}, ${place} FROM ${sightings} e JOIN ${shared} d ON e.session_uid = d.uid) ranked
    WHERE place = 1 AND time >= ${sql.whole(from)} AND time < ${sql.whole(to)})`
}

/** With `openAt` only those that were open then or later. */
async function rawSessions(
  events: EventTables,
  window: Window,
  openAt: number | null = null,
): Promise<string> {
  const sessions = await counted(events, window, [
    'end_time',
    'network',
    'dst_ip',
    'dst_port',
    'src_ip',
    'is_anonymous',
    'active_count',
    'passive_count',
    'traffic_bytes',
  ])
  return `SELECT ${events.dialect.hourOf('time')} AS time, network, dst_ip, dst_port, src_ip, ${tcp} AS protocol_num,
    ${subjects.ftpSession} AS subject_id, '' AS observer_uid, 1 AS events, coalesce(is_anonymous, 0) AS anonymous,
    coalesce(active_count, 0) AS active_channels, coalesce(passive_count, 0) AS passive_channels,
    coalesce(traffic_bytes, 0) AS traffic_bytes FROM ${sessions} s ${openAt === null ? '' : `WHERE ${isOpen(events, openAt)}`}`
}

async function rawServices(events: EventTables, window: Window): Promise<string> {
  const services = await events.table('service', window)
  return `SELECT ${events.dialect.hourOf('time')} AS time, network, dst_ip, dst_port, CAST(NULL AS VARCHAR) AS src_ip,
    ${tcp} AS protocol_num, ${subjects.otherService} AS subject_id, '' AS observer_uid, 1 AS events, 0 AS anonymous,
    0 AS active_channels, 0 AS passive_channels, 0 AS traffic_bytes FROM ${services} s WHERE recognition_id = 2`
}

/** As `rawSessions`. */
async function rawFlows(
  events: EventTables,
  window: Window,
  openAt: number | null = null,
): Promise<string> {
  const flows = await events.table('flow', window)
  const end = (role: 'served' | 'client', column: string) => {
    const [opened, other] = role === 'served' ? ['src', 'dst'] : ['dst', 'src']
    return `CASE WHEN initiator_id = 2 THEN ${opened}_${column} ELSE ${other}_${column} END`
  }
  return `SELECT ${events.dialect.hourOf('time')} AS time, network, ${end('served', 'ip')} AS dst_ip,
    ${end('served', 'port')} AS dst_port, ${end('client', 'ip')} AS src_ip, protocol_num,
    ${subjects.acceptedFlow} AS subject_id, observer_uid, 1 AS events, 0 AS anonymous, 0 AS active_channels,
    0 AS passive_channels, coalesce(traffic_bytes, 0) AS traffic_bytes FROM ${flows} s WHERE action_id = 1
    ${openAt === null ? '' : `AND ${isOpen(events, openAt)}`}`
}

/** The network is that of the source: which one the service is of is known of the destination alone. */
async function reversedFlows(events: EventTables, window: Window, openAt: number): Promise<string> {
  const flows = await events.table('flow', window)
  return `SELECT ${events.dialect.hourOf('time')} AS time, site AS network, src_ip AS dst_ip, src_port AS dst_port, dst_ip AS src_ip,
    protocol_num, ${subjects.acceptedFlow} AS subject_id, concat('reversed ', observer_uid) AS observer_uid, 1 AS events,
    coalesce(traffic_bytes, 0) AS traffic_bytes FROM ${flows} s
    WHERE action_id = 1 AND initiator_id = 0 AND ${isOpen(events, openAt)}`
}

const isOpen = ({ dialect }: EventTables, at: number): string => `end_time >= ${dialect.whole(at)}`

async function rawFiles(events: EventTables, window: Window): Promise<string> {
  // A better origin of a session that saw no file still hides the files of the others.
  const sessions = await counted(events, window, ['source_id', 'record'])
  const transfers = await events.table('ftp_transfer', window)
  return `(SELECT ${events.dialect.hourOf('t.time')} AS time, t.network, t.command, coalesce(t.file_type, '') AS file_type,
    t.file_category, 1 AS events, coalesce(t.traffic_bytes, 0) AS traffic_bytes
    FROM ${transfers} t JOIN ${sessions} s ON t.source_id = s.source_id AND t.record = s.record WHERE t.entry_id = 2)`
}
