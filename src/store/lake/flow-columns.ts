/**
 * Flows that come as columns, into the columns of chunks: no object and no text for a flow, since a line of a flow log has two
 * microseconds. What it writes is what `writeFlow` writes of the same flows.
 */
import type { Address } from '../../model/address.ts'
import { type FlowBatch, transportOf } from '../../model/flow-batch.ts'
import { addressText, halves } from './address-cells.ts'
import { type ColumnCells, chunkRows, noId } from './column-cells.ts'
import type { Cell } from './columns.ts'
import { networkOf, originIds } from './event-row.ts'
import { flowCodes } from './flow-row.ts'
import type { LakeSource } from './source.ts'
import type { Staging } from './staging.ts'
import { dayOf } from './time.ts'
import type { Numbers } from './vectors.ts'

/** Appends rows [from, to) of a batch; `record` is the ordinal of the first in the source. One for each batch of the lake. */
export type FlowColumns = (
  batch: FlowBatch,
  from: number,
  to: number,
  record: number,
) => Promise<void>

export function flowColumns(staging: Staging, source: LakeSource): FlowColumns {
  const { key, context } = source
  const ends = endIds(staging, context.network)
  const [src, dst, originalSrc, originalDst] = [newEnd(), newEnd(), newEnd(), newEnd()]
  const hasOriginal = new Float64Array(chunkRows)
  const observers = new Int32Array(chunkRows)
  const networks = new Int32Array(chunkRows)
  const days = new Float64Array(chunkRows)
  const records = new Float64Array(chunkRows)
  const transports = new Uint8Array(chunkRows)

  const append = async (batch: FlowBatch, from: number, length: number, record: number) => {
    ends.read(src, batch.src4, batch.src6, from, length)
    ends.read(dst, batch.dst4, batch.dst6, from, length)
    ends.read(originalSrc, batch.originalSrc4, batch.originalSrc6, from, length)
    ends.read(originalDst, batch.originalDst4, batch.originalDst6, from, length)
    let [observer, observerId]: [string | undefined, number] = [undefined, 0]
    for (let i = 0; i < length; i++) {
      const row = from + i
      const name = batch.observer[row] as string
      if (name !== observer) [observer, observerId] = [name, staging.idOf(name)]
      observers[i] = observerId
      networks[i] = (batch.initiator[row] === opener ? src : dst).networks[i] as number
      days[i] = dayOf(batch.start[row] as number)
      records[i] = record + i
      hasOriginal[i] = originalSrc.ids[i] === noId && originalDst.ids[i] === noId ? 0 : 1
      transports[i] = transportIds[batch.protocol[row] as number] as number
    }
    const numbers = (values: Numbers): ColumnCells => ({
      kind: 'numbers',
      values,
      from,
    })
    await staging.appendChunk(
      'flow',
      {
        time: numbers(batch.start),
        day: fewOf(days, 0, length),
        source_key: same(key),
        record: { kind: 'numbers', values: records, from: 0 },
        network: { kind: 'ids', ids: networks },
        site: same(context.network),
        origin_id: same(originIds[context.origin]),
        vantage: same(context.vantage),
        document: same(batch.document),
        place_packet: same(null),
        place_line: numbers(batch.line),
        place_offset: numbers(batch.offset),
        places: same(null),
        class_uid: same(4001),
        observer_kind_id: same(flowCodes.kinds[batch.observerKind]),
        observer_uid: { kind: 'ids', ids: observers },
        ...endColumns('src', src, numbers(batch.src4)),
        src_port: numbers(batch.srcPort),
        ...endColumns('dst', dst, numbers(batch.dst4)),
        dst_port: numbers(batch.dstPort),
        has_original: fewOf(hasOriginal, 0, length),
        ...endColumns('original_src', originalSrc, numbers(batch.originalSrc4)),
        ...endColumns('original_dst', originalDst, numbers(batch.originalDst4)),
        transport_id: fewOf(transports, 0, length),
        protocol_num: fewOf(batch.protocol, from, length),
        end_time: numbers(batch.end),
        traffic_bytes: numbers(batch.bytes),
        traffic_packets: numbers(batch.packets),
        action_id: fewOf(batch.action, from, length),
        initiator_id: fewOf(batch.initiator, from, length),
        sampled: same(batch.sampled),
      },
      length,
    )
  }

  return async (batch, from, to, record) => {
    for (let at = from; at < to; at += chunkRows)
      await append(batch, at, Math.min(chunkRows, to - at), record + at - from)
  }
}

/** In `FlowBatch.initiator`: the destination opened it. */
const opener = flowCodes.initiators.dst

const transportIds = Uint8Array.from(
  { length: 256 },
  (_, protocol) => flowCodes.transports[transportOf(protocol)],
)

const same = (cell: Cell): ColumnCells => ({ kind: 'same', cell })

/** Numbers that are mostly one in a whole chunk. */
function fewOf(values: Numbers, from: number, length: number): ColumnCells {
  const first = values[from] as number
  for (let i = 1; i < length; i++)
    if (values[from + i] !== first) return { kind: 'numbers', values, from }
  return same(first)
}

/** One end of the flows of a chunk. */
interface End {
  /** Numbers of the texts of addresses; `noId` where none is told. */
  readonly ids: Int32Array
  readonly networks: Int32Array
  isTold: boolean
  hi: ColumnCells
  lo: ColumnCells
}
const newEnd = (): End => ({
  ids: new Int32Array(chunkRows),
  networks: new Int32Array(chunkRows),
  isTold: false,
  hi: same(null),
  lo: same(null),
})

const endColumns = <const P extends string>(prefix: P, end: End, four: ColumnCells) =>
  ({
    [`${prefix}_ip`]: end.isTold ? { kind: 'ids', ids: end.ids } : same(null),
    [`${prefix}_ip4`]: end.isTold ? four : same(null),
    [`${prefix}_ip6_hi`]: end.hi,
    [`${prefix}_ip6_lo`]: end.lo,
  }) as { readonly [N in `${P}_ip` | `${P}_ip4` | `${P}_ip6_hi` | `${P}_ip6_lo`]: ColumnCells }

/** Numbers of the texts of addresses and of their networks. */
function endIds(staging: Staging, site: string) {
  const fours = fourTable()
  const enter = (value: number): number => {
    const address: Address = { family: 4, value }
    const text = staging.idOf(addressText(address))
    return fours.add(value, text, staging.idOf(networkOf(address, site)))
  }
  return {
    read(
      into: End,
      four: Float64Array,
      six: readonly (string | null)[],
      from: number,
      length: number,
    ): void {
      let [hi, lo]: [Cell[] | null, Cell[] | null] = [null, null]
      into.isTold = false
      for (let i = 0; i < length; i++) {
        const short = four[from + i] as number
        // NaN is no IPv4 address, and not above 0 either.
        if (short >= 0) {
          const known = fours.slotOf(short)
          const slot = known < 0 ? enter(short) : known
          into.ids[i] = fours.ids[slot] as number
          into.networks[i] = fours.networks[slot] as number
          into.isTold = true
          continue
        }
        const value = six[from + i] ?? null
        if (value === null) {
          into.ids[i] = noId
          continue
        }
        const address: Address = { family: 6, value }
        into.ids[i] = staging.idOf(addressText(address))
        into.networks[i] = staging.idOf(networkOf(address, site))
        into.isTold = true
        hi ??= new Array<Cell>(length).fill(null)
        lo ??= new Array<Cell>(length).fill(null)
        ;[hi[i], lo[i]] = halves(value)
      }
      into.hi = hi ? { kind: 'cells', cells: hi } : same(null)
      into.lo = lo ? { kind: 'cells', cells: lo } : same(null)
    },
  }
}

/** IPv4 addresses by open addressing: a Map would box each number. */
function fourTable() {
  let size = 1 << 12
  let count = 0
  let keys = new Uint32Array(size)
  const table = {
    /** -1 where the slot is free. */
    ids: new Int32Array(size).fill(-1),
    networks: new Int32Array(size),
    slotOf(value: number): number {
      const slot = place(value)
      return table.ids[slot] === -1 ? -1 : slot
    },
    add(value: number, id: number, network: number): number {
      if (2 * ++count > size) grow()
      const slot = place(value)
      keys[slot] = value
      table.ids[slot] = id
      table.networks[slot] = network
      return slot
    },
  }
  /** Where it stands, or would. */
  function place(value: number): number {
    // Fibonacci hashing: neighbours of a network come to lie far apart.
    let slot = (Math.imul(value, 0x9e3779b1) >>> 8) & (size - 1)
    while (table.ids[slot] !== -1 && keys[slot] !== value) slot = (slot + 1) & (size - 1)
    return slot
  }
  function grow(): void {
    const [oldKeys, ids, networks] = [keys, table.ids, table.networks]
    size *= 2
    keys = new Uint32Array(size)
    table.ids = new Int32Array(size).fill(-1)
    table.networks = new Int32Array(size)
    for (const [slot, id] of ids.entries()) {
      if (id === -1) continue
      const value = oldKeys[slot] as number
      const to = place(value)
      keys[to] = value
      table.ids[to] = id
      table.networks[to] = networks[slot] as number
    }
  }
  return table
}
