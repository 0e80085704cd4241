/** One connection as the table holds it; what a sink sees of it is `Tcp`. */
import type { Address } from '../model/address.ts'
import type { Endpoint } from '../model/observation.ts'
import type { IpPacket } from './ip.ts'
import type { Side, Tcp } from './stream.ts'
import type { ActivityList } from './tcp-activity.ts'

/** Bytes that arrived before what stands in front of them. */
export interface Pending {
  /** Place in the stream, as `Half.position` counts. */
  readonly start: number
  readonly length: number
  /** Fewer where the capture cut them. */
  readonly bytes: Uint8Array
  readonly time: number
  readonly packet: number
}

/** What one side sends. Sequence numbers are signed 32-bit integers: differences wrap as they should. */
export class Half {
  packets = 0
  /** Payload, each byte of the stream once. */
  bytes = 0
  /** IP packets as they are on the wire. */
  octets = 0
  /** Whether `next` is known. */
  isKnown = false
  hasSyn = false
  /** Of the SYN, or the one before the first byte seen. */
  isn = 0
  next = 0
  /** Place in the stream of `next`, from 0. */
  position = 0
  /** Whether the other side acknowledged, and up to where. */
  isAcknowledged = false
  acknowledged = 0
  hasFin = false
  /** Place in the stream where it ends. */
  finAt = 0
  /** Once nobody orders them any more: bytes passed over that may still come. */
  holes = 0
  readonly pending: Pending[] = []
  pendingBytes = 0
  /** Segments in a row far outside of any window. */
  strays = 0

  clear(): void {
    this.packets = 0
    this.bytes = 0
    this.octets = 0
    this.isKnown = false
    this.hasSyn = false
    this.isn = 0
    this.next = 0
    this.position = 0
    this.isAcknowledged = false
    this.acknowledged = 0
    this.hasFin = false
    this.finAt = 0
    this.holes = 0
    this.pending.length = 0
    this.pendingBytes = 0
    this.strays = 0
  }
}

export type Phase =
  /** Nobody answered the SYN yet, or it is no TCP. */
  'half-open' | 'open' | 'closed'

export class Connection<State> implements Tcp<State> {
  state: State | undefined = undefined
  initiator: Side | null = null
  start = 0
  packet = 0
  document = ''
  readonly halves: readonly [Half, Half] = [new Half(), new Half()]

  // Of the table.
  hash = 0
  family: 4 | 6 = 4
  source = 0
  target = 0
  /** IPv6: both addresses as in `IpPacket`, those of side 0 first. */
  words: Int32Array | null = null
  sourcePort = 0
  targetPort = 0
  protocol = 6
  chain: Connection<State> | null = null
  older: Connection<State> | null = null
  newer: Connection<State> | null = null
  list: ActivityList<State> | null = null
  /** When it was last put at the end of its list. */
  touched = 0

  last = 0
  phase: Phase = 'half-open'
  /** Whether the sink knows of it. */
  isTold = false
  isSkipped = false
  wasReset = false
  #ends: readonly [Endpoint, Endpoint] | null = null

  get ends(): readonly [Endpoint, Endpoint] {
    this.#ends ??= [
      { address: this.#address(0), port: this.sourcePort },
      { address: this.#address(1), port: this.targetPort },
    ]
    return this.#ends
  }

  get bytes(): readonly [number, number] {
    return [this.halves[0].bytes, this.halves[1].bytes]
  }

  get packets(): readonly [number, number] {
    return [this.halves[0].packets, this.halves[1].packets]
  }

  /** As good as new; only for one that no sink was told of. */
  clear(): void {
    this.initiator = null
    this.halves[0].clear()
    this.halves[1].clear()
    this.phase = 'half-open'
    this.isSkipped = false
    this.wasReset = false
    this.#ends = null
  }

  /** Takes its ends from a packet of side 0, or of side 1. */
  identify(ip: IpPacket, sourcePort: number, targetPort: number, sender: Side): void {
    this.family = ip.family
    this.protocol = ip.protocol
    this.source = sender === 0 ? ip.source : ip.target
    this.target = sender === 0 ? ip.target : ip.source
    this.sourcePort = sender === 0 ? sourcePort : targetPort
    this.targetPort = sender === 0 ? targetPort : sourcePort
    if (ip.family === 4) return
    this.words ??= new Int32Array(8)
    const turned = sender === 0 ? 0 : 4
    for (let i = 0; i < 8; i++) this.words[i] = ip.words[(i + turned) & 7] ?? 0
  }

  #address(side: Side): Address {
    if (this.family === 4 || this.words === null)
      return { family: 4, value: (side === 0 ? this.source : this.target) >>> 0 }
    const four = this.words.subarray(side * 4, side * 4 + 4)
    const groups = Array.from(four, (word) => [word >>> 16, word & 0xffff])
    return { family: 6, value: String.fromCharCode(...groups.flat()) }
  }
}

export const otherSide = (side: Side): Side => (side === 0 ? 1 : 0)
