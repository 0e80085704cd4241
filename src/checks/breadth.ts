/** How much of the internet a source set admits, as the checks judge it; fast enough for a million sets. */
import type { AddressSet } from '../model/address-set.ts'
import { internet, isOpen, isWide, type Thresholds } from '../model/public-space.ts'

export type Breadth = 'open' | 'wide' | 'narrow'

const judges = new WeakMap<Thresholds, (set: AddressSet) => Breadth>()

/**
 * A judge for one pair of thresholds. Nearly all sets in the wild hold a handful of addresses: those are told by their
 * plain size, which is never below their public size, without building any set.
 */
export function judgeOfBreadth(thresholds: Thresholds): (set: AddressSet) => Breadth {
  const judge = judges.get(thresholds) ?? makeJudge(thresholds)
  judges.set(thresholds, judge)
  return judge
}

function makeJudge(thresholds: Thresholds): (set: AddressSet) => Breadth {
  const known = new WeakMap<AddressSet, Breadth>()
  const internetIp4 = sizeIp4(internet)
  // Each range may have been rounded up by one unit; this bound must not be.
  const internetIp6 = sizeIp6(internet) - internet.v6.length
  const leastIp4 = Math.min(thresholds.ip4, Math.max(1, internetIp4 - thresholds.ip4))
  const leastIp6 = Math.min(
    Number(thresholds.ip6) / unitIp6,
    Math.max(1, internetIp6 - Number(thresholds.ip6) / unitIp6),
  )
  return (set) => {
    if (sizeIp4(set) < leastIp4 && sizeIp6(set) < leastIp6) return 'narrow'
    const before = known.get(set)
    if (before) return before
    const breadth = isOpen(set, thresholds) ? 'open' : isWide(set, thresholds) ? 'wide' : 'narrow'
    known.set(set, breadth)
    return breadth
  }
}

function sizeIp4({ v4 }: AddressSet): number {
  let size = 0
  for (let i = 0; i < v4.length; i += 2) size += (v4[i + 1] as number) - (v4[i] as number) + 1
  return size
}

/** IPv6 is measured here in units of 2⁸⁰ addresses (a /48), rounded up. */
const unitIp6 = 2 ** 80

function sizeIp6({ v6 }: AddressSet): number {
  let size = 0
  for (let i = 0; i < v6.length; i += 2)
    size += high48(v6[i + 1] as string) - high48(v6[i] as string) + 1
  return size
}

const high48 = (value: string): number =>
  value.charCodeAt(0) * 2 ** 32 + value.charCodeAt(1) * 2 ** 16 + value.charCodeAt(2)
