import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressAt, addressCells, addressForm, addressPair } from '../../test/universe.ts'
import { formatAddress, formatIp4, parseAddress } from './address.ts'
import {
  type AddressSet,
  addresses,
  all,
  allIp4,
  allIp6,
  contains,
  empty,
  equal,
  firstAddress,
  hashOf,
  intersect,
  isEmpty,
  isSubset,
  ofAddress,
  ofIp4Range,
  onlyIp4,
  onlyIp6,
  overlaps,
  parseAddresses,
  size,
  subtract,
  toCidrs,
  union,
  unionAll,
} from './address-set.ts'

const form = ({ v4, v6 }: AddressSet) => ({ v4, v6 })
const pair = addressPair(addressCells)
const wanted = (names: ReadonlySet<string>) => addressForm(addressCells, names)

/** The same ranges to the letter; the objects may differ, because the table of sets gives places away. */
const expectSame = (set: AddressSet, expected: AddressSet): void => {
  expect([set.v4, set.v6]).toEqual([expected.v4, expected.v6])
}

describe('by brute force', () => {
  test('union, intersection and subtraction are exact and in normal form', () => {
    fc.assert(
      fc.property(pair, pair, (a, b) => {
        expect(form(a.set)).toEqual(wanted(a.names))
        expect(form(union(a.set, b.set))).toEqual(wanted(a.names.union(b.names)))
        expect(form(intersect(a.set, b.set))).toEqual(wanted(a.names.intersection(b.names)))
        expect(form(subtract(a.set, b.set))).toEqual(wanted(a.names.difference(b.names)))
        expect(equal(a.set, b.set)).toBe(a.names.symmetricDifference(b.names).size === 0)
        expect(isSubset(a.set, b.set)).toBe(a.names.isSubsetOf(b.names))
        expect(overlaps(a.set, b.set)).toBe(!a.names.isDisjointFrom(b.names))
        expect(isEmpty(a.set)).toBe(a.names.size === 0)
      }),
      { numRuns: 1000 },
    )
  })

  test('union of many is the same in any order, and the same object', () => {
    const parts = fc
      .array(pair, { maxLength: 5 })
      .chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      )
    fc.assert(
      fc.property(parts, ([list, shuffled]) => {
        const names = list.reduce((sum, { names }) => sum.union(names), new Set<string>())
        const whole = unionAll(list.map(({ set }) => set))
        expect(form(whole)).toEqual(wanted(names))
        expectSame(unionAll(shuffled.map(({ set }) => set)), whole)
        expectSame(
          shuffled.reduce((sum, { set }) => union(sum, set), empty),
          whole,
        )
      }),
      { numRuns: 500 },
    )
  })

  test('complement: what is left of everything and what was taken are everything', () => {
    fc.assert(
      fc.property(pair, ({ set }) => {
        const rest = subtract(all, set)
        expect(isEmpty(intersect(rest, set))).toBe(true)
        expectSame(union(rest, set), all)
        expectSame(subtract(all, rest), set)
        const [some, other] = [size(set), size(rest)]
        expect(some.v4 + other.v4).toBe(2 ** 32)
        expect(some.v6 + other.v6).toBe(1n << 128n)
      }),
      { numRuns: 500 },
    )
  })

  test('De Morgan', () => {
    fc.assert(
      fc.property(pair, pair, ({ set: a }, { set: b }) => {
        const not = (set: AddressSet) => subtract(all, set)
        expectSame(not(union(a, b)), intersect(not(a), not(b)))
        expectSame(not(intersect(a, b)), union(not(a), not(b)))
      }),
      { numRuns: 500 },
    )
  })

  test('contains, size, families and the first address', () => {
    fc.assert(
      fc.property(pair, ({ set, names }) => {
        const own = addressCells.filter((cell) => names.has(cell.name))
        for (const cell of addressCells)
          expect(contains(set, addressAt(cell))).toBe(names.has(cell.name))
        const count = (line: string) =>
          own.filter((cell) => cell.line === line).reduce((n, { lo, hi }) => n + hi - lo + 1n, 0n)
        expect(size(set)).toEqual({ v4: Number(count('ip4')), v6: count('ip6') })
        expect(form(onlyIp4(set))).toEqual({ v4: set.v4, v6: [] })
        expect(form(onlyIp6(set))).toEqual({ v4: [], v6: set.v6 })
        expect(firstAddress(set)).toEqual(own[0] && addressAt(own[0]))
      }),
      { numRuns: 500 },
    )
  })

  test('equal sets have equal hashes', () => {
    fc.assert(
      fc.property(pair, pair, (a, b) => {
        const roundabout = subtract(union(a.set, b.set), subtract(b.set, a.set))
        expect(hashOf(roundabout)).toBe(hashOf(a.set))
      }),
    )
  })
})

describe('a text is read as', () => {
  test.each([
    { text: '10.0.0.0/8', cidrs: ['10.0.0.0/8'] },
    { text: '10.1.2.3/8', cidrs: ['10.0.0.0/8'] },
    { text: '255.255.255.255/0', cidrs: ['0.0.0.0/0'] },
    { text: '10.0.0.255/31', cidrs: ['10.0.0.254/31'] },
    { text: '10.1.2.3', cidrs: ['10.1.2.3/32'] },
    { text: '10.1.2.3/32', cidrs: ['10.1.2.3/32'] },
    { text: '255.255.255.255', cidrs: ['255.255.255.255/32'] },
    { text: '10.0.0.1-10.0.0.1', cidrs: ['10.0.0.1/32'] },
    { text: '10.0.0.0 - 10.0.0.255', cidrs: ['10.0.0.0/24'] },
    { text: '10.0.0.1-10.0.0.4', cidrs: ['10.0.0.1/32', '10.0.0.2/31', '10.0.0.4/32'] },
    { text: '0.0.0.0-255.255.255.255', cidrs: ['0.0.0.0/0'] },
    { text: '::/0', cidrs: ['::/0'] },
    { text: '0:0:0:0:0:0:0:0/0', cidrs: ['::/0'] },
    { text: 'FFFF::1/0', cidrs: ['::/0'] },
    { text: '2001:db8::dead:beef/33', cidrs: ['2001:db8::/33'] },
    { text: '2001:db8:ffff::/33', cidrs: ['2001:db8:8000::/33'] },
    { text: '2001:db8::1/127', cidrs: ['2001:db8::/127'] },
    { text: '2001:db8::1', cidrs: ['2001:db8::1/128'] },
    { text: '::ffff:1.2.3.4/120', cidrs: ['::ffff:102:300/120'] },
    { text: '2001:db8:: - 2001:db8::ffff', cidrs: ['2001:db8::/112'] },
    { text: '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', cidrs: ['::/0'] },
  ])('$text → $cidrs', ({ text, cidrs }) => {
    expect(toCidrs(addresses(text))).toEqual(cidrs)
  })

  test.each([
    '',
    '/',
    '/24',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8.0',
    '10.0.0.0/0x8',
    '10.0.0.0/1e1',
    '10.0.0.0/ 8',
    '10.0.0.0 /8',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    '10.0.0/8',
    '010.0.0.0/8',
    '::/129',
    '::/999',
    '::/1000',
    'fe80::%eth0/64',
    '10.0.0.2-10.0.0.1',
    '::2-::1',
    '10.0.0.1-',
    '-10.0.0.1',
    '10.0.0.1-::1',
    '10.0.0.1-2',
    '10.0.0.1-10.0.0.2-10.0.0.3',
    'Internet',
    '*',
  ])('nothing: %j', (text) => {
    expect(parseAddresses(text)).toBeUndefined()
    expect(() => addresses(text)).toThrow(RangeError)
  })
})

describe('CIDRs', () => {
  test.each([
    { name: 'nothing', set: empty, cidrs: [] },
    { name: 'everything', set: all, cidrs: ['0.0.0.0/0', '::/0'] },
    { name: 'halves are one', set: addresses('0.0.0.0/1', '128.0.0.0/1'), cidrs: ['0.0.0.0/0'] },
    { name: 'IPv6 halves are one', set: addresses('::/1', '8000::/1'), cidrs: ['::/0'] },
    {
      name: 'all but the ends',
      set: subtract(addresses('10.0.0.0/29'), addresses('10.0.0.0', '10.0.0.7')),
      cidrs: ['10.0.0.1/32', '10.0.0.2/31', '10.0.0.4/31', '10.0.0.6/32'],
    },
    {
      name: 'ascending, IPv4 first',
      set: addresses('::1', '10.0.0.0/8', '9.0.0.0/8'),
      cidrs: ['9.0.0.0/8', '10.0.0.0/8', '::1/128'],
    },
  ])('$name', ({ set, cidrs }) => {
    expect(toCidrs(set)).toEqual(cidrs)
  })

  test('the longest list: all of IPv4 but both ends, 62 blocks', () => {
    const cidrs = toCidrs(ofIp4Range(1, 0xffff_fffe))
    expect(cidrs).toHaveLength(62)
    expectSame(addresses(...cidrs), ofIp4Range(1, 0xffff_fffe))
  })

  test('are exact, disjoint and as few as can be', () => {
    fc.assert(
      fc.property(pair, ({ set }) => {
        const blocks = toCidrs(set).map((text) => ({ text, set: addresses(text) }))
        expectSame(unionAll(blocks.map((block) => block.set)), set)
        // Exact and disjoint: the sizes add up. Fewest: no two of them, side by side, are one block.
        const sum = blocks
          .map((block) => size(block.set))
          .reduce((total, one) => ({ v4: total.v4 + one.v4, v6: total.v6 + one.v6 }), {
            v4: 0,
            v6: 0n,
          })
        expect(sum).toEqual(size(set))
        for (const [i, { text, set: one }] of blocks.entries()) {
          const length = Number(text.split('/')[1])
          if (length === 0) continue
          const parent = addresses(`${text.split('/')[0]}/${length - 1}`)
          expect(isSubset(parent, set)).toBe(false)
          const next = blocks[i + 1]
          if (next) expect(isSubset(parent, union(one, next.set))).toBe(false)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('any IPv4 prefix is read as its block, host bits cleared', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xffff_ffff }), fc.nat({ max: 32 }), (value, length) => {
        const set = addresses(`${formatIp4(value)}/${length}`)
        const block = 2 ** (32 - length)
        expect(size(set)).toEqual({ v4: block, v6: 0n })
        expect((set.v4[0] as number) % block).toBe(0)
        expect(contains(set, { family: 4, value })).toBe(true)
        expect(toCidrs(set)).toHaveLength(1)
      }),
    )
  })

  test('any IPv6 prefix is read as its block, host bits cleared', () => {
    const anyIp6 = fc.array(fc.nat({ max: 0xffff }), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(anyIp6, fc.nat({ max: 128 }), (groups, length) => {
        const value = String.fromCharCode(...groups)
        const set = addresses(`${formatAddress({ family: 6, value })}/${length}`)
        expect(size(set)).toEqual({ v4: 0, v6: 1n << BigInt(128 - length) })
        expect(contains(set, { family: 6, value })).toBe(true)
        expect(toCidrs(set)).toHaveLength(1)
        expect(toCidrs(set)[0]).toMatch(new RegExp(`/${length}$`))
      }),
    )
  })
})

test('one address, one family, everything', () => {
  const address = parseAddress('10.0.0.7')
  expect(address && toCidrs(ofAddress(address))).toEqual(['10.0.0.7/32'])
  expect(union(allIp4, allIp6)).toBe(all)
  expect(size(all)).toEqual({ v4: 2 ** 32, v6: 1n << 128n })
  expect(firstAddress(empty)).toBeUndefined()
  expect(unionAll([])).toBe(empty)
})
