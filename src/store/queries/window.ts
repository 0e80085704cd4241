/** The stretch of time that a question is about: whole hours, of which the last holds the moment asked for. */
import { hour, hourOf } from '../lake/time.ts'

export interface Asked {
  /** Milliseconds since the epoch, or that of the newest event. */
  readonly asOf: number | 'newest'
  /** How many hours back, the one of `asOf` included. */
  readonly hours: number
  /** Raw events, rollups, or (the default) raw up to 72 hours of which no event was deleted, and else rollups. */
  readonly read?: Reading | 'auto'
}
export type Reading = 'raw' | 'rollup'

export interface Window {
  /** Milliseconds since the epoch; `to` is outside. */
  readonly from: number
  readonly to: number
}

/** What was found; or that nothing at all lies in the window, with the newest event there is. */
export type Answer<T> =
  | {
      readonly kind: 'found'
      readonly window: Window
      readonly read: Reading
      readonly rows: readonly T[]
    }
  | { readonly kind: 'none'; readonly window: Window | null; readonly newest: number | null }

export const rawHours = 72

export function windowOf(hours: number, asOf: number): Window {
  if (!Number.isSafeInteger(hours) || hours < 1)
    throw new RangeError(`not a number of hours: ${hours}`)
  const to = hourOf(asOf) + hour
  return { from: to - hours * hour, to }
}
