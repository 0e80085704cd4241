import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addressAt,
  addressForm,
  addressPair,
  fewAddressCells,
  fewPortCells,
  type Pair,
  portForm,
  portPair,
} from '../../test/universe.ts'
import * as addressSet from './address-set.ts'
import { addresses } from './address-set.ts'
import { allPorts, ports } from './port-set.ts'
import {
  empty,
  equal,
  everyPort,
  everything,
  fromAddresses,
  groupBySources,
  intersect,
  isEmpty,
  isSubset,
  type Layer,
  mapAddresses,
  noTransportPorts,
  type Product,
  portsOf,
  sourcesOf,
  subtract,
  type TrafficSet,
  type Transport,
  toPorts,
  traffic,
  transportPorts,
  transports,
  union,
  unionOfProducts,
} from './traffic-set.ts'

const chosenPorts = portPair(fewPortCells)
const chosenAddresses = addressPair(fewAddressCells)

/** Which family a transport can carry, said once more by hand. */
const carries = (transport: Transport, line: string): boolean =>
  transport === 'icmp' ? line === 'ip4' : transport === 'icmpv6' ? line === 'ip6' : true

const name = (transport: Transport, port: string, address: string) =>
  `${transport} ${port} ${address}`

const someTransports = fc.subarray([...transports])

/** One rule's traffic, as a product and as the names of its cells. */
const aProduct = fc
  .tuple(someTransports, chosenPorts, chosenAddresses)
  .map(([chosen, what, from]): { product: Product; names: Set<string> } => ({
    product: {
      what: transportPorts(Object.fromEntries(chosen.map((t) => [t, what.set]))),
      addresses: from.set,
    },
    names: new Set(
      chosen.flatMap((t) =>
        [...what.names].flatMap((port) =>
          [...from.names]
            .filter((cell) => carries(t, cell.split(':')[0] as string))
            .map((cell) => name(t, port, cell)),
        ),
      ),
    ),
  }))
const anySet: fc.Arbitrary<Pair<TrafficSet>> = fc
  .array(aProduct, { maxLength: 5 })
  .map((parts) => ({
    set: unionOfProducts(parts.map(({ product }) => product)),
    names: parts.reduce((sum, { names }) => sum.union(names), new Set<string>()),
  }))

/** The normal form by brute force: port cells in order, neighbours with the same addresses joined. */
function form(names: ReadonlySet<string>): Record<Transport, unknown> {
  const layer = (transport: Transport) => {
    const out: { from: number; to: number; v4: readonly number[]; v6: readonly string[] }[] = []
    for (const port of fewPortCells) {
      const own = fewAddressCells.filter((cell) => names.has(name(transport, port.name, cell.name)))
      if (own.length === 0) continue
      const { v4, v6 } = addressForm(fewAddressCells, new Set(own.map((cell) => cell.name)))
      const last = out.at(-1)
      const joins =
        last?.to === Number(port.lo) - 1 &&
        JSON.stringify([last.v4, last.v6]) === JSON.stringify([v4, v6])
      if (last && joins) last.to = Number(port.hi)
      else out.push({ from: Number(port.lo), to: Number(port.hi), v4, v6 })
    }
    return out
  }
  return Object.fromEntries(transports.map((t) => [t, layer(t)])) as Record<Transport, unknown>
}
const formOf = (set: TrafficSet) =>
  Object.fromEntries(
    transports.map((t) => [
      t,
      set[t].map(({ from, to, addresses: { v4, v6 } }) => ({ from, to, v4, v6 })),
    ]),
  )

describe('by brute force', () => {
  test('a union of products is exact and in normal form, in any order', () => {
    const orders = fc
      .array(aProduct, { maxLength: 5 })
      .chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      )
    fc.assert(
      fc.property(orders, ([list, shuffled]) => {
        const names = list.reduce((sum, part) => sum.union(part.names), new Set<string>())
        const whole = unionOfProducts(list.map(({ product }) => product))
        expect(formOf(whole)).toEqual(form(names))
        const oneByOne = shuffled.reduce(
          (sum, { product }) => union(traffic(product.what, product.addresses), sum),
          empty,
        )
        expect(formOf(oneByOne)).toEqual(form(names))
        expect(equal(whole, oneByOne)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('union, intersection, subtraction, equality and subset', () => {
    fc.assert(
      fc.property(anySet, anySet, (a, b) => {
        expect(formOf(union(a.set, b.set))).toEqual(form(a.names.union(b.names)))
        expect(formOf(intersect(a.set, b.set))).toEqual(form(a.names.intersection(b.names)))
        expect(formOf(subtract(a.set, b.set))).toEqual(form(a.names.difference(b.names)))
        expect(equal(a.set, b.set)).toBe(a.names.symmetricDifference(b.names).size === 0)
        expect(isSubset(a.set, b.set)).toBe(a.names.isSubsetOf(b.names))
        expect(isEmpty(a.set)).toBe(a.names.size === 0)
      }),
      { numRuns: 500 },
    )
  })

  test('complement and De Morgan', () => {
    const not = (set: TrafficSet) => subtract(everything, set)
    fc.assert(
      // `other` has no protocols 1, 6, 17 and 58, so that only what is within everything has a complement.
      fc.property(anySet, anySet, ({ set: x }, { set: y }) => {
        const [a, b] = [intersect(x, everything), intersect(y, everything)]
        expect(equal(union(a, not(a)), everything)).toBe(true)
        expect(isEmpty(intersect(a, not(a)))).toBe(true)
        expect(equal(not(not(a)), a)).toBe(true)
        expect(equal(not(union(a, b)), intersect(not(a), not(b)))).toBe(true)
        expect(equal(not(intersect(a, b)), union(not(a), not(b)))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('restricting to addresses and to ports', () => {
    fc.assert(
      fc.property(anySet, chosenAddresses, someTransports, chosenPorts, (a, from, chosen, what) => {
        const parts = [...a.names].map((cell) => cell.split(' ') as [Transport, string, string])
        const keep = (test: (part: [Transport, string, string]) => boolean) =>
          new Set(parts.filter(test).map((part) => name(...part)))
        expect(formOf(fromAddresses(a.set, from.set))).toEqual(
          form(keep(([, , address]) => from.names.has(address))),
        )
        const only = transportPorts(Object.fromEntries(chosen.map((t) => [t, what.set])))
        expect(formOf(toPorts(a.set, only))).toEqual(
          form(keep(([transport, port]) => chosen.includes(transport) && what.names.has(port))),
        )
      }),
      { numRuns: 300 },
    )
  })

  test('ports, sources of a port, and groups by sources', () => {
    fc.assert(
      fc.property(anySet, ({ set, names }) => {
        const admitted = portsOf(set)
        for (const t of transports) {
          const own = fewPortCells.filter((port) =>
            fewAddressCells.some((cell) => names.has(name(t, port.name, cell.name))),
          )
          expect(admitted[t]).toEqual(portForm(fewPortCells, new Set(own.map((port) => port.name))))
          for (const port of fewPortCells)
            for (const cell of fewAddressCells)
              for (const number of [port.lo, port.hi])
                expect(
                  addressSet.contains(sourcesOf(set, t, Number(number)), addressAt(cell)),
                ).toBe(names.has(name(t, port.name, cell.name)))
          const groups = groupBySources(set[t])
          expect(new Set(groups.map((group) => group.addresses)).size).toBe(groups.length)
          const again = unionOfProducts(
            groups.map((group) => ({
              what: transportPorts({ [t]: group.ports }),
              addresses: group.addresses,
            })),
          )
          expect(equal(again, { ...empty, [t]: set[t] })).toBe(true)
          const lowest = groups.map((group) => group.ports[0] as number)
          expect(lowest).toEqual(lowest.toSorted((a, b) => a - b))
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('families', () => {
  test.each([
    { transport: 'tcp', cidrs: ['0.0.0.0/0', '::/0'] },
    { transport: 'udp', cidrs: ['0.0.0.0/0', '::/0'] },
    { transport: 'other', cidrs: ['0.0.0.0/0', '::/0'] },
    { transport: 'icmp', cidrs: ['0.0.0.0/0'] },
    { transport: 'icmpv6', cidrs: ['::/0'] },
  ] as { transport: Transport; cidrs: string[] }[])('$transport comes from $cidrs', (row) => {
    expect(addressSet.toCidrs(sourcesOf(everything, row.transport, 0))).toEqual(row.cidrs)
  })

  test('no change of addresses brings a family in that a transport cannot carry', () => {
    const changed = mapAddresses(everything, () => addressSet.all)
    expect(equal(changed, everything)).toBe(true)
  })

  test('traffic from no family that fits is nothing', () => {
    expect(isEmpty(traffic(transportPorts({ icmp: allPorts }), addressSet.allIp6))).toBe(true)
  })
})

describe('rules united', () => {
  const tcp = (from: number, to: number, ...cidrs: string[]): Product => ({
    what: transportPorts({ tcp: ports([from, to]) }),
    addresses: addresses(...cidrs),
  })
  const written = (layer: Layer) =>
    layer.map(({ from, to, addresses: own }) => [from, to, ...addressSet.toCidrs(own)])

  test.each([
    {
      name: 'halves of the internet on one port are all of it',
      rules: [tcp(21, 21, '0.0.0.0/1'), tcp(21, 21, '128.0.0.0/1')],
      layer: [[21, 21, '0.0.0.0/0']],
    },
    {
      name: 'neighbouring ports from the same addresses join',
      rules: [tcp(20, 20, '10.0.0.0/8'), tcp(21, 25, '10.0.0.0/8')],
      layer: [[20, 25, '10.0.0.0/8']],
    },
    {
      name: 'overlapping ranges are cut where the addresses change',
      rules: [tcp(20, 25, '10.0.0.0/8'), tcp(22, 30, '::/0')],
      layer: [
        [20, 21, '10.0.0.0/8'],
        [22, 25, '10.0.0.0/8', '::/0'],
        [26, 30, '::/0'],
      ],
    },
    {
      name: 'a cut that changes nothing disappears',
      rules: [tcp(0, 65_535, '0.0.0.0/0'), tcp(22, 22, '10.0.0.0/8')],
      layer: [[0, 65_535, '0.0.0.0/0']],
    },
    {
      name: 'rules without addresses or ports say nothing',
      rules: [
        { what: transportPorts({ tcp: allPorts }), addresses: addressSet.empty },
        tcp(1, 1, '::1'),
      ],
      layer: [[1, 1, '::1/128']],
    },
  ])('$name', ({ rules, layer }) => {
    expect(written(unionOfProducts(rules).tcp)).toEqual(layer)
  })

  test('a protocol number is no port', () => {
    expect(portsOf(everything).other).toEqual([0, 0, 2, 5, 7, 16, 18, 57, 59, 255])
    expect(noTransportPorts(transportPorts({}))).toBe(true)
    expect(noTransportPorts(everyPort)).toBe(false)
  })
})

test('groups hold together though equal sets are different objects', () => {
  const one = addresses('10.0.0.0/8', '192.168.0.0/16')
  const twin = { v4: [...one.v4], v6: [...one.v6], key: -1 }
  const other = addresses('10.0.0.0/8')
  const layer = [
    { from: 21, to: 21, addresses: one },
    { from: 22, to: 22, addresses: other },
    { from: 23, to: 23, addresses: twin },
    { from: 25, to: 25, addresses: twin },
  ]
  expect(groupBySources(layer).map((group) => group.ports)).toEqual([
    [21, 21, 23, 23, 25, 25],
    [22, 22],
  ])
  expect(
    equal(
      { ...empty, tcp: layer.slice(0, 1) },
      { ...empty, tcp: [{ from: 21, to: 21, addresses: twin }] },
    ),
  ).toBe(true)
})
