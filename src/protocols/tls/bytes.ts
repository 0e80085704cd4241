/** The presentation language of TLS (RFC 8446 §3): big-endian numbers, vectors with their length before them. */
export const u8 = (value: number): Uint8Array => Uint8Array.of(value)
export const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 255)
export const u24 = (value: number): Uint8Array =>
  Uint8Array.of(value >> 16, (value >> 8) & 255, value & 255)

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

const vector =
  (lengthOf: (length: number) => Uint8Array) =>
  (...parts: readonly Uint8Array[]): Uint8Array => {
    const body = concat(...parts)
    return concat(lengthOf(body.length), body)
  }
export const vector8 = vector(u8)
export const vector16 = vector(u16)
export const vector24 = vector(u24)

/** Reads from the front; what is not there is undefined, and so is everything after it. */
export interface Reader {
  /** All was read, and no more was asked for than there is. */
  done(): boolean
  take(length: number): Uint8Array | undefined
  number(width: 1 | 2 | 3): number | undefined
  /** A vector with a length of so many bytes before it. */
  vector(width: 1 | 2 | 3): Uint8Array | undefined
}

export function readerOf(bytes: Uint8Array): Reader {
  let at = 0
  const take = (length: number) => {
    const end = at + length
    const taken = end > bytes.length ? undefined : bytes.subarray(at, end)
    at = taken === undefined ? bytes.length + 1 : end
    return taken
  }
  const number = (width: number) => take(width)?.reduce((value, byte) => value * 256 + byte, 0)
  return {
    done: () => at === bytes.length,
    take,
    number,
    vector: (width) => {
      const length = number(width)
      return length === undefined ? undefined : take(length)
    },
  }
}
