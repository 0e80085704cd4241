import type { AddressSet } from '../model/address-set.ts'
import * as addressSet from '../model/address-set.ts'
import { internet, shares } from '../model/public-space.ts'

/** A source set in a few words: `all of IPv4`, `12 % of IPv4`, up to four CIDRs. */
export function formatCidrs(set: AddressSet): string {
  const { ipv4, ipv6 } = shares(set)
  const whole = [ipv4 === 1 ? 'all of IPv4' : null, ipv6 === 1 ? 'all of IPv6' : null].filter(
    (part) => part !== null,
  )
  if (
    whole.length > 0 &&
    addressSet.isSubset(addressSet.intersect(set, internet), covered(ipv4, ipv6))
  )
    return whole.join(' and ')
  const cidrs = addressSet.toCidrs(set)
  if (cidrs.length <= 4) return cidrs.join(', ')
  const part = [percent(ipv4, 'IPv4'), percent(ipv6, 'IPv6')].filter((text) => text !== null)
  return `${cidrs.slice(0, 3).join(', ')} and ${cidrs.length - 3} more (${part.join(', ') || 'private'})`
}

const covered = (ipv4: number, ipv6: number): AddressSet =>
  addressSet.union(
    ipv4 === 1 ? addressSet.allIp4 : addressSet.empty,
    ipv6 === 1 ? addressSet.allIp6 : addressSet.empty,
  )

const percent = (share: number, family: string): string | null =>
  share === 0 ? null : `${share < 0.001 ? '<0.1' : (share * 100).toFixed(1)} % of ${family}`
