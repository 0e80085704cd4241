/** The format of blocks: draft-ietf-opsawg-pcapng. Options are passed over but for those that time and drops need. */
import {
  type Framing,
  type FramingStep,
  maxCaptured,
  maxRecord,
  type Packet,
  type Window,
} from './packet.ts'

export const sectionBlock = 0x0a0d0d0a
const interfaceBlock = 1
const obsoletePacketBlock = 2
const simplePacketBlock = 3
const statisticsBlock = 5
const enhancedPacketBlock = 6
const byteOrderMagic = 0x1a2b3c4d

interface Interface {
  readonly link: number
  readonly snap: number
  /** Milliseconds a unit of its times is worth. */
  readonly unit: number
  /** Milliseconds to be added. */
  readonly offset: number
}

/** No capture has so many: a section that claims more is damaged. */
const maxInterfaces = 65_536

export class PcapngFraming implements Framing {
  skip = 0
  timeless = 0
  oversized = 0
  #little = true
  #interfaces: Interface[] = []
  /** Drops each interface of the section told last: the counters of a statistics block are totals. */
  #told = new Map<number, number>()
  #before = 0
  #hasTold = false
  #time = 0

  get dropped(): number | null {
    if (!this.#hasTold) return null
    let sum = this.#before
    for (const count of this.#told.values()) sum += count
    return sum
  }

  step(window: Window, packet: Packet): FramingStep {
    for (;;) {
      const { at, end, view } = window
      if (end - at < 12) return 'more'
      const type = view.getUint32(at, this.#little)
      // The same in both byte orders; the length behind it is in the order of the section that begins.
      if (type === sectionBlock) {
        if (view.getUint32(at + 8, true) === byteOrderMagic) this.#little = true
        else if (view.getUint32(at + 8, false) === byteOrderMagic) this.#little = false
        else return 'damaged'
      }
      const length = view.getUint32(at + 4, this.#little)
      if (length < 12 || length % 4 !== 0) return 'damaged'
      if (length > maxRecord) {
        // Its frame still holds, so only this block is lost.
        if (type === sectionBlock) return 'damaged'
        this.oversized++
        this.skip = length
        return 'skip'
      }
      if (at + length > end) return 'more'
      window.at = at + length
      // A body ends before the length that closes the block.
      if (this.#read(type, view, at + 8, at + length - 4, packet)) {
        packet.bytes = window.bytes
        packet.view = view
        packet.number++
        return 'packet'
      }
    }
  }

  /** Whether the block is a packet; it then fills all but its bytes. */
  #read(type: number, view: DataView, at: number, end: number, packet: Packet): boolean {
    switch (type) {
      case enhancedPacketBlock:
        return this.#enhanced(view, at, end, packet)
      case simplePacketBlock:
        return this.#simple(view, at, end, packet)
      case obsoletePacketBlock:
        return this.#obsolete(view, at, end, packet)
      case interfaceBlock:
        this.#interface(view, at, end)
        return false
      case statisticsBlock:
        this.#statistics(view, at, end)
        return false
      case sectionBlock:
        this.#section()
        return false
      default:
        return false
    }
  }

  #enhanced(view: DataView, at: number, end: number, packet: Packet): boolean {
    if (end - at < 20) return this.#refuse()
    const from = this.#interfaces[view.getUint32(at, this.#little)]
    return from ? this.#timed(view, at, end, packet, from) : this.#refuse()
  }

  #obsolete(view: DataView, at: number, end: number, packet: Packet): boolean {
    if (end - at < 20) return this.#refuse()
    const from = this.#interfaces[view.getUint16(at, this.#little)]
    return from ? this.#timed(view, at, end, packet, from) : this.#refuse()
  }

  #timed(view: DataView, at: number, end: number, packet: Packet, from: Interface): boolean {
    const little = this.#little
    const captured = view.getUint32(at + 12, little)
    if (captured > end - at - 20 || captured > maxCaptured) return this.#refuse()
    const original = view.getUint32(at + 16, little)
    const ticks = view.getUint32(at + 4, little) * 0x1_0000_0000 + view.getUint32(at + 8, little)
    packet.at = at + 20
    packet.captured = captured
    packet.original = original > captured ? original : captured
    packet.time = ticks * from.unit + from.offset
    packet.link = from.link
    this.#time = packet.time
    return true
  }

  /** Has neither time nor interface (it is the first one's), and its captured length follows from the snap length. */
  #simple(view: DataView, at: number, end: number, packet: Packet): boolean {
    const from = this.#interfaces[0]
    if (end - at < 4 || from === undefined) return this.#refuse()
    const original = view.getUint32(at, this.#little)
    const captured = Math.min(original, end - at - 4, from.snap === 0 ? original : from.snap)
    if (captured > maxCaptured) return this.#refuse()
    this.timeless++
    packet.at = at + 4
    packet.captured = captured
    packet.original = original
    packet.time = this.#time
    packet.link = from.link
    return true
  }

  #refuse(): boolean {
    this.oversized++
    return false
  }

  #interface(view: DataView, at: number, end: number): void {
    if (end - at < 8 || this.#interfaces.length >= maxInterfaces) {
      this.oversized++
      return
    }
    const little = this.#little
    let unit = 1e-3
    let offset = 0
    eachOption(view, at + 8, end, little, (code, from, length) => {
      if (code === 9 && length >= 1) unit = unitOf(view.getUint8(from))
      if (code === 14 && length >= 8) offset = Number(view.getBigInt64(from, little)) * 1000
    })
    const link = view.getUint16(at, little)
    this.#interfaces.push({ link, snap: view.getUint32(at + 4, little), unit, offset })
  }

  /** isb_ifdrop (5) and isb_osdrop (7) are totals since the capture began. */
  #statistics(view: DataView, at: number, end: number): void {
    if (end - at < 12) return
    const little = this.#little
    const id = view.getUint32(at, little)
    if (id >= this.#interfaces.length) return
    eachOption(view, at + 12, end, little, (code, from, length) => {
      if ((code !== 5 && code !== 7) || length < 8) return
      this.#hasTold = true
      this.#told.set(id * 8 + code, Number(view.getBigUint64(from, little)))
    })
  }

  #section(): void {
    this.#before = this.dropped ?? 0
    this.#told.clear()
    this.#interfaces = []
  }
}

/** if_tsresol: a power of ten, or of two where the first bit is set; what a unit is worth in milliseconds. */
const unitOf = (resolution: number): number =>
  1000 * (resolution & 0x80 ? 2 : 10) ** -(resolution & 0x7f)

function eachOption(
  view: DataView,
  from: number,
  end: number,
  little: boolean,
  visit: (code: number, at: number, length: number) => void,
): void {
  let at = from
  while (end - at >= 4) {
    const code = view.getUint16(at, little)
    const length = view.getUint16(at + 2, little)
    if (code === 0 || at + 4 + length > end) return
    visit(code, at + 4, length)
    at += 4 + Math.ceil(length / 4) * 4
  }
}
