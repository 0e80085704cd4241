/**
 * From a foreign lake in OCSF to the flat columns, as data: at which paths a column may be found (the first that is there
 * and can be read counts), then what is made of what was found. Paths that a lake lacks are null. Written after OCSF 1.0 to
 * 1.5, VPC flow logs in Amazon Security Lake (docs.aws.amazon.com/security-lake) and our own view.
 */
import type { ColumnType } from '../lake/columns.ts'

export interface Inward {
  readonly classUid: number
  readonly found: readonly (readonly [name: string, type: ColumnType, ...paths: string[]])[]
  /** SQL over what was found. */
  readonly made: readonly (readonly [column: string, is: string])[]
  /** Only such events, as SQL over what was made. */
  readonly where: string
}

export const event = [
  // Where an event is a report of a while, `time` may be the end of it.
  ['time', 'BIGINT', 'start_time', 'start_time_dt', 'time', 'time_dt'],
  ['class_uid', 'INTEGER', 'class_uid'],
  ['activity_id', 'INTEGER', 'activity_id'],
  ['activity_name', 'VARCHAR', 'activity_name'],
  ['source_key', 'VARCHAR', 'unmapped.source_key', 'metadata.uid'],
  ['told_record', 'BIGINT', 'unmapped.record'],
  ['told_origin', 'INTEGER', 'unmapped.origin_id'],
  ['told_network', 'VARCHAR', 'unmapped.network'],
  ['told_site', 'VARCHAR', 'unmapped.site', 'dst_endpoint.vpc_uid', 'src_endpoint.vpc_uid'],
  ['vantage', 'VARCHAR', 'unmapped.vantage', 'metadata.product.name'],
  ['document', 'VARCHAR', 'metadata.log_name'],
  ['place_packet', 'BIGINT', 'unmapped.place_packet'],
  ['place_line', 'BIGINT', 'unmapped.place_line'],
  ['place_offset', 'BIGINT', 'unmapped.place_offset'],
  ['places', 'VARCHAR', 'unmapped.places'],
] as const

export const source = [
  ['told_src_ip', 'VARCHAR', 'src_endpoint.ip'],
  ['told_src_port', 'INTEGER', 'src_endpoint.port'],
] as const
export const destination = [
  ['told_dst_ip', 'VARCHAR', 'dst_endpoint.ip'],
  ['told_dst_port', 'INTEGER', 'dst_endpoint.port'],
] as const

/** The functions are those of `address-functions.ts`; `asked_site` is what the asker says. */
export const address = (column: string, told: string) =>
  [
    [`${column}_ip`, `address_text(${told})`],
    [`${column}_ip4`, `address_ip4(${told})`],
    [`${column}_ip6_hi`, `address_ip6_hi(${told})`],
    [`${column}_ip6_lo`, `address_ip6_lo(${told})`],
  ] as const
export const end = (column: 'src' | 'dst') =>
  [
    ...address(column, `told_${column}_ip`),
    [`${column}_port`, `coalesce(told_${column}_port, 0)`],
  ] as const

export const made = (served: string) =>
  [
    ['day', "CAST(strftime(make_timestamp(time * 1000), '%Y%m%d') AS INTEGER)"],
    ['record', 'coalesce(told_record, 0)'],
    ['origin_id', 'coalesce(told_origin, 3)'],
    ['site', 'coalesce(told_site, asked_site)'],
    ['network', `coalesce(told_network, network_of(${served}, coalesce(told_site, asked_site)))`],
  ] as const
