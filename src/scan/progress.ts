/** How far a scan is, as data; who prints it decides how. */
import type { ProbeOutcome } from '../model/service.ts'
import { probeOutcomes } from './block.ts'

/** Of one run, over interruptions. */
export interface Counts {
  /** Pairs that ended, by how; open ones that were told as services are not among them. */
  readonly outcomes: Readonly<Record<ProbeOutcome, number>>
  /** Pairs told as services. */
  readonly services: number
  /** Connections begun, repeated ones included. */
  readonly attempts: number
}
export const noCounts: Counts = {
  outcomes: {
    open: 0,
    closed: 0,
    filtered: 0,
    unreachable: 0,
    banned: 0,
    'not-probed': 0,
    error: 0,
  },
  services: 0,
  attempts: 0,
}

export interface Progress {
  readonly counts: Counts
  /** Pairs in all and those that ended. */
  readonly pairs: number
  readonly done: number
  /** Connections and conversations under way, and how many there may be. */
  readonly inFlight: number
  readonly allowed: number
  /** Pairs that ended a second, over the last while. */
  readonly rate: number
  /** Null while nothing can be said. */
  readonly secondsLeft: number | null
}

export type Meter = (counts: Counts, now: number, inFlight: number, allowed: number) => Progress

/** Remembers the last while, so that each reading has a rate. `now` is in milliseconds. */
export function meter(pairs: number): Meter {
  let marks: readonly Mark[] = []
  return (counts, now, inFlight, allowed) => {
    const mark: Mark = { at: now, done: doneOf(counts) }
    marks = marked(marks, mark)
    const rate = rateOver(marks, mark)
    const left = secondsLeft(pairs, mark.done, rate)
    return { counts, pairs, done: mark.done, inFlight, allowed, rate, secondsLeft: left }
  }
}

export const doneOf = (counts: Counts): number =>
  probeOutcomes.reduce((sum, outcome) => sum + counts.outcomes[outcome], counts.services)

/** A moment on the clock and how much was done then. */
export interface Mark {
  readonly at: number
  readonly done: number
}
/** Marks are kept for so many milliseconds; the rate is that between the oldest and now. */
const windowMilliseconds = 30_000
const marksLimit = 64

/** Adds a mark and drops those that are too old; the newest of those stays as the start of the window. */
export function marked(marks: readonly Mark[], mark: Mark): readonly Mark[] {
  const last = marks.at(-1)
  if (last && mark.at - last.at < windowMilliseconds / marksLimit) return marks
  const firstInside = marks.findIndex(({ at }) => mark.at - at <= windowMilliseconds)
  const kept = firstInside < 0 ? marks.slice(-1) : marks.slice(Math.max(0, firstInside - 1))
  return [...kept, mark].slice(-marksLimit)
}

/** Pairs a second, from the oldest mark to now. */
export function rateOver(marks: readonly Mark[], now: Mark): number {
  const first = marks[0]
  return first && now.at > first.at ? ((now.done - first.done) * 1000) / (now.at - first.at) : 0
}

export const secondsLeft = (pairs: number, done: number, rate: number): number | null =>
  done >= pairs ? 0 : rate > 0 ? (pairs - done) / rate : null
