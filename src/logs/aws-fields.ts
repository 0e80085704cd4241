/** Fields of AWS flow logs and what a reader does with each. Names as in the header line; Parquet has `_` for `-`. */

import { parseAddress } from '../model/address.ts'

/** What becomes of a field, by number so that a column of them is an array of bytes. */
export const duty = {
  pass: 0,
  interface: 1,
  src: 2,
  dst: 3,
  srcPort: 4,
  dstPort: 5,
  protocol: 6,
  packets: 7,
  bytes: 8,
  start: 9,
  end: 10,
  action: 11,
  status: 12,
  tcpFlags: 13,
  originalSrc: 14,
  originalDst: 15,
} as const

/**
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html, versions 2 to 9, and the fields of transit gateways
 * (https://docs.aws.amazon.com/vpc/latest/tgw/tgw-flow-logs.html) that stand beside them.
 */
const duties: Readonly<Record<string, number>> = {
  'interface-id': duty.interface,
  'tgw-attachment-id': duty.interface,
  srcaddr: duty.src,
  dstaddr: duty.dst,
  srcport: duty.srcPort,
  dstport: duty.dstPort,
  protocol: duty.protocol,
  packets: duty.packets,
  bytes: duty.bytes,
  start: duty.start,
  end: duty.end,
  action: duty.action,
  'log-status': duty.status,
  'tcp-flags': duty.tcpFlags,
  'pkt-srcaddr': duty.originalSrc,
  'pkt-dstaddr': duty.originalDst,
}

const passed = new Set([
  ...['version', 'account-id', 'vpc-id', 'subnet-id', 'instance-id', 'type', 'region', 'az-id'],
  ...['sublocation-type', 'sublocation-id', 'pkt-src-aws-service', 'pkt-dst-aws-service'],
  ...['flow-direction', 'traffic-path', 'reject-reason', 'resource-id', 'encryption-status'],
  ...['resource-type', 'tgw-id'],
])

/** Version 2, in the order of the default format. */
export const defaultFields = [
  ...['version', 'account-id', 'interface-id', 'srcaddr', 'dstaddr', 'srcport', 'dstport'],
  ...['protocol', 'packets', 'bytes', 'start', 'end', 'action', 'log-status'],
] as const

export const nameOf = (column: string): string => column.toLowerCase().replaceAll('_', '-')

export const dutyOf = (name: string): number =>
  Object.hasOwn(duties, name) ? (duties[name] ?? duty.pass) : duty.pass

/** A name that the documentation has, or of its families that grow (`ecs-…`, `tgw-…`, `packets-lost-…`). */
export const isFieldName = (name: string): boolean =>
  Object.hasOwn(duties, name) ||
  passed.has(name) ||
  /^(?:ecs|tgw|packets-lost|pkt)-[a-z-]{1,40}$/.test(name)

/** A header has the address of an end and nothing but words that are names of fields, save a few that are new. */
export function parseHeader(line: string): readonly string[] | null {
  if (line.length > 4096 || !/addr/.test(line)) return null
  const names = line.trim().split(/[ ,]+/).map(nameOf)
  if (!names.every((name) => /^[a-z][a-z0-9-]{0,60}$/.test(name))) return null
  const known = names.filter(isFieldName).length
  const hasEnd = names.some((name) => /^(?:pkt-)?(?:src|dst)addr$/.test(name))
  return hasEnd && known * 2 > names.length ? names : null
}

/** A format as people give it to AWS: `${srcaddr} ${dstaddr} …`, or the names alone. Null where it is none. */
export const parseFormat = (text: string): readonly string[] | null =>
  parseHeader(text.replace(/\$\{([^{}]*)\}/g, ' $1 '))

/** A line of names of ends, states and numbers, as a flow log of any format has them. */
export function isLikeRecord(words: readonly string[]): boolean {
  const has = (pattern: RegExp) => words.some((word) => pattern.test(word))
  return (
    words.length >= 4 &&
    words.every((word) => /^[\w.:/-]{1,128}$/.test(word)) &&
    words.filter((word) => word.length <= 45 && parseAddress(word)).length >= 2 &&
    (has(/^(?:ACCEPT|REJECT)$/) || has(/^(?:OK|NODATA|SKIPDATA)$/) || has(/^eni-[0-9a-f]{8,17}$/))
  )
}

const needed = [
  { name: 'srcaddr', also: 'pkt-srcaddr' },
  { name: 'dstaddr', also: 'pkt-dstaddr' },
  { name: 'srcport' },
  { name: 'dstport' },
  { name: 'protocol' },
  { name: 'start' },
  { name: 'end' },
]

/** Fields without which there is no flow. */
export const missingFields = (names: readonly string[]): readonly string[] =>
  needed
    .filter(({ name, also }) => !names.includes(name) && !(also && names.includes(also)))
    .map(({ name }) => name)
