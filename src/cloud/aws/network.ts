/** The stages between the internet and a subnet, shared by all that stands in it: the solver knows them by identity. */
import type { AddressSet } from '../../model/address-set.ts'
import * as addressSet from '../../model/address-set.ts'
import type { Leg, Path, Stage } from '../../model/estate.ts'
import type { Gap } from '../../model/gap.ts'
import { internet, notInternet } from '../../model/public-space.ts'
import { resourceId } from '../../model/resource.ts'
import { blockOf, sources } from './block-stage.ts'
import type { Known } from './coverage.ts'
import type { Draft } from './draft.ts'
import { memo, numberOf } from './identity.ts'
import type { Atlas } from './origin.ts'
import type { Place, PrefixEntry, RouteTableRecord } from './records.ts'
import { answeredBy, edgeAppliance, type Gateways } from './route-sources.ts'

export type Stages = Leg['stages']

/** A way into a subnet, and what was taken for granted on it. */
export interface Way {
  readonly stages: Stages
  readonly gaps: readonly Gap[]
}

export interface Network {
  /** From the internet by a public address; `towards` is the interface's own address or its subnet. */
  fromInternet(vpcId: string | null, subnetId: string | null, towards: AddressSet | null): Way
  /** From an accelerator, or a front in another subnet: needs an attached gateway but neither public address nor route. */
  fromAccelerator(vpcId: string | null, subnetId: string | null): Way
  /** Between two subnets of a network: the borders of both, none within one subnet. */
  between(from: string | null, to: string | null): Way
  /** All entries of a list; null where some or all of them are not known. */
  entriesOf(prefixList: string): readonly PrefixEntry[] | null
  /** The entries that are known. */
  partOf(prefixList: string): readonly PrefixEntry[]
  cidrsOf(subnetId: string): AddressSet | undefined
  /** What a path into a network says of the network's own public numbers (IPv6 blocks, public IPv4 CIDRs). */
  inside(vpcId: string | null): Pick<Path, 'inside'>
}

export function networkOf(draft: Draft, atlas: Atlas, known: Known): Network {
  const entries = resolvedLists(draft)
  const entriesOf = (id: string) => {
    const list = entries.get(id)
    return list?.isWhole ? list.entries : null
  }
  const subnets = new Map(draft.subnets.map((subnet) => [subnet.id, subnet]))
  const tables = tablesOf(draft)
  const aclOf = new Map(
    draft.acls.flatMap((acl) => acl.subnetIds.map((subnetId) => [subnetId, acl.id] as const)),
  )
  const attached = new Map<string, Set<string>>()
  for (const gateway of draft.internetGateways)
    for (const vpcId of gateway.vpcIds) {
      const ids = attached.get(vpcId) ?? new Set()
      attached.set(vpcId, ids.add(gateway.id))
    }
  const placesOf = (vpcId: string | null): readonly Place[] =>
    vpcId === null ? [{ account: null, region: null }] : atlas.placesOfNetwork(vpcId)
  const stateOf = (collection: string, vpcId: string | null) => {
    const states = placesOf(vpcId).map((place) => known.state(collection, place))
    return (
      states.find((state) => state === 'complete') ??
      states.find((state) => state === 'partial') ??
      'absent'
    )
  }
  const missing = (collection: string, vpcId: string | null, message: string): Gap =>
    known.missing(collection, placesOf(vpcId)[0] as Place, message)

  const read = new Set(draft.internetGateways.map(({ id }) => id))
  const gatewaysOf = memo((vpcId: string | null): Gateways => {
    const ids = (vpcId !== null && attached.get(vpcId)) || new Set<string>()
    if (stateOf('internet-gateways', vpcId) === 'complete' || ids.size > 0)
      return { attached: ids, read, gap: null }
    return {
      attached: 'unknown',
      read,
      gap: missing(
        'internet-gateways',
        vpcId,
        'which internet gateways are attached is not known: aws ec2 describe-internet-gateways',
      ),
    }
  })

  const routeStages = new Map<string, Stage>()
  const routeStage = (
    vpcId: string | null,
    subnetId: string | null,
    towards: AddressSet | null,
  ): Stage => {
    const gateways = gatewaysOf(vpcId)
    const explicit = subnetId === null ? undefined : tables.bySubnet.get(subnetId)
    const main = vpcId === null ? undefined : tables.main.get(vpcId)
    const isSure =
      explicit !== undefined || (subnetId !== null && stateOf('route-tables', vpcId) !== 'partial')
    const table = explicit ?? (isSure ? main : undefined)
    const edges =
      gateways.attached === 'unknown'
        ? []
        : [...gateways.attached].flatMap((id) => tables.byGateway.get(id) ?? [])
    const own = subnetId === null ? undefined : subnets.get(subnetId)?.cidrs
    const where = edges.length === 0 ? null : (towards ?? own ?? addressSet.all)
    const edge = where && edgeAppliance(edges, where)
    const key = `${vpcId}|${table?.id ?? ''}|${edge?.key ?? ''}`
    const stage =
      routeStages.get(key) ??
      (table ? fromTable(table, gateways, edge) : withoutTable(vpcId, gateways))
    routeStages.set(key, stage)
    return stage
  }
  const fromTable = (table: RouteTableRecord, gateways: Gateways, edge: Gap | null): Stage => {
    const { certain, possible, because, gaps, instead } = answeredBy(table, gateways, entriesOf)
    const noGateway = gateways.attached !== 'unknown' && gateways.attached.size === 0
    return sources('route', table.id, edge ? notInternet : certain, possible, because, {
      otherwise: noGateway
        ? 'no internet gateway is attached to the VPC'
        : `no route to an internet gateway${instead === null ? '' : ` (${instead})`}`,
      gaps: edge ? [...gaps, edge] : gaps,
    })
  }
  const withoutTable = (vpcId: string | null, gateways: Gateways): Stage => {
    if (gateways.attached !== 'unknown' && gateways.attached.size === 0)
      return sources('route', null, notInternet, notInternet, [], {
        otherwise: 'no internet gateway is attached to the VPC',
        gaps: [],
      })
    const unknown = missing(
      'route-tables',
      vpcId,
      'which subnets have a route to the internet is not known: aws ec2 describe-route-tables',
    )
    return sources('route', null, notInternet, addressSet.all, [], {
      otherwise: 'no route to an internet gateway',
      gaps: gateways.gap ? [unknown, gateways.gap] : [unknown],
    })
  }

  const acceleratorStage = memo((vpcId: string | null): Stage => {
    const { attached: ids, gap: unknown } = gatewaysOf(vpcId)
    const certain = ids !== 'unknown' && ids.size > 0 ? addressSet.all : notInternet
    return sources('route', null, certain, ids === 'unknown' ? addressSet.all : certain, [], {
      otherwise: 'no internet gateway is attached to the VPC',
      gaps: unknown ? [unknown] : [],
    })
  })

  const block = blockOf(draft, atlas, known, placesOf)
  const border = (
    subnetId: string | null,
    vpcId: string | null,
    packet: 'inbound' | 'outbound',
  ): { readonly stage: Stages[number] | null; readonly gap: Gap | null } => {
    const acl = subnetId === null ? undefined : aclOf.get(subnetId)
    if (acl !== undefined) return { stage: aclStage(`${acl}|${packet}`), gap: null }
    return {
      stage: null,
      gap: missing(
        'network-acls',
        vpcId,
        'network ACLs are not known; the default, which lets everything through, is taken for granted: aws ec2 describe-network-acls',
      ),
    }
  }
  const aclStage = memo((key: string): Stages[number] => {
    const [acl, packet] = key.split('|') as [string, 'inbound' | 'outbound']
    return {
      stage: { kind: 'stateless', stage: 'network-acl', filter: resourceId('aws', acl), packet },
      role: 'limits',
    }
  })

  const ways = new Map<string, Way>()
  const limits = new Map<Stage, Stages[number]>()
  const limit = (stage: Stage): Stages[number] => {
    const entry = limits.get(stage) ?? { stage, role: 'limits' }
    limits.set(stage, entry)
    return entry
  }
  const into = (vpcId: string | null, subnetId: string | null, route: Stage): Way => {
    const { stage: blocking, gap: assumed } = block(vpcId, subnetId)
    const { stage: acl, gap: open } = border(subnetId, vpcId, 'inbound')
    const stages = [blocking && limit(blocking), limit(route), acl].filter(
      (stage) => stage !== null,
    )
    const gaps = [assumed, open].filter((one) => one !== null)
    const key = [...stages.map(({ stage }) => numberOf(stage)), '', ...gaps.map(numberOf)].join()
    const way = ways.get(key) ?? { stages, gaps }
    ways.set(key, way)
    return way
  }
  const betweenWays = memo((key: string): Way => {
    const [from, to] = key.split('|') as [string, string]
    const vpcId = subnets.get(to)?.vpcId ?? subnets.get(from)?.vpcId ?? null
    const leaving = border(from || null, vpcId, 'outbound')
    const entering = border(to || null, vpcId, 'inbound')
    const gaps = [leaving.gap, entering.gap].filter((one) => one !== null)
    return {
      stages: [leaving.stage, entering.stage].filter((stage) => stage !== null),
      gaps: [...new Set(gaps)],
    }
  })
  const nothing: Way = { stages: [], gaps: [] }
  const direct = memo((key: string) => {
    const [vpcId, subnetId] = key.split('|') as [string, string]
    return into(vpcId || null, subnetId || null, routeStage(vpcId || null, subnetId || null, null))
  })
  const hasEdges = tables.byGateway.size > 0
  return {
    fromInternet: (vpcId, subnetId, towards) =>
      hasEdges
        ? into(vpcId, subnetId, routeStage(vpcId, subnetId, towards))
        : direct(`${vpcId ?? ''}|${subnetId ?? ''}`),
    fromAccelerator: (vpcId, subnetId) => into(vpcId, subnetId, acceleratorStage(vpcId)),
    between: (from, to) =>
      from !== null && from === to ? nothing : betweenWays(`${from ?? ''}|${to ?? ''}`),
    entriesOf,
    partOf: (id) => entries.get(id)?.entries ?? [],
    cidrsOf: (id) => subnets.get(id)?.cidrs,
    inside: insideOf(draft),
  }
}

/** By the network itself, its subnets and its local routes: any of these documents may be missing. */
function insideOf(draft: Draft): Network['inside'] {
  const parts = new Map<string, AddressSet[]>()
  const add = (vpcId: string | null, set: AddressSet): void => {
    if (vpcId === null || !addressSet.overlaps(set, internet)) return
    const own = parts.get(vpcId) ?? []
    parts.set(vpcId, own)
    own.push(set)
  }
  for (const { id, cidrs } of draft.vpcs) add(id, cidrs)
  for (const { vpcId, cidrs } of draft.subnets) add(vpcId, cidrs)
  for (const { vpcId, routes } of draft.routeTables)
    for (const { destination, target } of routes)
      if (target.id === 'local' && destination.kind === 'cidr') add(vpcId, destination.set)
  const known = new Map(
    [...parts].map(([vpcId, sets]) => [
      vpcId,
      { inside: addressSet.intersect(addressSet.unionAll(sets), internet) },
    ]),
  )
  return (vpcId) => (vpcId === null ? undefined : known.get(vpcId)) ?? nothingInside
}
const nothingInside = {}

function tablesOf(draft: Draft) {
  const bySubnet = new Map<string, RouteTableRecord>()
  const main = new Map<string, RouteTableRecord>()
  const byGateway = new Map<string, RouteTableRecord[]>()
  for (const table of draft.routeTables) {
    for (const subnetId of table.subnetIds) bySubnet.set(subnetId, table)
    if (table.isMain && table.vpcId !== null) main.set(table.vpcId, table)
    for (const gatewayId of table.gatewayIds)
      byGateway.set(gatewayId, [...(byGateway.get(gatewayId) ?? []), table])
  }
  return { bySubnet, main, byGateway }
}

interface ResolvedList {
  readonly entries: PrefixEntry[]
  isWhole: boolean
}

/** Entries of one list may come in several pages; without its last page a list is not wholly known. */
function resolvedLists(draft: Draft): ReadonlyMap<string, ResolvedList> {
  const lists = new Map<string, ResolvedList>()
  for (const { id, entries, origin } of draft.prefixLists) {
    if (entries === null) continue
    const known = lists.get(id) ?? { entries: [], isWhole: false }
    lists.set(id, known)
    known.entries.push(...entries)
    known.isWhole ||= origin.isWhole && !origin.hasNext
  }
  return lists
}
