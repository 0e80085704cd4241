import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressPair, fewAddressCells, fewPortCells, portPair } from '../../test/universe.ts'
import * as addressSet from './address-set.ts'
import {
  type AddressBounds,
  allTraffic,
  exactly,
  intersect,
  noTraffic,
  subtract,
  type TrafficBounds,
  union,
  unionAddresses,
  unknownAddresses,
} from './bounds.ts'
import * as trafficSet from './traffic-set.ts'

const addresses = addressPair(fewAddressCells).map(({ set }) => set)
const traffic = fc
  .tuple(portPair(fewPortCells), addresses)
  .map(([{ set }, from]) =>
    trafficSet.traffic(trafficSet.transportPorts({ tcp: set, udp: set }), from),
  )

/** Bounds, and one truth within them. */
const around = <T>(
  any: fc.Arbitrary<T>,
  join: (a: T, b: T) => T,
): fc.Arbitrary<{ bounds: { certain: T; possible: T }; truth: T }> =>
  fc.tuple(any, any, any).map(([certain, more, most]) => ({
    bounds: { certain, possible: join(join(certain, more), most) },
    truth: join(certain, more),
  }))
const addressBounds = around(addresses, addressSet.union)
const trafficBounds = around(traffic, trafficSet.union)

const holdsAddresses = ({ certain, possible }: AddressBounds, truth: addressSet.AddressSet) =>
  addressSet.isSubset(certain, truth) && addressSet.isSubset(truth, possible)
const holdsTraffic = ({ certain, possible }: TrafficBounds, truth: trafficSet.TrafficSet) =>
  trafficSet.isSubset(certain, truth) && trafficSet.isSubset(truth, possible)

describe('whatever the truth within the bounds, the result’s bounds hold it', () => {
  test('addresses: union and subtraction', () => {
    fc.assert(
      fc.property(addressBounds, addressBounds, (a, b) => {
        const both = addressSet.union(a.truth, b.truth)
        expect(holdsAddresses(unionAddresses([a.bounds, b.bounds]), both)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('traffic: union, intersection and subtraction', () => {
    fc.assert(
      fc.property(trafficBounds, trafficBounds, (a, b) => {
        const rows = [
          [union, trafficSet.union],
          [intersect, trafficSet.intersect],
          [subtract, trafficSet.subtract],
        ] as const
        for (const [onBounds, onSets] of rows)
          expect(holdsTraffic(onBounds(a.bounds, b.bounds), onSets(a.truth, b.truth))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('the bounds are no wider than they must be: both ends can be the truth', () => {
    fc.assert(
      fc.property(trafficBounds, trafficBounds, ({ bounds: a }, { bounds: b }) => {
        const left = subtract(a, b)
        expect(trafficSet.equal(left.certain, trafficSet.subtract(a.certain, b.possible))).toBe(
          true,
        )
        expect(trafficSet.equal(left.possible, trafficSet.subtract(a.possible, b.certain))).toBe(
          true,
        )
        const both = union(a, b)
        expect(trafficSet.equal(both.certain, trafficSet.union(a.certain, b.certain))).toBe(true)
        expect(trafficSet.equal(both.possible, trafficSet.union(a.possible, b.possible))).toBe(true)
      }),
    )
  })
})

test('what is exact stays exact, as one object', () => {
  fc.assert(
    fc.property(traffic, traffic, (a, b) => {
      for (const operation of [union, intersect, subtract]) {
        const { certain, possible } = operation(exactly(a), exactly(b))
        expect(possible).toBe(certain)
      }
    }),
  )
})

test('an unknown peer of an allow admits nothing for certain and everything possibly', () => {
  const known = exactly(addressSet.addresses('10.0.0.0/8'))
  const { certain, possible } = unionAddresses([known, unknownAddresses])
  expect(certain).toBe(known.certain)
  expect(possible).toBe(addressSet.all)
})

test('an unknown part takes everything from what is certain and nothing from what is possible', () => {
  const unknown = { certain: trafficSet.empty, possible: trafficSet.everything }
  const { certain, possible } = subtract(allTraffic, unknown)
  expect(trafficSet.isEmpty(certain)).toBe(true)
  expect(trafficSet.equal(possible, trafficSet.everything)).toBe(true)
})

test('nothing and everything', () => {
  expect(unionAddresses([])).toEqual(exactly(addressSet.empty))
  expect(trafficSet.isEmpty(union(noTraffic, noTraffic).possible)).toBe(true)
  expect(trafficSet.isEmpty(subtract(allTraffic, allTraffic).possible)).toBe(true)
  expect(trafficSet.equal(intersect(allTraffic, allTraffic).certain, trafficSet.everything)).toBe(
    true,
  )
})
