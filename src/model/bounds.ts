/** What certainly is, and what may be: `certain` is always within `possible`. */

import type { AddressSet } from './address-set.ts'
import * as addressSet from './address-set.ts'
import type { TrafficSet } from './traffic-set.ts'
import * as trafficSet from './traffic-set.ts'

export interface Bounds<T> {
  readonly certain: T
  readonly possible: T
}
export type AddressBounds = Bounds<AddressSet>
export type TrafficBounds = Bounds<TrafficSet>

export const exactly = <T>(value: T): Bounds<T> => ({ certain: value, possible: value })

export const unknownAddresses: AddressBounds = {
  certain: addressSet.empty,
  possible: addressSet.all,
}
export const noTraffic: TrafficBounds = exactly(trafficSet.empty)
export const allTraffic: TrafficBounds = exactly(trafficSet.everything)

export const unionAddresses = (parts: readonly AddressBounds[]): AddressBounds => ({
  certain: addressSet.unionAll(parts.map((part) => part.certain)),
  possible: addressSet.unionAll(parts.map((part) => part.possible)),
})
/** `neutral` leaves the other operand as it is. */
const both =
  (operation: (a: TrafficSet, b: TrafficSet) => TrafficSet, neutral: TrafficBounds) =>
  (a: TrafficBounds, b: TrafficBounds): TrafficBounds => {
    if (a === neutral) return b
    if (b === neutral) return a
    const certain = operation(a.certain, b.certain)
    const exact = a.certain === a.possible && b.certain === b.possible
    return { certain, possible: exact ? certain : operation(a.possible, b.possible) }
  }
export const union: (a: TrafficBounds, b: TrafficBounds) => TrafficBounds = both(
  trafficSet.union,
  noTraffic,
)
export const intersect: (a: TrafficBounds, b: TrafficBounds) => TrafficBounds = both(
  trafficSet.intersect,
  allTraffic,
)
/** `a` without `b`: certainly left is what cannot be in `b`. */
export const subtract = (a: TrafficBounds, b: TrafficBounds): TrafficBounds => {
  const certain = trafficSet.subtract(a.certain, b.possible)
  const exact = a.certain === a.possible && b.certain === b.possible
  return { certain, possible: exact ? certain : trafficSet.subtract(a.possible, b.certain) }
}
