/** What the resource files read: AWS's own words, decoded, each with its place. `link` turns them into the estate. */
import type { Address } from '../../model/address.ts'
import type { AddressSet } from '../../model/address-set.ts'
import type { Rule } from '../../model/estate.ts'
import type { Source } from '../../model/source.ts'
import type { Origin } from './origin.ts'

/** Account and region as an element itself says them; null where it does not. */
export interface Place {
  readonly account: string | null
  readonly region: string | null
}

export interface Base {
  readonly at: Source
  readonly origin: Origin
  readonly own: Place
  readonly id: string
}

export interface GroupRecord extends Base {
  readonly name: string | null
  readonly vpcId: string | null
  readonly inbound: readonly Rule[]
  readonly outbound: readonly Rule[]
}

/** One element of describe-security-group-rules. */
export interface GroupRuleRecord extends Base {
  readonly groupId: string
  readonly isEgress: boolean
  readonly rule: Rule
}

export interface AddressPair {
  readonly private: Address | null
  readonly public: Address | null
}

export interface InterfaceRecord extends Base {
  /** Its id, or more where documents give one id to several interfaces. */
  readonly key: string
  readonly name: string | null
  readonly description: string | null
  readonly type: string | null
  readonly vpcId: string | null
  readonly subnetId: string | null
  /** Null where the document does not say. */
  readonly groupIds: readonly string[] | null
  readonly instanceId: string | null
  /** Not attached to anything. */
  readonly isFree: boolean
  readonly isPrimary: boolean
  readonly pairs: readonly AddressPair[]
  readonly ip6: readonly Address[]
  /** Delegated IPv6 prefixes, as printed. */
  readonly prefixes6: readonly string[]
}

export interface InstanceRecord extends Base {
  readonly name: string | null
  readonly state: string | null
  readonly vpcId: string | null
  readonly interfaces: readonly InterfaceRecord[]
}

export interface SubnetRecord extends Base {
  readonly vpcId: string | null
  readonly zone: string | null
  readonly cidrs: AddressSet
}

export interface VpcRecord extends Base {
  readonly name: string | null
  readonly cidrs: AddressSet
}

export type RouteTarget =
  | { readonly kind: 'internet-gateway'; readonly id: string }
  /** Nothing that comes from the internet is answered this way: local, NAT, egress-only, peering. */
  | { readonly kind: 'elsewhere'; readonly id: string }
  | { readonly kind: 'gateway-endpoint'; readonly id: string }
  /** Somebody's machine or network stands there and may or may not send the reply on. */
  | { readonly kind: 'appliance'; readonly id: string }

export interface RouteRecord {
  readonly at: Source
  readonly destination:
    | { readonly kind: 'cidr'; readonly text: string; readonly set: AddressSet }
    | { readonly kind: 'prefix-list'; readonly id: string }
  readonly target: RouteTarget
  readonly isActive: boolean
  readonly isPropagated: boolean
}

export interface RouteTableRecord extends Base {
  readonly vpcId: string | null
  readonly subnetIds: readonly string[]
  readonly gatewayIds: readonly string[]
  readonly isMain: boolean
  readonly routes: readonly RouteRecord[]
}

export interface GatewayRecord extends Base {
  readonly vpcIds: readonly string[]
}

export interface AclRecord extends Base {
  readonly name: string | null
  readonly vpcId: string | null
  readonly subnetIds: readonly string[]
  readonly isDefault: boolean
  readonly inbound: readonly Rule[]
  readonly outbound: readonly Rule[]
}

export interface ElasticAddressRecord extends Base {
  readonly publicAddress: Address
  readonly allocationId: string | null
  readonly interfaceId: string | null
  readonly instanceId: string | null
  readonly privateAddress: Address | null
}

export interface PrefixListRecord extends Base {
  /** Null where only the list's name is known. */
  readonly entries: readonly PrefixEntry[] | null
}
export interface PrefixEntry {
  readonly text: string
  readonly set: AddressSet
}

export interface BlockOptionsRecord extends Base {
  readonly mode: 'off' | 'block-ingress' | 'block-bidirectional' | 'unknown'
}
export interface BlockExclusionRecord extends Base {
  readonly resourceId: string
  readonly letsIn: boolean
}

export interface BalancerRecord extends Base {
  readonly kind: 'application' | 'network' | 'classic'
  /** Classic balancers have no ARN in their documents: this is null there. */
  readonly arn: string | null
  readonly name: string
  readonly dnsName: string | null
  readonly scheme: 'internet-facing' | 'internal'
  readonly families: 'ip4' | 'ip6' | 'both'
  readonly vpcId: string | null
  readonly subnetIds: readonly string[]
  readonly groupIds: readonly string[]
  /** How its interfaces are described. */
  readonly description: string
  /** Only of classic balancers. */
  readonly instanceIds: readonly string[]
  readonly classicListeners: readonly ClassicListener[]
}
export interface ClassicListener {
  readonly at: Source
  readonly port: number
  readonly instancePort: number
  readonly protocol: string
}

export interface ListenerRecord extends Base {
  readonly balancerArn: string
  readonly port: number
  readonly protocol: string
  readonly actions: readonly Action[]
}
export interface ListenerRuleRecord extends Base {
  readonly listenerArn: string
  /** Lower is read first; the default rule comes last. */
  readonly priority: number
  /** Clients that a source-ip condition limits the rule to; null is anybody. */
  readonly sources: AddressSet | null
  /** The rule has no other condition than the source. */
  readonly onlySources: boolean
  readonly actions: readonly Action[]
}
export type Action =
  | { readonly kind: 'forward'; readonly groupArns: readonly string[]; readonly at: Source }
  | { readonly kind: 'ends-here'; readonly at: Source }

export interface TargetGroupRecord extends Base {
  readonly name: string
  readonly type: string
  readonly protocol: string
  readonly port: number | null
  readonly vpcId: string | null
  readonly balancerArns: readonly string[]
}
export interface TargetHealthRecord extends Base {
  /** From the file name. */
  readonly groupName: string | null
  readonly targetId: string
  readonly port: number | null
}
export interface AttributeRecord extends Base {
  /** From the file name: a target group's or balancer's. */
  readonly ownerName: string | null
  readonly value: string
}

export interface AcceleratorRecord extends Base {
  readonly name: string | null
  readonly addresses: readonly Address[]
  readonly names: readonly string[]
  readonly isEnabled: boolean
  readonly families: 'ip4' | 'both'
}
export interface AcceleratorListenerRecord extends Base {
  readonly acceleratorArn: string
  readonly transport: 'tcp' | 'udp'
  readonly ranges: readonly (readonly [number, number])[]
}
export interface EndpointGroupRecord extends Base {
  readonly listenerArn: string
  readonly region: string | null
  readonly endpoints: readonly Endpoint[]
  readonly overrides: readonly { readonly from: number; readonly to: number }[]
}
export interface Endpoint {
  readonly at: Source
  readonly id: string
  readonly keepsClient: boolean | null
}

/** A managed service that answers by a name on one port: RDS, Redshift. */
export interface DatabaseRecord extends Base {
  readonly kind: 'db-instance' | 'cluster'
  readonly key: string
  readonly isPublic: boolean | null
  readonly endpoint: string | null
  readonly port: number | null
  readonly vpcId: string | null
  /** Where it stands or may move to. */
  readonly subnetIds: readonly string[]
  /** All subnets of its subnet group; its interface stands in one of them. */
  readonly groupSubnetIds: readonly string[]
  readonly groupIds: readonly string[]
  /** Of the leader, or the only node. */
  readonly publicAddresses: readonly Address[]
  readonly privateAddresses: readonly Address[]
  /** Private addresses of all of a cluster's nodes. */
  readonly nodes: readonly Address[]
}
