import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hash, interning, remembering } from './interning.ts'

describe('a table of sets', () => {
  test('gives one object for equal sets', () => {
    const intern = interning(10)
    expect(intern([1, 2], [])).toBe(intern([1, 2], []))
    expect(intern([1, 2], [])).not.toBe(intern([1, 3], []))
    expect(intern([], ['\u0000'.repeat(8), '\uffff'.repeat(8)])).not.toBe(intern([], []))
  })

  test('gives places away: a set made again is equal, with a key of its own', () => {
    const intern = interning(1)
    const first = intern([1, 1], [])
    expect(intern([1, 1], [])).toBe(first)
    for (const n of [2, 3, 4]) intern([n, n], [])
    const again = intern([1, 1], [])
    expect(again).not.toBe(first)
    expect(again.v4).toEqual(first.v4)
    expect(again.key).not.toBe(first.key)
  })

  test('keeps lasting sets for good', () => {
    const intern = interning(2)
    const constant = intern([7, 7], [], 'lasting')
    for (let n = 10; n < 30; n++) intern([n, n], [])
    expect(intern([7, 7], [])).toBe(constant)
  })

  test('never gives one key to two sets, however often it is emptied', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat({ max: 9 })), (limit, asked) => {
        const intern = interning(limit)
        const byKey = new Map<number, number>()
        for (const n of asked) {
          const { key, v4 } = intern([n, n], [])
          expect(v4).toEqual([n, n])
          expect(byKey.get(key) ?? n).toBe(n)
          byKey.set(key, n)
        }
      }),
    )
  })

  test('tells sets apart whose hashes are equal', () => {
    const byHash = new Map<number, number>()
    let twins: readonly [number, number] | undefined
    for (let n = 0; !twins; n++) {
      const value = Math.imul(n, 0x9e37_79b1) >>> 0
      const code = hash([value, value], [])
      const other = byHash.get(code)
      if (other !== undefined && other !== value) twins = [other, value]
      byHash.set(code, value)
    }
    const intern = interning(10)
    const [a, b] = [intern([twins[0], twins[0]], []), intern([twins[1], twins[1]], [])]
    expect(a.v4).toEqual([twins[0], twins[0]])
    expect(b.v4).toEqual([twins[1], twins[1]])
    expect(a.key).not.toBe(b.key)
  })
})

describe('a remembered operation', () => {
  const sets = Array.from({ length: 6 }, (_, n) => ({ v4: [n, n], v6: [], key: n + 1 }))
  const counted = (limit: number) => {
    let computed = 0
    const operation = remembering(limit, (a) => {
      computed++
      return a
    })
    return { operation, computed: () => computed }
  }

  test('is computed once for a pair', () => {
    const { operation, computed } = counted(2 ** 16)
    for (let i = 0; i < 3; i++)
      for (const a of sets) for (const b of sets) expect(operation(a, b)).toBe(a)
    expect(computed()).toBe(36)
  })

  test('forgets when it is full and stays right', () => {
    const { operation, computed } = counted(4)
    for (let i = 0; i < 3; i++)
      for (const a of sets) for (const b of sets) expect(operation(a, b)).toBe(a)
    expect(computed()).toBe(108)
  })

  test('does not take two pairs for one where keys are large', () => {
    const at = (key: number) => ({ v4: [key, key], v6: [], key })
    const { operation, computed } = counted(100)
    const pairs = [
      [at(1), at(2 ** 26)],
      [at(2), at(0)],
      [at(2 ** 26 - 1), at(2 ** 26 - 1)],
      [at(2 ** 26), at(1)],
    ] as const
    for (const [a, b] of pairs) expect(operation(a, b)).toBe(a)
    for (const [a, b] of pairs) expect(operation(a, b)).toBe(a)
    // Pairs with a key of 2²⁶ or more are computed each time.
    expect(computed()).toBe(6)
  })
})
