import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  complement,
  contains,
  equal,
  intersect,
  normalise,
  numbers,
  subtract,
  union,
  unionAll,
} from './interval.ts'

const domain = numbers(15)
const everything = Array.from({ length: 16 }, (_, i) => i)

/** By brute force: the members in order, neighbours joined. */
const fromMembers = (members: ReadonlySet<number>): number[] =>
  everything
    .filter((n) => members.has(n))
    .flatMap((n) => [
      ...(members.has(n - 1) ? [] : [n]),
      ...(members.has(n + 1) && n < 15 ? [] : [n]),
    ])

const members = fc.uniqueArray(fc.integer({ min: 0, max: 15 })).map((list) => new Set(list))
const someRanges = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 15 }))
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
  { maxLength: 8 },
)

describe('normalise', () => {
  test.each([
    { name: 'nothing', given: [], form: [] },
    { name: 'one number', given: [[3, 3]], form: [3, 3] },
    {
      name: 'neighbours join',
      given: [
        [1, 2],
        [3, 4],
      ],
      form: [1, 4],
    },
    {
      name: 'a gap of one stays',
      given: [
        [1, 2],
        [4, 5],
      ],
      form: [1, 2, 4, 5],
    },
    {
      name: 'order does not matter',
      given: [
        [9, 9],
        [1, 2],
      ],
      form: [1, 2, 9, 9],
    },
    {
      name: 'a range inside another vanishes',
      given: [
        [1, 9],
        [3, 4],
      ],
      form: [1, 9],
    },
    {
      name: 'doubles vanish',
      given: [
        [0, 15],
        [0, 15],
      ],
      form: [0, 15],
    },
    {
      name: 'the upper end joins its neighbour',
      given: [
        [15, 15],
        [14, 14],
      ],
      form: [14, 15],
    },
    {
      name: 'a range behind the whole domain vanishes',
      given: [
        [0, 15],
        [15, 15],
      ],
      form: [0, 15],
    },
  ] as { name: string; given: [number, number][]; form: number[] }[])(
    '$name',
    ({ given, form }) => {
      expect(normalise(domain, given)).toEqual(form)
    },
  )

  test('refuses swapped ends', () => {
    expect(() => normalise(domain, [[4, 3]])).toThrow(RangeError)
  })

  test('holds exactly the numbers of its ranges', () => {
    fc.assert(
      fc.property(someRanges, (given) => {
        const wanted = new Set(
          everything.filter((n) => given.some(([lo, hi]) => lo <= n && n <= hi)),
        )
        expect(normalise(domain, given)).toEqual(fromMembers(wanted))
      }),
    )
  })

  test('leaves what it was given as it is', () => {
    const given = [
      [5, 6],
      [1, 2],
    ] as const
    normalise(domain, given)
    expect(given).toEqual([
      [5, 6],
      [1, 2],
    ])
  })
})

describe('by brute force', () => {
  test('union, intersection, subtraction, complement, equality', () => {
    fc.assert(
      fc.property(members, members, (a, b) => {
        const [x, y] = [fromMembers(a), fromMembers(b)]
        expect(union(domain, x, y)).toEqual(fromMembers(a.union(b)))
        expect(intersect(x, y)).toEqual(fromMembers(a.intersection(b)))
        expect(subtract(domain, x, y)).toEqual(fromMembers(a.difference(b)))
        expect(complement(domain, x)).toEqual(fromMembers(new Set(everything).difference(a)))
        expect(equal(x, y)).toBe(a.symmetricDifference(b).size === 0)
      }),
      { numRuns: 1000 },
    )
  })

  test('union of many', () => {
    fc.assert(
      fc.property(fc.array(members, { maxLength: 6 }), (sets) => {
        const all = sets.reduce((sum, set) => sum.union(set), new Set<number>())
        expect(unionAll(domain, sets.map(fromMembers))).toEqual(fromMembers(all))
      }),
    )
  })

  test('contains', () => {
    fc.assert(
      fc.property(members, (a) => {
        const set = fromMembers(a)
        for (const n of everything) expect(contains(set, n)).toBe(a.has(n))
      }),
    )
  })
})

test('a step beyond the ends of the domain is never asked for', () => {
  const strict = {
    min: 0,
    max: 15,
    next: (n: number) => {
      if (n >= 15) throw new Error('next of the last')
      return n + 1
    },
    prev: (n: number) => {
      if (n <= 0) throw new Error('prev of the first')
      return n - 1
    },
  }
  fc.assert(
    fc.property(members, members, (a, b) => {
      const [x, y] = [fromMembers(a), fromMembers(b)]
      expect(union(strict, x, y)).toEqual(union(domain, x, y))
      expect(subtract(strict, x, y)).toEqual(subtract(domain, x, y))
      expect(complement(strict, x)).toEqual(complement(domain, x))
    }),
  )
})
