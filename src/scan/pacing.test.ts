import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allowance, eased, fullBucket, lowered, rateOf, taken, waitFor } from './pacing.ts'
import { connectTimeout, defaultTimeouts, noRoundTrips, observe } from './timeouts.ts'

describe('a bucket', () => {
  test('gives its burst at once and then its rate', () => {
    const rate = rateOf(10, 3)
    let bucket = fullBucket
    const at: number[] = []
    for (let now = 5000; at.length < 6; now += 10)
      while (waitFor(rate, bucket, now) === 0) {
        bucket = taken(rate, bucket, now)
        at.push(now - 5000)
      }
    expect(at).toEqual([0, 0, 0, 100, 200, 300])
  })

  test('never gives more than burst and rate allow, whoever asks when', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 50 }),
        gaps,
        (perSecond, burst, steps) => {
          const rate = rateOf(perSecond, burst)
          let bucket = fullBucket
          let now = 1
          const at: number[] = []
          for (const step of steps) {
            now += step
            const wait = waitFor(rate, bucket, now)
            if (wait > 0) {
              // After the wait that it names, one may be had.
              expect(waitFor(rate, bucket, now + wait + 1e-6)).toBeLessThan(1e-6)
              continue
            }
            bucket = taken(rate, bucket, now)
            at.push(now)
          }
          for (const [i, from] of at.entries()) {
            const end = at.at(-1) ?? from
            expect(at.length - i).toBeLessThanOrEqual(
              burst + ((end - from) * perSecond) / 1000 + 1e-6,
            )
          }
        },
      ),
    )
  })

  test('without a limit nobody waits', () => {
    const rate = rateOf(null, 1)
    expect(waitFor(rate, taken(rate, taken(rate, fullBucket, 5), 5), 5)).toBe(0)
  })

  test.each([
    [0, 1],
    [-1, 1],
    [Number.NaN, 1],
    [1, 0],
  ])('%s a second, %s at once, is no rate', (perSecond, burst) => {
    expect(() => rateOf(perSecond, burst)).toThrow(RangeError)
  })
})

test('an allowance falls at once, never below one, and comes back', () => {
  let now = allowance(2000)
  for (let i = 0; i < 50; i++) now = lowered(now, now.now)
  expect(now.now).toBe(1)
  let ends = 0
  for (; now.now < 2000; ends++) now = eased(now)
  expect(ends).toBeLessThan(60_000)
  expect(eased(now).now).toBe(2000)
})

describe('a timeout', () => {
  const seen = (...samples: number[]) => samples.reduce(observe, noRoundTrips)
  const far = seen(...new Array(20).fill(900))
  const near = seen(...new Array(20).fill(1))

  test('follows RFC 6298', () => {
    expect(seen(800)).toEqual({ smoothed: 800, variation: 400, samples: 1 })
    expect(seen(800, 1000)).toEqual({ smoothed: 825, variation: 350, samples: 2 })
  })

  test.each([
    { name: 'nothing known', host: noRoundTrips, overall: noRoundTrips, attempt: 0, is: 3000 },
    { name: 'a near host', host: near, overall: far, attempt: 0, is: 1500 },
    {
      name: 'a new host where all are near',
      host: noRoundTrips,
      overall: near,
      attempt: 0,
      is: 1500,
    },
    {
      name: 'a new host where few were seen',
      host: noRoundTrips,
      overall: seen(1),
      attempt: 0,
      is: 3000,
    },
    { name: 'the second attempt', host: near, overall: near, attempt: 1, is: 3000 },
    { name: 'no end of attempts', host: far, overall: far, attempt: 9, is: 10_000 },
  ])('$name', ({ host, overall, attempt, is }) => {
    expect(connectTimeout(host, overall, defaultTimeouts, attempt)).toBe(is)
  })

  test('stays between floor and ceiling', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -10, max: 1e6, noNaN: true })),
        fc.nat(15),
        (samples, attempt) => {
          const wait = connectTimeout(seen(...samples), noRoundTrips, defaultTimeouts, attempt)
          expect(wait).toBeGreaterThanOrEqual(defaultTimeouts.floor)
          expect(wait).toBeLessThanOrEqual(defaultTimeouts.ceiling)
        },
      ),
    )
  })
})
