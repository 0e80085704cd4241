/**
 * The two tables that make address sets cheap: one object for equal sets, and one computation for a pair of objects. Both
 * are bounded. A full table is emptied, which costs only speed: two objects of one value may then live side by side, so
 * whoever needs equality asks for structure and takes identity as a short cut only.
 */
import type { Ip4, Ip6 } from './address.ts'
import { equal, type Ranges } from './interval.ts'

export interface AddressSet {
  readonly v4: Ranges<Ip4>
  readonly v6: Ranges<Ip6>
  /** Number of the interned object, for memo keys only: equal sets may have different keys, never the reverse. */
  readonly key: number
}

/** `lasting` sets (the constants) stay when the table is emptied, so that comparing objects with them keeps working. */
export type Intern = (v4: Ranges<Ip4>, v6: Ranges<Ip6>, life?: 'passing' | 'lasting') => AddressSet

/** A table that holds at most `limit` sets beside the lasting ones. */
export function interning(limit: number): Intern {
  const buckets = new Map<number, AddressSet[]>()
  const lasting: AddressSet[] = []
  let passing = 0
  let nextKey = 1
  const add = (code: number, set: AddressSet): void => {
    const bucket = buckets.get(code)
    if (bucket) bucket.push(set)
    else buckets.set(code, [set])
  }
  return (v4, v6, life = 'passing') => {
    const code = hash(v4, v6)
    const known = buckets.get(code)?.find((set) => equal(set.v4, v4) && equal(set.v6, v6))
    if (known) return known
    const set: AddressSet = { v4, v6, key: nextKey++ }
    if (life === 'lasting') lasting.push(set)
    else if (++passing > limit) {
      buckets.clear()
      passing = 1
      for (const kept of lasting) add(hash(kept.v4, kept.v6), kept)
    }
    add(code, set)
    return set
  }
}

/** Equal sets have equal hashes: 32 bits over the ends of all ranges. */
export function hash(v4: Ranges<Ip4>, v6: Ranges<Ip6>): number {
  let h = v4.length
  for (const value of v4) h = (Math.imul(h, 0x01000193) ^ value) | 0
  for (const value of v6)
    for (let i = 0; i < 8; i++) h = (Math.imul(h, 0x01000193) ^ value.charCodeAt(i)) | 0
  return h
}

export type Operation = (a: AddressSet, b: AddressSet) => AddressSet

// 2^26 keys a factor: products stay below 2^53, so that no two pairs share one. Pairs beyond are not remembered.
const keyLimit = 2 ** 26

/** The same operation, with at most `limit` results remembered by pair of objects. */
export function remembering(limit: number, compute: Operation): Operation {
  const memo = new Map<number, AddressSet>()
  return (a, b) => {
    if (a.key >= keyLimit || b.key >= keyLimit) return compute(a, b)
    const key = a.key * keyLimit + b.key
    const known = memo.get(key)
    if (known) return known
    if (memo.size >= limit) memo.clear()
    const result = compute(a, b)
    memo.set(key, result)
    return result
  }
}
