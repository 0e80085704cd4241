import { isAscii, isUtf8 } from 'node:buffer'
import type { Place, Window } from './window.ts'

/** A window whose slices are parsed, and where the first byte stood that was no UTF-8: such bytes become U+FFFD. */
export interface Slices {
  readonly window: Window
  invalid: Place | null
}

/** The JSON value between two positions; throws what `JSON.parse` throws. */
export function parseSlice(slices: Slices, from: number, to: number): unknown {
  const { bytes, base } = slices.window
  const [start, end] = [from - base, to - base]
  const view = bytes.subarray(start, end)
  // One byte a character is decoded and parsed fastest.
  if (isAscii(view)) return JSON.parse(bytes.toString('latin1', start, end))
  const text = bytes.toString('utf8', start, end)
  const value: unknown = JSON.parse(text)
  if (slices.invalid === null && !isUtf8(view))
    slices.invalid = slices.window.placeOf(from + firstDifference(view, text))
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
  bytes[before] = 0x5b
  bytes[after] = 0x5d
  try {
    return parseSlice(slices, from - 1, to + 1) as unknown[]
  } finally {
    bytes[before] = lentBefore
    bytes[after] = lentAfter
  }
}

/** Invalid bytes are those that come out as others. */
function firstDifference(bytes: Buffer, text: string): number {
  const encoded = Buffer.from(text)
  let at = 0
  while (at < bytes.length && bytes[at] === encoded[at]) at++
  return at
}
