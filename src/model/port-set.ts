/** Sets of 16-bit numbers: ports, ICMP type × 256 + code, and (up to 255) protocol numbers. */
import * as interval from './interval.ts'

export type PortSet = interval.Ranges<number>

const domain = interval.numbers(65_535)

export const noPorts: PortSet = []
export const allPorts: PortSet = [0, 65_535]

/** Ports or inclusive `[from, to]` pairs, 0 to 65535; throws on a pair that is out of range or swapped. */
export function ports(...parts: readonly (number | readonly [number, number])[]): PortSet {
  return interval.normalise(
    domain,
    parts.map((part) => {
      const [from, to] = typeof part === 'number' ? [part, part] : part
      if (!isPort(from) || !isPort(to))
        throw new RangeError(`not a range of ports: ${from} to ${to}`)
      return [from, to]
    }),
  )
}

export const isPort = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535

export const union = (a: PortSet, b: PortSet): PortSet => interval.union(domain, a, b)
export const unionAll = (sets: readonly PortSet[]): PortSet => interval.unionAll(domain, sets)
export const intersect = (a: PortSet, b: PortSet): PortSet => interval.intersect(a, b)
export const subtract = (a: PortSet, b: PortSet): PortSet => interval.subtract(domain, a, b)
export const contains = (set: PortSet, port: number): boolean => interval.contains(set, port)
export const equal = (a: PortSet, b: PortSet): boolean => interval.equal(a, b)
export const isEmpty = (set: PortSet): boolean => set.length === 0
export const overlaps = (a: PortSet, b: PortSet): boolean => interval.overlaps(a, b)

/** How many numbers the set holds. */
export function count(set: PortSet): number {
  let total = 0
  for (let i = 0; i < set.length; i += 2) total += (set[i + 1] as number) - (set[i] as number) + 1
  return total
}

/** Inclusive pairs, ascending and disjoint. */
export function toPairs(set: PortSet): [number, number][] {
  const pairs: [number, number][] = []
  for (let i = 0; i < set.length; i += 2) pairs.push([set[i] as number, set[i + 1] as number])
  return pairs
}

/** `20-21, 80`; `all` for every port. */
export function formatPorts(set: PortSet): string {
  if (equal(set, allPorts)) return 'all'
  return toPairs(set)
    .map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
    .join(', ')
}
