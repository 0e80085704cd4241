/** Address and traffic sets: ours against the naive way, side by side in one run. Prints ratios, asserts nothing. */
import {
  type AddressSet,
  empty,
  intersect,
  ofIp4Range,
  parseAddresses,
  union,
  unionAll,
} from '../src/model/address-set.ts'
import { ports } from '../src/model/port-set.ts'
import * as trafficSet from '../src/model/traffic-set.ts'

/** The same numbers in every run (a linear congruential generator, with the constants of Numerical Recipes). */
function* randomNumbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state
  }
}
const random = randomNumbers(1)
const below = (limit: number): number => Math.floor((random.next().value / 2 ** 32) * limit)

function block(): AddressSet {
  const size = 2 ** below(12)
  const lo = Math.floor(below(2 ** 32) / size) * size
  return ofIp4Range(lo, lo + size - 1)
}
const blocks = (count: number): readonly AddressSet[] => Array.from({ length: count }, block)
const rules = (count: number): readonly trafficSet.Product[] =>
  blocks(count).map((addresses) => {
    const from = below(65_000)
    return { what: trafficSet.transportPorts({ tcp: ports([from, from + below(500)]) }), addresses }
  })
const texts = (count: number): readonly string[] =>
  Array.from({ length: count }, () => `${below(256)}.${below(256)}.${below(256)}.0/24`)

/** Two ways over the same input. Each round has an input of its own, so that nothing is remembered from the last. */
interface Comparison<Input> {
  readonly title: string
  readonly input: () => Input
  readonly ours: (input: Input) => unknown
  readonly naive: (input: Input) => unknown
  readonly names: readonly [ours: string, naive: string]
}

function compare<Input>({ title, input, ours, naive, names }: Comparison<Input>): void {
  const rounds = 7
  const fast: number[] = []
  const slow: number[] = []
  for (let round = 0; round < rounds; round++) {
    slow.push(seconds(naive, input()))
    fast.push(seconds(ours, input()))
  }
  const [a, b] = [1 / median(fast), 1 / median(slow)]
  console.log(`${title}\n  ${names[0]} ${rate(a)}, ${names[1]} ${rate(b)}: ${(a / b).toFixed(2)} ×`)
}

function seconds<Input>(run: (input: Input) => unknown, input: Input): number {
  const start = performance.now()
  run(input)
  return (performance.now() - start) / 1000
}
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] as number
const rate = (value: number): string =>
  `${value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)}/s`

compare({
  title: 'union of 3,000 IPv4 blocks',
  input: () => blocks(3000),
  ours: unionAll,
  naive: (sets) => sets.reduce(union, empty),
  names: ['unionAll', 'one by one'],
})
compare({
  title: 'traffic of 500 rules',
  input: () => rules(500),
  ours: trafficSet.unionOfProducts,
  naive: (products) =>
    products.reduce(
      (sum, { what, addresses }) => trafficSet.union(sum, trafficSet.traffic(what, addresses)),
      trafficSet.empty,
    ),
  names: ['unionOfProducts', 'one by one'],
})
const wide = unionAll(blocks(2000))
compare({
  title: '200 intersections with a set of 2,000 ranges',
  input: () => {
    const sets = blocks(200)
    return { first: sets, again: sets.map((set) => ({ set, known: intersect(set, wide) })) }
  },
  ours: ({ again }) => again.map(({ set }) => intersect(set, wide)),
  naive: ({ first }) => first.map(({ v4, v6 }) => intersect({ v4, v6, key: 2 ** 26 }, wide)),
  names: ['remembered', 'computed'],
})
compare({
  title: '20,000 CIDRs from text',
  input: () => texts(20_000),
  ours: (list) => list.map(parseAddresses),
  naive: (list) => list.map((text) => JSON.parse(`"${text}"`)),
  names: ['parseAddresses', 'JSON.parse of the texts'],
})
