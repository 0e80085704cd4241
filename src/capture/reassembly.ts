/** Puts the segments of each side in order, within fixed bounds, and hands them to the sink. */
import type { Side, StreamSink } from './stream.ts'
import { type Connection, type Half, otherSide, type Pending } from './tcp-connection.ts'

export interface ReassemblyLimits {
  /** Bytes out of order, of one side and of all connections together. */
  readonly pendingPerSide: number
  readonly pending: number
  /** How long, in milliseconds of the capture, bytes wait for those before them where nobody's acknowledgement is seen. */
  readonly patience: number
}

/** The largest window that scaling allows (RFC 7323 §2.2): beyond it a segment is not of this stream. */
const maxWindow = 2 ** 30
/** So many in a row say that it is the stream that has moved on. */
const maxStrays = 8
/** What a waiting segment costs beside its bytes: a buffer of its own, and its place in the list. */
const overhead = 512

export class Reassembly<State> {
  lostBytes = 0
  /** Of these, what was thrown away to stay within memory. */
  givenUp = 0
  readonly #sink: StreamSink<State>
  readonly #limits: ReassemblyLimits
  #pendingBytes = 0
  /** Those with bytes out of order, the one that waits longest first. */
  readonly #waiting = new Set<Connection<State>>()

  constructor(sink: StreamSink<State>, limits: ReassemblyLimits) {
    this.#sink = sink
    this.#limits = limits
  }

  /**
   * One segment of `length` bytes on the wire, of which `captured` stand in `bytes` from `at` on. Where segments overlap
   * the bytes that came first hold.
   */
  take(
    connection: Connection<State>,
    side: Side,
    seq: number,
    bytes: Uint8Array,
    at: number,
    captured: number,
    length: number,
    time: number,
    packet: number,
  ): void {
    const half = connection.halves[side]
    let ahead = (seq - half.next) | 0
    if (connection.isSkipped) {
      count(half, ahead, length)
      return
    }
    if (ahead > maxWindow || ahead < -maxWindow) {
      if (++half.strays < maxStrays) return
      // Nobody can tell how much is missing when it is more than a window: the stream goes on from here.
      this.#settleAll(connection, side, time, packet)
      this.#lose(connection, half, side, Math.max(ahead, 1), time, packet)
      half.next = seq
      ahead = 0
    }
    half.strays = 0
    if (half.pending.length === 0 && ahead <= 0) {
      const old = -ahead
      if (old >= length) return
      half.bytes += length - old
      const there = captured > old ? captured - old : 0
      this.#pass(connection, half, side, bytes, at + old, there, length - old, time, packet)
      return
    }
    this.#hold(
      connection,
      half,
      side,
      half.position + ahead,
      bytes,
      at,
      captured,
      length,
      time,
      packet,
    )
    this.#drain(connection, half, side)
    this.#bound(connection, side, time)
  }

  /** The other side has acknowledged: what it has and we have not is lost. */
  settle(connection: Connection<State>, side: Side, time: number, packet: number): void {
    const half = connection.halves[side]
    if (!half.isKnown || connection.isSkipped) return
    for (;;) {
      const reached = half.position + ((half.acknowledged - half.next) | 0)
      const first = half.pending[0]
      if (first !== undefined) {
        if (reached < first.start) return
        this.#lose(connection, half, side, first.start - half.position, time, packet)
        this.#drain(connection, half, side)
        continue
      }
      if (half.hasFin && half.position < half.finAt && reached >= half.finAt)
        this.#lose(connection, half, side, half.finAt - half.position, time, packet)
      return
    }
  }

  /** Hands out all that waits, with its holes: nothing more will come. */
  flush(connection: Connection<State>, time: number, packet: number): void {
    for (const side of [0, 1] as const) {
      if (connection.isSkipped) return
      this.#settleAll(connection, side, time, packet)
      const half = connection.halves[side]
      if (!half.isKnown || half.packets === 0) continue
      const reached = (half.acknowledged - half.next) | 0
      const missing = half.hasFin ? half.finAt - half.position : half.isAcknowledged ? reached : 0
      // One more than was seen may be a FIN that was not: it is no byte.
      const least = half.hasFin ? 1 : 2
      if (missing >= least && missing <= maxWindow)
        this.#lose(connection, half, side, missing, time, packet)
    }
  }

  /** Forgets what waits. */
  drop(connection: Connection<State>): void {
    for (const half of connection.halves) this.#clear(half)
    this.#waiting.delete(connection)
  }

  #settleAll(connection: Connection<State>, side: Side, time: number, packet: number): void {
    const half = connection.halves[side]
    while (half.pending.length > 0) {
      const first = half.pending[0]
      if (first === undefined) break
      this.#lose(connection, half, side, first.start - half.position, time, packet)
      this.#drain(connection, half, side)
    }
  }

  /** Bytes in order, then those of them that the capture cut. */
  #pass(
    connection: Connection<State>,
    half: Half,
    side: Side,
    bytes: Uint8Array,
    at: number,
    captured: number,
    length: number,
    time: number,
    packet: number,
  ): void {
    half.next = (half.next + captured) | 0
    half.position += captured
    if (captured > 0) {
      // A view made this way costs half of what `subarray` does.
      const view = new Uint8Array(bytes.buffer, bytes.byteOffset + at, captured)
      if (this.#sink.data(connection, side, view, time, packet) === 'skip') this.#skip(connection)
    }
    if (captured < length) this.#lose(connection, half, side, length - captured, time, packet)
  }

  #lose(
    connection: Connection<State>,
    half: Half,
    side: Side,
    bytes: number,
    time: number,
    packet: number,
  ): void {
    if (bytes <= 0) return
    half.next = (half.next + bytes) | 0
    half.position += bytes
    if (connection.isSkipped) return
    this.lostBytes += bytes
    this.#sink.lost(connection, side, bytes, time, packet)
  }

  #skip(connection: Connection<State>): void {
    connection.isSkipped = true
    // What waited was counted when it came; what is before it may still come.
    for (const half of connection.halves) {
      const end = half.pending.at(-1)
      if (end === undefined) continue
      const reached = end.start + end.length
      let there = 0
      // Those just handed out may still stand in the list.
      for (const { start, length } of half.pending) if (start >= half.position) there += length
      half.holes = reached - half.position - there
      half.next = (half.next + (reached - half.position)) | 0
      half.position = reached
    }
    this.drop(connection)
  }

  /** Keeps what nobody sent before. */
  #hold(
    connection: Connection<State>,
    half: Half,
    side: Side,
    start: number,
    bytes: Uint8Array,
    at: number,
    captured: number,
    length: number,
    time: number,
    packet: number,
  ): void {
    const end = start + length
    const add = (from: number, to: number, index: number): boolean => {
      if (to <= from) return false
      const skip = from - start
      const there = Math.max(0, Math.min(captured, to - start) - skip)
      const copy = bytes.slice(at + skip, at + skip + there)
      half.pending.splice(index, 0, { start: from, length: to - from, bytes: copy, time, packet })
      half.bytes += to - from
      half.pendingBytes += there + overhead
      this.#pendingBytes += there + overhead
      return true
    }
    let from = Math.max(start, half.position)
    let index = firstBehind(half.pending, from)
    for (; from < end; index++) {
      const next = half.pending[index]
      if (next === undefined || next.start >= end) {
        add(from, end, index)
        break
      }
      if (add(from, next.start, index)) index++
      from = next.start + next.length
    }
    if (half.pending.length > 0) this.#waiting.add(connection)
    const other = connection.halves[otherSide(side)]
    const first = half.pending[0]
    if (first === undefined) return
    if (other.packets === 0 && time - first.time > this.#limits.patience)
      this.#lose(connection, half, side, first.start - half.position, time, packet)
    else if (half.isAcknowledged) this.settle(connection, side, time, packet)
  }

  /** Hands out what waited and is next now, with the time and number of the packet each came in. */
  #drain(connection: Connection<State>, half: Half, side: Side): void {
    let used = 0
    let freed = 0
    for (const { start, length, bytes, time, packet } of half.pending) {
      if (start > half.position || connection.isSkipped) break
      used++
      freed += bytes.length + overhead
      half.pendingBytes -= bytes.length + overhead
      this.#pendingBytes -= bytes.length + overhead
      this.#pass(connection, half, side, bytes, 0, bytes.length, length, time, packet)
    }
    if (used > 0 && !connection.isSkipped) half.pending.splice(0, used)
    if (freed > 0 && connection.halves.every(({ pending }) => pending.length === 0))
      this.#waiting.delete(connection)
  }

  #bound(connection: Connection<State>, side: Side, time: number): void {
    const half = connection.halves[side]
    while (half.pendingBytes > this.#limits.pendingPerSide) this.#giveUp(connection, side, time)
    while (this.#pendingBytes > this.#limits.pending) {
      const longest = this.#waiting.values().next().value
      if (longest === undefined) return
      for (const each of [0, 1] as const)
        while (longest.halves[each].pending.length > 0) this.#giveUp(longest, each, time)
    }
  }

  /** Waits no longer for the first hole. */
  #giveUp(connection: Connection<State>, side: Side, time: number): void {
    const half = connection.halves[side]
    const first = half.pending[0]
    if (first === undefined) return
    this.givenUp += first.start - half.position
    this.#lose(connection, half, side, first.start - half.position, time, first.packet)
    this.#drain(connection, half, side)
  }

  #clear(half: Half): void {
    this.#pendingBytes -= half.pendingBytes
    half.pendingBytes = 0
    half.pending.length = 0
  }
}

/** Nobody wants these bytes in order: new ones are counted, and late ones where something was passed over. */
function count(half: Half, ahead: number, length: number): void {
  if (ahead > maxWindow || ahead < -maxWindow) return
  if (ahead >= 0) {
    half.holes += ahead
    half.bytes += length
    half.next = (half.next + ahead + length) | 0
    return
  }
  const fresh = Math.max(0, length + ahead)
  const late = Math.min(length - fresh, half.holes)
  half.holes -= late
  half.bytes += fresh + late
  half.next = (half.next + fresh) | 0
}

/** The first that ends behind the place; nearly always none. */
function firstBehind(pending: readonly Pending[], place: number): number {
  let low = 0
  let high = pending.length
  const last = pending[high - 1]
  if (last === undefined || last.start + last.length <= place) return high
  while (low < high) {
    const middle = (low + high) >>> 1
    const at = pending[middle]
    if (at !== undefined && at.start + at.length <= place) low = middle + 1
    else high = middle
  }
  return low
}
