/**
 * Flow tuples of Azure, values apart by commas.
 * NSG flow logs: https://learn.microsoft.com/azure/network-watcher/nsg-flow-logs-overview#log-format
 * Virtual network flow logs: https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview#log-format
 */

import { transportOf } from '../model/flow-batch.ts'
import type { Flow } from '../model/observation.ts'
import { countOf, endpointOf, sumOf } from './flow-values.ts'

/**
 * Counts are of both directions, of the interval since the tuple before. A tuple has one time: when it was written, so start
 * and end are that. The source of a tuple with a state is who began the flow, since the rules are asked at its beginning.
 */
export type TupleReader = (tuple: string, interfaceId: string) => Flow | null

const maxTuple = 512

/** Version 1: time in s, ends, ports, T or U, I or O, A or D. Version 2 adds the state and four counts. */
export const readGroupTuple: TupleReader = (tuple, interfaceId) => {
  const fields = tuple.length > maxTuple ? [] : tuple.split(',')
  if (fields.length !== 8 && fields.length !== 13) return null
  const [time, srcIp, dstIp, srcPort, dstPort, letter, , decision, state, ...counts] = fields
  const protocol = letter === 'T' ? 6 : letter === 'U' ? 17 : null
  const isKnown = decision === 'A' || decision === 'D'
  if (protocol === null || !isKnown || !isState(state, 'BCE')) return null
  return flowOf({
    interfaceId,
    time: timeOf(time, 1000),
    ends: [srcIp, srcPort, dstIp, dstPort],
    protocol,
    action: decision === 'A' ? 'accept' : 'reject',
    initiator: state === undefined || state === '' ? 'unknown' : 'src',
    counts,
  })
}

/** Time in ms, ends, ports, IANA number, I or O, B C E or D (denied), encryption, four counts. */
export const readNetworkTuple: TupleReader = (tuple, interfaceId) => {
  const fields = tuple.length > maxTuple ? [] : tuple.split(',')
  if (fields.length < 13) return null
  const [time, srcIp, dstIp, srcPort, dstPort, number, , state, , ...counts] = fields
  const protocol = countOf(number)
  if (
    protocol === null ||
    protocol > 255 ||
    state === undefined ||
    state === '' ||
    !isState(state, 'BCED')
  )
    return null
  return flowOf({
    interfaceId,
    time: timeOf(time, 1),
    ends: [srcIp, srcPort, dstIp, dstPort],
    protocol,
    action: state === 'D' ? 'reject' : 'accept',
    initiator: 'src',
    // A flow that begins has no statistics yet, and one that was denied never has: their zeros say nothing.
    counts: state === 'B' || state === 'D' ? [] : counts,
  })
}

const isState = (state: string | undefined, letters: string): boolean =>
  state === undefined || state === '' || (state.length === 1 && letters.includes(state))

function timeOf(text: string | undefined, milliseconds: number): number | null {
  const count = countOf(text)
  // The times of the platform end at 8.64e15 ms; before 1973 there was no cloud.
  if (count === null || count < 1e8) return null
  const time = count * milliseconds
  return time <= 8.64e15 ? time : null
}

interface Parts {
  readonly interfaceId: string
  readonly time: number | null
  readonly ends: readonly (string | undefined)[]
  readonly protocol: number
  readonly action: Flow['action']
  readonly initiator: Flow['initiator']
  /** Packets and bytes from the source, then packets and bytes from the destination. */
  readonly counts: readonly string[]
}

function flowOf(parts: Parts): Flow | null {
  const { interfaceId, time, protocol, action, initiator, counts } = parts
  const src = endpointOf(parts.ends[0], parts.ends[1])
  const dst = endpointOf(parts.ends[2], parts.ends[3])
  if (time === null || src === null || dst === null) return null
  const [packetsOut, bytesOut, packetsIn, bytesIn] = counts
  return {
    observer: { kind: 'interface', id: interfaceId },
    src,
    dst,
    original: null,
    transport: transportOf(protocol),
    protocol,
    start: time,
    end: time,
    bytes: sumOf(countOf(bytesOut), countOf(bytesIn)),
    packets: sumOf(countOf(packetsOut), countOf(packetsIn)),
    action,
    initiator,
    sampled: 1,
  }
}
