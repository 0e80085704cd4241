import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addresses, all, allIp4, allIp6, subtract, unionAll } from '../model/address-set.ts'
import { defaultThresholds, internet, isOpen, isWide } from '../model/public-space.ts'
import { judgeOfBreadth } from './breadth.ts'

const slow = (set: typeof all, thresholds = defaultThresholds) =>
  isOpen(set, thresholds) ? 'open' : isWide(set, thresholds) ? 'wide' : 'narrow'

const cidr = fc.oneof(
  fc
    .record({
      base: fc.integer({ min: 0, max: 0xffff_ffff }),
      length: fc.integer({ min: 0, max: 32 }),
    })
    .map(({ base, length }) =>
      addresses(`${[24, 16, 8, 0].map((by) => (base >>> by) & 255).join('.')}/${length}`),
    ),
  fc
    .record({
      group: fc.integer({ min: 0x2000, max: 0x3fff }),
      length: fc.integer({ min: 0, max: 64 }),
    })
    .map(({ group, length }) => addresses(`${group.toString(16)}::/${length}`)),
)
const thresholds = fc.record({
  ip4: fc.oneof(fc.constant(1), fc.constant(2 ** 24), fc.integer({ min: 1, max: 2 ** 31 })),
  ip6: fc.oneof(fc.constant(1n), fc.constant(1n << 104n), fc.bigInt({ min: 1n, max: 1n << 124n })),
})

test('the fast judgement is the exact one, for any set and thresholds', () => {
  fc.assert(
    fc.property(
      fc.array(cidr, { maxLength: 6 }),
      thresholds,
      fc.boolean(),
      (parts, limits, inverted) => {
        const union = unionAll(parts)
        const set = inverted ? subtract(all, union) : union
        expect(judgeOfBreadth(limits)(set)).toBe(slow(set, limits))
      },
    ),
    { numRuns: 500 },
  )
})

test.each([
  { name: 'the whole internet and nothing else', set: internet, is: 'open' },
  { name: 'all of IPv4', set: allIp4, is: 'open' },
  { name: 'all of IPv6', set: allIp6, is: 'open' },
  { name: 'two halves', set: addresses('0.0.0.0/1', '128.0.0.0/1'), is: 'open' },
  { name: 'all but one public address', set: subtract(allIp4, addresses('8.8.8.8')), is: 'open' },
  { name: 'half of IPv4', set: addresses('128.0.0.0/1'), is: 'wide' },
  { name: 'a public /8', set: addresses('8.0.0.0/8'), is: 'wide' },
  { name: 'a public /9', set: addresses('8.0.0.0/9'), is: 'narrow' },
  { name: 'a private /8', set: addresses('10.0.0.0/8'), is: 'narrow' },
  { name: 'an IPv6 /24', set: addresses('2a00::/24'), is: 'wide' },
  { name: 'an IPv6 /25', set: addresses('2a00::/25'), is: 'narrow' },
  { name: 'nothing', set: addresses(), is: 'narrow' },
])('$name is $is', ({ set, is }) => {
  expect(judgeOfBreadth(defaultThresholds)(set)).toBe(is)
})
