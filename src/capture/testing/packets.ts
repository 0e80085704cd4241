/** Builds packets, frames and captures byte by byte, for tests and benchmarks. */
import { parseAddress } from '../../model/address.ts'

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
export const text = (value: string): Uint8Array => new TextEncoder().encode(value)
export const u8 = (...values: readonly number[]): Uint8Array => Uint8Array.from(values)
export const u16 = (value: number, little = false): Uint8Array => {
  const out = new Uint8Array(2)
  new DataView(out.buffer).setUint16(0, value, little)
  return out
}
export const u32 = (value: number, little = false): Uint8Array => {
  const out = new Uint8Array(4)
  new DataView(out.buffer).setUint32(0, value, little)
  return out
}
const pad4 = (bytes: Uint8Array): Uint8Array =>
  concat(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4))

export const fin = 1
export const syn = 2
export const rst = 4
export const psh = 8
export const ack = 16

export interface SegmentParts {
  readonly from: string
  readonly to: string
  readonly sourcePort: number
  readonly targetPort: number
  readonly seq?: number
  readonly ack?: number
  readonly flags?: number
  readonly options?: Uint8Array
  readonly payload?: Uint8Array | string
}

const bytesOfAddress = (address: string): Uint8Array => {
  const parsed = parseAddress(address)
  if (parsed === undefined) throw new Error(`no address: ${address}`)
  if (parsed.family === 4) return u32(parsed.value)
  return concat(...Array.from({ length: 8 }, (_, i) => u16(parsed.value.charCodeAt(i))))
}

function checksum(bytes: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000)
  return 0xffff - sum
}

/** A TCP segment with a right checksum. */
export function tcpSegment(parts: SegmentParts): Uint8Array {
  const { from, to, options = new Uint8Array(0), payload = '' } = parts
  const body = typeof payload === 'string' ? text(payload) : payload
  const header = concat(
    u16(parts.sourcePort),
    u16(parts.targetPort),
    u32((parts.seq ?? 0) >>> 0),
    u32((parts.ack ?? 0) >>> 0),
    u8(((20 + options.length) / 4) << 4, parts.flags ?? ack),
    u16(0xffff),
    u16(0),
    u16(0),
    options,
  )
  const segment = concat(header, body)
  const pseudo = concat(
    bytesOfAddress(from),
    bytesOfAddress(to),
    u32(segment.length),
    u32(6),
    segment,
  )
  segment.set(u16(checksum(pseudo)), 16)
  return segment
}

export interface Ip4Parts {
  readonly from: string
  readonly to: string
  readonly protocol?: number
  readonly identification?: number
  /** In bytes, a multiple of 8. */
  readonly fragmentAt?: number
  readonly hasMore?: boolean
  readonly options?: Uint8Array
  /** What the header says, where that is not so. */
  readonly total?: number
}

export function ip4(parts: Ip4Parts, payload: Uint8Array): Uint8Array {
  const options = parts.options ?? new Uint8Array(0)
  const header = concat(
    u8(0x45 + options.length / 4, 0),
    u16(parts.total ?? 20 + options.length + payload.length),
    u16(parts.identification ?? 0),
    u16((parts.hasMore ? 0x2000 : 0) | ((parts.fragmentAt ?? 0) >> 3)),
    u8(64, parts.protocol ?? 6),
    u16(0),
    bytesOfAddress(parts.from),
    bytesOfAddress(parts.to),
    options,
  )
  header.set(u16(checksum(header)), 10)
  return concat(header, payload)
}

export interface Ip6Parts {
  readonly from: string
  readonly to: string
  /** The first header behind the fixed one, and all up to what `payload` is. */
  readonly next?: number
  readonly extensions?: Uint8Array
  readonly payloadLength?: number
}

export function ip6(parts: Ip6Parts, payload: Uint8Array): Uint8Array {
  const extensions = parts.extensions ?? new Uint8Array(0)
  return concat(
    u8(0x60, 0, 0, 0),
    u16(parts.payloadLength ?? extensions.length + payload.length),
    u8(parts.next ?? 6, 64),
    bytesOfAddress(parts.from),
    bytesOfAddress(parts.to),
    extensions,
    payload,
  )
}

/** TCP in IP of the family of its addresses. */
export function tcpPacket(parts: SegmentParts): Uint8Array {
  const segment = tcpSegment(parts)
  return parts.from.includes(':') ? ip6(parts, segment) : ip4(parts, segment)
}

const typeOf = (packet: Uint8Array): number => ((packet[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800)
const familyOf = (packet: Uint8Array): number => ((packet[0] ?? 0) >> 4 === 6 ? 30 : 2)
const macs = u8(2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2)

/** An Ethernet frame; `tags` are EtherType and tag of each VLAN, the outer one first. */
export const ethernet = (
  packet: Uint8Array,
  tags: readonly (readonly [number, number])[] = [],
): Uint8Array =>
  concat(
    macs,
    ...tags.map(([type, tag]) => concat(u16(type), u16(tag))),
    u16(typeOf(packet)),
    packet,
  )

/** A frame of each link type that carries IP, as its headers are written by capturing programs. */
export const frames: Readonly<
  Record<string, { readonly link: number; readonly frame: (packet: Uint8Array) => Uint8Array }>
> = {
  Ethernet: { link: 1, frame: (packet) => ethernet(packet) },
  'Ethernet, padded': { link: 1, frame: (packet) => concat(ethernet(packet), new Uint8Array(9)) },
  VLAN: { link: 1, frame: (packet) => ethernet(packet, [[0x8100, 7]]) },
  QinQ: {
    link: 1,
    frame: (packet) =>
      ethernet(packet, [
        [0x88a8, 100],
        [0x8100, 7],
      ]),
  },
  'QinQ of old': {
    link: 1,
    frame: (packet) =>
      ethernet(packet, [
        [0x9100, 100],
        [0x8100, 7],
      ]),
  },
  'LLC and SNAP': {
    link: 1,
    frame: (packet) =>
      concat(macs, u16(packet.length + 8), u8(0xaa, 0xaa, 3, 0, 0, 0), u16(typeOf(packet)), packet),
  },
  MPLS: {
    link: 1,
    frame: (packet) => concat(macs, u16(0x8847), u32(0x00064040), u32(0x000c8140), packet),
  },
  PPPoE: {
    link: 1,
    frame: (packet) =>
      concat(
        macs,
        u16(0x8864),
        u8(0x11, 0, 0, 1),
        u16(packet.length + 2),
        u16(familyOf(packet) === 2 ? 0x21 : 0x57),
        packet,
      ),
  },
  'Linux cooked': {
    link: 113,
    frame: (packet) =>
      concat(u16(0), u16(1), u16(6), u8(2, 0, 0, 0, 0, 1, 0, 0), u16(typeOf(packet)), packet),
  },
  'Linux cooked, VLAN': {
    link: 113,
    frame: (packet) =>
      concat(
        ...[u16(0), u16(1), u16(6), u8(2, 0, 0, 0, 0, 1, 0, 0), u16(0x8100), u16(7)],
        u16(typeOf(packet)),
        packet,
      ),
  },
  'Linux cooked v2': {
    link: 276,
    frame: (packet) =>
      concat(
        ...[u16(typeOf(packet)), u16(0), u32(2), u16(1), u8(0, 6), u8(2, 0, 0, 0, 0, 1, 0, 0)],
        packet,
      ),
  },
  'raw IP': { link: 101, frame: (packet) => packet },
  'raw IP of BSD': { link: 12, frame: (packet) => packet },
  'loopback, little endian': {
    link: 0,
    frame: (packet) => concat(u32(familyOf(packet), true), packet),
  },
  'loopback, big endian': { link: 0, frame: (packet) => concat(u32(familyOf(packet)), packet) },
  'loopback of OpenBSD': {
    link: 108,
    frame: (packet) => concat(u32(familyOf(packet) === 2 ? 2 : 24), packet),
  },
  PPP: {
    link: 9,
    frame: (packet) => concat(u16(0xff03), u16(familyOf(packet) === 2 ? 0x21 : 0x57), packet),
  },
  'PPP, compressed': {
    link: 9,
    frame: (packet) => concat(u8(familyOf(packet) === 2 ? 0x21 : 0x57), packet),
  },
}

export interface CapturedFrame {
  readonly bytes: Uint8Array
  /** Microseconds since the epoch. */
  readonly micros: number
  /** Bytes on the wire where they are more. */
  readonly original?: number
}

export interface PcapParts {
  readonly little?: boolean
  readonly unit?: 'micro' | 'nano'
  readonly link?: number
}

export const pcapHeader = ({ little = true, unit = 'micro', link = 1 }: PcapParts): Uint8Array =>
  concat(
    u32(unit === 'nano' ? 0xa1b23c4d : 0xa1b2c3d4, little),
    u16(2, little),
    u16(4, little),
    u32(0),
    u32(0),
    u32(262_144, little),
    u32(link, little),
  )

export const pcapRecord = (
  { bytes, micros, original = bytes.length }: CapturedFrame,
  { little = true, unit = 'micro' }: PcapParts,
): Uint8Array =>
  concat(
    u32(Math.floor(micros / 1e6), little),
    u32((micros % 1e6) * (unit === 'nano' ? 1000 : 1), little),
    u32(bytes.length, little),
    u32(original, little),
    bytes,
  )

export const pcap = (captured: readonly CapturedFrame[], parts: PcapParts = {}): Uint8Array =>
  concat(pcapHeader(parts), ...captured.map((frame) => pcapRecord(frame, parts)))

export const block = (type: number, body: Uint8Array, little = true): Uint8Array => {
  const padded = pad4(body)
  const length = u32(padded.length + 12, little)
  return concat(u32(type, little), length, padded, length)
}
export const option = (code: number, value: Uint8Array, little = true): Uint8Array =>
  concat(u16(code, little), u16(value.length, little), pad4(value))

export const section = (little = true): Uint8Array =>
  block(
    0x0a0d0d0a,
    concat(u32(0x1a2b3c4d, little), u16(1, little), u16(0, little), new Uint8Array(8).fill(0xff)),
    little,
  )
export const interfaceBlock = (
  link: number,
  options: Uint8Array = new Uint8Array(0),
  little = true,
  snap = 0,
): Uint8Array => block(1, concat(u16(link, little), u16(0), u32(snap, little), options), little)
/** `ticks` in units of the interface. */
export const enhancedPacket = (
  from: number,
  ticks: number,
  bytes: Uint8Array,
  little = true,
  original = bytes.length,
): Uint8Array =>
  block(
    6,
    concat(
      u32(from, little),
      u32(Math.floor(ticks / 0x1_0000_0000), little),
      u32(ticks % 0x1_0000_0000, little),
      u32(bytes.length, little),
      u32(original, little),
      pad4(bytes),
    ),
    little,
  )
export const simplePacket = (bytes: Uint8Array, little = true): Uint8Array =>
  block(3, concat(u32(bytes.length, little), pad4(bytes)), little)
/** Drops of interface and system. */
export const statistics = (from: number, dropped: number, little = true): Uint8Array =>
  block(
    5,
    concat(
      u32(from, little),
      u32(0),
      u32(0),
      option(
        5,
        little ? concat(u32(dropped, little), u32(0)) : concat(u32(0), u32(dropped, little)),
        little,
      ),
    ),
    little,
  )

/** Microseconds since the epoch of the first packet that tests make. */
export const firstMicros = 1_700_000_000_000_000

/** Ethernet frames a millisecond apart. */
export const timed = (packets: readonly Uint8Array[], from = firstMicros): CapturedFrame[] =>
  packets.map((packet, i) => ({ bytes: ethernet(packet), micros: from + i * 1000 }))

/** Both ends of one connection: `client` and `server` make packets of it. */
export function endsOf(sourcePort = 40_000, targetPort = 21) {
  const [one, two] = ['192.0.2.1', '198.51.100.9']
  type Rest = Omit<SegmentParts, 'from' | 'to' | 'sourcePort' | 'targetPort'>
  return {
    client: (rest: Rest) => tcpPacket({ from: one, to: two, sourcePort, targetPort, ...rest }),
    server: (rest: Rest) =>
      tcpPacket({ from: two, to: one, sourcePort: targetPort, targetPort: sourcePort, ...rest }),
  }
}
