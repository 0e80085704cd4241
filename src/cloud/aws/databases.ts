/** rds describe-db-instances and redshift describe-clusters: they answer by a name, on one port. */
import { type Address, parseAddress } from '../../model/address.ts'
import { below } from '../../model/source.ts'
import { readBoolean, readNumber, readObject, readObjects, readText } from '../decode.ts'
import {
  has,
  locate,
  placeOfArn,
  type ResourceFile,
  regionOfZone,
  required,
  texts,
} from './resource-file.ts'

export const dbInstances: ResourceFile = {
  collection: 'db-instances',
  members: ['DBInstances'],
  matches: (element) =>
    has(element, 'DBInstanceIdentifier') &&
    (has(element, 'DBInstanceArn') || has(element, 'Engine')),
  read(element, at, origin, draft) {
    const { note } = draft
    const id = required(element, 'DBInstanceIdentifier', at, note)
    if (id === undefined) return
    const arn = readText(element, 'DBInstanceArn', at, note)
    const zone = readText(element, 'AvailabilityZone', at, note)
    const place = placeOfArn(arn)
    const inside = below(at, 'DBSubnetGroup')
    const group = readObject(element, 'DBSubnetGroup', at, note)
    const vpcId = group && readText(group, 'VpcId', inside, note)
    const subnets = group ? readObjects(group, 'Subnets', inside, note) : []
    const withZone = subnets.flatMap(({ value, at: where }) => {
      const subnetId = readText(value, 'SubnetIdentifier', where, note)
      const own = readObject(value, 'SubnetAvailabilityZone', where, note)
      return subnetId === null ? [] : [{ subnetId, zone: own?.['Name'] ?? null }]
    })
    // It stands in its own zone, and with a standby in another one it may move.
    const here = withZone.filter((one) => one.zone === zone)
    const chosen = element['MultiAZ'] === true || here.length === 0 ? withZone : here
    const groupIds = texts(element, 'VpcSecurityGroups', 'VpcSecurityGroupId', at, note)
    const endpoint = readObject(element, 'Endpoint', at, note)
    draft.databases.push({
      id,
      at,
      origin,
      own: locate(
        draft,
        origin,
        { account: place.account, region: place.region ?? regionOfZone(zone) },
        vpcId,
        ...groupIds,
      ),
      kind: 'db-instance',
      key: arn ?? id,
      isPublic: readBoolean(element, 'PubliclyAccessible', at, note),
      endpoint: endpoint && readText(endpoint, 'Address', below(at, 'Endpoint'), note),
      port: (endpoint && readNumber(endpoint, 'Port', below(at, 'Endpoint'), note)) ?? null,
      vpcId,
      subnetIds: chosen.map(({ subnetId }) => subnetId),
      groupIds: [...groupIds].sort(),
      groupSubnetIds: withZone.map(({ subnetId }) => subnetId),
      publicAddresses: [],
      privateAddresses: [],
      nodes: [],
    })
  },
}

export const redshiftClusters: ResourceFile = {
  collection: 'redshift-clusters',
  members: ['Clusters'],
  isAmbiguous: true,
  matches: (element) =>
    has(element, 'ClusterIdentifier') &&
    (has(element, 'ClusterNodes') ||
      has(element, 'NodeType') ||
      has(element, 'ClusterSubnetGroupName')),
  read(element, at, origin, draft) {
    const { note } = draft
    const id = required(element, 'ClusterIdentifier', at, note)
    if (id === undefined) return
    const arn = readText(element, 'ClusterNamespaceArn', at, note)
    const place = placeOfArn(arn)
    const region = place.region ?? regionOfZone(readText(element, 'AvailabilityZone', at, note))
    const vpcId = readText(element, 'VpcId', at, note)
    const groupIds = texts(element, 'VpcSecurityGroups', 'VpcSecurityGroupId', at, note)
    const endpoint = readObject(element, 'Endpoint', at, note)
    const nodes = readObjects(element, 'ClusterNodes', at, note)
    // Clients speak to the leader, or to the only node.
    const leaders = nodes.filter(
      ({ value }) =>
        value['NodeRole'] !== undefined && !String(value['NodeRole']).startsWith('COMPUTE'),
    )
    const addresses = (list: typeof nodes, member: string): readonly Address[] =>
      list.flatMap(({ value, at: where }) => {
        const text = readText(value, member, where, note)
        return (text === null ? undefined : parseAddress(text)) ?? []
      })
    draft.databases.push({
      id,
      at,
      origin,
      own: locate(draft, origin, { account: place.account, region }, vpcId, ...groupIds),
      kind: 'cluster',
      key: arn ?? id,
      isPublic: readBoolean(element, 'PubliclyAccessible', at, note),
      endpoint: endpoint && readText(endpoint, 'Address', below(at, 'Endpoint'), note),
      port: (endpoint && readNumber(endpoint, 'Port', below(at, 'Endpoint'), note)) ?? null,
      vpcId,
      subnetIds: [],
      groupIds: [...groupIds].sort(),
      groupSubnetIds: [],
      publicAddresses: addresses(leaders, 'PublicIPAddress'),
      privateAddresses: addresses(leaders, 'PrivateIPAddress'),
      nodes: addresses(nodes, 'PrivateIPAddress'),
    })
  },
}
