import { parseAddress } from '../../model/address.ts'
import type { AddressSet } from '../../model/address-set.ts'
import * as addressSet from '../../model/address-set.ts'
import { type Gap, gap } from '../../model/gap.ts'
import { isPort, ports } from '../../model/port-set.ts'
import type { Source } from '../../model/source.ts'
import type { Lookup } from './front-lookup.ts'
import {
  type Destination,
  type Forwards,
  Gathering,
  type Listening,
  listeningOf,
} from './gathering.ts'
import type {
  Action,
  BalancerRecord,
  ListenerRecord,
  TargetGroupRecord,
  TargetHealthRecord,
} from './records.ts'
import type { Scene } from './scene.ts'

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
