import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { hostsIn, orderOf, pairsFrom, permutation } from './order.ts'

const seeds = fc.integer({ min: 0, max: 0xffff_ffff })

test('a permutation meets every value once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), seeds, (size, seed) => {
      const at = permutation(size, seed)
      const met = new Set(Array.from({ length: size }, (_, i) => at(i)))
      expect(met.size).toBe(size)
      expect(Math.max(...met)).toBe(size - 1)
      expect(Math.min(...met)).toBe(0)
    }),
  )
})

test('over four thousand million values too, as far as one can look', () => {
  fc.assert(
    fc.property(
      seeds,
      fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 50 }),
      (seed, some) => {
        const at = permutation(2 ** 32, seed)
        const met = some.map(at)
        expect(new Set(met).size).toBe(some.length)
        expect(met.every((value) => value >= 0 && value < 2 ** 32)).toBe(true)
      },
    ),
  )
})

test.each([0, 2 ** 32 + 1, Number.NaN])('there is no order over %s values', (size) => {
  expect(() => permutation(size, 1)).toThrow(RangeError)
})

test('other seeds, other orders; neighbours do not stay neighbours', () => {
  const order = (seed: number) => Array.from({ length: 1000 }, (_, i) => permutation(1000, seed)(i))
  expect(order(1)).not.toEqual(order(2))
  const steps = order(1).map((value, i, all) => Math.abs(value - (all[i - 1] ?? 0)))
  expect(steps.filter((step) => step <= 3).length).toBeLessThan(30)
})

const sizes = fc.record({
  hosts: fc.integer({ min: 1, max: 300 }),
  ports: fc.integer({ min: 1, max: 60 }),
  seed: seeds,
})

test('all pairs, each once', () => {
  fc.assert(
    fc.property(sizes, ({ hosts, ports, seed }) => {
      const met = new Set<number>()
      for (const { host, port } of pairsFrom(orderOf(hosts, ports, seed))) {
        expect(host).toBeLessThan(hosts)
        expect(port).toBeLessThan(ports)
        met.add(host * ports + port)
      }
      expect(met.size).toBe(hosts * ports)
    }),
    { numRuns: 40 },
  )
})

test('the same seed, the same order, from any position on', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), ({ hosts, ports, seed }, at) => {
      const order = orderOf(hosts, ports, seed)
      const all = [...pairsFrom(order)]
      const from = at % (all.length + 1)
      expect([...pairsFrom(order, from)]).toEqual(all.slice(from))
    }),
    { numRuns: 40 },
  )
})

test('neighbours in time are different hosts, and a host has its own order of ports', () => {
  const order = orderOf(9000, 3, 11)
  expect(order.blocks).toBe(3)
  expect(hostsIn(order, 2)).toBe(9000 - 2 * 4096)
  const portsOf = new Map<number, number[]>()
  let last = -1
  for (const { host, port } of pairsFrom(order)) {
    expect(host).not.toBe(last)
    last = host
    portsOf.set(host, [...(portsOf.get(host) ?? []), port])
  }
  expect(new Set([...portsOf.values()].map(String)).size).toBe(6)
})

test.each([
  { hosts: 1, ports: 65_535, blockHosts: 1 },
  { hosts: 10_000, ports: 10, blockHosts: 4096 },
  { hosts: 10_000, ports: 65_535, blockHosts: 64 },
  { hosts: 2 ** 32, ports: 1000, blockHosts: 4096 },
])('$hosts hosts of $ports ports: blocks of $blockHosts', ({ hosts, ports, blockHosts }) => {
  expect(orderOf(hosts, ports, 1).blockHosts).toBe(blockHosts)
})
