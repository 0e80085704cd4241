/** TCP connections out of IP packets (RFC 9293): who they are between, where they begin and end, and their bytes. */

import type { IpPacket } from './ip.ts'
import { isSegmentRight } from './ip-checksum.ts'
import { Reassembly, type ReassemblyLimits } from './reassembly.ts'
import type { CloseReason, Side, StreamSink } from './stream.ts'
import { ActivityList } from './tcp-activity.ts'
import { Connection, otherSide } from './tcp-connection.ts'
import { ConnectionTable } from './tcp-table.ts'

export interface TcpLimits extends ReassemblyLimits {
  /** Connections at hand at a time: those whose bytes somebody wants, */
  readonly open: number
  /** those that the sink skips, */
  readonly skipped: number
  /** and half-open, closed and other ones. */
  readonly halfOpen: number
  /** Milliseconds of silence after which they are forgotten. */
  readonly openIdle: number
  readonly halfOpenIdle: number
}

export const defaultTcpLimits: TcpLimits = {
  // At about 700 bytes each.
  open: 65_536,
  skipped: 32_768,
  halfOpen: 32_768,
  // A control connection is silent while a large file moves; RFC 1122 §4.2.3.6 has no keep-alive before two hours.
  openIdle: 7_200_000,
  // Retransmissions of a SYN stop after about a minute with most systems (RFC 6298).
  halfOpenIdle: 60_000,
  pendingPerSide: 4_194_304,
  pending: 67_108_864,
  patience: 10_000,
}

const [fin, syn, reset, acknowledge] = [1, 2, 4, 16]

export type SegmentRead = 'taken' | 'malformed' | 'cut' | 'bad-checksum'

export interface TcpOptions {
  readonly limits: TcpLimits
  readonly checksums: 'ignored' | 'verified'
  /** See `ConnectionTable`. */
  readonly seed: number
}

export class TcpAssembly<State> {
  /** Connections and attempts seen, and those forgotten before their end to stay within memory. */
  connections = 0
  evicted = 0
  readonly reassembly: Reassembly<State>
  readonly #sink: StreamSink<State>
  readonly #limits: TcpLimits
  readonly #isVerified: boolean
  readonly #onForgotten: ((connection: Connection<State>) => void) | null
  readonly #table: ConnectionTable<State>
  readonly #open = new ActivityList<State>()
  readonly #skipped = new ActivityList<State>()
  readonly #others = new ActivityList<State>()
  /** Forgotten ones that no sink knows, to be used again: a scan makes millions. */
  readonly #spare: Connection<State>[] = []
  #untilSweep = sweepEvery

  /** `onForgotten` sees each connection when it leaves the table, with all that was counted of it. */
  constructor(
    sink: StreamSink<State>,
    { limits, checksums, seed }: TcpOptions,
    onForgotten: ((connection: Connection<State>) => void) | null = null,
  ) {
    this.#sink = sink
    this.#limits = limits
    this.#isVerified = checksums === 'verified'
    this.#onForgotten = onForgotten
    this.#table = new ConnectionTable(seed)
    this.reassembly = new Reassembly(sink, limits)
  }

  /** One segment; `time` in milliseconds since the epoch, `packet` its number in `document`. */
  segment(ip: IpPacket, time: number, packet: number, document: string): SegmentRead {
    const { view, at } = ip
    if (ip.length < 20) return 'malformed'
    if (ip.end - at < 20) return 'cut'
    const header = (view.getUint8(at + 12) >> 4) * 4
    if (header < 20 || header > ip.length) return 'malformed'
    if (this.#isVerified && isSegmentRight(ip) === false) return 'bad-checksum'
    const flags = view.getUint8(at + 13)
    const seq = view.getInt32(at + 4)
    this.#sweep(time, packet)
    const connection = this.#connectionOf(ip, flags, seq, time, packet, document)
    const side = this.#table.side
    const half = connection.halves[side]
    half.packets++
    half.octets += ip.total
    connection.last = time
    if (connection.phase === 'closed') return 'taken'
    if ((flags & reset) !== 0) {
      this.#reset(connection, side, seq, time, packet)
      return 'taken'
    }
    if (flags & syn) this.#begin(connection, side, flags, seq)
    this.#carry(connection, side, ip, flags, seq, header, time, packet)
    return 'taken'
  }

  /** A packet of another protocol, counted as a flow. */
  datagram(ip: IpPacket, time: number, packet: number, document: string): void {
    this.#sweep(time, packet)
    const hasPorts = ip.protocol === 17 && ip.end - ip.at >= 4
    const sourcePort = hasPorts ? ip.view.getUint16(ip.at) : 0
    const targetPort = hasPorts ? ip.view.getUint16(ip.at + 2) : 0
    const connection =
      this.#table.find(ip, sourcePort, targetPort) ??
      this.#add(ip, sourcePort, targetPort, 0, time, packet, document)
    const half = connection.halves[this.#table.side]
    half.packets++
    half.octets += ip.total
    connection.last = time
    this.#others.touch(connection, time)
  }

  /** Nothing more will come: all that is open ends here. */
  end(packet: number): void {
    for (const list of [this.#open, this.#skipped, this.#others])
      while (list.oldest !== null)
        this.#forget(list.oldest, 'end-of-capture', list.oldest.last, packet)
  }

  #connectionOf(
    ip: IpPacket,
    flags: number,
    seq: number,
    time: number,
    packet: number,
    document: string,
  ): Connection<State> {
    const sourcePort = ip.view.getUint16(ip.at)
    const targetPort = ip.view.getUint16(ip.at + 2)
    const found = this.#table.find(ip, sourcePort, targetPort)
    if (found !== null) {
      if (!isAnother(found, this.#table.side, flags, seq)) {
        // To a second is near enough, and spares most packets the list.
        if (time - found.touched > 1000) found.list?.touch(found, time)
        return found
      }
      // Its ports are used again, and nobody saw it end.
      this.#forget(found, 'idle', found.last, packet)
      this.#table.find(ip, sourcePort, targetPort)
    }
    const sender: Side = (flags & (syn | acknowledge)) === (syn | acknowledge) ? 1 : 0
    this.connections++
    return this.#add(ip, sourcePort, targetPort, sender, time, packet, document)
  }

  #add(
    ip: IpPacket,
    sourcePort: number,
    targetPort: number,
    sender: Side,
    time: number,
    packet: number,
    document: string,
  ): Connection<State> {
    const connection = this.#spare.pop() ?? new Connection<State>()
    connection.identify(ip, sourcePort, targetPort, sender)
    connection.start = time
    connection.packet = packet
    connection.document = document
    this.#table.add(connection)
    this.#table.side = sender
    this.#others.add(connection, time)
    this.#bound(this.#others, this.#limits.halfOpen, packet)
    return connection
  }

  #begin(connection: Connection<State>, side: Side, flags: number, seq: number): void {
    const half = connection.halves[side]
    if (!half.isKnown) {
      half.isKnown = true
      half.isn = seq
      half.next = (seq + 1) | 0
    }
    half.hasSyn = true
    connection.initiator ??= flags & acknowledge ? otherSide(side) : side
  }

  #carry(
    connection: Connection<State>,
    side: Side,
    ip: IpPacket,
    flags: number,
    sequence: number,
    header: number,
    time: number,
    packet: number,
  ): void {
    const half = connection.halves[side]
    const length = ip.length - header
    const seq = flags & syn ? (sequence + 1) | 0 : sequence
    const isOnlySyn = (flags & (syn | acknowledge)) === syn
    if (!half.isKnown) this.#join(connection, side, seq, length, flags)
    else if (half.position === 0 && !half.hasSyn && length > 0 && seq === ((half.next + 1) | 0))
      // Seen from the middle, and first seen was a keep-alive, one before what comes next (RFC 1122 §4.2.3.6).
      half.next = seq
    if (connection.phase === 'half-open' && (!isOnlySyn || length > 0))
      this.#tellOpen(connection, time, packet)
    if (length > 0) {
      const at = ip.at + header
      const captured = at < ip.end ? ip.end - at : 0
      this.reassembly.take(connection, side, seq, ip.bytes, at, captured, length, time, packet)
      if (connection.isSkipped && connection.list === this.#open)
        this.#move(connection, this.#skipped, this.#limits.skipped, time, packet)
    }
    if (flags & fin) this.#finish(connection, side, seq, length)
    if (flags & acknowledge)
      this.#acknowledge(connection, otherSide(side), ip.view.getInt32(ip.at + 8), time, packet)
    if (half.hasFin || connection.halves[otherSide(side)].hasFin)
      this.#closeIfDone(connection, time, packet)
  }

  /** Seen from the middle: the stream begins here. */
  #join(
    connection: Connection<State>,
    side: Side,
    seq: number,
    length: number,
    flags: number,
  ): void {
    const half = connection.halves[side]
    half.isKnown = true
    half.isn = (seq - 1) | 0
    // One byte that nobody pushes is a keep-alive's, and sent before.
    half.next = length === 1 && (flags & 8) === 0 ? (seq + 1) | 0 : seq
  }

  #tellOpen(connection: Connection<State>, time: number, packet: number): void {
    connection.phase = 'open'
    connection.isTold = true
    this.#move(connection, this.#open, this.#limits.open, time, packet)
    this.#sink.open(connection, time, packet)
  }

  #move(
    connection: Connection<State>,
    list: ActivityList<State>,
    limit: number,
    time: number,
    packet: number,
  ): void {
    connection.list?.remove(connection)
    list.add(connection, time)
    this.#bound(list, limit, packet)
  }

  #finish(connection: Connection<State>, side: Side, seq: number, length: number): void {
    const half = connection.halves[side]
    const ahead = (seq + length - half.next) | 0
    // One before what was handed out already is a copy or a lie.
    if (ahead < 0 && !connection.isSkipped) return
    half.hasFin = true
    half.finAt = half.position + Math.max(ahead, 0)
  }

  #acknowledge(
    connection: Connection<State>,
    side: Side,
    acknowledged: number,
    time: number,
    packet: number,
  ): void {
    const half = connection.halves[side]
    if (half.isAcknowledged && ((acknowledged - half.acknowledged) | 0) <= 0) return
    half.isAcknowledged = true
    half.acknowledged = acknowledged
    if (half.pending.length > 0 || half.hasFin)
      this.reassembly.settle(connection, side, time, packet)
  }

  /** Both sides have said all, or the only one that is seen has. */
  #closeIfDone(connection: Connection<State>, time: number, packet: number): void {
    for (const half of connection.halves) {
      if (half.packets === 0) continue
      if (!half.hasFin) return
      if (!connection.isSkipped && half.position < half.finAt) return
    }
    this.#close(connection, 'fin', time, packet)
  }

  #reset(
    connection: Connection<State>,
    side: Side,
    seq: number,
    time: number,
    packet: number,
  ): void {
    const half = connection.halves[side]
    // Anybody can send a reset; one far from what is expected is not of this connection (RFC 5961 §3).
    if (half.isKnown && !connection.isSkipped) {
      const ahead = (seq - half.next) | 0
      if (ahead > 16_777_216 || ahead < -16_777_216) return
    }
    connection.wasReset = true
    this.#close(connection, 'reset', time, packet)
  }

  /** It stays in the table for a while, so that what straggles in does not make a new one. */
  #close(connection: Connection<State>, reason: CloseReason, time: number, packet: number): void {
    this.#tellEnd(connection, reason, time, packet)
    connection.phase = 'closed'
    this.#move(connection, this.#others, this.#limits.halfOpen, time, packet)
  }

  #tellEnd(connection: Connection<State>, reason: CloseReason, time: number, packet: number): void {
    if (!connection.isTold || connection.phase === 'closed') return
    this.reassembly.flush(connection, time, packet)
    this.reassembly.drop(connection)
    this.#sink.close(connection, reason, time, packet)
    connection.state = undefined
  }

  #forget(connection: Connection<State>, reason: CloseReason, time: number, packet: number): void {
    connection.list?.remove(connection)
    this.#table.remove(connection)
    this.#tellEnd(connection, reason, time, packet)
    this.#onForgotten?.(connection)
    if (connection.isTold || this.#spare.length >= mostSpare) return
    connection.clear()
    this.#spare.push(connection)
  }

  #bound(list: ActivityList<State>, limit: number, packet: number): void {
    while (list.size > limit && list.oldest !== null) {
      if (list === this.#open) this.evicted++
      this.#forget(list.oldest, 'evicted', list.oldest.last, packet)
    }
  }

  /** A few at a time: one packet with a time far ahead must not sweep the table. */
  #sweep(time: number, packet: number): void {
    if (--this.#untilSweep > 0) return
    this.#untilSweep = sweepEvery
    this.#expire(this.#others, time - this.#limits.halfOpenIdle, packet)
    this.#expire(this.#open, time - this.#limits.openIdle, packet)
    this.#expire(this.#skipped, time - this.#limits.openIdle, packet)
  }

  #expire(list: ActivityList<State>, before: number, packet: number): void {
    for (let i = 0; i < sweepMost; i++) {
      const { oldest } = list
      if (oldest === null || oldest.touched >= before) return
      this.#forget(oldest, 'idle', oldest.last, packet)
    }
  }
}

const sweepEvery = 64
const sweepMost = 128
const mostSpare = 1024

/** Whether a SYN begins another connection between the same ends. */
function isAnother<State>(
  connection: Connection<State>,
  side: Side,
  flags: number,
  seq: number,
): boolean {
  if ((flags & (syn | reset)) !== syn) return false
  const half = connection.halves[side]
  if (!half.isKnown) return connection.phase === 'closed' && (flags & acknowledge) === 0
  if (seq === half.isn) return false
  return connection.phase === 'closed' || (flags & acknowledge) === 0
}
