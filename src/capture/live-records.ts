/**
 * Streams of packets that follow each other (a child that was started again, files of a rotation written one behind the
 * other) as one stream of pcapng: whole packets alone, whatever formats, link types and ends the parts have.
 */
import { type Framing, maxRecord, type Packet } from './packet.ts'
import type { PacketFault } from './packets.ts'
import { pcapHeaderLength, readPcapHeader } from './pcap.ts'
import { PcapngFraming, sectionBlock } from './pcapng.ts'

export interface PartEnd {
  /** Why it gave less than it holds; null where it ended between two packets. */
  readonly fault: PacketFault | null
  /** Drops that its statistics blocks tell; null where none does. */
  readonly dropped: number | null
  /** Blocks that were passed over, and packets without a time. */
  readonly oversized: number
  readonly timeless: number
}

const outLength = 65_536

export class LiveRecords {
  readonly #interfaces = new Map<number, number>()
  #out: Uint8Array = new Uint8Array(outLength)
  #view = viewOf(this.#out)
  #used = 0

  /** What every stream begins with, so that one without a packet is whole too. */
  begin(): Uint8Array {
    this.#block(sectionBlock, 16, (view, at) => {
      view.setUint32(at, 0x1a2b3c4d, true)
      view.setUint16(at + 4, 1, true)
      view.setBigInt64(at + 8, -1n, true)
    })
    return this.#flush()
  }

  /** The packets of one part; its end is the generator's. Rejects as `chunks` does. */
  async *take(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, PartEnd, undefined> {
    const part = new Part()
    try {
      for await (const chunk of chunks) {
        part.add(chunk)
        for (;;) {
          const step = part.next()
          if (step !== 'packet') break
          if (this.#needs(part.packet.captured)) yield this.#flush()
          this.#write(part.packet)
        }
        if (this.#used > 0) yield this.#flush()
        if (part.fault !== null) break
      }
    } catch (error) {
      part.fault ??= {
        kind: 'unreadable',
        message: error instanceof Error ? error.message : String(error),
      }
    }
    return part.end()
  }

  /** The last block: what was dropped in all. */
  end(dropped: number): Uint8Array {
    if (this.#interfaces.size === 0) this.#interface(ethernetLink)
    this.#block(statisticsBlock, 28, (view, at) => {
      view.setUint16(at + 12, ifDrop, true)
      view.setUint16(at + 14, 8, true)
      view.setBigUint64(at + 16, BigInt(dropped), true)
    })
    return this.#flush()
  }

  /** Whether so large a packet, with all that may precede it, has no room left. */
  #needs(captured: number): boolean {
    const room = captured + 36 + interfaceLength
    if (this.#used + room <= this.#out.length) return false
    if (this.#used > 0) return true
    this.#out = new Uint8Array(room)
    this.#view = viewOf(this.#out)
    return false
  }

  #flush(): Uint8Array {
    const done = this.#out.subarray(0, this.#used)
    this.#out = new Uint8Array(outLength)
    this.#view = viewOf(this.#out)
    this.#used = 0
    return done
  }

  #write({ bytes, at, captured, original, time, link }: Packet): void {
    const from = this.#interfaces.get(link) ?? this.#interface(link)
    const micros = Math.max(0, Math.round(time * 1000))
    this.#block(enhancedPacketBlock, 20 + captured, (view, to) => {
      view.setUint32(to, from, true)
      view.setUint32(to + 4, Math.floor(micros / 0x1_0000_0000), true)
      view.setUint32(to + 8, micros % 0x1_0000_0000, true)
      view.setUint32(to + 12, captured, true)
      view.setUint32(to + 16, original, true)
      this.#out.set(bytes.subarray(at, at + captured), to + 20)
    })
  }

  /** Times in microseconds, which is the format's default. */
  #interface(link: number): number {
    const id = this.#interfaces.size
    this.#interfaces.set(link, id)
    this.#block(interfaceBlock, 8, (view, at) => {
      view.setUint16(at, link, true)
    })
    return id
  }

  #block(type: number, length: number, fill: (view: DataView, at: number) => void): void {
    const whole = 12 + Math.ceil(length / 4) * 4
    if (this.#used + whole > this.#out.length) throw new RangeError('no room for a block')
    const at = this.#used
    this.#view.setUint32(at, type, true)
    this.#view.setUint32(at + 4, whole, true)
    fill(this.#view, at + 8)
    this.#view.setUint32(at + whole - 4, whole, true)
    this.#used += whole
  }
}

// draft-ietf-opsawg-pcapng
const interfaceBlock = 1
const statisticsBlock = 5
const enhancedPacketBlock = 6
const ifDrop = 5
const interfaceLength = 20
const ethernetLink = 1

/** One stream as it comes: the bytes that are no whole packet yet, and what they are framed by. */
class Part {
  readonly packet: Packet
  fault: PacketFault | null = null
  #bytes: Uint8Array = new Uint8Array(0)
  #view = viewOf(this.#bytes)
  #at = 0
  /** Offset in the stream of the first byte at hand. */
  #base = 0
  #skip = 0
  #framing: Framing | null = null
  /** What framings before the present one told. */
  #before = { dropped: null as number | null, oversized: 0, timeless: 0 }

  constructor() {
    const [bytes, view] = [this.#bytes, this.#view]
    this.packet = { bytes, view, at: 0, captured: 0, original: 0, time: 0, link: 0, number: 0 }
  }

  add(chunk: Uint8Array): void {
    const left = this.#bytes.subarray(this.#at)
    this.#base += this.#at
    this.#at = 0
    if (left.length === 0) this.#bytes = chunk
    else {
      this.#bytes = new Uint8Array(left.length + chunk.length)
      this.#bytes.set(left)
      this.#bytes.set(chunk, left.length)
    }
    this.#view = viewOf(this.#bytes)
  }

  next(): 'packet' | 'more' | 'damaged' {
    for (;;) {
      const passed = Math.min(this.#skip, this.#bytes.length - this.#at)
      this.#at += passed
      this.#skip -= passed
      if (this.#skip > 0 || this.fault !== null) return 'more'
      const begins = this.#header()
      if (begins !== 'none') {
        if (begins === 'more') return 'more'
        continue
      }
      if (this.#framing === null) {
        this.fault = { kind: 'unknown-format' }
        return 'damaged'
      }
      const window = { bytes: this.#bytes, view: this.#view, at: this.#at, end: this.#bytes.length }
      const step = this.#framing.step(window, this.packet)
      const isElsewhere = window.at !== this.#at
      this.#at = window.at
      // Blocks that are no packets lay between: another file may begin here.
      // In one byte order its header looks like the start of a long block, which would be waited for.
      if (isElsewhere && step !== 'packet' && this.#header() !== 'none') {
        if (step === 'skip') this.#before.oversized--
        continue
      }
      if (step === 'skip') {
        this.#skip = this.#framing.skip
        continue
      }
      // A framing refuses what is larger, so that no more than this is ever waited for.
      const isStuck = step === 'more' && window.end - window.at > maxRecord + pcapHeaderLength
      if (step !== 'damaged' && !isStuck) return step
      this.fault = { kind: 'damaged', offset: this.#base + this.#at }
      return 'damaged'
    }
  }

  end(): PartEnd {
    const bytes = this.#bytes.length - this.#at
    const isEmpty = this.#framing === null && this.#base + this.#bytes.length === 0
    if (isEmpty) this.fault ??= { kind: 'empty' }
    else if (this.#framing === null) this.fault ??= { kind: 'unknown-format' }
    else if (bytes > 0 || this.#skip > 0) this.fault ??= { kind: 'truncated', bytes }
    this.#forget()
    return { fault: this.fault, ...this.#before }
  }

  /** A file's header, at the beginning or where a packet could be: files written one behind the other. */
  #header(): 'begun' | 'more' | 'none' {
    const left = this.#bytes.length - this.#at
    if (left < 4) return this.#framing === null || left > 0 ? 'more' : 'none'
    const isSection = this.#view.getUint32(this.#at, true) === sectionBlock
    if (isSection && this.#framing instanceof PcapngFraming) return 'none'
    if (!isSection && readPcapMagic(this.#view, this.#at) === 'no') return 'none'
    if (left < pcapHeaderLength) return 'more'
    if (isSection) {
      const mark = this.#view.getUint32(this.#at + 8, true)
      if (mark !== 0x1a2b3c4d && mark !== 0x4d3c2b1a) return 'none'
      this.#begin(new PcapngFraming())
      return 'begun'
    }
    if (!isVersion(this.#view, this.#at + 4)) return 'none'
    const framing = readPcapHeader(this.#view, this.#at)
    if (framing === null) return 'none'
    this.#begin(framing)
    this.#at += pcapHeaderLength
    return 'begun'
  }

  #begin(framing: Framing): void {
    this.#forget()
    this.#framing = framing
  }

  #forget(): void {
    if (this.#framing === null) return
    const { dropped, oversized, timeless } = this.#framing
    const { dropped: told } = this.#before
    this.#before = {
      dropped: dropped === null ? told : (told ?? 0) + dropped,
      oversized: this.#before.oversized + oversized,
      timeless: this.#before.timeless + timeless,
    }
    this.#framing = null
  }
}

const magics: readonly number[] = [0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34]
const readPcapMagic = (view: DataView, at: number): 'yes' | 'no' =>
  magics.includes(view.getUint32(at, true)) || magics.includes(view.getUint32(at)) ? 'yes' : 'no'

/** Version 2.4, the only one there is: the same four bytes are the microseconds of a packet, which a magic alone is not told from. */
const isVersion = (view: DataView, at: number): boolean =>
  [true, false].some(
    (little) => view.getUint16(at, little) === 2 && view.getUint16(at + 2, little) === 4,
  )

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
