/** Finds where a JSON value ends, by strings and brackets alone: what stands between is for `JSON.parse` to judge. */
export interface Scan {
  kind: 'container' | 'string' | 'scalar'
  depth: number
  inString: boolean
}

/** The scan of the value that begins with this byte; null where no value begins so. */
export function beginScan(byte: number): Scan | null {
  if (byte === 0x7b || byte === 0x5b) return { kind: 'container', depth: 0, inString: false }
  if (byte === 0x22) return { kind: 'string', depth: 0, inString: false }
  const scalar = byte === 0x2d || (byte >= 0x30 && byte <= 0x39) || isLetter(byte)
  return scalar ? { kind: 'scalar', depth: 0, inString: false } : null
}
/** `t`, `f` and `n` begin literals. */
const isLetter = (byte: number): boolean => byte === 0x74 || byte === 0x66 || byte === 0x6e

/**
 * Scans on from `from`. The result is the index after the value, or, where the bytes run out, −1 − the index to go on from
 * (which is less than `end` by one where the last byte is a backslash).
 */
export function scanOn(scan: Scan, bytes: Uint8Array, from: number, end: number): number {
  if (scan.kind === 'scalar') return scanScalar(bytes, from, end)
  let { depth, inString } = scan
  const isString = scan.kind === 'string'
  let at = from
  while (at < end) {
    if (inString) {
      let byte = bytes[at] as number
      while (byte !== 0x22 && byte !== 0x5c) {
        at++
        if (at >= end) break
        byte = bytes[at] as number
      }
      if (at >= end) break
      if (byte === 0x5c) {
        if (at + 1 >= end) break
        at += 2
        continue
      }
      at++
      inString = false
      if (isString) return at
      continue
    }
    const byte = bytes[at++] as number
    if (byte < 0x22) continue
    if (byte === 0x22) inString = true
    else if (byte === 0x7b || byte === 0x5b) depth++
    else if (byte === 0x7d || byte === 0x5d) {
      depth--
      if (depth === 0) return at
    }
  }
  scan.depth = depth
  scan.inString = inString
  return -1 - at
}

function scanScalar(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const byte = bytes[at] as number
    if (byte <= 0x20 || byte === 0x2c || byte === 0x5d || byte === 0x7d) return at
  }
  return -1 - end
}
