/** What linking works on: the draft's records, and what has been linked so far. */
import type { AddressBounds } from '../../../model/bounds.ts'
import type { Filter, NamedSet, Path, Target } from '../../../model/estate.ts'
import { type Gap, gap } from '../../../model/gap.ts'
import { type ResourceId, resourceId } from '../../../model/resource.ts'
import { subscriptionOf } from '../arm-id.ts'
import type { CoverageTable } from '../coverage.ts'
import type { Draft } from '../draft.ts'
import type { Reference } from '../element.ts'
import type { NetworkSecurityGroup } from '../resources/network-security-group.ts'
import { subnets } from '../resources/subnet.ts'

export interface World {
  readonly draft: Draft
  readonly coverage: CoverageTable
  readonly groups: ReadonlyMap<string, NetworkSecurityGroup>
  /** The groups that stand on subnets, as the groups themselves say. */
  readonly groupOfSubnet: ReadonlyMap<string, Reference>
  readonly filters: Map<ResourceId, Filter>
  readonly targets: Map<ResourceId, Target>
  readonly paths: Path[]
  readonly members: Map<ResourceId, AddressBounds>
  readonly names: Map<string, NamedSet>
  readonly note: (gap: Gap) => void
  /** Notes the first gap of a subject only. */
  readonly noteOnce: (subject: string, gap: Gap) => void
  /** One gap for each resource that is referred to and not read, and one for each collection that is absent. */
  notRead(reference: Reference, kind: NotReadKind): Gap
}

export interface NotReadKind {
  readonly collection: string
  /** `network security group` */
  readonly noun: string
  readonly command: string
}
export const notReadKinds = {
  group: {
    collection: 'network-security-groups',
    noun: 'network security group',
    command: 'az network nsg list',
  },
  network: {
    collection: 'virtual-networks',
    noun: 'virtual network',
    command: 'az network vnet list',
  },
  address: {
    collection: 'public-ip-addresses',
    noun: 'public address',
    command: 'az network public-ip list',
  },
  interface: {
    collection: 'network-interfaces',
    noun: 'network interface',
    command: 'az network nic list',
  },
  routes: {
    collection: 'route-tables',
    noun: 'route table',
    command: 'az network route-table list',
  },
  balancer: {
    collection: 'load-balancers',
    noun: 'load balancer',
    command: 'az network lb list',
  },
  gateway: {
    collection: 'application-gateways',
    noun: 'application gateway',
    command: 'az network application-gateway list',
  },
  firewall: {
    collection: 'azure-firewalls',
    noun: 'Azure Firewall',
    command: 'az network firewall list',
  },
  policy: {
    collection: 'firewall-policy-rule-collection-groups',
    noun: 'rule collection group',
    command: 'az network firewall policy rule-collection-group list',
  },
} as const satisfies Record<string, NotReadKind>

/** Remembers gaps so that a resource that a thousand others name is told of once. */
export function notReadTable(coverage: CoverageTable): World['notRead'] {
  const known = new Map<string, Gap>()
  return (reference, { collection, noun, command }) => {
    const account = subscriptionOf(reference.key)
    const isAbsent = coverage.state(account, collection) === 'absent'
    const key = isAbsent ? `${collection}|${account}` : `${collection}|${reference.key}`
    const before = known.get(key)
    if (before) return before
    const made = isAbsent
      ? gap(
          `${collection}-absent`,
          `no ${noun} of subscription ${account} was given: add the output of \`${command}\``,
          null,
          account ?? '',
        )
      : gap(
          `${collection}-not-read`,
          `${reference.id} is referred to but was not given: add the output of \`${command}\``,
          reference.at,
          reference.key,
        )
    known.set(key, made)
    return made
  }
}

/** The group on a subnet; undefined where neither the subnet nor a group says which it is. */
export function groupOf(
  { draft, groupOfSubnet }: World,
  subnet: string,
): Reference | null | undefined {
  const known = draft.all(subnets).get(subnet)
  return known ? known.networkSecurityGroup : groupOfSubnet.get(subnet)
}

export const azureId = (key: string): ResourceId => resourceId('azure', key)
