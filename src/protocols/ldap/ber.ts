/** Elements of BER with definite lengths, as LDAP restricts it (RFC 4511 §5.1, X.690 §8.1). */
import { field, frame, slice, uint } from '../bytes.ts'

export interface Element {
  readonly tag: number
  readonly value: Uint8Array
  /** Offset after it. */
  readonly end: number
}
export type ElementRead =
  | { readonly kind: 'element'; readonly element: Element }
  /** As much as is there; null where the length is not. */
  | { readonly kind: 'part'; readonly tag: number | null; readonly value: Uint8Array | null }
  | { readonly kind: 'malformed' }

const maxLength = 65_536
const malformed = { kind: 'malformed' } as const

/** A length above 65,536 or of more than four bytes is malformed. */
export function readElement(bytes: Uint8Array, at: number): ElementRead {
  const [tag, first] = [bytes[at], bytes[at + 1]]
  if (tag === undefined || first === undefined)
    return { kind: 'part', tag: tag ?? null, value: null }
  const extra = first < 0x80 ? 0 : first - 0x80
  if (extra > 4 || first === 0x80) return malformed
  const length = extra === 0 ? first : uint(bytes, at + 2, sizeOf(extra))
  if (length === undefined) return { kind: 'part', tag, value: null }
  if (length > maxLength) return malformed
  const start = at + 2 + extra
  const value = slice(bytes, start, length)
  return value
    ? { kind: 'element', element: { tag, value, end: start + length } }
    : { kind: 'part', tag, value: bytes.subarray(start) }
}

/** All elements of a value; undefined where one is malformed or cut. */
export function readElements(value: Uint8Array): readonly Element[] | undefined {
  const elements: Element[] = []
  for (let at = 0; at < value.length; ) {
    const read = readElement(value, at)
    if (read.kind !== 'element') return undefined
    elements.push(read.element)
    at = read.element.end
  }
  return elements
}

/** Writes an element of at most 255 bytes. */
export function element(
  tag: number,
  ...parts: readonly (number | string | Uint8Array)[]
): Uint8Array {
  const value = frame(...parts)
  const length = value.length < 0x80 ? field(value.length, 1) : frame(0x81, value.length)
  return frame(tag, length, value)
}

const sizeOf = (extra: number): 1 | 2 | 3 | 4 =>
  extra === 1 ? 1 : extra === 2 ? 2 : extra === 3 ? 3 : 4
