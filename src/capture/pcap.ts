/** The classic format of libpcap: draft-ietf-opsawg-pcap. */
import { type Framing, type FramingStep, maxCaptured, type Packet, type Window } from './packet.ts'

export const pcapHeaderLength = 24

/** Reads the file's header; null where it is none. The view holds at least `pcapHeaderLength` bytes from `at` on. */
export function readPcapHeader(view: DataView, at: number): Framing | null {
  for (const little of [true, false]) {
    const variant = variants.find(({ magic }) => magic === view.getUint32(at, little))
    // The upper bits tell the length of a frame check sequence, which IP's own length cuts off.
    if (variant) return framing(variant, little, view.getUint32(at + 20, little) & 0xffff)
  }
  return null
}

interface Variant {
  readonly magic: number
  /** Milliseconds a unit of the second word of a time is worth. */
  readonly unit: number
  readonly recordHeader: number
}
const variants: readonly Variant[] = [
  { magic: 0xa1b2c3d4, unit: 1e-3, recordHeader: 16 },
  { magic: 0xa1b23c4d, unit: 1e-6, recordHeader: 16 },
  // Patched libpcap of the nineties: the record's header goes on with interface, protocol and packet type.
  { magic: 0xa1b2cd34, unit: 1e-3, recordHeader: 24 },
]

const framing = ({ unit, recordHeader }: Variant, little: boolean, link: number): Framing => ({
  skip: 0,
  dropped: null,
  timeless: 0,
  oversized: 0,
  step(window: Window, packet: Packet): FramingStep {
    const { at, end, view } = window
    if (end - at < recordHeader) return 'more'
    const captured = view.getUint32(at + 8, little)
    if (captured > maxCaptured) return 'damaged'
    const next = at + recordHeader + captured
    if (next > end) return 'more'
    const original = view.getUint32(at + 12, little)
    packet.bytes = window.bytes
    packet.view = view
    packet.at = at + recordHeader
    packet.captured = captured
    packet.original = original > captured ? original : captured
    packet.time = view.getUint32(at, little) * 1000 + view.getUint32(at + 4, little) * unit
    packet.link = link
    packet.number++
    window.at = next
    return 'packet'
  },
})
