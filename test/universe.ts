/**
 * Small universes for the sets of the model, and what is true of them by brute force: a set is a `Set` of the names of its
 * cells. A cell is one point or the whole gap between two points, so that ends of the domain, neighbours and long ranges
 * all occur while every set stays enumerable.
 */
import * as fc from 'fast-check'
import {
  type Address,
  formatAddress,
  type Ip4,
  type Ip6,
  ip6FromBigInt,
  ip6ToBigInt,
  parseAddress,
} from '../src/model/address.ts'
import { type AddressSet, addresses } from '../src/model/address-set.ts'
import { type PortSet, ports } from '../src/model/port-set.ts'

export interface Cell {
  readonly name: string
  readonly line: string
  readonly lo: bigint
  readonly hi: bigint
}

/** The cells between and at some points of one line of numbers; outside the first and last point there are none. */
export function cellsOf(line: string, points: readonly bigint[]): readonly Cell[] {
  const sorted = [...new Set(points)].sort((a, b) => (a < b ? -1 : 1))
  return sorted.flatMap((point, i) => {
    const at = { name: `${line}:${point}`, line, lo: point, hi: point }
    const next = sorted[i + 1]
    if (next === undefined || next === point + 1n) return [at]
    return [at, { name: `${line}:${point}+`, line, lo: point + 1n, hi: next - 1n }]
  })
}

const numberOf = (text: string): bigint => {
  const address = parseAddress(text)
  if (!address) throw new RangeError(text)
  return address.family === 4 ? BigInt(address.value) : ip6ToBigInt(address.value)
}
const addressOf = (line: string, value: bigint): Address =>
  line === 'ip4' ? { family: 4, value: Number(value) } : { family: 6, value: ip6FromBigInt(value) }

const ip4Points = Array.from({ length: 16 }, (_, i) => numberOf('10.0.0.0') + BigInt(i))
const ends4 = ['0.0.0.0', '0.0.0.1', '255.255.255.254', '255.255.255.255'].map(numberOf)
const last6 = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff'
// The middle ones stand where a step carries over from one group to the next.
const points6 = ['::', '::1', '2001:db8::ffff', '2001:db8::1:0', `${last6}:fffe`, `${last6}:ffff`]

export const addressCells: readonly Cell[] = [
  ...cellsOf('ip4', [...ip4Points, ...ends4]),
  ...cellsOf('ip6', points6.map(numberOf)),
]
/** Fewer, for products with ports. */
export const fewAddressCells: readonly Cell[] = [
  ...cellsOf('ip4', [...ip4Points.slice(0, 3), ...ends4.slice(0, 1), ...ends4.slice(-1)]),
  ...cellsOf(
    'ip6',
    [points6[0], points6[5]].map((text) => numberOf(text as string)),
  ),
]
export const portCells: readonly Cell[] = cellsOf(
  'port',
  [...Array(16).keys(), 65_534, 65_535].map(BigInt),
)
export const fewPortCells: readonly Cell[] = cellsOf('port', [0, 1, 2, 65_534, 65_535].map(BigInt))

/** A range from one cell to another of the same line. */
export interface Range {
  readonly cells: readonly Cell[]
  readonly lo: bigint
  readonly hi: bigint
  readonly line: string
}
export const ranges = (cells: readonly Cell[]): fc.Arbitrary<readonly Range[]> => {
  const index = fc.nat({ max: cells.length - 1 })
  const range = fc.tuple(index, index).map(([a, b]) => {
    const first = cells[Math.min(a, b)] as Cell
    const own = cells
      .slice(Math.min(a, b), Math.max(a, b) + 1)
      .filter((cell) => cell.line === first.line)
    return { cells: own, lo: first.lo, hi: (own.at(-1) as Cell).hi, line: first.line }
  })
  return fc.array(range, { maxLength: 6 })
}

/** A set beside what it holds by brute force. */
export interface Pair<S> {
  readonly set: S
  readonly names: ReadonlySet<string>
}
const namesOf = (parts: readonly Range[]): ReadonlySet<string> =>
  new Set(parts.flatMap((part) => part.cells.map((cell) => cell.name)))

const toAddressSet = (parts: readonly Range[]): AddressSet =>
  addresses(
    ...parts.map(({ line, lo, hi }) => {
      return `${formatAddress(addressOf(line, lo))}-${formatAddress(addressOf(line, hi))}`
    }),
  )
export const addressPair = (cells: readonly Cell[]): fc.Arbitrary<Pair<AddressSet>> =>
  ranges(cells).map((parts) => ({ set: toAddressSet(parts), names: namesOf(parts) }))

/** The normal form by brute force: cells in order, neighbours joined. */
export function normalForm(
  cells: readonly Cell[],
  names: ReadonlySet<string>,
): readonly (readonly [bigint, bigint])[] {
  const out: [bigint, bigint][] = []
  for (const { name, lo, hi } of cells) {
    if (!names.has(name)) continue
    const last = out.at(-1)
    if (last && last[1] + 1n === lo) last[1] = hi
    else out.push([lo, hi])
  }
  return out
}

/** The same for both families at once, in the form an `AddressSet` has. */
export function addressForm(
  cells: readonly Cell[],
  names: ReadonlySet<string>,
): { readonly v4: readonly Ip4[]; readonly v6: readonly Ip6[] } {
  const ends = (line: string) =>
    normalForm(
      cells.filter((cell) => cell.line === line),
      names,
    ).flat()
  return { v4: ends('ip4').map(Number), v6: ends('ip6').map(ip6FromBigInt) }
}

export const addressAt = (cell: Cell): Address => addressOf(cell.line, cell.lo)

/** Ports as a set and by brute force. */
export const portPair = (cells: readonly Cell[]): fc.Arbitrary<Pair<PortSet>> =>
  ranges(cells).map((parts) => ({
    set: ports(...parts.map(({ lo, hi }) => [Number(lo), Number(hi)] as const)),
    names: namesOf(parts),
  }))
export const portForm = (cells: readonly Cell[], names: ReadonlySet<string>): readonly number[] =>
  normalForm(cells, names).flat().map(Number)
