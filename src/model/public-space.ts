/**
 * What "the internet" is: one dated table. IPv4 less everything that IANA's special-purpose registry calls not globally
 * reachable (its globally reachable sub-blocks kept), multicast and the reserved class; IPv6 2000::/3 less the same.
 * Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and successors), read 2026-11-01.
 */
import { type AddressSet, addresses, all, intersect, size, subtract, union } from './address-set.ts'
import type { Provider } from './resource.ts'

export const publicSpaceDate = '2026-11-01'

const notReachable4 = addresses(
  '0.0.0.0/8', // "this network", RFC 791
  '10.0.0.0/8', // private use, RFC 1918
  '100.64.0.0/10', // shared address space, RFC 6598
  '127.0.0.0/8', // loopback, RFC 1122
  '169.254.0.0/16', // link local, RFC 3927
  '172.16.0.0/12', // private use, RFC 1918
  '192.0.0.0/24', // IETF protocol assignments, RFC 6890
  '192.0.2.0/24', // documentation, RFC 5737
  '192.88.99.2/32', // 6a44 relay anycast, RFC 6751; the rest of its block is public space
  '192.168.0.0/16', // private use, RFC 1918
  '198.18.0.0/15', // benchmarking, RFC 2544
  '198.51.100.0/24', // documentation, RFC 5737
  '203.0.113.0/24', // documentation, RFC 5737
  '224.0.0.0/4', // multicast, RFC 5771
  '240.0.0.0/4', // reserved, RFC 1112, limited broadcast included
)
const reachable4 = addresses(
  '192.0.0.9/32', // Port Control Protocol anycast, RFC 7723
  '192.0.0.10/32', // TURN anycast, RFC 8155
)
const notReachable6 = addresses(
  '2001::/23', // IETF protocol assignments, RFC 2928
  '2001:db8::/32', // documentation, RFC 3849
  '3fff::/20', // documentation, RFC 9637
)
const reachable6 = addresses(
  '2001:1::1/128', // Port Control Protocol anycast, RFC 7723
  '2001:1::2/128', // TURN anycast, RFC 8155
  '2001:1::3/128', // DNS-SD service registration anycast, RFC 9665
  '2001:3::/32', // AMT, RFC 7450
  '2001:4:112::/48', // AS112-v6, RFC 7535
  '2001:20::/28', // ORCHIDv2, RFC 7343
  '2001:30::/28', // drone remote id, RFC 9374
)

/** Every public address of both families. */
export const internet: AddressSet = union(
  subtract(addresses('0.0.0.0/0', '2000::/3'), union(notReachable4, notReachable6)),
  union(reachable4, reachable6),
)
export const notInternet: AddressSet = subtract(all, internet)

/**
 * Public addresses of the clouds themselves that stand for a proxy or a probe, never for a client: Azure's platform
 * address (health probes, DNS); Google's front ends and health checks, and its Identity-Aware Proxy.
 */
const platformAddresses: Readonly<Partial<Record<Provider, AddressSet>>> = {
  azure: addresses('168.63.129.16/32'),
  gcp: addresses('130.211.0.0/22', '35.191.0.0/16', '35.235.240.0/20'),
}
/** Who on the internet can be a client of something in this cloud. */
export const clientsOf = (provider: Provider): AddressSet =>
  subtract(internet, platformAddresses[provider] ?? addresses())

const internetSize = size(internet)

/** What part of the public IPv4 and IPv6 space a set admits, each from 0 to 1; 1 only when nothing is missing, 0 only when nothing is admitted. */
export function shares(set: AddressSet): { readonly ipv4: number; readonly ipv6: number } {
  const admitted = size(intersect(set, internet))
  return {
    ipv4: admitted.v4 / internetSize.v4,
    ipv6: shareOfBig(admitted.v6, internetSize.v6),
  }
}

function shareOfBig(part: bigint, whole: bigint): number {
  if (part === whole) return 1
  // Doubles carry 2¹²⁸ and keep one address apart from none; only rounding up to the whole must be held off.
  return Math.min(Number(part) / Number(whole), 1 - Number.EPSILON)
}

/** All of public IPv4, or all of public IPv6. */
export function isUnrestricted(set: AddressSet): boolean {
  const { v4, v6 } = size(intersect(set, internet))
  return v4 === internetSize.v4 || v6 === internetSize.v6
}

/** The limits at which a source set is called open or wide; both can be set by the user. */
export interface Thresholds {
  /** Open: fewer public IPv4 addresses than this are missing. Wide: at least this many are admitted. */
  readonly ip4: number
  /** The same for IPv6, in addresses: an IPv6 /24 holds 2¹⁰⁴. */
  readonly ip6: bigint
}
export const defaultThresholds: Thresholds = { ip4: 2 ** 24, ip6: 1n << 104n }

/** Unrestricted, or so nearly that a block list of a few addresses makes no difference. */
export function isOpen(set: AddressSet, { ip4, ip6 }: Thresholds): boolean {
  const { v4, v6 } = size(intersect(set, internet))
  const missing = { v4: internetSize.v4 - v4, v6: internetSize.v6 - v6 }
  return (
    missing.v4 === 0 ||
    missing.v6 === 0n ||
    (v4 > 0 && missing.v4 < ip4) ||
    (v6 > 0n && missing.v6 < ip6)
  )
}

/** Large, but short of open. */
export function isWide(set: AddressSet, thresholds: Thresholds): boolean {
  if (isOpen(set, thresholds)) return false
  const { v4, v6 } = size(intersect(set, internet))
  return (v4 > 0 && v4 >= thresholds.ip4) || (v6 > 0n && v6 >= thresholds.ip6)
}
