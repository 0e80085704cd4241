/** The simple values at the top of a BSON document (bsonspec.org, version 1.1); what is nested or rare is left out. */
import { slice, textOf, uint, untilZero } from '../bytes.ts'

export type BsonValue = string | number | boolean

/** Sizes of the types that have one. */
const sizes: Readonly<Record<number, number>> = {
  1: 8, // double
  7: 12, // object id
  8: 1, // boolean
  9: 8, // date
  10: 0, // null
  16: 4, // int32
  17: 8, // timestamp
  18: 8, // int64
}
const maxName = 256
const maxFields = 256

/** Undefined when it is no document, or has a type that is not known here. */
export function readDocument(bytes: Uint8Array): ReadonlyMap<string, BsonValue> | undefined {
  const length = uint(bytes, 0, 4, 'le')
  const body = length === undefined ? undefined : slice(bytes, 0, length)
  if (!body || body.length < 5) return undefined
  const fields = new Map<string, BsonValue>()
  let at = 4
  for (let count = 0; count < maxFields; count++) {
    const type = body[at]
    if (type === 0) return at === body.length - 1 ? fields : undefined
    const name = untilZero(body, at + 1, maxName)
    if (type === undefined || !name) return undefined
    const start = at + 1 + name.length + 1
    const size = sizeOf(type, body, start)
    const value = size === undefined ? undefined : slice(body, start, size)
    if (!value) return undefined
    const simple = simpleOf(type, value)
    if (simple !== undefined) fields.set(textOf(name), simple)
    at = start + value.length
  }
  return undefined
}

function sizeOf(type: number, body: Uint8Array, at: number): number | undefined {
  const fixed = sizes[type]
  if (fixed !== undefined) return fixed
  const length = uint(body, at, 4, 'le')
  if (length === undefined) return undefined
  if (type === 2) return 4 + length // string: length of the bytes with their zero
  if (type === 3 || type === 4) return length // document, array: their own length
  return type === 5 ? 5 + length : undefined // binary: length and subtype
}

function simpleOf(type: number, value: Uint8Array): BsonValue | undefined {
  switch (type) {
    case 1:
      return new DataView(value.buffer, value.byteOffset, 8).getFloat64(0, true)
    case 2:
      return textOf(value.subarray(4, -1))
    case 8:
      return value[0] === 1
    case 16:
      return (uint(value, 0, 4, 'le') ?? 0) | 0
    default:
      return undefined
  }
}
