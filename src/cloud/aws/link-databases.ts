/** Managed databases: they answer by a name, on their endpoint's port only. */

import * as addressSet from '../../model/address-set.ts'
import type { Barrier, Path } from '../../model/estate.ts'
import { type Gap, gap } from '../../model/gap.ts'
import * as portSet from '../../model/port-set.ts'
import { resourceId } from '../../model/resource.ts'
import { transportPorts } from '../../model/traffic-set.ts'
import { filtersOf } from './link-interfaces.ts'
import type { Way } from './network.ts'
import type { DatabaseRecord, InterfaceRecord } from './records.ts'
import { attach, awsResource, type Lists, legOf, type Scene } from './scene.ts'

export interface DatabaseInterfaces {
  /** Keys of interfaces that belong to a database that was read: no targets of their own. */
  readonly own: ReadonlySet<string>
  /** Those of one database, where they are certainly its own. */
  of(database: DatabaseRecord): readonly InterfaceRecord[]
}

/**
 * RDS does not say which interface is whose: it stands in the database's subnet group, has its security groups, and a
 * public address only if the database is public. Redshift names its nodes' addresses.
 */
export function databaseInterfaces(scene: Scene): DatabaseInterfaces {
  const own = new Set<string>()
  const sure = new Map<DatabaseRecord, InterfaceRecord[]>()
  const { databases } = scene.draft
  if (databases.length > 0)
    for (const one of scene.interfaces) {
      const owners = databases.filter((database) => isOf(database, one))
      if (owners.length > 0) own.add(one.key)
      const [owner] = owners
      if (owner && owners.length === 1) sure.set(owner, [...(sure.get(owner) ?? []), one])
    }
  return { own, of: (database) => sure.get(database) ?? [] }
}

function isOf(database: DatabaseRecord, one: InterfaceRecord): boolean {
  if (one.vpcId === null || one.vpcId !== database.vpcId) return false
  if (database.kind === 'cluster')
    return database.nodes.some((node) =>
      one.pairs.some((pair) => pair.private?.value === node.value),
    )
  return (
    one.description === 'RDSNetworkInterface' &&
    one.subnetId !== null &&
    database.groupSubnetIds.includes(one.subnetId) &&
    one.groupIds?.join() === database.groupIds.join() &&
    (database.isPublic !== false || one.pairs.every((pair) => pair.public === null))
  )
}

export function addDatabase(
  scene: Scene,
  database: DatabaseRecord,
  interfaces: readonly InterfaceRecord[],
  shared: Lists,
): void {
  const { kind, id, endpoint, port, vpcId, groupIds, isPublic } = database
  const place = scene.atlas.placeOf(database, vpcId, ...groupIds)
  const key =
    database.key === id
      ? `arn:aws:${kind === 'cluster' ? 'redshift' : 'rds'}:${place.region ?? ''}:${place.account ?? ''}:${kind === 'cluster' ? 'cluster' : 'db'}:${id}`
      : database.key
  const target = resourceId('aws', key)
  if (scene.targets.has(target)) return
  scene.targets.set(target, {
    resource: awsResource(kind, id, id, place, target),
    machine: null,
    privateAddresses:
      database.privateAddresses.length > 0
        ? database.privateAddresses
        : interfaces.flatMap(({ pairs }) => pairs.flatMap((pair) => pair.private ?? [])),
    filters: groupIds.map((group) => resourceId('aws', group)),
    internetFacing: isPublic === null ? 'unknown' : isPublic ? 'yes' : 'no',
    closedByPlatform: null,
    note: null,
    source: database.at,
  })
  attach(scene, groupIds, target)
  // A database that is being made has no endpoint yet: nothing answers.
  if (endpoint === null || port === null || !portSet.isPort(port)) return
  const ports = transportPorts({ tcp: portSet.ports(port) })
  const ways = waysInto(scene, database, interfaces)
  const addresses =
    database.publicAddresses.length > 0
      ? database.publicAddresses
      : interfaces.flatMap(({ pairs }) => pairs.flatMap((pair) => pair.public ?? []))
  for (const way of ways)
    scene.paths.push({
      target,
      entry: {
        addresses: isPublic ? addresses : [],
        names: [endpoint],
        front: null,
      },
      // Publicly accessible databases answer on the internet over IPv4 only.
      families: 'ip4',
      legs: [legOf(shared.stages(way.stages, filtersOf(scene, groupIds)), null)],
      mappings: [],
      ports,
      ...scene.network.inside(database.vpcId),
      barrier: barrierOf(database),
      gaps: shared.gaps(
        way.gaps,
        scene.groupStages.gaps(groupIds),
        ways.length > 1 ? [severalSubnets(database)] : [],
      ),
    })
}

/** One way for each subnet that differs: the database may stand in any of them. */
function waysInto(
  scene: Scene,
  database: DatabaseRecord,
  interfaces: readonly InterfaceRecord[],
): readonly Way[] {
  const { vpcId } = database
  const here = interfaces.flatMap(({ subnetId }) => subnetId ?? [])
  const subnetIds =
    here.length > 0
      ? here
      : database.subnetIds.length > 0
        ? database.subnetIds
        : byAddress(scene, database)
  const list: readonly (string | null)[] = subnetIds.length > 0 ? subnetIds : [null]
  return [...new Set(list.map((subnetId) => scene.network.fromInternet(vpcId, subnetId, null)))]
}

/** Redshift names no subnet, but its leader's address tells it. */
const byAddress = (scene: Scene, { privateAddresses, vpcId }: DatabaseRecord): readonly string[] =>
  scene.draft.subnets
    .filter(
      (subnet) =>
        subnet.vpcId === vpcId &&
        privateAddresses.some((address) => addressSet.contains(subnet.cidrs, address)),
    )
    .map(({ id }) => id)

const severalSubnets = ({ id, at }: DatabaseRecord): Gap =>
  gap(
    'subnet-not-known',
    `${id} may stand in any of its subnets, and they differ; each is shown`,
    at,
  )

function barrierOf({ isPublic, at, id }: DatabaseRecord): Path['barrier'] {
  if (isPublic) return null
  if (isPublic === false) return closed
  const missing = gap(
    'missing-member',
    `whether ${id} is publicly accessible is not in the document`,
    at,
  )
  return { verdict: 'unknown', reason: missing.message, gaps: [missing] }
}
const closed: Barrier = { verdict: 'open-but-unreachable', reason: 'not publicly accessible' }
