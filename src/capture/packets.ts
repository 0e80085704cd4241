/** The packets of one source, one after the other, in memory that does not grow with it. */
import { type Framing, maxRecord, type Packet } from './packet.ts'
import { pcapHeaderLength, readPcapHeader } from './pcap.ts'
import { PcapngFraming, sectionBlock } from './pcapng.ts'
import type { ByteSource } from './read-bytes.ts'

export type PacketStep =
  /** `packet` is the next one. */
  | 'packet'
  /** Bytes must be fetched first: `fill`. */
  | 'fill'
  | 'end'

/** Why a source gave less than it holds. */
export type PacketFault =
  | { readonly kind: 'empty' }
  | { readonly kind: 'unknown-format' }
  /** It ends within a record, with so many bytes of it. */
  | { readonly kind: 'truncated'; readonly bytes: number }
  | { readonly kind: 'damaged'; readonly offset: number }
  | { readonly kind: 'unreadable'; readonly message: string }

export class PacketReader {
  readonly packet: Packet
  bytes: Uint8Array
  view: DataView
  at = 0
  end = 0
  fault: PacketFault | null = null
  readonly #source: ByteSource
  readonly #onBytes: ((bytes: Uint8Array) => void) | null
  #framing: Framing | null = null
  #spare: Uint8Array
  #coming: Promise<number> | null = null
  #skip = 0
  /** Offset in the source of what stands at 0 in `bytes`: below 0 while the room before the first bytes is unused. */
  #base = -maxRecord
  #hasAll = false
  #hasEnded = false

  /**
   * While one buffer is worked on the other is filled, `chunk` bytes behind room for the record that the first one may
   * end in. `onBytes` sees all bytes, decompressed and in order.
   */
  constructor(
    source: ByteSource,
    chunk = 524_288,
    onBytes: ((bytes: Uint8Array) => void) | null = null,
  ) {
    this.#source = source
    this.#onBytes = onBytes
    this.bytes = new Uint8Array(maxRecord + chunk)
    this.#spare = new Uint8Array(maxRecord + chunk)
    this.view = viewOf(this.bytes)
    this.at = maxRecord
    this.end = maxRecord
    this.packet = {
      bytes: this.bytes,
      view: this.view,
      at: 0,
      captured: 0,
      original: 0,
      time: 0,
      link: 0,
      number: 0,
    }
  }

  get framing(): Framing | null {
    return this.#framing
  }

  next(): PacketStep {
    for (;;) {
      if (this.#hasEnded) return 'end'
      if (this.#skip > 0 && !this.#pass()) return this.#more()
      if (this.#framing === null) {
        if (!this.#recognise()) return this.#more()
        if (this.#framing === null) return this.#fail({ kind: 'unknown-format' })
      }
      switch (this.#framing.step(this, this.packet)) {
        case 'packet':
          return 'packet'
        case 'more':
          return this.#more()
        case 'skip':
          this.#skip = this.#framing.skip
          continue
        case 'damaged':
          return this.#fail({ kind: 'damaged', offset: this.#base + this.at })
      }
    }
  }

  /** Fetches more bytes; the packet at hand is no longer valid afterwards. */
  async fill(): Promise<void> {
    if (this.#hasAll || this.#hasEnded) return
    const coming = this.#coming ?? this.#fetch()
    this.#coming = null
    let count = 0
    try {
      count = await coming
    } catch (error) {
      this.fault = {
        kind: 'unreadable',
        message: error instanceof Error ? error.message : String(error),
      }
    }
    if (count === 0) {
      this.#hasAll = true
      return
    }
    const left = this.end - this.at
    const start = maxRecord - left
    this.#spare.set(this.bytes.subarray(this.at, this.end), start)
    ;[this.bytes, this.#spare] = [this.#spare, this.bytes]
    this.view = viewOf(this.bytes)
    this.#base += this.at - start
    this.at = start
    this.end = maxRecord + count
    this.#onBytes?.(this.bytes.subarray(maxRecord, this.end))
    this.#coming = this.#fetch()
  }

  async close(): Promise<void> {
    this.#hasEnded = true
    await this.#source.close()
  }

  #fetch(): Promise<number> {
    const coming = this.#source.read(this.#spare, maxRecord)
    // Whoever waits for it hears of its failure; until then nobody may.
    coming.catch(() => 0)
    return coming
  }

  /** Whether the bytes to be left out are all behind. */
  #pass(): boolean {
    const part = Math.min(this.#skip, this.end - this.at)
    this.at += part
    this.#skip -= part
    return this.#skip === 0
  }

  /** Whether enough is there to tell. */
  #recognise(): boolean {
    const there = this.end - this.at
    if (there < pcapHeaderLength && !this.#hasAll) return false
    if (there === 0) return false
    if (there >= 4 && this.view.getUint32(this.at, true) === sectionBlock)
      this.#framing = new PcapngFraming()
    else if (there >= pcapHeaderLength) {
      this.#framing = readPcapHeader(this.view, this.at)
      this.at += pcapHeaderLength
    }
    return true
  }

  #more(): PacketStep {
    if (!this.#hasAll) return 'fill'
    const bytes = this.end - this.at
    if (this.#framing === null) return this.#fail({ kind: 'empty' })
    if (bytes > 0 || this.#skip > 0) return this.#fail({ kind: 'truncated', bytes })
    this.#hasEnded = true
    return 'end'
  }

  #fail(fault: PacketFault): PacketStep {
    // What the source itself said comes first: the rest follows from it.
    this.fault ??= fault
    this.#hasEnded = true
    return 'end'
  }
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
