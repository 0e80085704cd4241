import { type ByteSource, type ReadFault, readFault } from './io.ts'

/** A place in text: line and column from 1, columns in characters. */
export interface CountedPlace {
  readonly line: number
  readonly column: number
}
/** Lines of a large file are only counted when a place in it is to be told (see `countLines`). */
export type Place = CountedPlace | { readonly position: number }

/** Whether lines are counted while the text goes by, or read again for. */
export type Counting = 'at-once' | 'later'

/**
 * The part of a text that is held in memory. Positions are counted from the start of the text; the byte at position p is
 * `bytes[p - base]`.
 */
export class Window {
  /** The last byte is always free: `parseRun` borrows the one after what it parses. */
  bytes: Buffer
  /** Position of the first byte held. */
  base = 0
  /** Position after the last byte held. */
  end = 0
  /** Nothing follows what is held. */
  ended = false
  /** Why the source ended before its time. */
  fault: ReadFault | null = null
  readonly #source: ByteSource
  readonly #usual: number
  readonly #counting: Counting
  #basePlace: CountedPlace = { line: 1, column: 1 }
  /** The place that was asked for last, because the next is mostly a little further on. */
  #mark: CountedPlace = this.#basePlace
  #markAt = 0

  constructor(source: ByteSource, capacity: number, counting: Counting = 'at-once') {
    this.#source = source
    this.#counting = counting
    this.#usual = capacity
    this.bytes = Buffer.allocUnsafeSlow(capacity)
  }

  /** Reads on, forgetting what stands before `keep`; false when there was nothing more. Moves `bytes`. */
  async more(keep: number): Promise<boolean> {
    if (this.ended) return false
    this.#makeRoom(keep)
    try {
      const length = await this.#source.read(this.bytes.subarray(this.end - this.base, -1))
      this.end += length
      this.ended = length === 0
    } catch (error) {
      this.fault = readFault(error, 'file')
      this.ended = true
    }
    return !this.ended
  }

  /** Reads on until `wanted` bytes from `from` are held or the text ends. */
  async fill(from: number, keep: number, wanted: number): Promise<void> {
    while (this.end - from < wanted && (await this.more(keep)));
  }

  /** The first position from `from` that is no white space, or the end of what is held. */
  skipSpace(from: number): number {
    const { bytes, base } = this
    const end = this.end - base
    let at = from - base
    while (at < end) {
      const byte = bytes[at] as number
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
      at++
    }
    return at + base
  }

  /** The first position from `from` that is no white space, reading on where needed; the end where there is none. */
  async findToken(from: number, keep: number = from): Promise<number> {
    let at = this.skipSpace(from)
    let kept = keep
    while (at === this.end && (await this.more(kept))) {
      at = this.skipSpace(at)
      kept = Math.max(kept, at - 1)
    }
    return at
  }

  startsWith(position: number, byte: number): boolean {
    return position < this.end && this.bytes[position - this.base] === byte
  }

  byteAt(position: number): number {
    return this.bytes[position - this.base] as number
  }

  /** Where a position stands that is still held. */
  placeOf(position: number): Place {
    return this.#counting === 'later' ? { position } : this.#countTo(position)
  }

  #countTo(position: number): CountedPlace {
    const known = position >= this.#markAt
    const from = known ? this.#markAt : this.base
    const passed = this.bytes.subarray(from - this.base, position - this.base)
    this.#mark = advance(known ? this.#mark : this.#basePlace, passed)
    this.#markAt = position
    return this.#mark
  }

  #makeRoom(keep: number): void {
    const held = this.end - keep
    const capacity = this.bytes.length
    const free = capacity - (this.end - this.base)
    // What grew for one large value, or to see whether a document is small, shrinks again.
    const isSlack = capacity > this.#usual * 8 && held < capacity / 16
    // Moving is put off while there is room, so that each byte moves rarely.
    if (free >= capacity / 4 && !isSlack) return
    if (this.#counting === 'at-once') this.#basePlace = this.#countTo(keep)
    // By four: room that is not used takes no memory, the copies left behind do.
    const wanted = isSlack
      ? Math.max(this.#usual, held * 4)
      : held > capacity / 2
        ? capacity * 4
        : capacity
    const target = wanted === capacity ? this.bytes : Buffer.allocUnsafeSlow(wanted)
    this.bytes.copy(target, 0, keep - this.base, this.end - this.base)
    this.bytes = target
    this.base = keep
  }
}

/** Line and column of a position, from the beginning of a text. */
export async function countLines(source: ByteSource, position: number): Promise<CountedPlace> {
  const window = new Window(source, 2 ** 20)
  while (window.end < position && (await window.more(Math.min(window.end, position))));
  const place = window.placeOf(Math.min(position, window.end))
  if ('position' in place) throw new TypeError('lines are counted at once here')
  return place
}

function advance(place: CountedPlace, bytes: Buffer): CountedPlace {
  const lastBreak = bytes.lastIndexOf(0x0a)
  const column = countCharacters(bytes, lastBreak + 1)
  if (lastBreak < 0) return { line: place.line, column: place.column + column }
  return { line: place.line + countBreaks(bytes, lastBreak + 1), column: column + 1 }
}

/** Four bytes a step: a word has a line feed where the classic test for a zero byte finds one after the exclusive or. */
function countBreaks(bytes: Buffer, end: number): number {
  let count = 0
  const skew = (4 - (bytes.byteOffset & 3)) & 3
  const head = Math.min(skew, end)
  for (let i = 0; i < head; i++) if (bytes[i] === 0x0a) count++
  if (head === end) return count
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + head, (end - head) >> 2)
  for (let i = 0; i < words.length; i++) {
    const mixed = (words[i] as number) ^ 0x0a0a0a0a
    if (((mixed - 0x01010101) & ~mixed & 0x80808080) !== 0) {
      const from = head + i * 4
      for (let j = from; j < from + 4; j++) if (bytes[j] === 0x0a) count++
    }
  }
  for (let i = head + words.length * 4; i < end; i++) if (bytes[i] === 0x0a) count++
  return count
}

/** Bytes that are no continuation of a UTF-8 character. */
function countCharacters(bytes: Buffer, from: number): number {
  let count = 0
  for (let i = from; i < bytes.length; i++) if (((bytes[i] as number) & 0xc0) !== 0x80) count++
  return count
}
