/** Managed databases: they answer by a name, on their endpoint's port only. */

import * as addressSet from '../../model/address-set.ts'
import type { Barrier, Path } from '../../model/estate.ts'
import { type Gap, gap } from '../../model/gap.ts'
import * as portSet from '../../model/port-set.ts'
import { resourceId } from '../../model/resource.ts'
import { transportPorts } from '../../model/traffic-set.ts'
import { filtersOf } from './link-interfaces.ts'
import type { Way } from './network.ts'
import type { DatabaseRecord } from './records.ts'
import { attach, awsResource, type Lists, legOf, type Scene } from './scene.ts'

export function addDatabase(scene: Scene, database: DatabaseRecord, shared: Lists): void {
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
    privateAddresses: database.privateAddresses,
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
  const ways = waysInto(scene, database)
  for (const way of ways)
    scene.paths.push({
      target,
      entry: {
        addresses: isPublic ? database.publicAddresses : [],
        names: [endpoint],
        front: null,
      },
      // Publicly accessible databases answer on the internet over IPv4 only.
      families: 'ip4',
      legs: [legOf(shared.stages(way.stages, filtersOf(scene, groupIds)), null)],
      mappings: [],
      ports,
      barrier: barrierOf(database),
      gaps: shared.gaps(
        way.gaps,
        scene.groupStages.gaps(groupIds),
        ways.length > 1 ? [severalSubnets(database)] : [],
      ),
    })
}

/** One way for each subnet that differs: the database may stand in any of them. */
function waysInto(scene: Scene, database: DatabaseRecord): readonly Way[] {
  const { vpcId } = database
  const subnetIds = database.subnetIds.length > 0 ? database.subnetIds : byAddress(scene, database)
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
