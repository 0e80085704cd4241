/** The questions of the dashboard about FTP and what stands in its place. */
import type { DuckRow } from '../lake/duck.ts'
import { subjects } from '../lake/share.ts'
import { ask, type Question } from './asking.ts'
import type { Dialect } from './dialect.ts'
import type { EventTables } from './events.ts'
import type { Answer, Asked } from './window.ts'

/** Where FTP is expected: control and implicit TLS (IANA service names); 0 is a port that the log does not tell. */
const usual: readonly number[] = [0, 21, 990]
const usualPorts = `(${usual.join(', ')})`
/** Of a list that people read; what lies beyond is in the counts alone. */
const defaultLimit = 1000

export interface Limited extends Asked {
  readonly limit?: number
}

export interface TrendHour {
  /** Start of the hour, milliseconds since the epoch. Hours in which nothing was seen are not listed. */
  readonly hour: number
  readonly ftpOnCustomPorts: { readonly sessions: number; readonly servers: number }
  readonly otherOnPort21: { readonly sightings: number; readonly servers: number }
}

/** By hour: FTP on ports other than 21 and 990, and what answers on 21 and is not FTP. */
export async function ftpTrend(events: EventTables, asked: Asked): Promise<Answer<TrendHour>> {
  const other = subjects.otherService
  return ask(events, asked, {
    of: 'hours',
    subjects: ['ftpSession', 'otherService'],
    sql: (
      from,
      sql,
      read,
    ) => `SELECT time, ${sql.total(`CASE WHEN subject_id = ${other} THEN 0 ELSE events END`)} AS sessions,
      ${sql.total(`CASE WHEN subject_id = ${other} THEN 0 ELSE 1 END`)} AS servers,
      ${sql.total(`CASE WHEN subject_id = ${other} THEN events ELSE 0 END`)} AS sightings,
      ${sql.total(`CASE WHEN subject_id = ${other} THEN 1 ELSE 0 END`)} AS others
      FROM ${read === 'rollup' ? from : byService(from, sql)} s
      WHERE (subject_id = ${other} AND dst_port = 21) OR (subject_id <> ${other} AND dst_port NOT IN ${usualPorts})
      GROUP BY time ORDER BY time`,
    read: (row) => ({
      hour: number(row, 'time'),
      ftpOnCustomPorts: { sessions: number(row, 'sessions'), servers: number(row, 'servers') },
      otherOnPort21: { sightings: number(row, 'sightings'), servers: number(row, 'others') },
    }),
  })
}

/** One row for each hour and service, as rollups have them. */
const byService = (from: string, sql: Dialect): string =>
  `(SELECT time, subject_id, network, dst_ip, dst_port, ${sql.total('events')} AS events FROM ${from} r
    GROUP BY time, subject_id, network, dst_ip, dst_port)`

export interface ServerPort {
  readonly network: string
  readonly server: string
  readonly port: number
  readonly custom: boolean
  readonly sessions: number
  readonly anonymous: number
  /** Data channels. */
  readonly active: number
  readonly passive: number
  readonly bytes: number
  /** Hours of the first and last session. */
  readonly first: number
  readonly last: number
}

/** The ports on which FTP was spoken, the busiest first. */
export const serverPorts = (events: EventTables, asked: Limited): Promise<Answer<ServerPort>> =>
  ask(events, asked, {
    of: 'hours',
    subjects: ['ftpSession'],
    sql: (
      from,
      sql,
    ) => `SELECT network, dst_ip, dst_port, ${sql.total('events')} AS sessions, ${sql.total('anonymous')} AS anonymous,
      ${sql.total('active_channels')} AS active, ${sql.total('passive_channels')} AS passive,
      ${sql.total('traffic_bytes')} AS bytes, min(time) AS first, max(time) AS last FROM ${from} r
      GROUP BY network, dst_ip, dst_port ORDER BY sessions DESC, network, dst_ip, dst_port ${limitOf(asked, sql)}`,
    read: (row) => ({
      network: text(row, 'network'),
      server: text(row, 'dst_ip'),
      port: number(row, 'dst_port'),
      custom: !usual.includes(number(row, 'dst_port')),
      sessions: number(row, 'sessions'),
      anonymous: number(row, 'anonymous'),
      active: number(row, 'active'),
      passive: number(row, 'passive'),
      bytes: number(row, 'bytes'),
      first: number(row, 'first'),
      last: number(row, 'last'),
    }),
  })

export interface Party {
  readonly network: string
  readonly address: string
  /** How many addresses it spoke with. */
  readonly partners: number
  readonly sessions: number
  readonly anonymous: number
  readonly bytes: number
  readonly first: number
  readonly last: number
}

/** Those who opened sessions of FTP, the busiest first; `network` is that of the servers. */
export const clientsSeen = (events: EventTables, asked: Limited): Promise<Answer<Party>> =>
  ask(events, asked, parties('src_ip', 'dst_ip', asked))

/** Those who took sessions of FTP, the busiest first. */
export const serversSeen = (events: EventTables, asked: Limited): Promise<Answer<Party>> =>
  ask(events, asked, parties('dst_ip', 'src_ip', asked))

const parties = (party: string, partner: string, asked: Limited): Question<Party> => ({
  of: 'clients',
  subjects: ['ftpSession'],
  sql: (
    from,
    sql,
  ) => `SELECT network, ${party} AS party, count(DISTINCT ${partner}) AS partners, ${sql.total('events')} AS sessions,
    ${sql.total('anonymous')} AS anonymous, ${sql.total('traffic_bytes')} AS bytes, min(time) AS first, max(time) AS last
    FROM ${from} r GROUP BY network, ${party} ORDER BY sessions DESC, network, party ${limitOf(asked, sql)}`,
  read: (row) => ({
    network: text(row, 'network'),
    address: text(row, 'party'),
    partners: number(row, 'partners'),
    sessions: number(row, 'sessions'),
    anonymous: number(row, 'anonymous'),
    bytes: number(row, 'bytes'),
    first: number(row, 'first'),
    last: number(row, 'last'),
  }),
})

export interface PartyCount {
  readonly clients: number
  readonly servers: number
  /** Address and port. */
  readonly services: number
  readonly sessions: number
}

/** How many took part: always one row where anything lies in the window. */
export const partyCount = (events: EventTables, asked: Asked): Promise<Answer<PartyCount>> =>
  ask(events, asked, {
    of: 'clients',
    subjects: ['ftpSession'],
    sql: (
      from,
      sql,
    ) => `SELECT * FROM (SELECT count(DISTINCT src_ip) AS clients, count(DISTINCT concat(network, ' ', dst_ip)) AS servers,
      count(DISTINCT concat(network, ' ', dst_ip, ' ', CAST(dst_port AS VARCHAR))) AS services, ${sql.total('events')} AS sessions
      FROM ${from} r) t WHERE sessions > 0`,
    read: (row) => ({
      clients: number(row, 'clients'),
      servers: number(row, 'servers'),
      services: number(row, 'services'),
      sessions: number(row, 'sessions'),
    }),
  })

export interface AnonymousLogin {
  readonly network: string
  readonly server: string
  readonly port: number
  readonly client: string
  /** Sessions with an anonymous login. */
  readonly sessions: number
  readonly first: number
  readonly last: number
}

export const anonymousLogins = (
  events: EventTables,
  asked: Limited,
): Promise<Answer<AnonymousLogin>> =>
  ask(events, asked, {
    of: 'clients',
    subjects: ['ftpSession'],
    sql: (
      from,
      sql,
    ) => `SELECT network, dst_ip, dst_port, src_ip, ${sql.total('anonymous')} AS sessions, min(time) AS first, max(time) AS last
      FROM ${from} r WHERE anonymous > 0 GROUP BY network, dst_ip, dst_port, src_ip ORDER BY sessions DESC, network, dst_ip, dst_port, src_ip ${limitOf(asked, sql)}`,
    read: (row) => ({
      network: text(row, 'network'),
      server: text(row, 'dst_ip'),
      port: number(row, 'dst_port'),
      client: text(row, 'src_ip'),
      sessions: number(row, 'sessions'),
      first: number(row, 'first'),
      last: number(row, 'last'),
    }),
  })

export interface FileKind {
  readonly category: string
  /** Media type; null where the first bytes were not seen. */
  readonly type: string | null
  readonly direction: 'to-client' | 'to-server'
  readonly files: number
  readonly bytes: number
}

/** What kinds of files were transferred, the most first. */
export const fileKinds = (events: EventTables, asked: Limited): Promise<Answer<FileKind>> =>
  ask(events, asked, {
    of: 'files',
    subjects: ['ftpSession'],
    sql: (
      from,
      sql,
    ) => `SELECT file_category, file_type, CASE WHEN command = 'RETR' THEN 1 ELSE 0 END AS taken,
      ${sql.total('events')} AS files, ${sql.total('traffic_bytes')} AS bytes FROM ${from} r
      GROUP BY file_category, file_type, CASE WHEN command = 'RETR' THEN 1 ELSE 0 END
      ORDER BY files DESC, file_category, file_type, taken ${limitOf(asked, sql)}`,
    read: (row) => ({
      category: text(row, 'file_category'),
      type: text(row, 'file_type') || null,
      direction: number(row, 'taken') === 1 ? 'to-client' : 'to-server',
      files: number(row, 'files'),
      bytes: number(row, 'bytes'),
    }),
  })

export interface Talker {
  readonly network: string
  readonly server: string
  readonly port: number
  readonly protocol: number
  readonly client: string
  /** Sessions, or accepted flows of the observer that saw the most in each hour. */
  readonly events: number
  readonly bytes: number
}

/** Pairs of client and service by bytes, of FTP sessions or of accepted flows. */
export const topTalkers = (
  events: EventTables,
  asked: Limited & { readonly of: 'sessions' | 'flows' },
): Promise<Answer<Talker>> =>
  ask(events, asked, {
    of: 'clients',
    subjects: [asked.of === 'flows' ? 'acceptedFlow' : 'ftpSession'],
    sql: (
      from,
      sql,
    ) => `SELECT network, dst_ip, dst_port, protocol_num, src_ip, ${sql.total('events')} AS events, ${sql.total('bytes')} AS bytes
      FROM ${oneObserver(from, sql)} s GROUP BY network, dst_ip, dst_port, protocol_num, src_ip
      ORDER BY bytes DESC, events DESC, network, dst_ip, dst_port, protocol_num, src_ip ${limitOf(asked, sql)}`,
    read: (row) => ({
      network: text(row, 'network'),
      server: text(row, 'dst_ip'),
      port: number(row, 'dst_port'),
      protocol: number(row, 'protocol_num'),
      client: text(row, 'src_ip'),
      events: number(row, 'events'),
      bytes: number(row, 'bytes'),
    }),
  })

/**
 * Of several that saw a client and a service within one hour, the one that saw the most: a connection that passes two
 * interfaces is not counted twice. Which of them is the destination's own, no record tells.
 */
export function oneObserver(from: string, sql: Dialect): string {
  const pair = 'time, network, dst_ip, dst_port, protocol_num, src_ip'
  return `(SELECT * FROM (SELECT o.*, row_number() OVER (PARTITION BY ${pair} ORDER BY events DESC, bytes DESC, subject_id, observer_uid) AS place
    FROM (SELECT ${pair}, subject_id, observer_uid, ${sql.total('events')} AS events, ${sql.total('traffic_bytes')} AS bytes
      FROM ${from} r GROUP BY ${pair}, subject_id, observer_uid) o) ranked WHERE place = 1)`
}

const limitOf = ({ limit = defaultLimit }: Limited, sql: Dialect): string => sql.first(limit)

/** Sums beyond 2⁵³ lose their last digits: 9 petabytes. */
export const number = (row: DuckRow, name: string): number => Number(row[name] ?? 0)
export const text = (row: DuckRow, name: string): string => String(row[name] ?? '')
