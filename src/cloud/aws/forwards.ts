/** What a balancer does with what arrives on its listeners: where it goes, and what ends at the balancer itself. */

import type { Address } from '../../model/address.ts'
import { formatAddress, parseAddress } from '../../model/address.ts'
import type { AddressSet } from '../../model/address-set.ts'
import * as addressSet from '../../model/address-set.ts'
import type { PortMapping } from '../../model/estate.ts'
import { type Gap, gap } from '../../model/gap.ts'
import { isPort, ports } from '../../model/port-set.ts'
import type { Source } from '../../model/source.ts'
import type {
  Action,
  BalancerRecord,
  InterfaceRecord,
  ListenerRecord,
  Place,
  TargetGroupRecord,
  TargetHealthRecord,
} from './records.ts'
import type { Scene } from './scene.ts'

export type Destination =
  | { readonly kind: 'interface'; readonly to: InterfaceRecord; readonly address: Address | null }
  | { readonly kind: 'balancer'; readonly to: BalancerRecord }

export interface Forward {
  readonly destination: Destination
  /** The client's own address reaches the target. */
  readonly keepsClient: boolean
  readonly mappings: PortMapping[]
  readonly gaps: Set<Gap>
}

export interface Forwards {
  readonly forwards: readonly Forward[]
  /** Listener ports that answer at the balancer: redirects, fixed answers, functions, targets that are not known. */
  readonly ends: readonly Listening[]
  /** Null where the listeners were not read: any port may answer. */
  readonly listening: readonly Listening[] | null
  /** What keeps some of its targets unknown. */
  readonly hidden: readonly Gap[]
}

export interface Listening {
  readonly transport: 'tcp' | 'udp'
  readonly port: number
}

export interface Lookup {
  readonly listeners: ReadonlyMap<string, readonly ListenerRecord[]>
  readonly rules: ReadonlyMap<string, readonly Scene['draft']['listenerRules'][number][]>
  readonly groups: ReadonlyMap<string, TargetGroupRecord>
  readonly balancers: ReadonlyMap<string, BalancerRecord>
  primaryOf(instanceId: string): InterfaceRecord | undefined
  /** The interface with a private address in a network. */
  holderOf(vpcId: string | null, address: Address): InterfaceRecord | undefined
  /** Undefined where the health of a target group was not read. */
  targetsOf(group: TargetGroupRecord): readonly TargetHealthRecord[] | undefined
  /** The attribute, or undefined where it was not read. */
  preservesClient(group: TargetGroupRecord): boolean | undefined
}

export function lookup(scene: Scene): Lookup {
  const { draft, atlas } = scene
  // Nothing but fronts asks for these, and large estates may have none.
  let found: ReturnType<typeof indexInterfaces> | undefined
  const index = () => {
    found ??= indexInterfaces(scene.interfaces)
    return found
  }
  const groups = new Map(draft.targetGroups.map((group) => [group.id, group]))
  const namesakes = groupBy([...groups.values()], ({ name }) => name)
  // Files are named by a target group's name, which several accounts and regions may share.
  const isOf = (
    group: TargetGroupRecord,
    record: { readonly origin: TargetHealthRecord['origin'] },
  ) => {
    const rivals = namesakes.get(group.name) ?? []
    if (rivals.length < 2) return true
    return scene.atlas
      .placesOf(record.origin)
      .some((place) => same(place, atlas.placeOf(group, group.vpcId)))
  }
  const health = groupBy(draft.targetHealth, ({ groupName }) => groupName ?? '')
  const read = groupBy(draft.healthRead, ({ id }) => id)
  const attributes = groupBy(draft.attributes, ({ ownerName }) => ownerName ?? '')
  return {
    listeners: groupBy(
      [...new Map(draft.listeners.map((one) => [one.id, one])).values()],
      ({ balancerArn }) => balancerArn,
    ),
    rules: groupBy(
      [...new Map(draft.listenerRules.map((one) => [one.id, one])).values()],
      ({ listenerArn }) => listenerArn,
    ),
    groups,
    balancers: new Map(draft.balancers.map((one) => [one.id, one])),
    primaryOf: (instanceId) => index().byInstance.get(instanceId),
    holderOf: (vpcId, address) => index().byAddress.get(`${vpcId}|${formatAddress(address)}`),
    targetsOf: (group) =>
      read.get(group.name)?.some((one) => isOf(group, one))
        ? (health.get(group.name) ?? []).filter((one) => isOf(group, one))
        : undefined,
    preservesClient: (group) => {
      const own = attributes.get(group.name)?.find((one) => isOf(group, one))
      return own && own.value === 'true'
    },
  }
}

function indexInterfaces(interfaces: readonly InterfaceRecord[]) {
  const byInstance = new Map<string, InterfaceRecord>()
  const byAddress = new Map<string, InterfaceRecord>()
  for (const one of interfaces) {
    const { instanceId, isPrimary, vpcId, pairs, ip6 } = one
    if (instanceId !== null && (isPrimary || !byInstance.has(instanceId)))
      byInstance.set(instanceId, one)
    for (const address of [...pairs.flatMap((pair) => pair.private ?? []), ...ip6])
      byAddress.set(`${vpcId}|${formatAddress(address)}`, one)
  }
  return { byInstance, byAddress }
}

const same = (a: Place, b: Place): boolean => a.account === b.account && a.region === b.region

function groupBy<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const value of values) {
    const group = groups.get(key(value))
    if (group) group.push(value)
    else groups.set(key(value), [value])
  }
  return groups
}

export function forwardsOf(balancer: BalancerRecord, scene: Scene, look: Lookup): Forwards {
  const all = new Gathering(balancer)
  if (balancer.kind === 'classic') return classicForwards(balancer, look, all)
  const listeners = look.listeners.get(balancer.id) ?? []
  if (listeners.length === 0) {
    const place = scene.atlas.placeOf(balancer, balancer.vpcId)
    if (scene.known.state('listeners', place) === 'complete') {
      if (hasListenersOfOthers(balancer, look))
        all.hide(
          notRead(
            'listeners-absent',
            `the listeners of ${balancer.name} were not read: aws elbv2 describe-listeners --load-balancer-arn ${balancer.id}`,
            balancer,
          ),
        )
      return all.result(hasListenersOfOthers(balancer, look) ? null : [])
    }
    all.hide(
      scene.known.missing(
        'listeners',
        place,
        'which ports load balancers listen on is not known: aws elbv2 describe-listeners',
      ),
    )
    return all.result(null)
  }
  for (const listener of listeners)
    for (const { actions, sources, at } of orderedActions(listener, balancer, look, all))
      for (const action of actions) {
        if (action.kind === 'ends-here') all.end(listener)
        else
          for (const arn of action.groupArns)
            forwardToGroup({ arn, listener, sources, at, balancer }, scene, look, all)
      }
  return all.result(listeners.flatMap(listeningOf))
}

/** describe-listeners is asked for one balancer at a time: no listener of this one may mean that it was not asked for. */
const hasListenersOfOthers = (balancer: BalancerRecord, look: Lookup): boolean =>
  look.listeners.size > 0 &&
  [...look.groups.values()].some(({ balancerArns }) => balancerArns.includes(balancer.id))

const notRead = (reason: string, message: string, balancer: BalancerRecord): Gap =>
  gap(reason, message, null, balancer.id)

interface Chosen {
  readonly actions: readonly Action[]
  readonly sources: AddressSet | null
  readonly at: Source
}

/** Any rule can be met by a request of the client's making, but for what limits the client's address. */
function orderedActions(
  listener: ListenerRecord,
  balancer: BalancerRecord,
  look: Lookup,
  all: Gathering,
): readonly Chosen[] {
  const byDefault = { actions: listener.actions, sources: null, at: listener.at }
  if (balancer.kind === 'network') return [byDefault]
  const rules = look.rules.get(listener.id)
  if (!rules) {
    all.hide(
      notRead(
        'listener-rules-absent',
        `the rules of ${balancer.name}'s listener ${listener.port} were not read: aws elbv2 describe-rules --listener-arn ${listener.id}`,
        balancer,
      ),
    )
    return [byDefault]
  }
  let left = addressSet.all
  const chosen: Chosen[] = []
  for (const rule of [...rules].sort((a, b) => a.priority - b.priority)) {
    const sources = rule.sources ? addressSet.intersect(rule.sources, left) : left
    if (!addressSet.isEmpty(sources))
      chosen.push({
        actions: rule.actions,
        sources: sources === addressSet.all ? null : sources,
        at: rule.at,
      })
    if (rule.onlySources && rule.sources) left = addressSet.subtract(left, rule.sources)
  }
  if (!rules.some(({ priority }) => priority === Infinity))
    chosen.push({ ...byDefault, sources: left === addressSet.all ? null : left })
  return chosen
}

interface Towards {
  readonly arn: string
  readonly listener: ListenerRecord
  readonly sources: AddressSet | null
  readonly at: Source
  readonly balancer: BalancerRecord
}

function forwardToGroup(towards: Towards, scene: Scene, look: Lookup, all: Gathering): void {
  const { arn, listener, balancer } = towards
  const group = look.groups.get(arn)
  if (!group) {
    all.hide(
      gap(
        'target-groups-absent',
        `the target group ${arn} was not read: aws elbv2 describe-target-groups`,
        null,
        arn,
      ),
    )
    all.end(listener)
    return
  }
  if (group.type === 'lambda') {
    all.end(listener)
    return
  }
  const targets = look.targetsOf(group)
  if (!targets) {
    all.hide(
      gap(
        'target-health-absent',
        `the targets of ${group.name} were not read: aws elbv2 describe-target-health --target-group-arn ${group.id} > describe-target-health-${group.name}.json`,
        null,
        group.id,
      ),
    )
    all.end(listener)
    return
  }
  const keep = keepsClient(balancer, group, look)
  if (targets.length === 0) all.end(listener)
  for (const target of targets) {
    const destination = resolve(target, group, balancer, look)
    const port = target.port ?? group.port
    if (!destination || !isPort(port)) {
      const problem = destination
        ? gap('missing-member', `the port of target ${target.targetId} is not known`, target.at)
        : gap(
            'target-outside',
            `${target.targetId}, a target of ${group.name}, is not in the documents`,
            target.at,
          )
      scene.draft.note(problem)
      all.end(listener)
      continue
    }
    for (const { transport } of listeningOf(listener))
      all.forward(destination, keep.keeps, keep.gap, {
        transport,
        ports: ports(listener.port),
        to: port,
        sources: towards.sources,
        because: {
          filter: balancer.id,
          rule: `${listener.protocol} ${listener.port} → ${group.name}`,
          set: towards.sources ?? addressSet.all,
          source: towards.at,
        },
      })
  }
}

/**
 * docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html: always for UDP, TCP_UDP and
 * QUIC; by default for instances, not for addresses behind TCP or TLS. Application load balancers never keep it.
 */
function keepsClient(
  balancer: BalancerRecord,
  group: TargetGroupRecord,
  look: Lookup,
): { readonly keeps: boolean; readonly gap: Gap | null } {
  if (balancer.kind !== 'network') return { keeps: false, gap: null }
  if (/UDP|QUIC/.test(group.protocol) || group.type === 'alb') return { keeps: true, gap: null }
  const attribute = look.preservesClient(group)
  if (attribute !== undefined) return { keeps: attribute, gap: null }
  const keeps = group.type === 'instance'
  return {
    keeps,
    gap: gap(
      'target-group-attributes-absent',
      `whether ${group.name} keeps the client's address was not read; ${keeps ? 'yes' : 'no'}, the default, is taken for granted: aws elbv2 describe-target-group-attributes --target-group-arn ${group.id} > describe-target-group-attributes-${group.name}.json`,
      null,
      group.id,
    ),
  }
}

function resolve(
  { targetId }: TargetHealthRecord,
  group: TargetGroupRecord,
  balancer: BalancerRecord,
  look: Lookup,
): Destination | undefined {
  if (group.type === 'alb') {
    const to = look.balancers.get(targetId)
    return to && { kind: 'balancer', to }
  }
  if (group.type === 'instance') return toInstance(targetId, look)
  const address = parseAddress(targetId)
  const to = address && look.holderOf(group.vpcId ?? balancer.vpcId, address)
  return to && { kind: 'interface', to, address }
}

/** Balancers and accelerators speak to an instance's first interface. */
export function toInstance(instanceId: string, look: Lookup): Destination | undefined {
  const to = look.primaryOf(instanceId)
  return to && { kind: 'interface', to, address: to.pairs[0]?.private ?? null }
}

function classicForwards(balancer: BalancerRecord, look: Lookup, all: Gathering): Forwards {
  const listening = balancer.classicListeners.map(
    ({ port }): Listening => ({ transport: 'tcp', port }),
  )
  for (const { at, port, instancePort, protocol } of balancer.classicListeners) {
    if (!isPort(port) || !isPort(instancePort)) continue
    const known = balancer.instanceIds.flatMap((id) => toInstance(id, look) ?? [])
    if (known.length < balancer.instanceIds.length || known.length === 0)
      all.end({ port, protocol })
    for (const destination of known)
      all.forward(destination, false, null, {
        transport: 'tcp',
        ports: ports(port),
        to: instancePort,
        sources: null,
        because: {
          filter: balancer.name,
          rule: `${protocol} ${port} → ${instancePort}`,
          set: addressSet.all,
          source: at,
        },
      })
  }
  return all.result(listening)
}

function listeningOf({
  port,
  protocol,
}: {
  readonly port: number
  readonly protocol: string
}): readonly Listening[] {
  if (!isPort(port)) return []
  switch (protocol) {
    case 'UDP':
    case 'QUIC':
      return [{ transport: 'udp', port }]
    case 'TCP_UDP':
    case 'TCP_QUIC':
      return [
        { transport: 'tcp', port },
        { transport: 'udp', port },
      ]
    default:
      return [{ transport: 'tcp', port }]
  }
}

/** Gathers by destination, so that each target has one path with all of its ports. */
class Gathering {
  readonly #balancer: BalancerRecord
  readonly #forwards = new Map<string, Forward>()
  readonly #ends = new Map<string, Listening>()
  readonly #hidden = new Map<string, Gap>()
  constructor(balancer: BalancerRecord) {
    this.#balancer = balancer
  }
  end(listener: { readonly port: number; readonly protocol: string }): void {
    for (const one of listeningOf(listener)) this.#ends.set(`${one.transport}${one.port}`, one)
  }
  hide(one: Gap): void {
    this.#hidden.set(one.key, one)
  }
  forward(
    destination: Destination,
    keepsClient: boolean,
    assumed: Gap | null,
    mapping: PortMapping,
  ): void {
    // A chain that comes back to where it began ends there.
    if (destination.kind === 'balancer' && destination.to === this.#balancer) return
    const address = destination.kind === 'interface' && destination.address
    const { to } = destination
    const key = `${'key' in to ? to.key : to.id}|${address ? formatAddress(address) : ''}|${keepsClient}`
    const known = this.#forwards.get(key) ?? {
      destination,
      keepsClient,
      mappings: [],
      gaps: new Set(),
    }
    this.#forwards.set(key, known)
    known.mappings.push(mapping)
    if (assumed) known.gaps.add(assumed)
  }
  result(listening: readonly Listening[] | null): Forwards {
    return {
      forwards: [...this.#forwards.values()],
      ends: [...this.#ends.values()],
      listening,
      hidden: [...this.#hidden.values()],
    }
  }
}
