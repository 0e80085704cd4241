/** IPv4 (RFC 791) and IPv6 (RFC 8200) headers, up to what they carry. */
import { internetChecksum } from './ip-checksum.ts'

/** What an IP packet carries. One object, filled again for each packet. */
export interface IpPacket {
  family: 4 | 6
  /** IPv4: the address as a signed 32-bit integer. IPv6: its four words, the source first. */
  source: number
  target: number
  readonly words: Int32Array
  protocol: number
  bytes: Uint8Array
  view: DataView
  /** Where the carried bytes begin, and where those captured end. */
  at: number
  end: number
  /** Carried bytes on the wire: never fewer than captured. */
  length: number
  /** Bytes of the whole IP packet on the wire. */
  total: number
  /** Of a fragment: its identification and place in bytes. */
  identification: number
  fragmentAt: number
  hasMore: boolean
}

export const emptyIpPacket = (): IpPacket => {
  const bytes = new Uint8Array(0)
  return {
    family: 4,
    source: 0,
    target: 0,
    words: new Int32Array(8),
    protocol: 0,
    bytes,
    view: new DataView(bytes.buffer),
    at: 0,
    end: 0,
    length: 0,
    total: 0,
    identification: 0,
    fragmentAt: 0,
    hasMore: false,
  }
}

export type IpRead =
  | 'whole'
  | 'fragment'
  /** Header or length are wrong. */
  | 'malformed'
  /** The capture ends within the header. */
  | 'cut'
  /** The header's checksum is wrong; only where checksums are asked for. */
  | 'bad-checksum'

/** Beyond the largest packet that offloading makes: what is missing of it cannot be more. */
const maxOffloaded = 1_048_576

/**
 * Reads the header at `at` into `ip`, whose bytes and view are set. `end` is where captured bytes end, `wireEnd` where
 * those of the frame would.
 */
export function readIp(
  ip: IpPacket,
  at: number,
  end: number,
  wireEnd: number,
  isVerified: boolean,
): IpRead {
  const version = ip.view.getUint8(at) >> 4
  if (version === 4) return readIp4(ip, at, end, wireEnd, isVerified)
  return version === 6 ? readIp6(ip, at, end, wireEnd) : 'malformed'
}

function readIp4(
  ip: IpPacket,
  at: number,
  end: number,
  wireEnd: number,
  isVerified: boolean,
): IpRead {
  const { view } = ip
  if (end - at < 20) return wireEnd - at < 20 ? 'malformed' : 'cut'
  const header = (view.getUint8(at) & 15) * 4
  const said = view.getUint16(at + 2)
  const there = wireEnd - at < maxOffloaded ? wireEnd - at : maxOffloaded
  // Segmentation offloading leaves 0: the packet is as long as its frame. A length beyond the frame is a lie.
  const total = said === 0 || said > there ? there : said
  if (header < 20 || header > total) return 'malformed'
  if (end - at < header) return 'cut'
  if (isVerified && internetChecksum(view, at, at + header, 0) !== 0) return 'bad-checksum'
  const fragment = view.getUint16(at + 6)
  ip.family = 4
  ip.source = view.getInt32(at + 12)
  ip.target = view.getInt32(at + 16)
  ip.protocol = view.getUint8(at + 9)
  ip.at = at + header
  ip.end = at + total < end ? at + total : end
  ip.length = total - header
  ip.total = total
  if ((fragment & 0x3fff) === 0) return 'whole'
  ip.identification = view.getUint16(at + 4)
  ip.fragmentAt = (fragment & 0x1fff) * 8
  ip.hasMore = (fragment & 0x2000) !== 0
  return 'fragment'
}

/** More than any sender chains (RFC 8200 §4.1 names seven). */
const maxExtensions = 16

function readIp6(ip: IpPacket, start: number, end: number, wireEnd: number): IpRead {
  const { view, words } = ip
  if (end - start < 40) return wireEnd - start < 40 ? 'malformed' : 'cut'
  const said = view.getUint16(start + 4)
  const there = wireEnd - start < maxOffloaded ? wireEnd - start : maxOffloaded
  const total = said === 0 || said + 40 > there ? there : said + 40
  const last = start + total
  const lastCaptured = last < end ? last : end
  for (let i = 0; i < 8; i++) words[i] = view.getInt32(start + 8 + i * 4)
  ip.family = 6
  ip.total = total
  let next = view.getUint8(start + 6)
  let at = start + 40
  for (let count = 0; count <= maxExtensions; count++) {
    switch (next) {
      // Hop-by-hop, routing, destination options, mobility, host identity, shim.
      case 0:
      case 43:
      case 60:
      case 135:
      case 139:
      case 140: {
        if (lastCaptured - at < 8) return last - at < 8 ? 'malformed' : 'cut'
        const length = (view.getUint8(at + 1) + 1) * 8
        next = view.getUint8(at)
        at += length
        break
      }
      // Authentication counts in words of four (RFC 4302).
      case 51: {
        if (lastCaptured - at < 8) return last - at < 8 ? 'malformed' : 'cut'
        const length = (view.getUint8(at + 1) + 2) * 4
        next = view.getUint8(at)
        at += length
        break
      }
      case 44: {
        if (lastCaptured - at < 8) return last - at < 8 ? 'malformed' : 'cut'
        const place = view.getUint16(at + 2)
        ip.protocol = view.getUint8(at)
        ip.fragmentAt = place & 0xfff8
        ip.hasMore = (place & 1) !== 0
        ip.identification = view.getUint32(at + 4)
        at += 8
        ip.at = at
        ip.end = lastCaptured
        ip.length = last - at
        // An atomic fragment is whole (RFC 6946), though more headers may follow.
        if (ip.fragmentAt !== 0 || ip.hasMore) return 'fragment'
        next = ip.protocol
        break
      }
      default:
        ip.protocol = next
        ip.at = at
        ip.end = lastCaptured
        ip.length = last - at
        return 'whole'
    }
    if (at > last) return 'malformed'
    if (at > lastCaptured) return 'cut'
  }
  return 'malformed'
}
