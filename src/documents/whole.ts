import type { Limits } from './limits.ts'
import { beginScan, scanOn } from './scan.ts'
import type { Slices } from './slice.ts'
import { checkValue } from './syntax.ts'
import type { Place, Window } from './window.ts'

/** An element or member that is passed over, and where it begins. */
export interface Oversized {
  readonly kind: 'oversized'
  readonly place: Place
}

/** How it ended: `complete` at the position after it; otherwise nothing more of it can be read. */
export type End = { readonly kind: 'complete'; readonly at: number } | Fault
export type Fault =
  | { readonly kind: 'unexpected'; readonly at: number }
  | { readonly kind: 'cut-off' }

/**
 * Finds the end of the value at a position and keeps all of it in the window, and one byte before it. A value that is larger
 * than an element may be is passed over: `end` tells how that went.
 */
export async function scanValue(
  { window }: Slices,
  at: number,
  limits: Limits,
): Promise<End | (Oversized & { readonly end: End })> {
  const scan = beginScan(window.byteAt(at))
  if (scan === null) return { kind: 'unexpected', at }
  let from = at
  let keep = Math.max(at - 1, window.base)
  let passedOver: Place | null = null
  for (;;) {
    const result = scanOn(scan, window.bytes, from - window.base, window.end - window.base)
    if (result >= 0) return ended({ kind: 'complete', at: result + window.base }, passedOver)
    from = -1 - result + window.base
    if (passedOver === null && from - at > limits.elementBytes) {
      // Brackets that do not match may make a small element seem endless.
      const fault = findFault(window, at)
      if (fault.kind === 'unexpected') return fault
      passedOver = window.placeOf(at)
    }
    if (passedOver !== null) keep = from
    if (!(await window.more(keep)))
      return ended(passedOver !== null ? { kind: 'cut-off' } : findFault(window, at), passedOver)
  }
}

const ended = (end: End, passedOver: Place | null): End | (Oversized & { readonly end: End }) =>
  passedOver === null ? end : { kind: 'oversized', place: passedOver, end }

/** Why the value at a position is none: the first place that is wrong, or that it is cut off where the text ends. */
export function findFault(window: Window, at: number): Fault {
  const found = checkValue(window.bytes, at - window.base, window.end - window.base)
  if (found.kind === 'unexpected') return { kind: 'unexpected', at: found.at + window.base }
  // What ends with the text may have been meant to go on: 12 of 123.
  const touchesEnd = found.kind === 'value' && found.end + window.base === window.end
  return found.kind === 'cut-off' || touchesEnd ? { kind: 'cut-off' } : { kind: 'unexpected', at }
}
