/** The sum of RFC 1071 over `at` to `end` with `carried` added: 0 where the bytes include a right checksum. */
import type { IpPacket } from './ip.ts'

export function internetChecksum(view: DataView, at: number, end: number, carried: number): number {
  let sum = carried
  let i = at
  for (; i + 1 < end; i += 2) sum += view.getUint16(i)
  if (i < end) sum += view.getUint8(i) << 8
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000)
  return 0xffff - sum
}

/** Whether the carried segment's checksum is right; null where bytes of it are missing. */
export function isSegmentRight(ip: IpPacket): boolean | null {
  if (ip.end - ip.at < ip.length) return null
  let pseudo = ip.protocol + (ip.length & 0xffff) + (ip.length >>> 16)
  const words = ip.family === 4 ? [ip.source, ip.target] : ip.words
  for (const word of words) pseudo += (word >>> 16) + (word & 0xffff)
  return internetChecksum(ip.view, ip.at, ip.end, pseudo) === 0
}
