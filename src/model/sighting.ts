/** What one look at a network yields, in the order in which it came: the lines of a scan. */
import { type Address, formatAddress } from './address.ts'
import { type AddressSet, contains } from './address-set.ts'
import type { Gap } from './gap.ts'
import type { PortSet } from './port-set.ts'
import { internet } from './public-space.ts'
import { type ProbeOutcome, type Service, serviceKey } from './service.ts'

/** Who looked, from where, at which network. */
export interface Look {
  /** One id for each run, kept when it is resumed. */
  readonly run: string
  /** The site or VPC as the user names it; `internet` for public addresses. */
  readonly network: string
  /** The host that looked. */
  readonly vantage: string
}

/** The look as it is at this address: a public one is of the internet, wherever it was looked at from. */
export const lookAt = (look: Look, address: Address): Look =>
  contains(internet, address) ? { ...look, network: 'internet' } : look

/** Who a service is, by where it was seen. */
export const keyOfService = (
  look: Look,
  { address, port }: Pick<Service, 'address' | 'port'>,
): string => serviceKey(lookAt(look, address).network, formatAddress(address), port)

export type Sighting =
  | { readonly kind: 'service'; readonly service: Service }
  /** Looked, and what came: negative evidence too. */
  | {
      readonly kind: 'probe'
      readonly address: Address
      readonly ports: PortSet
      readonly transport: 'tcp'
      /** Milliseconds since the epoch. */
      readonly seen: number
      readonly outcome: ProbeOutcome
    }
  /** Closes a run: "none seen" may be said only inside it. */
  | {
      readonly kind: 'coverage'
      readonly addresses: AddressSet
      readonly ports: PortSet
      readonly from: number
      readonly to: number
      readonly complete: boolean
    }
  | { readonly kind: 'gap'; readonly gap: Gap }
