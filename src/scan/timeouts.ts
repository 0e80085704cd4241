/** How long to wait for a connection, learnt from the round trips seen (RFC 6298), of the host or else of all hosts. */

export interface RoundTrips {
  /** Smoothed round trip and its variation, milliseconds. */
  readonly smoothed: number
  readonly variation: number
  readonly samples: number
}
export const noRoundTrips: RoundTrips = { smoothed: 0, variation: 0, samples: 0 }

/** RFC 6298 §2.2 and §2.3, with alpha 1/8 and beta 1/4. */
export function observe(before: RoundTrips, milliseconds: number): RoundTrips {
  const sample = Math.max(0, milliseconds)
  if (before.samples === 0) return { smoothed: sample, variation: sample / 2, samples: 1 }
  return {
    smoothed: before.smoothed + (sample - before.smoothed) / 8,
    variation: before.variation + (Math.abs(before.smoothed - sample) - before.variation) / 4,
    samples: before.samples + 1,
  }
}

export interface TimeoutLimits {
  readonly floor: number
  readonly ceiling: number
  /** While nothing is known. */
  readonly initial: number
}
/** The floor leaves room for one SYN that the system sends again after a second (RFC 6298 §2.1). */
export const defaultTimeouts: TimeoutLimits = { floor: 1500, ceiling: 10_000, initial: 3000 }

/** Milliseconds for the next attempt (from 0) at a host; each further attempt waits twice as long. */
export function connectTimeout(
  host: RoundTrips,
  overall: RoundTrips,
  limits: TimeoutLimits,
  attempt: number,
): number {
  const base =
    host.samples > 0
      ? expected(host)
      : // Other hosts are a hint only: never less than what an unknown host gets, unless many were near.
        overall.samples >= 16
        ? 2 * expected(overall)
        : limits.initial
  const wait = Math.max(limits.floor, base) * 2 ** attempt
  return Math.round(Math.min(limits.ceiling, wait))
}

const expected = (seen: RoundTrips): number => seen.smoothed + 4 * seen.variation
