import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { portCells, portForm, portPair } from '../../test/universe.ts'
import {
  allPorts,
  contains,
  count,
  equal,
  formatPorts,
  intersect,
  isEmpty,
  isPort,
  noPorts,
  overlaps,
  ports,
  subtract,
  toPairs,
  union,
  unionAll,
} from './port-set.ts'

const pair = portPair(portCells)
const form = (names: ReadonlySet<string>) => portForm(portCells, names)

test('by brute force: every operation is exact and in normal form', () => {
  fc.assert(
    fc.property(pair, pair, (a, b) => {
      expect(a.set).toEqual(form(a.names))
      expect(union(a.set, b.set)).toEqual(form(a.names.union(b.names)))
      expect(unionAll([a.set, b.set, a.set])).toEqual(form(a.names.union(b.names)))
      expect(intersect(a.set, b.set)).toEqual(form(a.names.intersection(b.names)))
      expect(subtract(a.set, b.set)).toEqual(form(a.names.difference(b.names)))
      expect(overlaps(a.set, b.set)).toBe(!a.names.isDisjointFrom(b.names))
      expect(equal(a.set, b.set)).toBe(a.names.symmetricDifference(b.names).size === 0)
      expect(isEmpty(a.set)).toBe(a.names.size === 0)
      expect(count(a.set) + count(subtract(allPorts, a.set))).toBe(65_536)
      expect(ports(...toPairs(a.set))).toEqual(a.set)
      for (const { name, lo, hi } of portCells)
        for (const port of [lo, hi]) expect(contains(a.set, Number(port))).toBe(a.names.has(name))
    }),
    { numRuns: 500 },
  )
})

describe('ports', () => {
  test.each([
    { name: 'nothing', given: [], pairs: [], written: '' },
    { name: 'neighbours join', given: [80, 81], pairs: [[80, 81]], written: '80-81' },
    {
      name: 'adjacent ranges merge',
      given: [
        [80, 80],
        [81, 90],
      ],
      pairs: [[80, 90]],
      written: '80-90',
    },
    { name: 'FTP', given: [21, 20], pairs: [[20, 21]], written: '20-21' },
    {
      name: 'apart',
      given: [443, 80, 80],
      pairs: [
        [80, 80],
        [443, 443],
      ],
      written: '80, 443',
    },
    {
      name: 'the ends',
      given: [0, 65_535],
      pairs: [
        [0, 0],
        [65_535, 65_535],
      ],
      written: '0, 65535',
    },
    { name: 'all', given: [[0, 65_535]], pairs: [[0, 65_535]], written: 'all' },
    {
      name: 'all in halves',
      given: [
        [32_768, 65_535],
        [0, 32_767],
      ],
      pairs: [[0, 65_535]],
      written: 'all',
    },
    { name: 'all but 0', given: [[1, 65_535]], pairs: [[1, 65_535]], written: '1-65535' },
  ] as {
    name: string
    given: (number | [number, number])[]
    pairs: [number, number][]
    written: string
  }[])('$name', ({ given, pairs, written }) => {
    const set = ports(...given)
    expect(toPairs(set)).toEqual(pairs)
    expect(formatPorts(set)).toBe(written)
  })

  test.each([
    [-1],
    [65_536],
    [1.5],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [[21, 20]],
    [[0, 65_536]],
  ] as (number | [number, number])[][])('refuses %j', (bad) => {
    expect(() => ports(bad as number)).toThrow(RangeError)
  })

  test.each([
    [0, true],
    [65_535, true],
    [-1, false],
    [65_536, false],
    [21.5, false],
    [Number.NaN, false],
    ['21', false],
    [null, false],
    [undefined, false],
  ])('isPort(%j) is %s', (value, answer) => {
    expect(isPort(value)).toBe(answer)
  })

  test('20-25 holds FTP and SSH, and 24 is what is left of it', () => {
    const range = ports([20, 25])
    expect(contains(range, 21) && contains(range, 22)).toBe(true)
    expect(toPairs(subtract(range, ports(20, 21, 22, 23, 25)))).toEqual([[24, 24]])
  })

  test('count', () => {
    expect(count(noPorts)).toBe(0)
    expect(count(allPorts)).toBe(65_536)
    expect(count(ports(20, 21, [100, 109]))).toBe(12)
  })
})
