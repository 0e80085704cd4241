/** Data connections: bytes counted, the first of them kept to tell the type, all of them hashed where that is asked for. */
import type { Endpoint } from '../../model/observation.ts'
import type { CloseReason, Side, Tcp } from '../stream.ts'
import { type Content, contentOf, maxNeeded, neededOf } from './content.ts'
import type { Control } from './control.ts'
import type { Expectation } from './expectations.ts'
import { latin1 } from './latin1.ts'
import { maxListing } from './listings.ts'
import type { FileHash } from './options.ts'

/** What is known of one data connection. */
export interface DataRecord {
  /** Of the side that sent; lost ones count. */
  bytes: number
  lost: number
  /** Null while it is open. */
  closed: CloseReason | null
  /** Null where the first bytes were not seen. */
  content: Content | null
  /** Of all bytes; null where some are missing, or it was not asked for. */
  sha256: string | null
}

export interface Data {
  readonly kind: 'data'
  readonly tcp: Tcp
  readonly record: DataRecord
  /** The end that was connected to, and who connected. */
  readonly to: Endpoint
  readonly from: Endpoint
  /** Controls whose channel it carries: two, where one server sends to another. */
  readonly carries: Control[]
  /** The index of the channel in each. */
  readonly channels: number[]
  /** Another host than the control peer: it counts once it carries bytes. */
  readonly thieving: readonly Expectation<Control>[]
  /** Who sends. */
  side: Side | null
  /** From the first byte on; null once the type is known, or where the start is missing. */
  head: Uint8Array | null
  headLength: number
  hash: FileHash | null
  /** Wire text of a listing from its first byte on; null where it is none, or the start is missing. */
  listing: Listed | null
}

/** The end of what is kept is reached, or bytes are missing behind it, where it is cut. */
interface Listed {
  readonly parts: string[]
  length: number
  extent: 'whole' | 'cut'
}

export function startData(
  tcp: Tcp,
  to: Side,
  thieving: readonly Expectation<Control>[],
  newHash: (() => FileHash) | null,
): Data {
  const isWhole = tcp.initiator !== null && tcp.bytes[0] + tcp.bytes[1] === 0
  return {
    kind: 'data',
    tcp,
    record: { bytes: 0, lost: 0, closed: null, content: null, sha256: null },
    to: tcp.ends[to],
    from: tcp.ends[to === 0 ? 1 : 0],
    carries: [],
    channels: [],
    thieving,
    side: null,
    head: isWhole ? nothing : null,
    headLength: 0,
    hash: isWhole && newHash !== null ? newHash() : null,
    listing: isWhole ? { parts: [], length: 0, extent: 'whole' } : null,
  }
}

const nothing = new Uint8Array()

export function takeData(data: Data, side: Side, bytes: Uint8Array): void {
  data.side ??= side
  // In FTP one end sends and the other only takes; what a strange one sends back is no part of the file.
  if (data.side !== side) return
  data.record.bytes += bytes.length
  data.hash?.update(bytes)
  if (data.listing?.extent === 'whole') takeListing(data.listing, bytes)
  if (data.head === null) return
  const [first = bytes[0], second = bytes[data.headLength === 0 ? 1 : 0]] = data.head.subarray(
    0,
    data.headLength,
  )
  const wanted = neededOf(first, second)
  if (data.headLength === 0 && bytes.length >= wanted) {
    settleHead(data, bytes.subarray(0, wanted))
    return
  }
  const taken = Math.min(bytes.length, wanted - data.headLength)
  if (data.headLength + taken > data.head.length) data.head = grown(data.head, taken)
  data.head.set(bytes.subarray(0, taken), data.headLength)
  data.headLength += taken
  if (data.headLength >= wanted) settleHead(data, data.head.subarray(0, wanted))
}

export function loseData(data: Data, side: Side, bytes: number): void {
  data.side ??= side
  if (data.side !== side) return
  // Where the first bytes are missing, what follows tells no type.
  if (data.headLength > 0 && data.head !== null)
    settleHead(data, data.head.subarray(0, data.headLength))
  data.head = null
  data.hash = null
  if (data.listing !== null) data.listing.extent = 'cut'
  data.record.bytes += bytes
  data.record.lost += bytes
}

function takeListing(listing: Listed, bytes: Uint8Array): void {
  const kept = bytes.subarray(0, maxListing - listing.length)
  listing.parts.push(latin1(kept))
  listing.length += kept.length
  if (kept.length < bytes.length) listing.extent = 'cut'
}

export function closeData(data: Data, reason: CloseReason): void {
  const { record, tcp } = data
  record.closed = reason
  if (data.headLength > 0 && data.head !== null)
    settleHead(data, data.head.subarray(0, data.headLength))
  // What was not asked for any more was counted all the same; so was what came before the channel was announced.
  const counted = data.side === null ? Math.max(...tcp.bytes) : tcp.bytes[data.side]
  record.bytes = Math.max(record.bytes, counted)
  if (reason === 'fin' || reason === 'reset') record.sha256 = data.hash?.digest() ?? null
  data.head = null
  data.hash = null
}

function settleHead(data: Data, bytes: Uint8Array): void {
  data.record.content = contentOf(bytes)
  data.head = null
}

/** The type is known, nothing is hashed and no listing kept: the rest need only be counted. */
export const isSettled = ({ head, hash, listing, side }: Data): boolean =>
  side !== null && head === null && hash === null && listing?.extent !== 'whole'

/** Doubling: most files that are transferred are small, and many may be open. */
function grown(head: Uint8Array, more: number): Uint8Array {
  const larger = new Uint8Array(
    Math.min(maxNeeded, Math.max(256, head.length * 2, head.length + more)),
  )
  larger.set(head)
  return larger
}
