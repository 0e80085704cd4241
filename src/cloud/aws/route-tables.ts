/** describe-route-tables */
import * as addressSet from '../../model/address-set.ts'
import { gap } from '../../model/gap.ts'
import type { Source } from '../../model/source.ts'
import { type JsonObject, type Note, readObjects, readText } from '../decode.ts'
import type { RouteRecord, RouteTarget } from './records.ts'
import { badCidr, has, locate, type ResourceFile, required, texts } from './resource-file.ts'

export const routeTables: ResourceFile = {
  collection: 'route-tables',
  members: ['RouteTables'],
  matches: (element) =>
    has(element, 'RouteTableId') && (has(element, 'Routes') || has(element, 'Associations')),
  read(element, at, origin, draft) {
    const { note } = draft
    const id = required(element, 'RouteTableId', at, note)
    if (id === undefined) return
    const vpcId = readText(element, 'VpcId', at, note)
    const account = readText(element, 'OwnerId', at, note)
    const associations = readObjects(element, 'Associations', at, note)
    const subnetIds = texts(element, 'Associations', 'SubnetId', at, note)
    draft.routeTables.push({
      id,
      at,
      origin,
      own: locate(draft, origin, { account, region: null }, vpcId, ...subnetIds),
      vpcId,
      subnetIds,
      gatewayIds: texts(element, 'Associations', 'GatewayId', at, note),
      isMain: associations.some(({ value }) => value['Main'] === true),
      routes: readObjects(element, 'Routes', at, note).flatMap(
        ({ value, at: place }) => readRoute(value, place, note) ?? [],
      ),
    })
  },
}

function readRoute(element: JsonObject, at: Source, note: Note): RouteRecord | undefined {
  const destination = readDestination(element, at, note)
  if (!destination) return undefined
  const state = readText(element, 'State', at, note)
  return {
    at,
    destination,
    target: readTarget(element, at, note),
    isActive: state === null || state === 'active',
    isPropagated: element['Origin'] === 'EnableVgwRoutePropagation',
  }
}

function readDestination(
  element: JsonObject,
  at: Source,
  note: Note,
): RouteRecord['destination'] | undefined {
  const list = readText(element, 'DestinationPrefixListId', at, note)
  if (list !== null) return { kind: 'prefix-list', id: list }
  const text =
    readText(element, 'DestinationCidrBlock', at, note) ??
    readText(element, 'DestinationIpv6CidrBlock', at, note)
  const set = text === null ? undefined : addressSet.parseAddresses(text)
  if (text !== null && set) return { kind: 'cidr', text, set }
  note(badCidr(text, at))
  return undefined
}

/** In which member a target stands, and what a reply that takes it means. */
const targetMembers = [
  ['EgressOnlyInternetGatewayId', 'elsewhere'],
  ['NatGatewayId', 'elsewhere'],
  ['VpcPeeringConnectionId', 'elsewhere'],
  ['TransitGatewayId', 'appliance'],
  ['LocalGatewayId', 'appliance'],
  ['CarrierGatewayId', 'appliance'],
  ['CoreNetworkArn', 'appliance'],
  ['OdbNetworkArn', 'appliance'],
  ['NetworkInterfaceId', 'appliance'],
  ['InstanceId', 'appliance'],
] as const

function readTarget(element: JsonObject, at: Source, note: Note): RouteTarget {
  const gateway = readText(element, 'GatewayId', at, note)
  if (gateway !== null) return gatewayTarget(gateway, element)
  for (const [member, kind] of targetMembers) {
    const id = readText(element, member, at, note)
    if (id !== null) return { kind, id }
  }
  // A black hole whose target was deleted may name none.
  if (element['State'] === 'blackhole') return { kind: 'elsewhere', id: 'blackhole' }
  note(gap('unknown-route-target', 'the target of this route is not understood', at))
  return { kind: 'appliance', id: 'unknown' }
}

function gatewayTarget(id: string, element: JsonObject): RouteTarget {
  if (id.startsWith('igw-')) return { kind: 'internet-gateway', id }
  if (id === 'local' || id.startsWith('eigw-') || id.startsWith('nat-') || id.startsWith('pcx-'))
    return { kind: 'elsewhere', id }
  // With a prefix list it is a gateway endpoint (S3, DynamoDB); with a CIDR a gateway load balancer endpoint.
  if (id.startsWith('vpce-') && has(element, 'DestinationPrefixListId'))
    return { kind: 'gateway-endpoint', id }
  return { kind: 'appliance', id }
}
