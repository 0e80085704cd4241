/**
 * From the flat columns to OCSF 1.5 (schema.ocsf.io): what each attribute is made of, as data. Network activity (4001) for
 * flows and services, FTP activity (4008) for sessions, data channels and files. What the schema has no attribute for stands
 * under `unmapped`, so that our own view reads back all of it.
 */
import type { TableName } from '../lake/columns.ts'

/** A path below the event, and SQL over the flat columns. An object of which nothing is known is null. */
export type Outward = readonly [path: string, is: string]
export type OcsfTable = Extract<TableName, 'flow' | 'service' | 'ftp_session' | 'ftp_transfer'>

const schemaVersion = '1.5.0'
export const networkActivity = 4001
export const ftpActivity = 4008

/** Activities that OCSF has no word for; the captions tell which. */
export const other = { id: 99, session: 'Session', dataChannel: 'Data Channel' } as const

export const outward: Readonly<Record<OcsfTable, readonly Outward[]>> = {
  flow: [
    ...event(networkActivity, 'CASE WHEN action_id = 2 THEN 5 ELSE 6 END', [
      [5, 'Refuse'],
      [6, 'Traffic'],
    ]),
    ['end_time', 'end_time'],
    ['metadata.profiles', "['security_control']"],
    ['action_id', 'action_id'],
    ['action', "CASE action_id WHEN 1 THEN 'Allowed' WHEN 2 THEN 'Denied' ELSE 'Unknown' END"],
    ...end('src_endpoint', 'src'),
    ...end('dst_endpoint', 'dst'),
    ['connection_info.protocol_num', 'protocol_num'],
    [
      'connection_info.protocol_name',
      "CASE transport_id WHEN 1 THEN 'tcp' WHEN 2 THEN 'udp' WHEN 3 THEN 'icmp' WHEN 4 THEN 'ipv6-icmp' END",
    ],
    ...connection('dst'),
    ['traffic.bytes', 'traffic_bytes'],
    ['traffic.packets', 'traffic_packets'],
    ...unmapped(
      'observer_kind_id',
      'observer_uid',
      'has_original',
      'original_src_ip',
      'original_dst_ip',
      'initiator_id',
      'sampled',
    ),
  ],
  service: [
    ...event(networkActivity, '7', [[7, 'Listen']]),
    ...end('dst_endpoint', 'dst'),
    ['dst_endpoint.hostname', 'hostname'],
    ['dst_endpoint.svc_name', "CASE WHEN protocol <> 'unknown' THEN protocol END"],
    ['connection_info.protocol_num', '6'],
    ['connection_info.protocol_name', "'tcp'"],
    ...connection('dst'),
    ...unmapped('recognition_id', 'dst_software', 'banner', 'ended', 'detail'),
  ],
  ftp_session: [
    ...event(ftpActivity, String(other.id), [[other.id, other.session]]),
    ['end_time', 'end_time'],
    ...end('src_endpoint', 'src'),
    ...end('dst_endpoint', 'dst'),
    ['connection_info.uid', 'CAST(session_uid AS VARCHAR)'],
    ['connection_info.protocol_num', '6'],
    ['connection_info.protocol_name', "'tcp'"],
    ...connection('dst'),
    ['traffic.bytes', 'traffic_bytes'],
    ...unmapped(
      'start_seen',
      'end_seen',
      'directions_id',
      'lost_bytes',
      'encrypted_id',
      'opaque_time',
      'banner',
      'src_software',
      'dst_software',
      'dst_software_name',
      'users',
      'logins_ok',
      'logins_failed',
      'is_anonymous',
      'auth_tls',
      'commands',
      'signs',
      'channel_count',
      'active_count',
      'passive_count',
      'file_count',
    ),
  ],
  ftp_transfer: [
    // A file tells of its data channel too: as a transfer it is counted once, with the file.
    ...event(
      ftpActivity,
      `CASE WHEN command IN ('LIST', 'NLST', 'MLSD') THEN 6 WHEN entry_id <> 2 THEN ${other.id}
        WHEN command = 'RETR' THEN 2 WHEN command IN ('STOR', 'APPE', 'STOU') THEN 1 ELSE 0 END`,
      [
        [1, 'Put'],
        [2, 'Get'],
        [6, 'List'],
        [other.id, other.dataChannel],
      ],
      "concat(source_key, ':', record, ':', entry_id, ':', part)",
    ),
    ...end('src_endpoint', 'src'),
    ...end('dst_endpoint', 'dst'),
    ['connection_info.uid', 'CAST(session_uid AS VARCHAR)'],
    ['connection_info.protocol_num', '6'],
    ['connection_info.protocol_name', "'tcp'"],
    ...connection('dst'),
    ['traffic.bytes', 'traffic_bytes'],
    ['command', 'command'],
    ['name', 'coalesce(argument, file_name)'],
    ['type', "CASE mode_id WHEN 1 THEN 'active' WHEN 2 THEN 'passive' END"],
    ['port', portOf('announced')],
    ['codes', 'CASE WHEN outcome IS NOT NULL THEN [TRY_CAST(outcome AS INTEGER)] END'],
    ['status_id', 'CASE is_complete WHEN 1 THEN 1 WHEN 0 THEN 2 ELSE 0 END'],
    ['status', "CASE is_complete WHEN 1 THEN 'Success' WHEN 0 THEN 'Failure' ELSE 'Unknown' END"],
    ['file.name', 'CASE WHEN entry_id = 2 THEN file_name END'],
    ['file.type_id', 'CASE WHEN entry_id = 2 THEN 1 END'],
    ['file.type', "CASE WHEN entry_id = 2 THEN 'Regular File' END"],
    ['file.size', 'CASE WHEN entry_id = 2 THEN traffic_bytes END'],
    ['file.mime_type', 'file_type'],
    [
      'file.hashes',
      "CASE WHEN file_sha256 IS NOT NULL THEN [{'algorithm_id': 3, 'algorithm': 'SHA-256', 'value': file_sha256}] END",
    ],
    ...unmapped(
      'entry_id',
      'announced_ip',
      'actual_ip',
      'actual_port',
      'file_category',
      'file_name_base64',
    ),
  ],
}

/** What every event has: the required attributes, and where it comes from. */
function event(
  classUid: number,
  activity: string,
  captions: readonly (readonly [id: number, caption: string])[],
  uid = "concat(source_key, ':', record)",
): readonly Outward[] {
  const named = captions.map(([id, caption]) => `WHEN ${id} THEN '${caption}'`).join(' ')
  return [
    ['activity_id', activity],
    ['activity_name', `CASE (${activity}) ${named} ELSE 'Unknown' END`],
    ['category_uid', '4'],
    ['category_name', "'Network Activity'"],
    ['class_uid', String(classUid)],
    ['class_name', classUid === ftpActivity ? "'FTP Activity'" : "'Network Activity'"],
    ['type_uid', `CAST(${classUid * 100} + (${activity}) AS BIGINT)`],
    ['severity_id', '1'],
    ['severity', "'Informational'"],
    ['time', 'time'],
    ['start_time', 'time'],
    ['metadata.version', `'${schemaVersion}'`],
    ['metadata.product.name', "'Portreeve'"],
    ['metadata.product.vendor_name', "'Portreeve'"],
    ['metadata.uid', uid],
    ['metadata.log_name', 'document'],
    ...unmapped('source_key', 'record', 'network', 'site', 'origin_id', 'vantage'),
    ...unmapped('place_packet', 'place_line', 'place_offset', 'places'),
  ]
}

/** 0 is a port that the source does not tell. */
function portOf(prefix: string): string {
  return `CASE WHEN ${prefix}_port > 0 THEN ${prefix}_port END`
}

function end(path: string, prefix: string): readonly Outward[] {
  return [
    [`${path}.ip`, `${prefix}_ip`],
    [`${path}.port`, portOf(prefix)],
  ]
}

/** The direction is one of a host or a network's edge: from where we look, nobody can tell. */
function connection(prefix: string): readonly Outward[] {
  return [
    ['connection_info.protocol_ver_id', `CASE WHEN ${prefix}_ip4 IS NULL THEN 6 ELSE 4 END`],
    ['connection_info.direction_id', '0'],
    ['connection_info.direction', "'Unknown'"],
  ]
}

function unmapped(...columns: readonly string[]): readonly Outward[] {
  return columns.map((column) => [`unmapped.${column}`, column])
}
