/** A flow into the columns of a chunk, and back. This runs once for each line of a flow log: no objects in between. */
import type { Address } from '../../model/address.ts'
import type { Flow, Observation } from '../../model/observation.ts'
import { addressText, halves, readAddress } from './address-cells.ts'
import { nameOf, numberOrNull } from './codes.ts'
import type { Columns } from './column-cells.ts'
import type { Row } from './columns.ts'
import { networkOf, readPlaces, writeEvent } from './event-row.ts'
import type { LakeSource } from './source.ts'

type FlowObservation = Extract<Observation, { kind: 'flow' }>

const kinds = { interface: 1, sensor: 2 } as const
const transports = { tcp: 1, udp: 2, icmp: 3, icmpv6: 4, other: 5 } as const
const actions = { unknown: 0, accept: 1, reject: 2 } as const
const initiators = { unknown: 0, src: 1, dst: 2 } as const
/** What the numbers in the columns stand for. `FlowBatch` has the same ones for actions and initiators. */
export const flowCodes = { kinds, transports, actions, initiators } as const

export function writeFlow(
  columns: Columns<'flow'>,
  row: number,
  source: LakeSource,
  record: number,
  { flow, at }: FlowObservation,
): void {
  const { src, dst, original } = flow
  const served = flow.initiator === 'dst' ? src : dst
  const network = networkOf(served.address, source.context.network)
  writeEvent(columns, row, source, record, flow.start, network, at)
  columns.class_uid[row] = 4001
  columns.observer_kind_id[row] = kinds[flow.observer.kind]
  columns.observer_uid[row] = flow.observer.id
  const [src6, dst6] = [ip6(src.address), ip6(dst.address)]
  columns.src_ip[row] = addressText(src.address)
  columns.src_ip4[row] = ip4(src.address)
  columns.src_ip6_hi[row] = src6?.[0] ?? null
  columns.src_ip6_lo[row] = src6?.[1] ?? null
  columns.src_port[row] = src.port
  columns.dst_ip[row] = addressText(dst.address)
  columns.dst_ip4[row] = ip4(dst.address)
  columns.dst_ip6_hi[row] = dst6?.[0] ?? null
  columns.dst_ip6_lo[row] = dst6?.[1] ?? null
  columns.dst_port[row] = dst.port
  const [from, to] = [original?.src ?? null, original?.dst ?? null]
  const [from6, to6] = [ip6(from), ip6(to)]
  columns.has_original[row] = original ? 1 : 0
  columns.original_src_ip[row] = from && addressText(from)
  columns.original_src_ip4[row] = ip4(from)
  columns.original_src_ip6_hi[row] = from6?.[0] ?? null
  columns.original_src_ip6_lo[row] = from6?.[1] ?? null
  columns.original_dst_ip[row] = to && addressText(to)
  columns.original_dst_ip4[row] = ip4(to)
  columns.original_dst_ip6_hi[row] = to6?.[0] ?? null
  columns.original_dst_ip6_lo[row] = to6?.[1] ?? null
  columns.transport_id[row] = transports[flow.transport]
  columns.protocol_num[row] = flow.protocol
  columns.end_time[row] = flow.end
  columns.traffic_bytes[row] = flow.bytes
  columns.traffic_packets[row] = flow.packets
  columns.action_id[row] = actions[flow.action]
  columns.initiator_id[row] = initiators[flow.initiator]
  columns.sampled[row] = flow.sampled
}

const ip4 = (address: Address | null) => (address?.family === 4 ? address.value : null)
const ip6 = (address: Address | null) => (address?.family === 6 ? halves(address.value) : null)

export function readFlow(row: Row<'flow'>): FlowObservation {
  const flow: Flow = {
    observer: { kind: nameOf(kinds, row.observer_kind_id), id: row.observer_uid ?? '' },
    src: { address: readAddress(row.src_ip), port: Number(row.src_port) },
    dst: { address: readAddress(row.dst_ip), port: Number(row.dst_port) },
    original:
      Number(row.has_original) === 0
        ? null
        : {
            src: row.original_src_ip === null ? null : readAddress(row.original_src_ip),
            dst: row.original_dst_ip === null ? null : readAddress(row.original_dst_ip),
          },
    transport: nameOf(transports, row.transport_id),
    protocol: Number(row.protocol_num),
    start: Number(row.time),
    end: Number(row.end_time),
    bytes: numberOrNull(row.traffic_bytes),
    packets: numberOrNull(row.traffic_packets),
    action: nameOf(actions, row.action_id),
    initiator: nameOf(initiators, row.initiator_id),
    sampled: numberOrNull(row.sampled),
  }
  return { kind: 'flow', flow, at: readPlaces(row) }
}
