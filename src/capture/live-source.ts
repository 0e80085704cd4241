/** What captures that are still going on have in common. */
import type { Gap } from '../model/gap.ts'
import type { PartEnd } from './live-records.ts'
import { findPacketGaps, PacketTally } from './packet-tally.ts'
import type { PacketFault } from './packets.ts'

export interface LiveEvents {
  /** A line for people; it may hold text from outside. */
  readonly say: (line: string) => void
  /** What was missed, as soon as it is known. */
  readonly gap: (gap: Gap) => void
}

export interface LiveCapture {
  /** What its observations stand in: the interface's name, or `-`. */
  readonly document: string
  /** The capture as one stream of pcapng; to be read once. */
  chunks(): AsyncIterable<Uint8Array>
  /** Packets that whoever captures says it dropped so far; null where nobody says. */
  dropped(): number | null
  /** Ends it in order: what was captured until now is still read. May be called at any time. */
  stop(): void
  /** Whether nothing of it was missed as far as it knows; drops are counted apart. */
  isWhole(): boolean
  /** Why a stream gave less than it holds, once it has ended; not of one that was stopped. */
  fault(): PacketFault | null
}

/** Drops and packets are counted by whoever reads the whole. */
export function findPartGaps(
  document: string,
  part: PartEnd,
  isFaultTold: boolean,
): readonly Gap[] {
  const { oversized, timeless, fault } = part
  const framing = { oversized, timeless, dropped: null, skip: 0, step: () => 'more' as const }
  return findPacketGaps(document, new PacketTally(), framing, isFaultTold ? fault : null)
}
