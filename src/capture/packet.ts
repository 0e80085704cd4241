/** What the formats of captures have in common: a window of bytes, and the packet that was found in it. */

/** The bytes at hand: those from `at` to `end` are still to be read. */
export interface Window {
  bytes: Uint8Array
  view: DataView
  at: number
  end: number
}

/** The packet at hand. One object a source, filled again for each packet, so that a packet costs no memory. */
export interface Packet {
  bytes: Uint8Array
  view: DataView
  /** Where its first byte stands in `bytes`. */
  at: number
  /** Bytes that are there. */
  captured: number
  /** Bytes it had on the wire: never fewer than captured. */
  original: number
  /** Milliseconds since the epoch, with fractions. */
  time: number
  /** LINKTYPE_ value (tcpdump.org/linktypes.html). */
  link: number
  /** From 1, in its document. */
  number: number
}

export type FramingStep =
  /** `packet` is filled, the window stands behind it. */
  | 'packet'
  /** The window ends within a record. */
  | 'more'
  /** The window stands at a record of `skip` bytes that is not looked at. */
  | 'skip'
  /** What stands here is no record: nothing behind it can be trusted. */
  | 'damaged'

/** One format of captures. */
export interface Framing {
  step(window: Window, packet: Packet): FramingStep
  /** Bytes from the window's place on to be left out after `skip`. */
  readonly skip: number
  /** Packets the capturing side says that it dropped; null where it says nothing. */
  readonly dropped: number | null
  /** Packets that carry no time of their own: they take the one before. */
  readonly timeless: number
  /** Blocks too large to be looked at. */
  readonly oversized: number
}

/**
 * Longest packet and longest block that are read. libpcap's MAXIMUM_SNAPLEN is 262,144 for all link types that carry IP;
 * a length beyond is a lie or damage.
 */
export const maxCaptured = 262_144
export const maxRecord = 2 * maxCaptured
