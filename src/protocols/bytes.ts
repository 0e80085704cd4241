/** Bounded reads and small frames. A read beyond the end is undefined, never an error; offsets and sizes are in bytes. */
import { bytesOf, readWire, wireOf } from './ftp/wire.ts'

/** `be` is network order. */
export type ByteOrder = 'be' | 'le'

/** An unsigned integer of one to four bytes. */
export function uint(
  bytes: Uint8Array,
  at: number,
  size: 1 | 2 | 3 | 4,
  order: ByteOrder = 'be',
): number | undefined {
  const field = slice(bytes, at, size)
  if (!field) return undefined
  const digits = order === 'be' ? field : field.toReversed()
  // Not `<<`: 32 bits would come out signed.
  return digits.reduce((value, digit) => value * 256 + digit, 0)
}

/** Exactly so many bytes. */
export const slice = (bytes: Uint8Array, at: number, size: number): Uint8Array | undefined =>
  at >= 0 && size >= 0 && at + size <= bytes.length ? bytes.subarray(at, at + size) : undefined

/** The bytes before the next zero at or after `at`; undefined when there is none within `limit` bytes. */
export function untilZero(bytes: Uint8Array, at: number, limit: number): Uint8Array | undefined {
  if (at < 0 || at > bytes.length) return undefined
  const end = bytes.subarray(at, at + limit + 1).indexOf(0)
  return end < 0 ? undefined : bytes.subarray(at, at + end)
}

/** `partly`: what is there agrees, but is shorter. Null in the signature stands for any byte. */
export function begins(
  bytes: Uint8Array,
  signature: readonly (number | null)[],
): 'yes' | 'partly' | 'no' {
  const differs = signature.some(
    (byte, at) => byte !== null && at < bytes.length && bytes[at] !== byte,
  )
  if (differs) return 'no'
  return bytes.length < signature.length ? 'partly' : 'yes'
}

export const equal = (a: Uint8Array | null, b: Uint8Array): boolean =>
  a !== null && a.length === b.length && a.every((byte, at) => byte === b[at])

/** UTF-8, or Latin-1 where it is not; controls as they came. */
export const textOf = (bytes: Uint8Array): string => readWire(wireOf(bytes))

/** Printable ASCII, and at least one of it. */
export const isPrintable = (bytes: Uint8Array): boolean =>
  bytes.length > 0 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f)

/** A number is one byte, a string its characters' low bytes. */
export function frame(...parts: readonly (number | string | Uint8Array)[]): Uint8Array {
  const pieces = parts.map((part) =>
    typeof part === 'number'
      ? Uint8Array.of(part)
      : typeof part === 'string'
        ? bytesOf(part)
        : part,
  )
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/** A number as a field of so many bytes; negative ones in two's complement. */
export function field(value: number, size: 1 | 2 | 3 | 4, order: ByteOrder = 'be'): Uint8Array {
  const digits = Uint8Array.from({ length: size }, (_, at) => Math.floor(value / 256 ** at) & 0xff)
  return order === 'be' ? digits.reverse() : digits
}

export const zeros = (size: number): Uint8Array => new Uint8Array(size)
