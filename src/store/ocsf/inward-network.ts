/** Network activity (4001) of a foreign lake as flows and services. */
import { address, destination, end, event, type Inward, made, source } from './inward.ts'
import { networkActivity } from './outward.ts'

/** Of TCP, a SYN alone is the opener's and one with ACK the other's. */
const openedBySource = 'protocol_num = 6 AND (tcp_flags & 2) = 2 AND (tcp_flags & 16) = 0'
const openedByOther = 'protocol_num = 6 AND (tcp_flags & 2) = 2 AND (tcp_flags & 16) = 16'
const initiator = `coalesce(told_initiator, CASE WHEN ${openedBySource} THEN 1 WHEN ${openedByOther} THEN 2 ELSE 0 END)`

export const flowInward: Inward = {
  classUid: networkActivity,
  found: [
    ...event,
    ...source,
    ...destination,
    ['told_end', 'BIGINT', 'end_time', 'end_time_dt', 'time', 'time_dt'],
    ['protocol_num', 'INTEGER', 'connection_info.protocol_num'],
    ['tcp_flags', 'INTEGER', 'connection_info.tcp_flags'],
    ['traffic_bytes', 'BIGINT', 'traffic.bytes'],
    ['traffic_packets', 'BIGINT', 'traffic.packets'],
    ['told_action', 'INTEGER', 'action_id'],
    ['disposition', 'INTEGER', 'disposition_id'],
    ['told_kind', 'INTEGER', 'unmapped.observer_kind_id'],
    [
      'told_observer',
      'VARCHAR',
      'unmapped.observer_uid',
      'dst_endpoint.interface_uid',
      'src_endpoint.interface_uid',
      'metadata.product.name',
    ],
    ['told_initiator', 'INTEGER', 'unmapped.initiator_id'],
    ['sampled', 'INTEGER', 'unmapped.sampled'],
    ['told_original', 'INTEGER', 'unmapped.has_original'],
    ['told_original_src', 'VARCHAR', 'unmapped.original_src_ip'],
    ['told_original_dst', 'VARCHAR', 'unmapped.original_dst_ip'],
  ],
  made: [
    ...made(`CASE WHEN (${initiator}) = 2 THEN told_src_ip ELSE told_dst_ip END`),
    ...end('src'),
    ...end('dst'),
    ['end_time', 'greatest(time, told_end)'],
    ['observer_kind_id', 'coalesce(told_kind, 1)'],
    ['observer_uid', "coalesce(told_observer, '')"],
    ['has_original', 'coalesce(told_original, 0)'],
    ...address('original_src', 'told_original_src'),
    ...address('original_dst', 'told_original_dst'),
    [
      'transport_id',
      'CASE protocol_num WHEN 6 THEN 1 WHEN 17 THEN 2 WHEN 1 THEN 3 WHEN 58 THEN 4 ELSE 5 END',
    ],
    ['action_id', decided('told_action', 'disposition')],
    ['initiator_id', initiator],
  ],
  where: 'activity_id IS DISTINCT FROM 7 AND src_ip IS NOT NULL AND dst_ip IS NOT NULL',
}

/** By the action where it says; else by the disposition, or because it is a refusal. */
function decided(action: string, disposition: string): string {
  return `CASE WHEN ${action} IN (1, 2) THEN ${action} WHEN ${disposition} IN (1, 2) THEN ${disposition}
    WHEN activity_id = 5 THEN 2 ELSE 0 END`
}

export const serviceInward: Inward = {
  classUid: networkActivity,
  found: [
    ...event,
    ...destination,
    ['hostname', 'VARCHAR', 'dst_endpoint.hostname'],
    ['told_protocol', 'VARCHAR', 'dst_endpoint.svc_name'],
    ['told_recognition', 'INTEGER', 'unmapped.recognition_id'],
    ['dst_software', 'VARCHAR', 'unmapped.dst_software'],
    ['banner', 'VARCHAR', 'unmapped.banner'],
    ['ended', 'VARCHAR', 'unmapped.ended'],
    ['detail', 'VARCHAR', 'unmapped.detail'],
  ],
  made: [
    ...made('told_dst_ip'),
    ...end('dst'),
    ['protocol', "coalesce(told_protocol, 'unknown')"],
    ['recognition_id', 'coalesce(told_recognition, 0)'],
  ],
  where: 'activity_id = 7 AND dst_ip IS NOT NULL',
}
