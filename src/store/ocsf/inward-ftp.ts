/** FTP activity (4008) of a foreign lake as sessions and what was transferred in them. */
import { address, destination, end, event, type Inward, made, source } from './inward.ts'
import { ftpActivity, other } from './outward.ts'

/** The verb as FTP has it; where a lake writes another word, the activity tells which way a file went. */
const command = `CASE WHEN upper(told_command) IN ('RETR', 'STOR', 'APPE', 'STOU', 'LIST', 'NLST', 'MLSD')
  THEN upper(told_command) WHEN activity_id = 2 THEN 'RETR' WHEN activity_id = 1 THEN 'STOR' ELSE upper(told_command) END`

/** Events of FTP as they are: of commands, data channels, files, or of a session as a whole. */
export const ftpInward: Inward = {
  classUid: ftpActivity,
  found: [
    ...event,
    ...source,
    ...destination,
    ['told_end', 'BIGINT', 'end_time', 'end_time_dt'],
    ['connection', 'VARCHAR', 'connection_info.uid', 'connection_info.session.uid'],
    ['traffic_bytes', 'BIGINT', 'traffic.bytes', 'file.size'],
    ['told_command', 'VARCHAR', 'command'],
    ['argument', 'VARCHAR', 'name'],
    ['mode', 'VARCHAR', 'type'],
    ['told_announced_port', 'INTEGER', 'port'],
    ['told_announced_ip', 'VARCHAR', 'unmapped.announced_ip'],
    ['told_actual_ip', 'VARCHAR', 'unmapped.actual_ip'],
    ['told_actual_port', 'INTEGER', 'unmapped.actual_port'],
    ['status_id', 'INTEGER', 'status_id'],
    ['file_name', 'VARCHAR', 'file.name'],
    ['file_name_base64', 'VARCHAR', 'unmapped.file_name_base64'],
    ['file_type', 'VARCHAR', 'file.mime_type'],
    ['told_category', 'VARCHAR', 'unmapped.file_category'],
    ['is_anonymous', 'INTEGER', 'unmapped.is_anonymous'],
    ['auth_tls', 'INTEGER', 'unmapped.auth_tls'],
    ['logins_ok', 'INTEGER', 'unmapped.logins_ok'],
    ['logins_failed', 'INTEGER', 'unmapped.logins_failed'],
    ['users', 'VARCHAR', 'unmapped.users'],
    ['banner', 'VARCHAR', 'unmapped.banner'],
    ['signs', 'VARCHAR', 'unmapped.signs'],
    ['dst_software', 'VARCHAR', 'unmapped.dst_software'],
    ['dst_software_name', 'VARCHAR', 'unmapped.dst_software_name'],
    ['told_active', 'INTEGER', 'unmapped.active_count'],
    ['told_passive', 'INTEGER', 'unmapped.passive_count'],
    ['told_channels', 'INTEGER', 'unmapped.channel_count'],
    ['told_files', 'INTEGER', 'unmapped.file_count'],
  ],
  made: [
    ...made('told_dst_ip'),
    ...end('src'),
    ...end('dst'),
    ['end_time', 'greatest(time, told_end)'],
    [
      'is_session',
      `coalesce(activity_id = ${other.id} AND activity_name = '${other.session}', false)`,
    ],
    ['command', command],
    [
      'entry_id',
      `CASE WHEN file_name IS NOT NULL AND (${command}) IN ('RETR', 'STOR', 'APPE', 'STOU') THEN 2
        WHEN mode IS NOT NULL OR told_announced_port IS NOT NULL THEN 1 END`,
    ],
    ['mode_id', "CASE lower(mode) WHEN 'active' THEN 1 WHEN 'passive' THEN 2 END"],
    ...address('announced', 'told_announced_ip'),
    ['announced_port', 'told_announced_port'],
    ...address('actual', 'told_actual_ip'),
    ['actual_port', 'told_actual_port'],
    ['is_complete', 'CASE status_id WHEN 1 THEN 1 WHEN 2 THEN 0 END'],
    ['file_category', "coalesce(told_category, 'other')"],
  ],
  where: 'src_ip IS NOT NULL AND dst_ip IS NOT NULL',
}

/** An event of a command tells no session: without an id of the connection, all of one pair of ends on one day are one. */
const sessionKey = `concat(coalesce(connection, concat(day, ' ', src_port, ' ', dst_port)), ' ', src_ip, ' ', dst_ip)`
/** 63 bits of it: a number as in the lake. */
const sessionUid = `CAST(hash(${sessionKey}) >> 1 AS BIGINT)`

/** Columns of a session, of all its events: what the event of the session as a whole tells, else what the others add up to. */
export const sessionOfEvents: readonly (readonly [column: string, is: string])[] = [
  ['session_uid', sessionUid],
  ['record', sessionUid],
  ['end_time', 'max(coalesce(end_time, time))'],
  ['traffic_bytes', told('traffic_bytes', 'sum(traffic_bytes)')],
  ['active_count', `coalesce(max(told_active), ${countOf('mode_id = 1')})`],
  ['passive_count', `coalesce(max(told_passive), ${countOf('mode_id = 2')})`],
  ['channel_count', `coalesce(max(told_channels), ${countOf('mode_id IS NOT NULL')})`],
  ['file_count', `coalesce(max(told_files), ${countOf('entry_id = 2')})`],
  ...['is_anonymous', 'auth_tls', 'logins_ok', 'logins_failed'].map(most),
  ...['users', 'banner', 'signs', 'dst_software', 'dst_software_name'].map(most),
  ...['time', 'day', 'source_key', 'network', 'site', 'origin_id', 'vantage', 'document'].map(
    least,
  ),
  ...['src', 'dst'].flatMap((end) =>
    ['ip', 'ip4', 'ip6_hi', 'ip6_lo', 'port'].map((part) => least(`${end}_${part}`)),
  ),
]
export const sessionGroup = sessionKey

/** Columns of a data channel or file: those of the event, but as parts of the session. */
export const transferOfEvent: readonly (readonly [column: string, is: string])[] = [
  ['session_uid', sessionUid],
  ['record', sessionUid],
]
export const isTransfer = 'NOT is_session AND entry_id IS NOT NULL'

function most(column: string): readonly [string, string] {
  return [column, `max(${column})`]
}
function least(column: string): readonly [string, string] {
  return [column, `min(${column})`]
}

function told(column: string, otherwise: string): string {
  return `CASE WHEN bool_or(is_session) THEN max(CASE WHEN is_session THEN ${column} END) ELSE ${otherwise} END`
}

/** Null where no event told anything of the kind. */
function countOf(condition: string): string {
  return `nullif(count(CASE WHEN NOT is_session AND ${condition} THEN 1 END), 0)`
}
