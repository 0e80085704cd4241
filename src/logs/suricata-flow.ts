/** The `flow` event of Suricata: both directions of one connection, told when it ends. */

import { transportOf } from '../model/flow-batch.ts'
import type { Flow } from '../model/observation.ts'
import { below, countOf, member, sumOf, textOf, timeOf } from './flow-values.ts'
import type { EveEvent } from './suricata-event.ts'

/** As Suricata takes them from /etc/protocols; what is not there it writes as a number. */
const protocols: Readonly<Record<string, number>> = {
  ...{ HOPOPT: 0, IP: 0, ICMP: 1, IGMP: 2, GGP: 3, IPENCAP: 4, IPV4: 4, TCP: 6, EGP: 8, IGP: 9 },
  ...{ UDP: 17, DCCP: 33, IPV6: 41, 'IPV6-ROUTE': 43, 'IPV6-FRAG': 44, RSVP: 46, GRE: 47, ESP: 50 },
  ...{ AH: 51, 'IPV6-ICMP': 58, ICMPV6: 58, 'IPV6-NONXT': 59, 'IPV6-OPTS': 60, EIGRP: 88 },
  ...{ OSPFIGP: 89, OSPF: 89, IPIP: 94, ETHERIP: 97, PIM: 103, IPCOMP: 108, VRRP: 112, L2TP: 115 },
  ...{ ISIS: 124, SCTP: 132, 'MOBILITY-HEADER': 135, UDPLITE: 136, 'MPLS-IN-IP': 137, HIP: 139 },
  ...{ SHIM6: 140 },
}

/** A reason where it is none. */
export function readFlowEvent({
  src,
  dst,
  time,
  protocol,
  sensor,
  fields,
  body,
}: EveEvent): Flow | string {
  if (src === null || dst === null) return 'no-addresses'
  const number = Object.hasOwn(protocols, protocol)
    ? (protocols[protocol] ?? null)
    : /^\d{1,3}$/.test(protocol)
      ? Number(protocol)
      : null
  if (number === null || number > 255) return 'no-protocol'
  const start = timeOf(member(body, 'start'))
  if (start === null) return 'no-time'
  const tcp = below(fields, 'tcp')
  return {
    observer: { kind: 'sensor', id: sensor },
    src,
    dst,
    original: null,
    transport: transportOf(number),
    protocol: number,
    start,
    end: timeOf(member(body, 'end')) ?? time,
    bytes: sumOf(countOf(member(body, 'bytes_toserver')), countOf(member(body, 'bytes_toclient'))),
    packets: sumOf(countOf(member(body, 'pkts_toserver')), countOf(member(body, 'pkts_toclient'))),
    action: actionOf(textOf(member(body, 'action')), stateOf(tcp, 'tcp_flags_tc')),
    // Who sent the SYN is to the server's side; a flow picked up in the middle has none.
    initiator: number === 6 && (stateOf(tcp, 'tcp_flags_ts') & synFlag) !== 0 ? 'src' : 'unknown',
    sampled: null,
  }
}

const synFlag = 0x02
const rstFlag = 0x04
const ackFlag = 0x10

/** Flags are written in hexadecimal without a prefix: `1b`. */
const stateOf = (tcp: Parameters<typeof member>[0], name: string): number => {
  const text = textOf(member(tcp, name)) ?? ''
  return /^[0-9a-f]{1,2}$/i.test(text) ? Number.parseInt(text, 16) : 0
}

/** An inline Suricata drops flows; beyond that, a SYN with ACK from the server says that it was let in. */
function actionOf(action: string | null, fromServer: number): Flow['action'] {
  if (action === 'drop') return 'reject'
  if ((fromServer & synFlag) !== 0 && (fromServer & ackFlag) !== 0) return 'accept'
  return (fromServer & rstFlag) !== 0 && (fromServer & synFlag) === 0 ? 'reject' : 'unknown'
}
