/** What comes through a whole path: legs, and the fronts between them. */
import { formatAddress } from '../model/address.ts'
import type { AddressSet } from '../model/address-set.ts'
import * as addressSet from '../model/address-set.ts'
import type { TrafficBounds } from '../model/bounds.ts'
import * as bounds from '../model/bounds.ts'
import type { Estate, Leg, Path, PortMapping, Stage, StageRole } from '../model/estate.ts'
import * as portSet from '../model/port-set.ts'
import * as trafficSet from '../model/traffic-set.ts'
import { type Context, contextKey, contextOf } from './context.ts'
import type { FilterMemo } from './filter.ts'
import { sourcePortClasses, through } from './stage.ts'

/** All in the ports that the internet sees. */
export interface PathTraffic {
  /** Gets through everything. */
  readonly reach: TrafficBounds
  /** Gets through all filters, whatever the routes. */
  readonly filtered: TrafficBounds
  /** Is admitted by at least one filter whose admission is a decision (not a cloud's open default). */
  readonly admitted: TrafficBounds
}

/** Routes decide whether there is a way at all; everything else filters. */
export const isTopology = (stage: Stage): boolean =>
  stage.kind === 'sources' && stage.stage === 'route'

/** The source ports that the rules on the client's legs tell apart, one of each class. */
export function pathClasses(path: Path, estate: Estate): readonly number[] {
  const kept = path.legs.filter((leg, i) => i === 0 || leg.sender.kind === 'client')
  return sourcePortClasses(kept, contextOf(estate, path.legs[0] as Leg, null))
}

/** What comes through the legs, for every family and port; paths with equal `legsKey` share it. */
export function legsTraffic(
  path: Path,
  estate: Estate,
  memo: FilterMemo,
  classes: readonly number[],
): PathTraffic {
  return worldsOf(path)
    .map((world) => worldTraffic(world, estate, memo, classes))
    .reduce(inEither)
}

/** The path with each meaning that its tags may have. */
export function worldsOf(path: Path): readonly Path[] {
  if (path.legs.every(({ orScope }) => orScope === undefined)) return [path]
  const legs = path.legs.map((leg) =>
    leg.orScope === undefined ? leg : { ...leg, scope: leg.orScope },
  )
  return [path, { ...path, legs }]
}

/** Certain is what holds in both, possible what holds in one. */
function inEither(a: PathTraffic, b: PathTraffic): PathTraffic {
  const both = (x: TrafficBounds, y: TrafficBounds): TrafficBounds => ({
    certain: trafficSet.intersect(x.certain, y.certain),
    possible: trafficSet.union(x.possible, y.possible),
  })
  return {
    reach: both(a.reach, b.reach),
    filtered: both(a.filtered, b.filtered),
    admitted: both(a.admitted, b.admitted),
  }
}

function worldTraffic(
  path: Path,
  estate: Estate,
  memo: FilterMemo,
  classes: readonly number[],
): PathTraffic {
  const parts = classes.map((port) => fromLeg(path, 0, port, estate, memo))
  return parts.reduce((a, b) => ({
    reach: bounds.union(a.reach, b.reach),
    filtered: bounds.union(a.filtered, b.filtered),
    admitted: bounds.union(a.admitted, b.admitted),
  }))
}

/** What of it this entry takes: its families and ports. */
export const entryTraffic = (traffic: PathTraffic, path: Path): PathTraffic =>
  path.families === 'both' && path.ports === null
    ? traffic
    : mapTraffic(traffic, (set) => ofEntry(set, path))

/** Legs from `index` to the end, in the ports of leg `index`. */
function fromLeg(
  path: Path,
  index: number,
  sourcePort: number,
  estate: Estate,
  memo: FilterMemo,
): PathTraffic {
  const leg = path.legs[index] as Leg
  const own = legTraffic(leg, sourcePort, estate, memo)
  const behind = path.legs[index + 1]
  if (!behind) return own
  const mappings = path.mappings[index] ?? []
  const rest =
    behind.sender.kind === 'client'
      ? fromLeg(path, index + 1, sourcePort, estate, memo)
      : fromFront(path, index + 1, estate, memo)
  const pulled = mapTraffic(rest, (set) => pullBack(set, mappings))
  const open = trafficSet.toPorts(trafficSet.everything, mappedPorts(mappings))
  return {
    reach: bounds.intersect(own.reach, pulled.reach),
    filtered: bounds.intersect(own.filtered, pulled.filtered),
    admitted: bounds.union(
      bounds.intersect(own.admitted, bounds.exactly(open)),
      behind.sender.kind === 'client' ? pulled.admitted : bounds.noTraffic,
    ),
  }
}

/** A front that sends with its own address opens a port for every client, or for none. */
function fromFront(path: Path, index: number, estate: Estate, memo: FilterMemo): PathTraffic {
  const leg = path.legs[index] as Leg
  if (leg.sender.kind !== 'front') throw new TypeError('this leg keeps the client')
  const { certain, possible } = leg.sender.addresses
  const classes = sourcePortClasses([leg], contextOf(estate, leg, null))
  const parts = classes.map((port) => fromLeg(path, index, port, estate, memo))
  const opens = (own: AddressSet): boolean =>
    addressSet.overlaps(own, certain) ||
    (!addressSet.isEmpty(possible) && addressSet.isSubset(possible, own))
  const opened = ({ certain: sure, possible: maybe }: TrafficBounds): TrafficBounds => ({
    certain: trafficSet.mapAddresses(sure, (own) => everyoneIf(opens(own))),
    possible: trafficSet.mapAddresses(maybe, (own) =>
      everyoneIf(addressSet.overlaps(own, possible)),
    ),
  })
  const unite = (of: (part: PathTraffic) => TrafficBounds): TrafficBounds =>
    parts.map((part) => opened(of(part))).reduce(bounds.union)
  return {
    reach: unite((part) => part.reach),
    filtered: unite((part) => part.filtered),
    admitted: bounds.noTraffic,
  }
}

const everyoneIf = (isOpen: boolean): AddressSet => (isOpen ? addressSet.all : addressSet.empty)

function legTraffic(leg: Leg, sourcePort: number, estate: Estate, memo: FilterMemo): PathTraffic {
  const context = contextOf(estate, leg, sourcePort)
  let reach = bounds.allTraffic
  let filtered = bounds.allTraffic
  let admitted = bounds.noTraffic
  for (const { stage, role } of leg.stages) {
    const own = through(stage, context, memo)
    reach = bounds.intersect(reach, own)
    if (!isTopology(stage)) filtered = bounds.intersect(filtered, own)
    admitted = bounds.union(admitted, admissions(stage, role, own, context, memo))
  }
  return { reach, filtered, admitted }
}

/** What a stage decides to admit by itself; filters behind an ordered one decide for themselves. */
function admissions(
  stage: Stage,
  role: StageRole,
  own: TrafficBounds,
  context: Context,
  memo: FilterMemo,
): TrafficBounds {
  const behind = stage.kind === 'ordered' ? stage.behind : []
  return behind
    .map((one) => admissions(one, role, through(one, context, memo), context, memo))
    .reduce(bounds.union, role === 'admits' ? own : bounds.noTraffic)
}

/** From the ports behind a front to the ports before it. */
function pullBack(
  set: trafficSet.TrafficSet,
  mappings: readonly PortMapping[],
): trafficSet.TrafficSet {
  const parts = mappings.map(({ transport, ports, to, sources }) => {
    const what = trafficSet.transportPorts({ [transport]: ports })
    const cut = (own: AddressSet) => (sources === null ? own : addressSet.intersect(own, sources))
    return to === 'same'
      ? trafficSet.mapAddresses(trafficSet.toPorts(set, what), cut)
      : trafficSet.traffic(what, cut(trafficSet.sourcesOf(set, transport, to)))
  })
  return parts.reduce(trafficSet.union, trafficSet.empty)
}

const mappedPorts = (mappings: readonly PortMapping[]): trafficSet.TransportPorts =>
  mappings
    .map(({ transport, ports }) => trafficSet.transportPorts({ [transport]: ports }))
    .reduce(trafficSet.unionPorts, trafficSet.transportPorts({}))

/** Ports at the target that stand behind these ports of the internet's side. */
export const targetPorts = (
  { mappings }: Path,
  transport: trafficSet.Transport,
  ports: portSet.PortSet,
): portSet.PortSet =>
  mappings.reduce((current, each) => behindMappings(each, transport, current), ports)

/** The ports behind one front. */
export const behindMappings = (
  mappings: readonly PortMapping[],
  transport: trafficSet.Transport,
  ports: portSet.PortSet,
): portSet.PortSet =>
  portSet.unionAll(
    mappings
      .filter((one) => one.transport === transport && portSet.overlaps(one.ports, ports))
      .map((one) =>
        one.to === 'same' ? portSet.intersect(one.ports, ports) : portSet.ports(one.to),
      ),
  )

/** Cut to the families and ports of the entry. */
function ofEntry(set: trafficSet.TrafficSet, { families, ports }: Path): trafficSet.TrafficSet {
  const family =
    families === 'both'
      ? set
      : trafficSet.fromAddresses(set, families === 'ip4' ? addressSet.allIp4 : addressSet.allIp6)
  return ports === null ? family : trafficSet.toPorts(family, ports)
}

const mapTraffic = (
  { reach, filtered, admitted }: PathTraffic,
  change: (set: trafficSet.TrafficSet) => trafficSet.TrafficSet,
): PathTraffic => {
  const both = ({ certain, possible }: TrafficBounds): TrafficBounds => {
    const changed = change(certain)
    return { certain: changed, possible: certain === possible ? changed : change(possible) }
  }
  // Where nothing but one filter decides the three are the same object, and stay it.
  const reached = both(reach)
  const open = filtered === reach ? reached : both(filtered)
  return { reach: reached, filtered: open, admitted: admitted === filtered ? open : both(admitted) }
}

const stageNumbers = new WeakMap<object, number>()
let nextStageNumber = 1
function numberOf(thing: object): number {
  const known = stageNumbers.get(thing)
  if (known !== undefined) return known
  stageNumbers.set(thing, nextStageNumber)
  return nextStageNumber++
}

/** Legs with equal keys, and the fronts between them, let the same traffic through. */
export function legsKey(path: Path, estate: Estate): string {
  const legs = path.legs.map((leg) => {
    const context = contextOf(estate, leg, null)
    const stages = leg.stages.map(({ stage, role }) => `${stageKey(stage, context)}${role[0]}`)
    const sender =
      leg.sender.kind === 'front'
        ? `${leg.sender.addresses.certain.key},${leg.sender.addresses.possible.key}`
        : ''
    return `${stages.join(';')}>${sender}>${leg.sender.groups.join()}>${leg.orScope ?? ''}`
  })
  const mappings = path.mappings.map((each) => (each.length === 0 ? '' : numberOf(each)))
  return [...legs, ...mappings].join('#')
}

/** What tells apart the pieces of paths with equal legs. */
export function entryKey({ barrier, ports, families, inside, entry, target }: Path): string {
  const provider = target.slice(0, target.indexOf(':'))
  const own = ports === null ? '' : numberOf(ports)
  return `${barrier?.verdict ?? ''}#${own}#${families}#${inside?.key ?? ''}#${entry.front?.id ?? ''}#${provider}`
}

function stageKey(stage: Stage, context: ReturnType<typeof contextOf>): string {
  const filterKey = (id: Path['target']) => {
    const filter = context.estate.filters.get(id)
    return filter ? contextKey(filter, filter.inbound, context) : `?${id}`
  }
  switch (stage.kind) {
    case 'fixed':
    case 'sources':
      return `${numberOf(stage)}`
    case 'union':
      return `u${stage.filters.map(filterKey).join()}`
    case 'ordered':
      return `o${filterKey(stage.filter)}(${stage.behind.map((one) => stageKey(one, context)).join()})`
    case 'stateless': {
      const towards =
        stage.packet === 'outbound' ? context.destinations.map(formatAddress).join() : ''
      return `s${stage.filter}${stage.packet}${towards}`
    }
  }
}
