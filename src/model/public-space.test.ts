import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressCells, addressPair } from '../../test/universe.ts'
import { parseAddress } from './address.ts'
import {
  type AddressSet,
  addresses,
  all,
  allIp4,
  allIp6,
  contains,
  empty,
  intersect,
  isEmpty,
  ofIp4Range,
  size,
  subtract,
  union,
} from './address-set.ts'
import {
  defaultThresholds,
  internet,
  isOpen,
  isUnrestricted,
  isWide,
  notInternet,
  publicSpaceDate,
  shares,
} from './public-space.ts'

const isPublic = (text: string): boolean => {
  const address = parseAddress(text)
  if (!address) throw new RangeError(text)
  return contains(internet, address)
}

describe('the internet', () => {
  test.each([
    '1.0.0.0',
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '191.255.255.255',
    '192.0.0.9',
    '192.0.0.10',
    '192.0.1.0',
    '192.0.3.0',
    '192.31.196.1',
    '192.52.193.1',
    '192.88.99.1',
    '192.88.99.3',
    '192.167.255.255',
    '192.169.0.0',
    '192.175.48.1',
    '198.17.255.255',
    '198.20.0.0',
    '198.51.99.255',
    '198.51.101.0',
    '203.0.112.255',
    '203.0.114.0',
    '223.255.255.255',
    '2000::',
    '2001:1::1',
    '2001:1::2',
    '2001:1::3',
    '2001:3::1',
    '2001:4:112::1',
    '2001:20::1',
    '2001:2f:ffff::',
    '2001:30::1',
    '2001:200::',
    '2001:db7:ffff::',
    '2001:db9::',
    '2600::1',
    '2620:4f:8000::1',
    '2a00:1450::1',
    '3ffe:ffff::',
    '3fff:1000::',
  ])('holds %s', (text) => {
    expect(isPublic(text)).toBe(true)
  })

  test.each([
    '0.0.0.0',
    '0.255.255.255',
    '10.0.0.0',
    '10.1.2.3',
    '10.255.255.255',
    '100.64.0.0',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.0',
    '172.31.255.255',
    '192.0.0.0',
    '192.0.0.8',
    '192.0.0.11',
    '192.0.0.170',
    '192.0.0.171',
    '192.0.0.255',
    '192.0.2.1',
    '192.88.99.2',
    '192.168.0.0',
    '192.168.255.255',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '64:ff9b::1',
    '64:ff9b:1::1',
    '100::1',
    '1fff:ffff::',
    '2001::1',
    '2001:1::',
    '2001:1::4',
    '2001:2::1',
    '2001:4:111:ffff::',
    '2001:10::1',
    '2001:1f:ffff::',
    '2001:40::',
    '2001:1ff:ffff::',
    '2001:db8::1',
    '2001:db8:ffff::',
    '3fff::1',
    '3fff:fff:ffff::',
    '4000::',
    '5f00::1',
    'fc00::1',
    'fdff::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
  ])('does not hold %s', (text) => {
    expect(isPublic(text)).toBe(false)
  })

  test('and the rest are everything, without overlap', () => {
    expect(union(internet, notInternet)).toBe(all)
    expect(isEmpty(intersect(internet, notInternet))).toBe(true)
  })

  test('has the size that the registry gives by hand', () => {
    const blocks = [8, 8, 10, 8, 16, 12, 24, 24, 16, 15, 24, 24, 4, 4]
    const special = blocks.reduce((sum, length) => sum + 2 ** (32 - length), 0)
    // 192.0.0.9 and .10 are kept, 192.88.99.2 is not.
    expect(size(internet).v4).toBe(2 ** 32 - special + 2 - 1)
    const taken = (1n << 105n) + (1n << 96n) + (1n << 108n)
    const kept = 3n + (1n << 96n) + (1n << 80n) + 2n * (1n << 100n)
    expect(size(internet).v6).toBe((1n << 125n) - taken + kept)
  })

  test('is dated', () => {
    expect(publicSpaceDate).toMatch(/^\d{4}-\d{2}-\d{2}$/)
  })
})

describe('the share of the internet', () => {
  test.each([
    { name: 'of nothing', set: empty, ipv4: 0, ipv6: 0 },
    { name: 'of everything', set: all, ipv4: 1, ipv6: 1 },
    { name: 'of the internet', set: internet, ipv4: 1, ipv6: 1 },
    { name: 'of 0.0.0.0/0', set: allIp4, ipv4: 1, ipv6: 0 },
    { name: 'of ::/0', set: allIp6, ipv4: 0, ipv6: 1 },
    { name: 'of private space', set: notInternet, ipv4: 0, ipv6: 0 },
    { name: 'of its halves', set: addresses('0.0.0.0/1', '128.0.0.0/1'), ipv4: 1, ipv6: 0 },
    { name: 'of 2000::/3', set: addresses('2000::/3'), ipv4: 0, ipv6: 1 },
  ])('$name', ({ set, ipv4, ipv6 }) => {
    expect(shares(set)).toEqual({ ipv4, ipv6 })
  })

  test.each(['8.8.8.8', '8.0.0.0/8', '2600::1', '2600::/64', '2600::/12'])(
    'of %s is neither none nor all',
    (text) => {
      const { ipv4, ipv6 } = shares(addresses(text))
      const rest = shares(subtract(all, addresses(text)))
      const [own, other] = text.includes(':') ? [ipv6, rest.ipv6] : [ipv4, rest.ipv4]
      expect(own).toBeGreaterThan(0)
      expect(own).toBeLessThan(0.01)
      expect(other).toBeLessThan(1)
      expect(other).toBeGreaterThan(0.99)
    },
  )

  test('is 1 exactly when nothing is missing, 0 exactly when nothing is in', () => {
    fc.assert(
      fc.property(addressPair(addressCells), ({ set }) => {
        const { ipv4, ipv6 } = shares(set)
        const own = intersect(set, internet)
        expect(ipv4 === 0).toBe(own.v4.length === 0)
        expect(ipv6 === 0).toBe(own.v6.length === 0)
        expect(ipv4 === 1 || ipv6 === 1).toBe(isUnrestricted(set))
      }),
    )
  })
})

describe('unrestricted, open and wide', () => {
  // Both lie wholly in public space.
  const slash8 = addresses('8.0.0.0/8')
  const slash24 = addresses('2600::/24')
  const without = (...parts: AddressSet[]) => parts.reduce(subtract, all)
  const only = (set: AddressSet, ...less: string[]) => subtract(set, addresses(...less))
  const less4 = subtract(allIp4, slash8)
  const less6 = subtract(allIp6, slash24)

  test.each([
    { name: 'nothing', set: empty, says: '' },
    { name: 'everything', set: all, says: 'unrestricted open' },
    { name: '0.0.0.0/0', set: allIp4, says: 'unrestricted open' },
    { name: '::/0', set: allIp6, says: 'unrestricted open' },
    { name: 'exactly the public addresses', set: internet, says: 'unrestricted open' },
    {
      name: 'all but private space',
      set: subtract(allIp4, addresses('10.0.0.0/8', '192.168.0.0/16')),
      says: 'unrestricted open',
    },
    { name: 'private space', set: notInternet, says: '' },
    { name: 'all IPv4 but one address', set: only(allIp4, '8.8.8.8'), says: 'open' },
    { name: 'all IPv6 but one address', set: only(allIp6, '2600::1'), says: 'open' },
    { name: 'all but one of each', set: without(addresses('8.8.8.8', '2600::1')), says: 'open' },
    // 2²⁴ missing is no longer open; one fewer still is.
    { name: 'all IPv4 but 2²⁴', set: less4, says: 'wide' },
    {
      name: 'all IPv4 but 2²⁴ − 1',
      set: union(less4, addresses('8.0.0.0')),
      says: 'open',
    },
    { name: 'all IPv4 but 2²⁴ + 1', set: only(less4, '9.0.0.0'), says: 'wide' },
    { name: 'all IPv6 but a /24', set: less6, says: 'wide' },
    { name: 'all IPv6 but a /24 less one', set: union(less6, addresses('2600::')), says: 'open' },
    // 2²⁴ admitted is wide; one fewer is not.
    { name: 'a /8', set: slash8, says: 'wide' },
    { name: 'a /8 less one', set: only(slash8, '8.255.255.255'), says: '' },
    { name: '256 × /16', set: addresses('8.0.0.0/9', '11.0.0.0/9'), says: 'wide' },
    { name: 'an IPv6 /24', set: slash24, says: 'wide' },
    { name: 'an IPv6 /24 less one', set: only(slash24, '2600::'), says: '' },
    { name: 'a /8 that is private', set: addresses('10.0.0.0/8'), says: '' },
    { name: 'one address', set: addresses('8.8.8.8'), says: '' },
    {
      name: 'a wide part of IPv4 beside all of IPv6',
      set: union(slash8, allIp6),
      says: 'unrestricted open',
    },
  ])('$name: $says', ({ set, says }) => {
    const words = [
      isUnrestricted(set) && 'unrestricted',
      isOpen(set, defaultThresholds) && 'open',
      isWide(set, defaultThresholds) && 'wide',
    ]
    expect(words.filter(Boolean).join(' ')).toBe(says)
  })

  test('the limits can be set', () => {
    const strict = { ip4: 1, ip6: 1n }
    expect(isOpen(only(allIp4, '8.8.8.8'), strict)).toBe(false)
    expect(isOpen(allIp4, strict)).toBe(true)
    expect(isWide(addresses('8.8.8.8'), strict)).toBe(true)
    expect(isWide(addresses('10.0.0.1'), strict)).toBe(false)
  })

  test('limits of zero leave what is unrestricted open and what is empty alone', () => {
    const none = { ip4: 0, ip6: 0n }
    expect(isOpen(allIp4, none)).toBe(true)
    expect(isOpen(allIp6, none)).toBe(true)
    expect(isOpen(only(allIp4, '8.8.8.8'), none)).toBe(false)
    expect(isWide(empty, none)).toBe(false)
    expect(isWide(addresses('8.8.8.8'), none)).toBe(true)
  })

  test('unrestricted is open, open is not wide, and more addresses never make less', () => {
    const limits = { ip4: 4, ip6: 4n }
    const publicRange = fc
      .tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 }))
      .map(([a, b]) => ofIp4Range(0x0800_0000 + Math.min(a, b), 0x0800_0000 + Math.max(a, b)))
    const some = fc.oneof(
      publicRange,
      publicRange.map((set) => subtract(allIp4, set)),
      addressPair(addressCells).map(({ set }) => set),
    )
    const rank = (set: AddressSet): number =>
      isUnrestricted(set) ? 3 : isOpen(set, limits) ? 2 : isWide(set, limits) ? 1 : 0
    fc.assert(
      fc.property(some, some, (a, b) => {
        if (isUnrestricted(a)) expect(isOpen(a, limits)).toBe(true)
        if (isOpen(a, limits)) expect(isWide(a, limits)).toBe(false)
        expect(rank(union(a, b))).toBeGreaterThanOrEqual(Math.max(rank(a), rank(b)))
      }),
      { numRuns: 500 },
    )
  })
})
