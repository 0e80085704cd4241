/** What reassembly tells whoever understands protocols: TCP connections and their bytes, in order, with what is missing. */
import type { Endpoint } from '../model/observation.ts'

/** 0 is `ends[0]`, 1 is `ends[1]`. */
export type Side = 0 | 1

/** One connection; the same object for all its events. */
export interface Tcp<State = unknown> {
  readonly ends: readonly [Endpoint, Endpoint]
  /** Who sent the SYN; null where nobody saw it. */
  readonly initiator: Side | null
  /** Milliseconds since the epoch, with fractions. */
  readonly start: number
  readonly document: string
  /** Number of its first packet in the document, from 1. */
  readonly packet: number
  /** Payload bytes each side sent as far as seen, and packets. */
  readonly bytes: readonly [number, number]
  readonly packets: readonly [number, number]
  /** The sink's own; undefined until it sets it. A connection it does not care for costs no more than this. */
  state: State | undefined
}

export type CloseReason = 'fin' | 'reset' | 'idle' | 'evicted' | 'end-of-capture'

/** `time` in milliseconds since the epoch; `packet` is the number of the packet at hand. */
export interface StreamSink<State = unknown> {
  open(tcp: Tcp<State>, time: number, packet: number): void
  /**
   * The next bytes of one side in order. They are a view into a buffer that is used again: copy what is kept. Answering
   * `skip` says that no more bytes of this connection are wanted: they are counted and no longer put in order.
   */
  data(
    tcp: Tcp<State>,
    side: Side,
    bytes: Uint8Array,
    time: number,
    packet: number,
  ): 'more' | 'skip'
  /** Bytes that will not come: lost, cut by the snap length, or thrown away to stay within memory. */
  lost(tcp: Tcp<State>, side: Side, bytes: number, time: number, packet: number): void
  close(tcp: Tcp<State>, reason: CloseReason, time: number, packet: number): void
}
