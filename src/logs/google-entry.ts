/**
 * One log entry of Google's VPC Flow Logs (https://cloud.google.com/vpc/docs/about-flow-logs-records). Packets are sampled at a
 * rate that is not told, and counts are scaled up to make good for it.
 */

import { transportOf } from '../model/flow-batch.ts'
import type { Flow } from '../model/observation.ts'
import { below, countOf, endpointOf, type Fields, member, textOf, timeOf } from './flow-values.ts'

/** Null for what is no such entry; a reason for one that is broken. */
export function readEntry(entry: Fields): Flow | string | null {
  const payload = below(entry, 'jsonPayload') ?? entry
  const connection = below(payload, 'connection')
  if (connection === null || isOfOtherLog(entry)) return null
  const src = endpointOf(member(connection, 'src_ip'), member(connection, 'src_port'))
  const dst = endpointOf(member(connection, 'dest_ip'), member(connection, 'dest_port'))
  const protocol = countOf(member(connection, 'protocol'))
  const start = timeOf(member(payload, 'start_time'))
  const end = timeOf(member(payload, 'end_time'))
  if (src === null || dst === null) return 'no-addresses'
  if (protocol === null || protocol > 255) return 'no-protocol'
  if (start === null || end === null) return 'no-time'
  const reporter = textOf(member(payload, 'reporter'))
  return {
    observer: { kind: 'interface', id: observerOf(entry, payload, reporter) },
    src,
    dst,
    original: null,
    transport: transportOf(protocol),
    protocol,
    start,
    end,
    bytes: countOf(member(payload, 'bytes_sent')),
    packets: countOf(member(payload, 'packets_sent')),
    // What comes in is sampled behind the firewall's ingress rules, what goes out before its egress rules.
    action: reporter === 'DEST' ? 'accept' : 'unknown',
    initiator: 'unknown',
    sampled: null,
  }
}

/** Firewall rules and NAT log connections too. */
const isOfOtherLog = (entry: Fields): boolean =>
  textOf(member(entry, 'logName'))?.endsWith('vpc_flows') === false

/** Whether the start of a log names what only these entries have. */
export const namesFlows = (head: string): boolean =>
  /"connection"\s*:\s*\{/.test(head) &&
  /"(?:src|dest)_ip"\s*:/.test(head) &&
  (/vpc_flows/.test(head) || /"reporter"\s*:\s*"(?:SRC|DEST)/.test(head))

function observerOf(entry: Fields, payload: Fields, reporter: string | null): string {
  const side = reporter?.startsWith('DEST') ? 'dest' : 'src'
  const instance = below(payload, `${side}_instance`)
  const name = textOf(member(instance, 'vm_name'))
  const labels = below(below(entry, 'resource'), 'labels')
  const path = name
    ? ['project_id', 'zone', 'vm_name'].map((part) => textOf(member(instance, part)))
    : ['project_id', 'location', 'subnetwork_name'].map((part) => textOf(member(labels, part)))
  const id = path.filter((part) => part !== null).join('/')
  return `${id === '' ? 'unknown' : id}${reporter === null ? '' : `#${reporter}`}`
}
