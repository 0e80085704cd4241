/**
 * Flows as columns: what a store appends by the ten thousand. `flowAt` gives one row in the words of the model; who does
 * not care for columns reads `observationsOf`.
 */
import type { Address } from './address.ts'
import type { Flow, Observation, Transport } from './observation.ts'

/** Rows 0 to `rows` − 1 are filled. */
export interface FlowBatch {
  readonly document: string
  readonly observerKind: Flow['observer']['kind']
  /** As in `Flow`, for all rows. */
  readonly sampled: number | null
  rows: number
  readonly capacity: number
  /** Milliseconds since the epoch. */
  readonly start: Float64Array
  readonly end: Float64Array
  /** NaN: not told. So everywhere below. */
  readonly bytes: Float64Array
  readonly packets: Float64Array
  readonly protocol: Uint8Array
  readonly srcPort: Uint16Array
  readonly dstPort: Uint16Array
  /** Index in `actions` and `initiators`. */
  readonly action: Uint8Array
  readonly initiator: Uint8Array
  /** IPv4 as a number; NaN where the address is IPv6, or not told. */
  readonly src4: Float64Array
  readonly dst4: Float64Array
  readonly originalSrc4: Float64Array
  readonly originalDst4: Float64Array
  /** IPv6 in the form of `Ip6`; null where the address is IPv4, or not told. */
  readonly src6: (string | null)[]
  readonly dst6: (string | null)[]
  readonly originalSrc6: (string | null)[]
  readonly originalDst6: (string | null)[]
  /** Equal ids are mostly one string. */
  readonly observer: string[]
  /** From 1. */
  readonly line: Float64Array
  /** Bytes from the start of the decompressed document. */
  readonly offset: Float64Array
}

export const actions = ['unknown', 'accept', 'reject'] as const satisfies readonly Flow['action'][]
export const initiators = ['unknown', 'src', 'dst'] as const satisfies readonly Flow['initiator'][]

export function emptyBatch(
  document: string,
  capacity: number,
  observerKind: FlowBatch['observerKind'],
  sampled: number | null,
): FlowBatch {
  const numbers = () => new Float64Array(capacity)
  const absent = () => new Array<string | null>(capacity).fill(null)
  return {
    document,
    observerKind,
    sampled,
    rows: 0,
    capacity,
    start: numbers(),
    end: numbers(),
    bytes: numbers(),
    packets: numbers(),
    protocol: new Uint8Array(capacity),
    srcPort: new Uint16Array(capacity),
    dstPort: new Uint16Array(capacity),
    action: new Uint8Array(capacity),
    initiator: new Uint8Array(capacity),
    src4: numbers(),
    dst4: numbers(),
    originalSrc4: numbers(),
    originalDst4: numbers(),
    src6: absent(),
    dst6: absent(),
    originalSrc6: absent(),
    originalDst6: absent(),
    observer: new Array<string>(capacity).fill(''),
    line: numbers(),
    offset: numbers(),
  }
}

export function flowAt(batch: FlowBatch, row: number): Flow {
  const protocol = batch.protocol[row] ?? 0
  const originalSrc = addressAt(batch.originalSrc4, batch.originalSrc6, row)
  const originalDst = addressAt(batch.originalDst4, batch.originalDst6, row)
  return {
    observer: { kind: batch.observerKind, id: batch.observer[row] ?? '' },
    src: {
      address: addressAt(batch.src4, batch.src6, row) ?? nowhere,
      port: batch.srcPort[row] ?? 0,
    },
    dst: {
      address: addressAt(batch.dst4, batch.dst6, row) ?? nowhere,
      port: batch.dstPort[row] ?? 0,
    },
    original: originalSrc || originalDst ? { src: originalSrc, dst: originalDst } : null,
    transport: transportOf(protocol),
    protocol,
    start: batch.start[row] ?? 0,
    end: batch.end[row] ?? 0,
    bytes: told(batch.bytes[row]),
    packets: told(batch.packets[row]),
    action: actions[batch.action[row] ?? 0] ?? 'unknown',
    initiator: initiators[batch.initiator[row] ?? 0] ?? 'unknown',
    sampled: batch.sampled,
  }
}

export const observationAt = (batch: FlowBatch, row: number): FlowObservation => ({
  kind: 'flow',
  flow: flowAt(batch, row),
  at: [{ document: batch.document, line: batch.line[row] ?? 0, offset: batch.offset[row] ?? 0 }],
})

export const observationsOf = (batch: FlowBatch): FlowObservation[] =>
  Array.from({ length: batch.rows }, (_, row) => observationAt(batch, row))

type FlowObservation = Extract<Observation, { kind: 'flow' }>

/** By IP protocol number (IANA). */
export function transportOf(protocol: number): Transport {
  switch (protocol) {
    case 6:
      return 'tcp'
    case 17:
      return 'udp'
    case 1:
      return 'icmp'
    case 58:
      return 'icmpv6'
    default:
      return 'other'
  }
}

/** Every row has both ends; this stands in only for rows beyond `rows`. */
const nowhere: Address = { family: 4, value: 0 }

function addressAt(
  four: Float64Array,
  six: readonly (string | null)[],
  row: number,
): Address | null {
  const value = six[row]
  if (value !== null && value !== undefined) return { family: 6, value }
  const number = four[row] ?? Number.NaN
  return Number.isNaN(number) ? null : { family: 4, value: number }
}

const told = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value
