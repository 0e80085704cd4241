/** AWS's documents, taken together. */
import { ip } from './address.ts'
import type {
  BlockExclusion,
  BlockOptions,
  ClassicBalancer,
  Collection,
  ElasticAddress,
  InternetGateway,
  Listener,
  ListenerRule,
  LoadBalancer,
  NetworkAcl,
  NetworkInterface,
  RouteTable,
  SecurityGroup,
  SecurityGroupRule,
  TargetGroup,
  TargetHealth,
} from './aws-documents.ts'
import type { NamedDocument } from './packet.ts'

export interface World {
  readonly groups: Collection<SecurityGroup>
  readonly groupRules: Collection<SecurityGroupRule>
  readonly interfaces: Collection<NetworkInterface>
  readonly tables: Collection<RouteTable>
  readonly gateways: Collection<InternetGateway>
  readonly acls: Collection<NetworkAcl>
  readonly addresses: Collection<ElasticAddress>
  readonly block: BlockOptions | null
  readonly exclusions: Collection<BlockExclusion>
  readonly balancers: Collection<LoadBalancer>
  readonly classic: Collection<ClassicBalancer>
  readonly listeners: Collection<Listener>
  readonly listenerRules: Collection<ListenerRule>
  readonly targetGroups: Collection<TargetGroup>
  readonly health: ReadonlyMap<string, Collection<TargetHealth>>
  readonly attributes: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** The blocks of each network. */
  readonly networks: ReadonlyMap<string, readonly string[]>
  readonly prefixLists: ReadonlyMap<string, Collection<{ readonly Cidr: string }>>
}

export const sameAddress = (a: string, b: string): boolean =>
  ip(a).family === ip(b).family && ip(a).value === ip(b).value

export function publicAddresses(world: World, card: NetworkInterface): readonly string[] {
  const found = new Set<string>()
  if (card.Association) found.add(card.Association.PublicIp)
  for (const { Association } of card.PrivateIpAddresses)
    if (Association) found.add(Association.PublicIp)
  for (const { Ipv6Address } of card.Ipv6Addresses) found.add(Ipv6Address)
  for (const elastic of world.addresses.items)
    if (elastic.NetworkInterfaceId === card.NetworkInterfaceId) found.add(elastic.PublicIp)
  return [...found]
}

type Json = { readonly [member: string]: unknown }

export function gather(documents: readonly NamedDocument[]): World {
  const pages = documents.map(({ document, value }) => ({ document, value: value as Json }))
  const collect = <Item>(member: string): Collection<Item> => {
    const own = pages.filter(({ value }) => Array.isArray(value[member]))
    const partial = own.some(({ value }) => value['NextToken'] || value['NextMarker'])
    return {
      items: own.flatMap(({ value }) => value[member] as Item[]),
      state: own.length === 0 ? 'absent' : partial ? 'partial' : 'complete',
    }
  }
  const named = (prefix: string): { readonly name: string; readonly value: Json }[] =>
    pages
      .filter(({ document }) => document.startsWith(prefix))
      .map(({ document, value }) => ({
        name: document.slice(prefix.length, -'.json'.length),
        value,
      }))
  const block = pages.find(({ value }) => 'VpcBlockPublicAccessOptions' in value)
  return {
    groups: collect('SecurityGroups'),
    groupRules: collect('SecurityGroupRules'),
    interfaces: collect('NetworkInterfaces'),
    tables: collect('RouteTables'),
    gateways: collect('InternetGateways'),
    acls: collect('NetworkAcls'),
    addresses: collect('Addresses'),
    block: block ? (block.value['VpcBlockPublicAccessOptions'] as BlockOptions) : null,
    exclusions: collect('VpcBlockPublicAccessExclusions'),
    balancers: collect('LoadBalancers'),
    classic: collect('LoadBalancerDescriptions'),
    listeners: collect('Listeners'),
    listenerRules: collect('Rules'),
    targetGroups: collect('TargetGroups'),
    health: new Map(
      named('describe-target-health-').map(({ name, value }) => [
        name,
        { items: value['TargetHealthDescriptions'] as TargetHealth[], state: 'complete' },
      ]),
    ),
    attributes: new Map(
      named('describe-target-group-attributes-').map(({ name, value }) => [
        name,
        new Map(
          (value['Attributes'] as { readonly Key: string; readonly Value: string }[]).map(
            ({ Key, Value }) => [Key, Value],
          ),
        ),
      ]),
    ),
    networks: new Map(
      collect<Json>('Vpcs').items.map((vpc) => [
        String(vpc['VpcId']),
        [
          ...((vpc['CidrBlockAssociationSet'] ?? []) as Json[]).map((own) => own['CidrBlock']),
          ...((vpc['Ipv6CidrBlockAssociationSet'] ?? []) as Json[]).map(
            (own) => own['Ipv6CidrBlock'],
          ),
        ].map(String),
      ]),
    ),
    prefixLists: new Map([
      ...named('get-managed-prefix-list-entries-').map(
        ({ name, value }): [string, Collection<{ readonly Cidr: string }>] => [
          name,
          {
            items: value['Entries'] as { readonly Cidr: string }[],
            state: value['NextToken'] ? 'partial' : 'complete',
          },
        ],
      ),
      ...collect<{ readonly PrefixListId: string; readonly Cidrs: readonly string[] }>(
        'PrefixLists',
      ).items.flatMap(
        ({ PrefixListId, Cidrs }): [string, Collection<{ readonly Cidr: string }>][] =>
          Cidrs
            ? [[PrefixListId, { items: Cidrs.map((Cidr) => ({ Cidr })), state: 'complete' }]]
            : [],
      ),
    ]),
  }
}
