/** Load balancers keep the client: the member's filters see who sent, the member's address and the port behind. */

import type { Leg, Path } from '../../../model/estate.ts'
import { type Gap, gap } from '../../../model/gap.ts'
import { unionPorts } from '../../../model/traffic-set.ts'
import type { ArmKey } from '../arm-id.ts'
import type { Reference } from '../element.ts'
import { resourceOf } from '../resource-kind.ts'
import { type LoadBalancer, loadBalancers } from '../resources/load-balancer.ts'
import {
  type FrontendMembers,
  type Listening,
  type Member,
  membersBehind,
} from './balancer-members.ts'
import {
  answering,
  entryOf,
  familiesOf,
  frontOf,
  frontTarget,
  joinBarriers,
  type Linking,
  passing,
  passingGateway,
  pathToFront,
} from './fronts.ts'
import { chainTo, clients, insideOf, legTo } from './interfaces.ts'
import { barrierOf, type OwnAddress } from './public-addresses.ts'
import { notReadKinds } from './world.ts'

export interface Balancers {
  /** Where the rules of one frontend lead: members with the rules that lead to them. */
  behind(frontend: ArmKey): readonly Member[]
  /** Frontends with this private address. */
  readonly internal: readonly Listening[]
}
export function linkBalancers(linking: Linking): Balancers {
  const balancers = [...linking.world.draft.all(loadBalancers).values()]
  const byFrontend = new Map<ArmKey, Listening>()
  for (const balancer of balancers)
    for (const frontend of balancer.frontends) byFrontend.set(frontend.key, { balancer, frontend })
  const behind = membersBehind(linking, byFrontend)
  for (const listening of byFrontend.values())
    if (listening.balancer.sku !== 'gateway') linkFrontend(listening, linking, byFrontend, behind)
  noteTraces(linking, balancers)
  return {
    behind: (key) => behind(key).members,
    internal: [...byFrontend.values()].filter(({ frontend }) => frontend.privateAddress !== null),
  }
}

/** All ways in by one public frontend. */
function linkFrontend(
  { balancer, frontend }: Listening,
  linking: Linking,
  byFrontend: ReadonlyMap<ArmKey, Listening>,
  behind: (frontend: ArmKey) => FrontendMembers,
): void {
  const { world, addresses } = linking
  const own = addresses.ofFrontend(frontend)
  if (!own) return
  const family = own.known?.family ?? 4
  const { members, frontends, gaps, unread } = behind(frontend.key)
  const first: Leg = {
    stages: frontend.gatewayBalancer ? passingGateway : passing,
    destination: own.known?.address ?? null,
    scope: null,
    sender: clients,
  }
  const way: Way = {
    entry: entryOf(own, frontOf('load-balancer', balancer)),
    family,
    address: own,
    gaps: own.gaps,
    legs: [first],
    mappings: [],
  }
  for (const member of members) linkMember(member, way, linking)
  const doubts = [...gaps]
  let doubtful = unread
  for (const { reference, mappings, what } of frontends) {
    const regional = byFrontend.get(reference.key)
    if (!regional) {
      doubts.push(world.notRead(reference, notReadKinds.balancer))
      doubtful = unionPorts(doubtful, what)
      continue
    }
    const destination = addresses.ofFrontend(regional.frontend)?.known?.address ?? null
    const through: Way = {
      ...way,
      legs: [first, { ...first, stages: passing, destination }],
      mappings: [mappings],
    }
    for (const member of behind(reference.key).members) linkMember(member, through, linking)
  }
  if (doubts.length === 0) return
  const resource = resourceOf('load-balancer', balancer)
  frontTarget(world, resource, balancer.at, 'unknown')
  world.paths.push(
    pathToFront({
      resource,
      entry: way.entry,
      families: familiesOf(family),
      stages: answering,
      scope: null,
      ports: doubtful,
      barrier: barrierOf(joinBarriers([], doubts), own),
      gaps: own.gaps,
    }),
  )
}

/** What leads up to a member. */
interface Way {
  readonly entry: Path['entry']
  readonly family: 4 | 6
  readonly address: OwnAddress
  readonly gaps: readonly Gap[]
  readonly legs: readonly Leg[]
  readonly mappings: Path['mappings']
}

function linkMember(member: Member, way: Way, { world, chains }: Linking): void {
  const { place, arrival } = member
  if (place.configuration.family !== way.family) return
  place.nic.hasFront = true
  place.nic.arrivals.add(arrival)
  const chain = chainTo(chains, place, arrival)
  world.paths.push({
    target: place.nic.resource.key,
    entry: way.entry,
    families: familiesOf(way.family),
    legs: [...way.legs, memberLeg(member, legTo(chain, place), way.legs[0]?.destination ?? null)],
    mappings: [...way.mappings, member.mappings],
    ports: null,
    ...insideOf(chain),
    barrier: barrierOf(chain.barrier, way.address),
    gaps: [...way.gaps, ...member.gaps],
  })
}

/** With a floating address the front's address stays as the destination; the machine may know it by its own as well. */
function memberLeg({ isFloating, place }: Member, leg: Leg, front: Leg['destination']): Leg {
  if (!isFloating) return leg
  const own = place.configuration.privateAddress
  return own && front
    ? { ...leg, destination: front, orDestination: own }
    : { ...leg, destination: null }
}

/** An interface that names a balancer which was not read may be published by it. */
function noteTraces({ interfaces }: Linking, balancers: readonly LoadBalancer[]): void {
  const known = new Set(balancers.map(({ key }) => key))
  const gaps = new Map<ArmKey, Gap>()
  for (const { record, traces } of interfaces.all) {
    const unread = new Map<ArmKey, Reference>()
    for (const one of record.ipConfigurations)
      for (const reference of [
        ...one.balancerPools,
        ...one.inboundNatRules,
        ...one.inboundNatPools,
      ]) {
        const key = reference.key.replace(/(\/loadbalancers\/[^/]+)\/.*$/, '$1')
        if (!known.has(key)) unread.set(key, reference)
      }
    for (const [key, { id, at }] of unread) {
      const made = gaps.get(key) ?? traceGap(id, at, key)
      gaps.set(key, made)
      traces.push(made)
    }
  }
}

const traceGap = (id: string, at: Gap['source'], key: ArmKey): Gap =>
  gap(
    'front-not-read',
    `a load balancer that may publish this was not given (${id}): add the output of \`az network lb list\``,
    at,
    key,
  )
