/**
 * How fast a scan may go: token buckets in their one-number form (GCRA, ITU-T I.371): a bucket is the moment at which it
 * will be full again, so ten thousand hosts cost ten thousand numbers. The clock is an argument, in milliseconds.
 */
export interface Rate {
  /** Milliseconds between two in the long run; 0 is no limit. */
  readonly interval: number
  /** How far ahead of that one may run, in milliseconds. */
  readonly tolerance: number
}

/** `burst` at once, then `perSecond`; null is no limit. */
export function rateOf(perSecond: number | null, burst: number): Rate {
  if (perSecond === null) return { interval: 0, tolerance: 0 }
  if (!(perSecond > 0) || !(burst >= 1))
    throw new RangeError(`no rate: ${perSecond} a second, ${burst} at once`)
  const interval = 1000 / perSecond
  return { interval, tolerance: interval * (burst - 1) }
}

/** The bucket of somebody who has not yet asked. */
export const fullBucket = 0

/** Milliseconds until one may be taken; 0 is now. */
export const waitFor = (rate: Rate, bucket: number, now: number): number =>
  rate.interval === 0 ? 0 : Math.max(0, bucket - rate.tolerance - now)

/** The bucket after one was taken. */
export const taken = (rate: Rate, bucket: number, now: number): number =>
  rate.interval === 0 ? bucket : Math.max(bucket, now) + rate.interval

/** What a scan holds to, whatever it finds. */
export interface Pacing {
  /** Connections begun in a second over all hosts; null is no limit. */
  readonly rate: number | null
  /** Connections begun in a second to one host; null is no limit. */
  readonly perHostRate: number | null
  /** Connections to one host that are being made at a time. */
  readonly perHostInFlight: number
  /** Conversations with one host at a time, over all its ports. */
  readonly perHostConversations: number
  /** Connections being made and conversations, in all. */
  readonly inFlight: number
}

export const defaultPacing: Pacing = {
  rate: 5000,
  perHostRate: 200,
  perHostInFlight: 32,
  perHostConversations: 2,
  inFlight: 2000,
}
/** For targets on this machine: as fast as it goes, with the same manners. */
export const loopbackPacing: Pacing = { ...defaultPacing, rate: null, perHostRate: null }

/** A limit that gives way when this machine runs out of something, and comes back slowly. */
export interface Allowance {
  readonly most: number
  readonly now: number
  /** Good ends since it last grew. */
  readonly good: number
}
export const allowance = (most: number): Allowance => ({ most, now: most, good: 0 })
/** After a shortage while so many were in flight. */
export const lowered = (before: Allowance, inFlight: number): Allowance => ({
  ...before,
  now: Math.max(1, Math.min(before.now, Math.floor(inFlight * 0.75))),
  good: 0,
})
/** After an end without shortage: a sixteenth more, at least one, for each full round of them. */
export function eased(before: Allowance): Allowance {
  if (before.now >= before.most) return before
  const good = before.good + 1
  if (good < before.now) return { ...before, good }
  const more = Math.max(1, Math.floor(before.now / 16))
  return { ...before, now: Math.min(before.most, before.now + more), good: 0 }
}
