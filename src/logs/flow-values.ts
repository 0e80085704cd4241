/** Members of values that were JSON: what is not of the wanted kind is null, never a guess. */
import { type Address, parseAddress } from '../model/address.ts'
import type { Endpoint } from '../model/observation.ts'
import { parseRfc3339 } from './local-time.ts'

export type Fields = Readonly<Record<string, unknown>>

export const fieldsOf = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Own members alone: a name such as `constructor` is no field. */
export const member = (fields: Fields | null, name: string): unknown =>
  fields !== null && Object.hasOwn(fields, name) ? fields[name] : undefined

export const below = (fields: Fields | null, name: string): Fields | null =>
  fieldsOf(member(fields, name))

const maxText = 4096

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, maxText) : null
}

/** A count, written as a number or as its digits (Google writes 64-bit numbers so). */
export function countOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : null
  return typeof value === 'string' ? digitsOf(value) : null
}

/** One to 15 digits and nothing else: faster than asking a pattern. */
export function digitsOf(text: string): number | null {
  const { length } = text
  if (length === 0 || length > 15) return null
  let value = 0
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return null
    value = value * 10 + digit
  }
  return value
}

export function addressOf(value: unknown): Address | null {
  return typeof value === 'string' && value.length <= 45 ? (parseAddress(value) ?? null) : null
}

export function portOf(value: unknown): number | null {
  const port = countOf(value)
  return port !== null && port <= 0xffff ? port : null
}

/** Milliseconds since the epoch of an RFC 3339 time. */
export const timeOf = (value: unknown): number | null =>
  typeof value === 'string' && value.length <= 40 ? parseRfc3339(value) : null

/** Null unless both are known. Protocols without ports are logged without one, and then have 0. */
export function endpointOf(address: unknown, port: unknown): Endpoint | null {
  const known = addressOf(address)
  const number = port === undefined || port === null || port === '' ? 0 : portOf(port)
  return known !== null && number !== null ? { address: known, port: number } : null
}

/** The sum of what is known; null when nothing is. */
export const sumOf = (a: number | null, b: number | null): number | null =>
  a === null ? b : a + (b ?? 0)

export function parseJson(text: string): Fields | null {
  try {
    return fieldsOf(JSON.parse(text))
  } catch {
    return null
  }
}
