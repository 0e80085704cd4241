import { isAscii, isUtf8 } from 'node:buffer'
import type { Place, Window } from './window.ts'

/** A window whose slices are parsed, and where the first byte stood that was no UTF-8: such bytes become U+FFFD. */
export interface Slices {
  readonly window: Window
  invalid: Place | null
}

/** The JSON value between two positions; throws what `JSON.parse` throws. */
export function parseSlice(slices: Slices, from: number, to: number): unknown {
  const { value, invalidAt } = parseBytes(slices.window, from, to)
  noteInvalid(slices, invalidAt)
  return value
}

/**
 * The elements between two positions, separated by commas. The bytes around them are lent to make a list of them, so there
 * must be one before; they are given back.
 */
export function parseRun(slices: Slices, from: number, to: number): unknown[] {
  const { bytes, base } = slices.window
  const [before, after] = [from - 1 - base, to - base]
  const [lentBefore, lentAfter] = [bytes[before] as number, bytes[after] as number]
  let parsed: ReturnType<typeof parseBytes>
  bytes[before] = 0x5b
  bytes[after] = 0x5d
  try {
    parsed = parseBytes(slices.window, from - 1, to + 1)
  } finally {
    bytes[before] = lentBefore
    bytes[after] = lentAfter
  }
  noteInvalid(slices, parsed.invalidAt)
  return parsed.value as unknown[]
}

function parseBytes({ bytes, base }: Window, from: number, to: number) {
  const [start, end] = [from - base, to - base]
  const view = bytes.subarray(start, end)
  // One byte a character is decoded and parsed fastest.
  if (isAscii(view))
    return { value: JSON.parse(bytes.toString('latin1', start, end)) as unknown, invalidAt: null }
  const text = bytes.toString('utf8', start, end)
  const value: unknown = JSON.parse(text)
  return { value, invalidAt: isUtf8(view) ? null : from + firstDifference(view, text) }
}

function noteInvalid(slices: Slices, at: number | null): void {
  if (at !== null) slices.invalid ??= slices.window.placeOf(at)
}

/** Invalid bytes are those that come out as others. */
function firstDifference(bytes: Buffer, text: string): number {
  const encoded = Buffer.from(text)
  let at = 0
  while (at < bytes.length && bytes[at] === encoded[at]) at++
  return at
}
