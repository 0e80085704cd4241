/**
 * Sets over a totally ordered, discrete domain as sorted, disjoint, non-adjacent inclusive ranges in one flat array:
 * `[lo0, hi0, lo1, hi1, …]`. The form is normal: equal sets are equal arrays.
 */
export type Ranges<T> = readonly T[]

/** What the algebra needs to know of a domain; `next` and `prev` are never called on its ends. */
export interface Domain<T> {
  readonly min: T
  readonly max: T
  next(value: T): T
  prev(value: T): T
}

/** Numbers from 0 to `max`. */
export const numbers = (max: number): Domain<number> => ({
  min: 0,
  max,
  next: (value) => value + 1,
  prev: (value) => value - 1,
})

/** Normal form of any ranges, in bulk: sort and sweep. Ranges whose ends are swapped are the caller's mistake and throw. */
export function normalise<T>(domain: Domain<T>, ranges: readonly (readonly [T, T])[]): Ranges<T> {
  const sorted = [...ranges].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))
  const out: T[] = []
  for (const [lo, hi] of sorted) {
    if (lo > hi) throw new RangeError('a range ends before it begins')
    const last = out.length - 1
    if (last > 0 && touches(domain, out[last] as T, lo)) {
      if (hi > (out[last] as T)) out[last] = hi
    } else out.push(lo, hi)
  }
  return out
}

const touches = <T>(domain: Domain<T>, hi: T, lo: T): boolean =>
  lo <= hi || (hi < domain.max && domain.next(hi) === lo)

/** The union of any number of normal-form sets. */
export function unionAll<T>(domain: Domain<T>, sets: readonly Ranges<T>[]): Ranges<T> {
  const filled = sets.filter((set) => set.length > 0)
  if (filled.length === 0) return []
  if (filled.length === 1) return filled[0] as Ranges<T>
  if (filled.length === 2) return union(domain, filled[0] as Ranges<T>, filled[1] as Ranges<T>)
  const pairs: (readonly [T, T])[] = []
  for (const set of filled)
    for (let i = 0; i < set.length; i += 2) pairs.push([set[i] as T, set[i + 1] as T])
  return normalise(domain, pairs)
}

export function union<T>(domain: Domain<T>, a: Ranges<T>, b: Ranges<T>): Ranges<T> {
  const out: T[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const fromA = j >= b.length || (i < a.length && (a[i] as T) <= (b[j] as T))
    const lo = (fromA ? a[i] : b[j]) as T
    const hi = (fromA ? a[i + 1] : b[j + 1]) as T
    if (fromA) i += 2
    else j += 2
    const last = out.length - 1
    if (last > 0 && touches(domain, out[last] as T, lo)) {
      if (hi > (out[last] as T)) out[last] = hi
    } else out.push(lo, hi)
  }
  return out
}

export function intersect<T>(a: Ranges<T>, b: Ranges<T>): Ranges<T> {
  const out: T[] = []
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const [aLo, aHi, bLo, bHi] = [a[i] as T, a[i + 1] as T, b[j] as T, b[j + 1] as T]
    const lo = aLo > bLo ? aLo : bLo
    const hi = aHi < bHi ? aHi : bHi
    if (lo <= hi) out.push(lo, hi)
    if (aHi < bHi) i += 2
    else j += 2
  }
  return out
}

export function complement<T>(domain: Domain<T>, set: Ranges<T>): Ranges<T> {
  const out: T[] = []
  let from = domain.min
  for (let i = 0; i < set.length; i += 2) {
    const [lo, hi] = [set[i] as T, set[i + 1] as T]
    if (from < lo) out.push(from, domain.prev(lo))
    if (hi >= domain.max) return out
    from = domain.next(hi)
  }
  out.push(from, domain.max)
  return out
}

export function subtract<T>(domain: Domain<T>, a: Ranges<T>, b: Ranges<T>): Ranges<T> {
  if (a.length === 0 || b.length === 0) return a
  return intersect(a, complement(domain, b))
}

export function contains<T>(set: Ranges<T>, value: T): boolean {
  let low = 0
  let high = set.length / 2 - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (value < (set[2 * middle] as T)) high = middle - 1
    else if (value > (set[2 * middle + 1] as T)) low = middle + 1
    else return true
  }
  return false
}

/** Whether two sets share a value; nothing is allocated. */
export function overlaps<T>(a: Ranges<T>, b: Ranges<T>): boolean {
  if (a.length === 0 || b.length === 0) return false
  const few = a.length <= b.length ? a : b
  const many = few === a ? b : a
  // A small set against a large one: look each of its ranges up.
  if (few.length * 8 < many.length) {
    for (let i = 0; i < few.length; i += 2)
      if (meetsRange(many, few[i] as T, few[i + 1] as T)) return true
    return false
  }
  let i = 0
  let j = 0
  while (i < few.length && j < many.length) {
    if ((few[i + 1] as T) < (many[j] as T)) i += 2
    else if ((many[j + 1] as T) < (few[i] as T)) j += 2
    else return true
  }
  return false
}

/** How a range lies to a set: within it, apart from it, or partly both. */
export function position<T>(set: Ranges<T>, lo: T, hi: T): 'within' | 'apart' | 'across' {
  const at = firstNotBefore(set, lo)
  if (at === set.length || (set[at] as T) > hi) return 'apart'
  return (set[at] as T) <= lo && hi <= (set[at + 1] as T) ? 'within' : 'across'
}

/** Whether some range of the set reaches into `lo` to `hi`: the first that does not end before `lo` decides. */
function meetsRange<T>(set: Ranges<T>, lo: T, hi: T): boolean {
  const at = firstNotBefore(set, lo)
  return at < set.length && (set[at] as T) <= hi
}

/** Where the first range stands that does not end before `lo`. */
function firstNotBefore<T>(set: Ranges<T>, lo: T): number {
  let low = 0
  let high = set.length / 2
  while (low < high) {
    const middle = (low + high) >> 1
    if ((set[2 * middle + 1] as T) < lo) low = middle + 1
    else high = middle
  }
  return 2 * low
}

export function equal<T>(a: Ranges<T>, b: Ranges<T>): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
