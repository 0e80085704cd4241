/** The solver remembers by identity: equal things must be one object. */
const numbers = new WeakMap<object, number>()
let next = 1

/** A number for an object, for keys only. */
export function numberOf(thing: object): number {
  const known = numbers.get(thing)
  if (known !== undefined) return known
  numbers.set(thing, next)
  return next++
}

/** The same function, which computes once for each key. */
export function memo<K, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>()
  return (key) => {
    const value = known.get(key)
    if (value !== undefined) return value
    const made = compute(key)
    known.set(key, made)
    return made
  }
}
