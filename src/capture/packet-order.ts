/**
 * Several sources as one, in time order. Each source is read in its own order, and of those at hand the one whose next
 * packet is earliest goes on: files that follow each other (rotation) are read one after the other and files that overlap
 * (one for each direction, several sensors) are merged packet by packet. A file is opened only when its first packet is
 * due, so that thousands of rotated ones cost the memory of one.
 */
import type { Gap } from '../model/gap.ts'
import type { Packet } from './packet.ts'
import { findPacketGaps, PacketTally } from './packet-tally.ts'
import { PacketReader } from './packets.ts'
import { type CaptureSource, openBytes } from './read-bytes.ts'

export interface ReadDocument {
  readonly document: string
  readonly packets: number
  readonly bytes: number
  readonly wireBytes: number
  readonly notIp: number
  readonly from: number | null
  readonly to: number | null
  readonly dropped: number | null
  readonly gaps: readonly Gap[]
}

export interface PacketSink {
  /** The tally is of the document: whoever takes the packet counts it there. */
  take(packet: Packet, tally: PacketTally, document: string): void
}

export interface OrderOptions {
  readonly onDocument?: (document: string) => void
  readonly onBytes?: (document: string, bytes: Uint8Array) => void
  readonly onProgress?: (packets: number) => void
  readonly signal?: AbortSignal
}

/** A source with its next packet at hand. */
interface Lane {
  readonly document: string
  readonly order: number
  readonly reader: PacketReader
  readonly tally: PacketTally
}
interface Due {
  readonly source: CaptureSource
  readonly order: number
  readonly time: number
  /** Of a stream, which cannot be opened twice. */
  readonly lane: Lane | null
}

/** The documents in the order of the sources, whatever order they were read in. */
export async function readPacketsInOrder(
  sources: readonly CaptureSource[],
  sink: PacketSink,
  options: OrderOptions,
): Promise<readonly ReadDocument[]> {
  const done: { order: number; document: ReadDocument }[] = []
  const lanes: Lane[] = []
  const state = { document: '', packets: 0 }
  const finish = async (lane: Lane): Promise<void> => {
    const at = lanes.indexOf(lane)
    if (at >= 0) lanes.splice(at, 1)
    await lane.reader.close()
    done.push({ order: lane.order, document: documentOf(lane) })
  }
  const due = await findDue(sources, options, finish)
  try {
    for (;;) {
      const isOver = options.signal?.aborted === true
      if (isOver || (lanes.length === 0 && due.length === 0)) break
      const first = earliest(lanes)
      const next = due[0]
      if (next && (!first || next.time <= first.reader.packet.time)) {
        due.shift()
        const lane = next.lane ?? (await openLane(next.source, next.order, options))
        if (next.lane || (await advance(lane.reader))) lanes.push(lane)
        else await finish(lane)
        continue
      }
      if (!first) break
      if (first.document !== state.document) {
        state.document = first.document
        options.onDocument?.(first.document)
      }
      const limit = Math.min(next?.time ?? Number.POSITIVE_INFINITY, otherTime(lanes, first))
      if (!(await run(first, limit, sink, state, options))) await finish(first)
    }
  } finally {
    for (const lane of [...lanes, ...due.flatMap(({ lane }) => lane ?? [])]) await finish(lane)
  }
  return done.sort((a, b) => a.order - b.order).map(({ document }) => document)
}

/** When each source begins. A single one begins at once: nothing waits for a live stream's first packet. */
async function findDue(
  sources: readonly CaptureSource[],
  options: OrderOptions,
  finish: (lane: Lane) => Promise<void>,
): Promise<Due[]> {
  const due: Due[] = []
  for (const [order, source] of sources.entries()) {
    if (sources.length === 1) {
      due.push({ source, order, time: Number.NEGATIVE_INFINITY, lane: null })
      continue
    }
    const isStream = source.kind === 'stream'
    const lane = await openLane(
      source,
      order,
      isStream ? options : {},
      isStream ? undefined : 65_536,
    )
    const hasPacket = await advance(lane.reader)
    const { time } = lane.reader.packet
    if (isStream && !hasPacket) await finish(lane)
    else if (isStream) due.push({ source, order, time, lane })
    else {
      await lane.reader.close()
      // Without a packet it is due at once, to say why.
      due.push({ source, order, time: hasPacket ? time : Number.NEGATIVE_INFINITY, lane: null })
    }
  }
  return due.sort((a, b) => a.time - b.time || a.order - b.order)
}

async function openLane(
  source: CaptureSource,
  order: number,
  { onBytes }: OrderOptions,
  chunk?: number,
): Promise<Lane> {
  const { document } = source
  const bytes = await openBytes(source).catch((error: unknown) => ({
    read: () => Promise.reject(error),
    close: () => Promise.resolve(),
  }))
  const reader = new PacketReader(bytes, chunk, onBytes ? (part) => onBytes(document, part) : null)
  return { document, order, reader, tally: new PacketTally() }
}

/** Puts the next packet at hand; false at the end. */
async function advance(reader: PacketReader): Promise<boolean> {
  for (;;) {
    const step = reader.next()
    if (step !== 'fill') return step === 'packet'
    await reader.fill()
  }
}

/** Takes packets up to a time; false when the source has no more. */
async function run(
  { reader, tally, document }: Lane,
  limit: number,
  sink: PacketSink,
  state: { packets: number },
  { signal, onProgress }: OrderOptions,
): Promise<boolean> {
  const { packet } = reader
  const before = tally.packets
  let step: 'packet' | 'fill' | 'end' = 'packet'
  for (;;) {
    while (step === 'packet') {
      sink.take(packet, tally, document)
      step = reader.next()
      if (packet.time > limit) break
    }
    if (step !== 'fill') break
    onProgress?.(state.packets + tally.packets - before)
    if (signal?.aborted) break
    await unlessAborted(reader.fill(), signal)
    if (signal?.aborted) break
    step = reader.next()
    if (step === 'packet' && packet.time > limit) break
  }
  state.packets += tally.packets - before
  return step === 'packet'
}

/** A live stream may be silent for hours: whoever wants to stop does not wait for its next byte. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work
  await new Promise<void>((resolve, reject) => {
    const stop = () => resolve()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', stop)
    })
  })
}

function earliest(lanes: readonly Lane[]): Lane | null {
  let best: Lane | null = null
  for (const lane of lanes)
    if (
      best === null ||
      lane.reader.packet.time < best.reader.packet.time ||
      (lane.reader.packet.time === best.reader.packet.time && lane.order < best.order)
    )
      best = lane
  return best
}

function otherTime(lanes: readonly Lane[], but: Lane): number {
  let time = Number.POSITIVE_INFINITY
  for (const lane of lanes)
    if (lane !== but && lane.reader.packet.time < time) time = lane.reader.packet.time
  return time
}

function documentOf({ document, tally, reader }: Lane): ReadDocument {
  const { packets, bytes, wireBytes, notIp, from, to } = tally
  return {
    document,
    packets,
    bytes,
    wireBytes,
    notIp,
    from,
    to,
    dropped: reader.framing?.dropped ?? null,
    gaps: findPacketGaps(document, tally, reader.framing, reader.fault),
  }
}
