/**
 * Every column of the lake, described once: the tables, the appender and the readers derive from it. Flat signed types
 * alone, which every engine reads alike; names follow OCSF 1.x with its nesting flattened. Columns are added, never retyped.
 */
export type ColumnType = 'BIGINT' | 'INTEGER' | 'VARCHAR'

export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly meaning: string
  /** Few different texts in a batch: staged as a number. */
  readonly repeats?: true
}

const big = <N extends string>(name: N, meaning: string) =>
  ({ name, type: 'BIGINT', meaning }) as const
const int = <N extends string>(name: N, meaning: string) =>
  ({ name, type: 'INTEGER', meaning }) as const
const text = <N extends string>(name: N, meaning: string) =>
  ({ name, type: 'VARCHAR', meaning }) as const
const term = <N extends string>(name: N, meaning: string) =>
  ({ name, type: 'VARCHAR', meaning, repeats: true }) as const

/** An address as text (RFC 5952) and as numbers that sort as it does; the halves of IPv6 are offset by 2⁶³ to be signed. */
const address = <P extends string>(prefix: P, meaning: string) =>
  [
    term(`${prefix}_ip` as const, meaning),
    big(`${prefix}_ip4` as const, `${meaning}, IPv4 as a number`),
    big(`${prefix}_ip6_hi` as const, `${meaning}, upper half of IPv6 less 2^63`),
    big(`${prefix}_ip6_lo` as const, `${meaning}, lower half of IPv6 less 2^63`),
  ] as const

const endpoint = <P extends string>(prefix: P, meaning: string) =>
  [...address(prefix, meaning), int(`${prefix}_port` as const, `port of the ${meaning}`)] as const

const event = [
  big('time', 'start, milliseconds since the epoch, UTC'),
  int('day', 'day of the start in UTC as yyyymmdd; partition'),
  term('source_key', 'key of the source'),
  big('record', 'ordinal of the observation in its source; with source_key the id of the event'),
  term('network', 'site or VPC of the destination; internet where it is public'),
  term('site', 'site or VPC that the source was said to be of'),
  int('origin_id', '1 capture, 2 log, 3 import'),
  term('vantage', 'sensor, host or interface that looked'),
  term('document', 'document of the first place'),
  big('place_packet', 'packet of the first place, from 1'),
  big('place_line', 'line of the first place, from 1'),
  big('place_offset', 'byte of the first place'),
  text('places', 'JSON of all places where there is not exactly one'),
] as const

export const tables = {
  ftp_session: [
    ...event,
    int('class_uid', 'OCSF class: 4008 FTP activity'),
    big('session_uid', 'one for each session, whoever saw it'),
    int(
      'precedence',
      'of the origins of one session that saw it open, else of all, the lowest counts',
    ),
    big('source_id', 'number of the source; breaks ties of precedence'),
    ...endpoint('src', 'client'),
    ...endpoint('dst', 'server'),
    big('end_time', 'end, milliseconds since the epoch'),
    int('start_seen', '1 where the connection was seen to open'),
    int('end_seen', '1 where the connection was seen to close'),
    int('directions_id', '1 both, 2 client, 3 server'),
    big('lost_bytes', 'bytes known to be missing'),
    int('encrypted_id', '0 unknown, 1 no, 2 from AUTH, 3 implicit'),
    big('opaque_time', 'from when on it could not be read'),
    text('banner', 'greeting, as it came'),
    text('src_software', 'JSON of the product of the client'),
    text('dst_software', 'JSON of the product of the server'),
    term('dst_software_name', 'name of the product of the server'),
    text('users', 'JSON list of user names'),
    int('logins_ok', 'logins that succeeded'),
    int('logins_failed', 'logins that failed'),
    int('is_anonymous', '1 where an anonymous login was seen'),
    int('auth_tls', '1 where AUTH TLS was accepted'),
    text('commands', 'JSON of counts by verb'),
    text('signs', 'JSON list of signs'),
    int('channel_count', 'data channels; null where nobody could tell'),
    int('active_count', 'data channels in active mode'),
    int('passive_count', 'data channels in passive mode'),
    int('file_count', 'files transferred; null where nobody could tell'),
    big('traffic_bytes', 'known bytes of the data channels'),
  ],
  ftp_transfer: [
    ...event,
    int('class_uid', 'OCSF class: 4008 FTP activity'),
    big('session_uid', 'session that it is of'),
    int('precedence', 'as of its session'),
    big('source_id', 'as of its session'),
    int('part', 'ordinal in its list of the session, from 0'),
    int('entry_id', '1 data channel, 2 file'),
    ...endpoint('src', 'client'),
    ...endpoint('dst', 'server'),
    int('mode_id', '1 active, 2 passive'),
    ...endpoint('announced', 'announced end of the data channel'),
    ...endpoint('actual', 'end really used'),
    term('command', 'verb that moved it'),
    text('argument', 'argument of the verb'),
    text('file_name', 'name of the file'),
    text('file_name_base64', 'raw name where it is no UTF-8'),
    big('traffic_bytes', 'bytes moved'),
    int('is_complete', '1 complete, 0 cut off'),
    term('outcome', 'reply code that ended it'),
    term('file_type', 'media type by the first bytes'),
    term('file_category', 'category of the file'),
    text('file_sha256', 'hash of a complete file'),
  ],
  flow: [
    ...event,
    int('class_uid', 'OCSF class: 4001 network activity'),
    int('observer_kind_id', '1 interface, 2 sensor'),
    term('observer_uid', 'interface or sensor that saw it'),
    ...endpoint('src', 'source of the packets'),
    ...endpoint('dst', 'destination of the packets'),
    int('has_original', '1 where the record tells addresses before translation'),
    ...address('original_src', 'source before translation'),
    ...address('original_dst', 'destination before translation'),
    int('transport_id', '1 tcp, 2 udp, 3 icmp, 4 icmpv6, 5 other'),
    int('protocol_num', 'IP protocol number'),
    big('end_time', 'end, milliseconds since the epoch'),
    big('traffic_bytes', 'bytes'),
    big('traffic_packets', 'packets'),
    int('action_id', 'OCSF: 0 unknown, 1 allowed, 2 denied'),
    int('initiator_id', '0 unknown, 1 src, 2 dst'),
    int('sampled', 'one in how many was looked at'),
  ],
  service: [
    ...event,
    int('class_uid', 'OCSF class: 4001 network activity'),
    ...endpoint('dst', 'service'),
    term('hostname', 'name it was asked for by'),
    int('recognition_id', '0 undecided, 1 ftp, 2 not ftp'),
    term('protocol', 'protocol of the registry, or unknown'),
    text('dst_software', 'JSON of the product'),
    text('banner', 'greeting, as it came'),
    term('ended', 'how the look ended'),
    text('detail', 'JSON of FTP and TLS facts, evidence and details'),
  ],
  aside: [
    ...event,
    term('kind', 'kind of the observation'),
    term('reason', 'why it is aside'),
    text('observation', 'JSON of the observation'),
  ],
  rollup_hour: [
    big('time', 'start of the hour'),
    int('day', 'day of the hour as yyyymmdd; partition'),
    term('network', 'network of the service'),
    ...endpoint('dst', 'service'),
    int('protocol_num', 'IP protocol number'),
    int('subject_id', '1 FTP sessions, 2 sightings of a service that is not FTP, 3 accepted flows'),
    term('observer_uid', 'who saw the flows; empty for others'),
    big('events', 'how many; parts of one key are added up and may be negative'),
    big('anonymous', 'sessions with an anonymous login'),
    big('active_channels', 'data channels in active mode'),
    big('passive_channels', 'data channels in passive mode'),
    big('traffic_bytes', 'known bytes'),
  ],
  rollup_client: [
    big('time', 'start of the hour'),
    int('day', 'day of the hour as yyyymmdd; partition'),
    term('network', 'network of the service'),
    ...endpoint('dst', 'service'),
    ...address('src', 'client'),
    int('protocol_num', 'IP protocol number'),
    int('subject_id', '1 FTP sessions, 3 accepted flows'),
    term('observer_uid', 'who saw the flows; empty for others'),
    big('events', 'how many; parts of one key are added up and may be negative'),
    big('anonymous', 'sessions with an anonymous login'),
    big('traffic_bytes', 'known bytes'),
  ],
  rollup_file: [
    big('time', 'start of the hour'),
    int('day', 'day of the hour as yyyymmdd; partition'),
    term('network', 'network of the server'),
    term('command', 'verb that moved it'),
    term('file_type', 'media type, empty where it was not seen'),
    term('file_category', 'category of the file'),
    big('events', 'files; parts of one key are added up and may be negative'),
    big('traffic_bytes', 'known bytes'),
  ],
} as const satisfies Readonly<Record<string, readonly Column[]>>

export type TableName = keyof typeof tables
export const tableNames = Object.keys(tables) as readonly TableName[]
export type RollupName = 'rollup_hour' | 'rollup_client' | 'rollup_file'
export const isRollup = (name: TableName): name is RollupName => name.startsWith('rollup_')

/** Columns of a rollup that are added up; the others are its key. */
export const measures: ReadonlySet<string> = new Set([
  'events',
  'anonymous',
  'active_channels',
  'passive_channels',
  'traffic_bytes',
])

export type Cell = string | number | bigint | null
type CellOf<T extends ColumnType> = T extends 'VARCHAR' ? string | null : number | bigint | null
/** A row by the names of its columns. BIGINT is a number where that is exact. */
export type Row<T extends TableName> = {
  readonly [C in (typeof tables)[T][number] as C['name']]: CellOf<C['type']>
}

export const columnsOf = (table: TableName): readonly Column[] => tables[table]
