/** A filter by itself, whatever it stands before: every destination and source port that its rules tell apart, united. */
import type { Address } from '../model/address.ts'
import { ip4Domain, ip6Domain } from '../model/address.ts'
import type { TrafficBounds } from '../model/bounds.ts'
import * as bounds from '../model/bounds.ts'
import type { Estate, Filter, Leg, Rule } from '../model/estate.ts'
import { internet } from '../model/public-space.ts'
import * as trafficSet from '../model/traffic-set.ts'
import { admittingRules, meets, unitedRules } from './admitting.ts'
import { addressesOf, type Context, contextKey, matchedBy, profileOf } from './context.ts'
import { eachInOrder, type FilterMemo, inbound, inOrder } from './filter.ts'
import { sourcePortClasses } from './stage.ts'

/** The filter's effective inbound traffic. */
export function filterTraffic(filter: Filter, estate: Estate, memo: FilterMemo): TrafficBounds {
  return contextsOf(filter, estate)
    .map((context) => inbound(filter, context, memo))
    .reduce(bounds.union)
}

/** The allow rules that some of the traffic gets as far as. */
export function rulesAdmitting(
  filter: Filter,
  traffic: trafficSet.TrafficSet,
  estate: Estate,
): readonly Rule[] {
  const found = new Set<Rule>()
  for (const context of contextsOf(filter, estate))
    for (const rule of admitting(filter, traffic, context)) found.add(rule)
  return filter.inbound.filter((rule) => found.has(rule))
}

const admitting = (
  filter: Filter,
  traffic: trafficSet.TrafficSet,
  context: Context,
): readonly Rule[] =>
  filter.combination.kind === 'ordered'
    ? admittingRules(filter.inbound, traffic, context)
    : unitedRules(filter.inbound, traffic, context)

export interface Shadowed {
  readonly rule: Rule
  /** The rules before it that take all it could match. */
  readonly by: readonly Rule[]
}

/** Rules of an ordered filter that no packet gets as far as. */
export function shadowedRules(filter: Filter, estate: Estate): readonly Shadowed[] {
  if (filter.combination.kind !== 'ordered') return []
  const live = new Set<Rule>()
  const matching = new Set<Rule>()
  for (const context of contextsOf(filter, estate))
    eachInOrder(filter.inbound, context, (rule, hit) => {
      matching.add(rule)
      if (!trafficSet.isEmpty(hit)) live.add(rule)
    })
  return inOrder(filter.inbound)
    .filter((rule) => matching.has(rule) && !live.has(rule))
    .map((rule) => ({ rule, by: shadowing(rule, filter, estate) }))
}

function shadowing(rule: Rule, filter: Filter, estate: Estate): readonly Rule[] {
  const [context] = contextsOf(filter, estate)
  if (!context) return []
  const own = matchedBy({ ...rule, destination: null }, { ...context, sourcePort: null }).possible
  const before = inOrder(filter.inbound)
  return before
    .slice(0, before.indexOf(rule))
    .filter((one) =>
      meets(
        matchedBy({ ...one, destination: null }, { ...context, sourcePort: null }).certain,
        own,
      ),
    )
}

/** One context for each class of destination and source port that the rules tell apart. */
function contextsOf(filter: Filter, estate: Estate): readonly Context[] {
  const base = { estate, scope: null, groups: [], clients: internet }
  const leg: Leg = {
    stages: [
      {
        stage: { kind: 'union', stage: filter.resource.kind, filters: [filter.resource.key] },
        role: 'admits',
      },
    ],
    destination: null,
    scope: null,
    sender: { kind: 'client', groups: [] },
  }
  const profile = profileOf(filter.inbound)
  const destinations =
    profile.destinations.length === 0
      ? [[]]
      : destinationsOf(filter, { ...base, destinations: [], sourcePort: null })
  const sourcePorts = profile.hasSourcePorts
    ? sourcePortClasses([leg], { ...base, destinations: [] })
    : [null]
  const distinct = new Map<string, Context>()
  for (const destination of destinations)
    for (const sourcePort of sourcePorts) {
      const context = { ...base, destinations: destination, sourcePort }
      const key = contextKey(filter, filter.inbound, context)
      if (!distinct.has(key)) distinct.set(key, context)
    }
  return [...distinct.values()]
}

/** One address in each piece that the rules' destinations cut the address space into, and one outside of them all. */
function destinationsOf(filter: Filter, context: Context): readonly (readonly Address[])[] {
  const values4 = new Set<number>([ip4Domain.min])
  const values6 = new Set<string>([ip6Domain.min])
  for (const rule of filter.inbound) {
    if (rule.destination === null) continue
    const { certain, possible } = addressesOf(rule.destination, context)
    for (const set of [certain, possible]) {
      for (let i = 0; i < set.v4.length; i += 2) {
        values4.add(set.v4[i] as number)
        if ((set.v4[i + 1] as number) < ip4Domain.max)
          values4.add(ip4Domain.next(set.v4[i + 1] as number))
      }
      for (let i = 0; i < set.v6.length; i += 2) {
        values6.add(set.v6[i] as string)
        if ((set.v6[i + 1] as string) < ip6Domain.max)
          values6.add(ip6Domain.next(set.v6[i + 1] as string))
      }
    }
  }
  return [
    ...[...values4].map((value) => [{ family: 4 as const, value }]),
    ...[...values6].map((value) => [{ family: 6 as const, value }]),
  ]
}
