/**
 * The two tables that make address sets cheap: one object for equal sets, and one computation for a pair of objects. Both
 * have a fixed number of places, and a newcomer takes the place of whoever stands there. That costs only speed: two objects
 * of one value may live side by side, so whoever needs equality asks for structure and takes identity as a short cut only.
 */
import type { Ip4, Ip6 } from './address.ts'
import { equal, type Ranges } from './interval.ts'

export interface AddressSet {
  readonly v4: Ranges<Ip4>
  readonly v6: Ranges<Ip6>
  /** Number of the interned object, for memo keys only: equal sets may have different keys, never the reverse. */
  readonly key: number
}

/** `lasting` sets (the constants) never lose their place, so that comparing objects with them keeps working. */
export type Intern = (v4: Ranges<Ip4>, v6: Ranges<Ip6>, life?: 'passing' | 'lasting') => AddressSet

/** A table of so many places, beside the lasting sets. */
export function interning(places: number): Intern {
  const table = new Array<AddressSet | undefined>(places).fill(undefined)
  // Looked at first: most sets that stand in the way are told apart without being touched.
  const codes = new Uint32Array(places)
  const lasting: { readonly code: number; readonly set: AddressSet }[] = []
  let nextKey = 1
  return (v4, v6, life = 'passing') => {
    const code = hash(v4, v6)
    for (const constant of lasting)
      if (constant.code === code && isOf(constant.set, v4, v6)) return constant.set
    const place = code % places
    const known = codes[place] === code ? table[place] : undefined
    if (known && life === 'passing' && isOf(known, v4, v6)) return known
    const set: AddressSet = { v4, v6, key: nextKey++ }
    if (life === 'lasting') lasting.push({ code, set })
    else {
      table[place] = set
      codes[place] = code
    }
    return set
  }
}

const isOf = (set: AddressSet, v4: Ranges<Ip4>, v6: Ranges<Ip6>): boolean =>
  equal(set.v4, v4) && equal(set.v6, v6)

/** Equal sets have equal hashes: 32 bits, not negative, over the ends of all ranges. */
export function hash(v4: Ranges<Ip4>, v6: Ranges<Ip6>): number {
  let h = v4.length
  for (let i = 0; i < v4.length; i++) h = Math.imul(h, 0x0100_0193) ^ (v4[i] as Ip4)
  for (const value of v6)
    for (let i = 0; i < 8; i++) h = Math.imul(h, 0x0100_0193) ^ value.charCodeAt(i)
  // Networks differ in their upper bits: these are brought down to where the table looks.
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35)
  return (h ^ (h >>> 16)) >>> 0
}

export type Operation = (a: AddressSet, b: AddressSet) => AddressSet

// 2^26 keys a factor: products stay below 2^53, so that no two pairs share one. Pairs beyond are not remembered.
const keyLimit = 2 ** 26

/** The same operation, with at most so many results remembered by pair of objects. */
export function remembering(places: number, compute: Operation): Operation {
  const pairs = new Float64Array(places)
  const results = new Array<AddressSet | undefined>(places).fill(undefined)
  return (a, b) => {
    if (a.key >= keyLimit || b.key >= keyLimit) return compute(a, b)
    const pair = a.key * keyLimit + b.key
    const place = ((Math.imul(a.key, 0x9e37_79b1) ^ Math.imul(b.key, 0x85eb_ca6b)) >>> 0) % places
    const known = results[place]
    if (known && pairs[place] === pair) return known
    const result = compute(a, b)
    pairs[place] = pair
    results[place] = result
    return result
  }
}
