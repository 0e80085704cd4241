/**
 * What stands before an interface in a subnet: the way back, security admin rules, the subnet's network security group and
 * the interface's own. Both groups must allow. Where neither is, the kind of the public address decides.
 */
import type { AddressSet } from '../../../model/address-set.ts'
import * as addressSet from '../../../model/address-set.ts'
import type { Barrier, Leg, Stage } from '../../../model/estate.ts'
import { type Gap, gap } from '../../../model/gap.ts'
import { internet } from '../../../model/public-space.ts'
import type { ResourceId } from '../../../model/resource.ts'
import type { Reference } from '../element.ts'
import type { Sku } from '../resources/public-ip-address.ts'
import { type Subnet, subnets } from '../resources/subnet.ts'
import { virtualNetworks } from '../resources/virtual-network.ts'
import { type AdminFilter, type AdminRules, adminRulesOf } from './admin.ts'
import { networkSpace, otherScope } from './names.ts'
import { routedWithin, routeStage } from './routes.ts'
import { azureId, groupOf, notReadKinds, type World } from './world.ts'

/** How traffic comes: by a public address or balancer of some kind, or from inside the virtual network. */
export type Arrival = Sku | 'inside'

export interface Chain {
  readonly stages: Leg['stages']
  /** Null where everything that decides is known. */
  readonly barrier: Extract<Barrier, { verdict: 'unknown' }> | null
  readonly scope: string | null
  readonly orScope?: string
  /** Public numbers that are the virtual network's or its peers' own. */
  readonly inside?: AddressSet
  readonly groups: readonly ResourceId[] | 'unknown'
  readonly closedByPlatform: string | null
}

export interface Chains {
  of(subnet: Reference | null, group: Reference | null, arrival: Arrival): Chain
}

export const closedReason = 'a Standard public address is closed without a network security group'

/** Chains are remembered, so that interfaces with the same subnet and group share one list of stages. */
export function chainsOf(world: World): Chains {
  // Nested, because ids are long and there are many interfaces: a joined key would be built for each of them.
  const chains = new Map<string, Map<string, Map<Arrival, Chain>>>()
  const admin = adminRulesOf(world)
  const stages = new Map<string, Stage>()
  const groupStage = (group: Reference): Stage => {
    const known = stages.get(group.key)
    if (known) return known
    const made: Stage = {
      kind: 'ordered',
      stage: 'network-security-group',
      filter: azureId(group.key),
      behind: [],
    }
    stages.set(group.key, made)
    return made
  }
  return {
    of: (subnet, group, arrival) => {
      const byGroup = entry(chains, subnet?.key ?? '', () => new Map<string, Map<Arrival, Chain>>())
      const byArrival = entry(byGroup, group?.key ?? '', () => new Map<Arrival, Chain>())
      return entry(byArrival, arrival, () =>
        makeChain(world, admin, groupStage, subnet, group, arrival),
      )
    },
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

const skuOpen: Stage = {
  kind: 'fixed',
  stage: 'network-security-group',
  admits: 'everything',
  reason: 'no network security group, and a Basic public address is open without one',
}
const skuClosed: Stage = {
  kind: 'fixed',
  stage: 'network-security-group',
  admits: 'nothing',
  reason: closedReason,
}
const noGroup: Stage = {
  kind: 'fixed',
  stage: 'network-security-group',
  admits: 'everything',
  reason: 'no network security group',
}

function makeChain(
  world: World,
  adminRules: AdminRules,
  groupStage: (group: Reference) => Stage,
  subnetReference: Reference | null,
  ownGroup: Reference | null,
  arrival: Arrival,
): Chain {
  const subnet = subnetReference && world.draft.all(subnets).get(subnetReference.key)
  const doubts: Gap[] = []
  const subnetGroup = subnetReference ? groupOf(world, subnetReference.key) : undefined
  const isKnown = subnetGroup !== undefined
  if (!isKnown) doubts.push(subnetGap(subnetReference, world))
  const groups = [subnetGroup ?? null, ownGroup].filter((group) => group !== null)
  for (const group of groups)
    if (!world.groups.has(group.key)) doubts.push(world.notRead(group, notReadKinds.group))
  const behind: { stage: Stage; role: 'admits' | 'limits' }[] = groups.map((group) => ({
    stage: groupStage(group),
    role: 'admits',
  }))
  let closedByPlatform: string | null = null
  if (groups.length === 0 && isKnown) {
    if (arrival === 'standard') {
      closedByPlatform = closedReason
      behind.push({ stage: skuClosed, role: 'limits' })
    } else if (arrival === 'basic') behind.push({ stage: skuOpen, role: 'admits' })
    else {
      behind.push({ stage: noGroup, role: 'limits' })
      if (arrival === 'unknown') doubts.push(skuGap(subnetReference))
    }
  } else if (groups.length === 0) behind.push({ stage: noGroup, role: 'limits' })
  const route = { stage: routeStage(world, subnet?.routeTable ?? null), role: 'limits' } as const
  const admin = subnet ? adminRules.of(subnet.network) : null
  return {
    stages: [route, ...(admin ? withAdminRules(admin, behind) : behind)],
    barrier:
      doubts.length === 0
        ? null
        : { verdict: 'unknown', reason: (doubts[0] as Gap).message, gaps: doubts },
    ...scopeOf(subnetReference, world),
    ...insideOf(subnet ?? null, world),
    groups: isKnown ? groups.map(({ key }) => azureId(key)) : 'unknown',
    closedByPlatform,
  }
}

/** Where the names of a chain's subnet are looked up. */
function scopeOf(subnet: Reference | null, world: World): Pick<Chain, 'scope' | 'orScope'> {
  const scope = subnet?.key ?? null
  const orScope = otherScope(scope, world)
  return orScope === undefined ? { scope } : { scope, orScope }
}

/**
 * Replies to these stay inside (system routes VNetLocal and VNetPeering), so nobody there is a client from the internet;
 * a user-defined route for such a prefix, or for a part of it, comes before the system's.
 */
function insideOf(subnet: Subnet | null, world: World): Pick<Chain, 'inside'> {
  const network = subnet && world.draft.all(virtualNetworks).get(subnet.network)
  if (!network) return {}
  const own = addressSet.intersect(networkSpace(network, world).certain, internet)
  if (addressSet.isEmpty(own)) return {}
  const routed = routedWithin(own, subnet.routeTable, world)
  const inside = addressSet.subtract(own, routed)
  return addressSet.isEmpty(inside) ? {} : { inside }
}

/**
 * Security admin rules come first. Where one of them always allows, the groups are behind it; where none does, they only
 * take away, and both stand in a row, so that what they block is told.
 */
function withAdminRules(
  { filter, alwaysAllows }: AdminFilter,
  behind: Leg['stages'],
): Leg['stages'] {
  const stage: Stage = {
    kind: 'ordered',
    stage: 'security-admin-rules',
    filter,
    behind: alwaysAllows ? behind.map((one) => one.stage) : [],
  }
  return alwaysAllows ? [{ stage, role: 'admits' }] : [{ stage, role: 'limits' }, ...behind]
}

function subnetGap(subnet: Reference | null, world: World): Gap {
  if (subnet) return world.notRead(subnet, notReadKinds.network)
  return gap('subnet-not-printed', 'which subnet an interface is in is not printed', null)
}

const skuGap = (subnet: Reference | null): Gap =>
  gap(
    'public-address-not-read',
    'without a network security group the kind of the public address decides, and it is not known: add the output of `az network public-ip list`',
    null,
    subnet?.key,
  )
