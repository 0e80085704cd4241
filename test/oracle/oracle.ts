/** What both simulators offer. */
import type { Answer, Packet } from './packet.ts'

/** A public address and what stands behind it. */
export interface Entry {
  readonly address: string
  readonly target: string
}
/** Something without a public address: what its filters admit must be listed all the same, with one of these verdicts. */
export interface Dormant {
  readonly target: string
  readonly verdicts: readonly string[]
  admits(source: string, packet: Pick<Packet, 'transport' | 'port'>): Answer
}
export interface Oracle {
  readonly entries: readonly Entry[]
  readonly dormant: readonly Dormant[]
  admits(packet: Packet, target: string): Answer
  /**
   * Whether this address can send from the internet to the target: a network's own and its peers' prefixes stay inside,
   * whatever their numbers. Filters that speak of them are printed as they are.
   */
  isClient(source: string, target: string): boolean
  /** The rules, as they stand in the documents, that let this packet in at an interface of its own address. */
  rulesFor(packet: Packet, target: string): readonly unknown[]
}

export interface Way extends Entry {
  admits(packet: Packet): Answer
}
