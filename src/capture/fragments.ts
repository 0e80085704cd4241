/** Fragments of IP packets put together, within fixed bounds. */
import type { IpPacket } from './ip.ts'

/** Datagrams that wait for their rest: RFC 791 lets a receiver give up after 15 s, RFC 8200 after 60. */
const maxWaiting = 1024
const maxAge = 60_000
const maxLength = 65_535
const maxPieces = 1024
/** All that waits together. */
const maxBytes = 16_777_216

interface Datagram {
  readonly start: number
  readonly pieces: Piece[]
  /** Length of the whole, known from its last fragment. */
  length: number | null
  bytes: number
  /** Of the whole, as its fragments came. */
  total: number
}
interface Piece {
  readonly at: number
  readonly length: number
  /** Fewer where the capture cut it. */
  readonly bytes: Uint8Array
}

export class Fragments {
  readonly #waiting = new Map<string, Datagram>()
  #bytes = 0
  /** Datagrams given up, with all their fragments. */
  incomplete = 0

  /** Takes one fragment; true when it was the last that was missing, and `ip` is then the whole. */
  add(ip: IpPacket, time: number): boolean {
    const end = ip.fragmentAt + ip.length
    if (end > maxLength || (ip.hasMore && ip.length % 8 !== 0) || ip.length === 0) {
      this.incomplete++
      return false
    }
    const key = keyOf(ip)
    let datagram = this.#waiting.get(key)
    if (datagram && Math.abs(time - datagram.start) > maxAge) {
      this.#giveUp(key, datagram)
      datagram = undefined
    }
    if (!datagram) {
      datagram = { start: time, pieces: [], length: null, bytes: 0, total: 0 }
      this.#waiting.set(key, datagram)
    }
    datagram.total += ip.total
    this.#insert(datagram, ip)
    if (!ip.hasMore && datagram.length === null) datagram.length = end
    const isWhole = datagram.length !== null && covered(datagram.pieces) >= datagram.length
    if (isWhole) {
      this.#waiting.delete(key)
      this.#bytes -= datagram.bytes
      fill(ip, datagram, datagram.length ?? 0)
    }
    this.#bound()
    return isWhole
  }

  /** What still waits at the end of a capture will never be whole. */
  end(): void {
    this.incomplete += this.#waiting.size
    this.#waiting.clear()
    this.#bytes = 0
  }

  /** Where fragments overlap the first one holds; what is left of this one may be several pieces. */
  #insert(datagram: Datagram, ip: IpPacket): void {
    const { pieces } = datagram
    const end = ip.fragmentAt + ip.length
    const captured = ip.end - ip.at
    let from = ip.fragmentAt
    const fresh: Piece[] = []
    const add = (to: number) => {
      if (to <= from || pieces.length + fresh.length >= maxPieces) return
      const skip = from - ip.fragmentAt
      const there = Math.max(0, Math.min(captured, to - ip.fragmentAt) - skip)
      const bytes = ip.bytes.slice(ip.at + skip, ip.at + skip + there)
      fresh.push({ at: from, length: to - from, bytes })
      datagram.bytes += there + 64
      this.#bytes += there + 64
    }
    for (const piece of pieces) {
      if (piece.at >= end) break
      if (piece.at + piece.length <= from) continue
      add(piece.at)
      from = piece.at + piece.length
    }
    add(end)
    if (fresh.length === 0) return
    pieces.push(...fresh)
    pieces.sort((a, b) => a.at - b.at)
  }

  #bound(): void {
    for (const [key, datagram] of this.#waiting) {
      if (this.#waiting.size <= maxWaiting && this.#bytes <= maxBytes) return
      this.#giveUp(key, datagram)
    }
  }

  #giveUp(key: string, datagram: Datagram): void {
    this.#waiting.delete(key)
    this.#bytes -= datagram.bytes
    this.incomplete++
  }
}

const keyOf = (ip: IpPacket): string =>
  ip.family === 4
    ? `${ip.source},${ip.target},${ip.protocol},${ip.identification}`
    : `${ip.words.join()},${ip.identification}`

/** Bytes from 0 on without a hole. */
function covered(pieces: readonly Piece[]): number {
  let to = 0
  for (const piece of pieces) {
    if (piece.at > to) break
    to = Math.max(to, piece.at + piece.length)
  }
  return to
}

/** The whole up to the first byte that the capture cut. */
function fill(ip: IpPacket, { pieces, total }: Datagram, length: number): void {
  const bytes = new Uint8Array(length)
  let there = 0
  for (const piece of pieces) {
    if (piece.at !== there || piece.at >= length) break
    bytes.set(piece.bytes.subarray(0, length - piece.at), piece.at)
    there += Math.min(piece.bytes.length, length - piece.at)
    if (piece.bytes.length < piece.length) break
  }
  ip.bytes = bytes
  ip.view = new DataView(bytes.buffer)
  ip.at = 0
  ip.end = there
  ip.length = length
  ip.total = total
}
