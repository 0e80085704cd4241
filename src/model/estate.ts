/**
 * All that is known of an organisation, in neutral words. The cloud folders write it, the solver reads it. A cloud's own
 * way of putting things in a row (what stands before what, what a reply must pass) is said here as legs and stages, so
 * that the solver knows no cloud.
 */

import type { Address } from './address.ts'
import type { AddressSet } from './address-set.ts'
import type { AddressBounds } from './bounds.ts'
import type { Coverage, Gap } from './gap.ts'
import type { PortSet } from './port-set.ts'
import type { Resource, ResourceId } from './resource.ts'
import type { Source } from './source.ts'
import type { TransportPorts } from './traffic-set.ts'

/** Whom a rule speaks of. */
export type Peer =
  | { readonly kind: 'addresses'; readonly set: AddressSet }
  /** The private addresses of a group's members: security group, application security group. Never the internet by itself. */
  | { readonly kind: 'group'; readonly id: ResourceId }
  /** A name that `Estate.names` resolves for the network at hand: prefix list, service tag. */
  | { readonly kind: 'named'; readonly name: string }
  /** Not understood: it may be anybody. The gap says what. */
  | { readonly kind: 'unknown'; readonly gap: Gap }
  | { readonly kind: 'any-of'; readonly peers: readonly Peer[] }

/** One peer × ports. Rules of one filter that share `order` are read together, denies before allows. */
export interface Rule {
  /** The cloud's id (sgr-…, ARM id), or null: reports then show a hash of what the rule says. */
  readonly id: string | null
  readonly name: string | null
  /** `next` leaves the filter for the stage behind it. */
  readonly action: 'allow' | 'deny' | 'next'
  /** Priority or rule number, lowest first; 0 in filters that unite their rules. */
  readonly order: number
  readonly peer: Peer
  readonly what: TransportPorts
  /** What the rule may also match, where the cloud's documentation leaves it open. */
  readonly perhaps: TransportPorts | null
  readonly sourcePorts: PortSet
  /** Limits the rule to these destination addresses; null is any. */
  readonly destination: Peer | null
  readonly source: Source
}

/** How a filter's rules combine, and what befalls traffic that none of them matches. */
export type FilterCombination =
  | { readonly kind: 'union' } // allow rules only, none matches: denied
  | { readonly kind: 'ordered'; readonly otherwise: 'deny' | 'next' }

export interface Filter {
  readonly resource: Resource
  readonly combination: FilterCombination
  readonly inbound: readonly Rule[]
  /** Only read where the filter keeps no state (network ACL) or a check asks for it. */
  readonly outbound: readonly Rule[]
  /** Network the filter belongs to (VPC); null where it belongs to none. */
  readonly network: ResourceId | null
  /** Made by the cloud with the network (default security group). */
  readonly isDefault: boolean
  readonly source: Source
}

/** One condition that all traffic of a leg must meet. */
export type Stage =
  /** Only these sources pass: routes of the reply, public access block. `because` names the deciding rules. */
  | {
      readonly kind: 'sources'
      readonly stage: string
      readonly filter: string | null
      readonly admits: AddressBounds
      readonly because: readonly SourceRule[]
      /** Why traffic that does not pass does not: `no route to an internet gateway`. */
      readonly otherwise: string
      readonly gaps: readonly Gap[]
    }
  /** Any of these filters admits (security groups of one interface). None at all admits nothing. */
  | { readonly kind: 'union'; readonly stage: string; readonly filters: readonly ResourceId[] }
  /** One ordered filter; `next` and no match under `otherwise: next` pass on to `behind`, all of which must admit. */
  | {
      readonly kind: 'ordered'
      readonly stage: string
      readonly filter: ResourceId
      readonly behind: readonly Stage[]
    }
  /** A filter without state: the inbound list for the packet, the outbound list for the reply to the client's port. */
  | {
      readonly kind: 'stateless'
      readonly stage: string
      readonly filter: ResourceId
      /** Which list the packet meets: entering a subnet the inbound one, leaving it the outbound one. */
      readonly packet: 'inbound' | 'outbound'
    }
  /** Everything passes, or nothing does, without a filter to name. */
  | {
      readonly kind: 'fixed'
      readonly stage: string
      readonly admits: 'everything' | 'nothing'
      readonly reason: string
    }

/** A rule-like thing that is no filter rule: a route, a block setting. */
export interface SourceRule {
  readonly filter: string | null
  readonly rule: string
  readonly set: AddressSet
  readonly source: Source
}

/** Whether a stage can be the one that *admits*: only then are its ports worth a line when another stage stops them. */
export type StageRole = 'admits' | 'limits'

export interface Leg {
  readonly stages: readonly { readonly stage: Stage; readonly role: StageRole }[]
  /** The destination address as the filters see it; null when not known or none matters. */
  readonly destination: Address | null
  /** What the filters may see instead (floating addresses): a rule that names only this one may or may not match. */
  readonly orDestination?: Address
  /** Which named network's meaning of tags holds (`VirtualNetwork` of one subnet); null where names mean the same everywhere. */
  readonly scope: string | null
  /** The other meaning that tags may have here, all of them together; what holds in one of the two only is possible. */
  readonly orScope?: string
  /** Who sends in this leg. */
  readonly sender: Sender
}
export type Sender =
  /** The client's own address reaches the filters. `groups` match rules that name a balancer's group. */
  | { readonly kind: 'client'; readonly groups: readonly ResourceId[] }
  /** The front sends with its own addresses. */
  | {
      readonly kind: 'front'
      readonly addresses: AddressBounds
      readonly groups: readonly ResourceId[]
      readonly gaps: readonly Gap[]
    }

/** Between two legs: what arrives on `ports` goes on to `to`. */
export interface PortMapping {
  readonly transport: 'tcp' | 'udp'
  readonly ports: PortSet
  /** The port behind, or `same` where each port stays what it is. */
  readonly to: number | 'same'
  /** Narrows the clients (source ranges of a DNAT rule); null is anybody. */
  readonly sources: AddressSet | null
  readonly because: SourceRule | null
}

export interface Front {
  readonly kind: string
  readonly id: string
  readonly source: Source
}

/** One way from the internet to a target. */
export interface Path {
  readonly target: ResourceId
  readonly entry: {
    /** Public addresses, none where the target has none (see `barrier`) or only a name is known. */
    readonly addresses: readonly Address[]
    readonly names: readonly string[]
    /** What published it; null when the address is the target's own. The first of a chain. */
    readonly front: Front | null
  }
  /** Address families of clients that can use this entry. */
  readonly families: 'ip4' | 'ip6' | 'both'
  /** Two legs or more where fronts stand between; `mappings[i]` lies between legs i and i+1. */
  readonly legs: readonly Leg[]
  readonly mappings: readonly (readonly PortMapping[])[]
  /** Only these ports answer here (a listener that ends at the front, a managed database); null is all. */
  readonly ports: TransportPorts | null
  /** Public by number but the network's own: stays in printed sets, and is no client of this way. */
  readonly inside?: AddressSet
  /** Why nothing can come this way although filters admit it; null for an open way. */
  readonly barrier: Barrier | null
  /** Taken for granted or not known on this way, whatever the verdict. */
  readonly gaps: readonly Gap[]
}

/** `unknown` names the gaps that would decide. */
export type Barrier =
  | { readonly verdict: 'unattached' | 'open-but-unreachable'; readonly reason: string }
  | { readonly verdict: 'unknown'; readonly reason: string; readonly gaps: readonly Gap[] }

/** Something that traffic can reach: an interface, a front that answers itself, or a filter attached to nothing. */
export interface Target {
  readonly resource: Resource
  readonly machine: Resource | null
  readonly privateAddresses: readonly Address[]
  /** Filters that stand before it, for `…-without-filter`; empty and known is not the same as unknown. */
  readonly filters: readonly ResourceId[] | 'unknown'
  /** Has an address or a front of its own on the internet, whatever the filters say. */
  readonly internetFacing: 'yes' | 'no' | 'unknown'
  /** Closed by the platform although no filter stands there (Azure Standard addresses). */
  readonly closedByPlatform: string | null
  /** A line about the target itself that does not change the verdict: `stopped`. */
  readonly note: string | null
  readonly source: Source
}

export interface Estate {
  readonly accounts: readonly { readonly provider: 'aws' | 'azure' | 'gcp'; readonly id: string }[]
  readonly filters: ReadonlyMap<ResourceId, Filter>
  readonly targets: ReadonlyMap<ResourceId, Target>
  readonly paths: readonly Path[]
  /** Members' private addresses of each group; a group that is not here is unknown. */
  readonly groups: ReadonlyMap<ResourceId, AddressBounds>
  /** What a name means, by `scope|name` first and then by `name`; a name in neither is unknown. */
  readonly names: ReadonlyMap<string, NamedSet>
  /** Targets each filter stands before; `unknown` where interfaces are not completely known. */
  readonly attachments: ReadonlyMap<ResourceId, Attachment>
  readonly coverage: readonly Coverage[]
  readonly gaps: readonly Gap[]
}
export interface NamedSet {
  readonly set: AddressBounds
  readonly gap: Gap | null
}
export type Attachment =
  | { readonly kind: 'attached'; readonly targets: readonly ResourceId[] }
  | { readonly kind: 'unattached' }
  | { readonly kind: 'unknown'; readonly gaps: readonly Gap[] }
