/** What a filter's rules let through: united, or in their order. Certain and possible are carried side by side. */

import { overlaps } from '../model/address-set.ts'
import type { AddressBounds, TrafficBounds } from '../model/bounds.ts'
import * as bounds from '../model/bounds.ts'
import type { Filter, Rule } from '../model/estate.ts'
import { internet } from '../model/public-space.ts'
import type { Product, TrafficSet } from '../model/traffic-set.ts'
import * as trafficSet from '../model/traffic-set.ts'
import {
  type Application,
  addressesOf,
  applies,
  type Context,
  contextKey,
  matchedBy,
  possibleWhat,
} from './context.ts'

/** Remembers the answers of filters for one solution. */
export type FilterMemo = Map<string, TrafficBounds>

/**
 * What gets in. `behind` is what the stages behind would let through: it counts for rules that end with `next`, and for
 * traffic that no rule matches where the filter lets that go on.
 */
export function inbound(
  filter: Filter,
  context: Context,
  memo: FilterMemo,
  behind: TrafficBounds = bounds.noTraffic,
): TrafficBounds {
  const made = () => admitted(filter, filter.inbound, context, behind)
  return goesOn(filter)
    ? made()
    : remembered(`in|${contextKey(filter, filter.inbound, context)}`, memo, made)
}

export const outbound = (filter: Filter, context: Context, memo: FilterMemo): TrafficBounds =>
  remembered(`out|${contextKey(filter, filter.outbound, context)}`, memo, () =>
    admitted(filter, filter.outbound, context, bounds.noTraffic),
  )

const goesOn = ({ combination, inbound: rules }: Filter): boolean =>
  (combination.kind === 'ordered' && combination.otherwise === 'next') ||
  rules.some(({ action }) => action === 'next')

const admitted = (
  { combination }: Filter,
  rules: readonly Rule[],
  context: Context,
  behind: TrafficBounds,
): TrafficBounds =>
  combination.kind === 'union'
    ? united(rules, context)
    : ordered(rules, combination.otherwise, context, behind)

function remembered(key: string, memo: FilterMemo, make: () => TrafficBounds): TrafficBounds {
  const known = memo.get(key)
  if (known) return known
  const made = make()
  memo.set(key, made)
  return made
}

/**
 * The union of allow rules, in bulk. Where only some clients are asked about, rules on ports that none of them may use are
 * left out first: in a large estate that is nearly all of them.
 */
export function united(rules: readonly Rule[], context: Context): TrafficBounds {
  const certain: Product[] = []
  const possible: Product[] = []
  let isExact = true
  for (const { rule, peer, application } of relevant(rules, context)) {
    if (application === 'yes') certain.push({ what: rule.what, addresses: peer.certain })
    if (peer.certain !== peer.possible || rule.perhaps !== null || application === 'maybe')
      isExact = false
    possible.push({ what: possibleWhat(rule), addresses: peer.possible })
  }
  const united = trafficSet.unionOfProducts(certain)
  return isExact
    ? bounds.exactly(united)
    : { certain: united, possible: trafficSet.unionOfProducts(possible) }
}

interface Applied {
  readonly rule: Rule
  readonly peer: AddressBounds
  readonly application: Application
}

function relevant(rules: readonly Rule[], context: Context): readonly Applied[] {
  if (context.clients === null) return rules.flatMap((rule) => appliedIn(rule, context))
  const used = rulesForClients(rules)
  if (used.length === 0) return []
  const open = trafficSet.unionAllPorts(used.map(possibleWhat))
  return rules
    .filter((rule) => trafficSet.overlapPorts(possibleWhat(rule), open))
    .flatMap((rule) => appliedIn(rule, context))
}

function appliedIn(rule: Rule, context: Context): readonly Applied[] {
  const application = rule.action === 'allow' ? applies(rule, context) : 'no'
  return application === 'no' ? [] : [{ rule, peer: addressesOf(rule.peer, context), application }]
}

const forClients = new WeakMap<readonly Rule[], readonly Rule[]>()

/** The rules that are not about private senders alone, as far as that can be told without resolving names. */
export function rulesForClients(rules: readonly Rule[]): readonly Rule[] {
  const known = forClients.get(rules)
  if (known) return known
  const found = rules.filter(
    ({ peer }) => peer.kind !== 'addresses' || overlaps(peer.set, internet),
  )
  forClients.set(rules, found)
  return found
}

/** Rules in the order in which they are read: lowest first, denies before allows of the same order. */
export const inOrder = (rules: readonly Rule[]): readonly Rule[] =>
  [...rules].sort(
    (a, b) => a.order - b.order || Number(a.action !== 'deny') - Number(b.action !== 'deny'),
  )

/**
 * First match wins, for each packet by itself. Worked from the last rule to the first: what the rules from here on let
 * through is what this rule says of its match, and what the rules behind it say of the rest. Where a rule only may match,
 * certain is what both agree on.
 */
function ordered(
  rules: readonly Rule[],
  otherwise: 'deny' | 'next',
  context: Context,
  behind: TrafficBounds,
): TrafficBounds {
  let rest = otherwise === 'next' ? behind : bounds.noTraffic
  for (const rule of inOrder(rules).toReversed()) {
    const match = matchedBy(rule, context)
    if (trafficSet.isEmpty(match.possible)) continue
    rest = before(rule.action, match, rest, behind)
  }
  return rest
}

function before(
  action: Rule['action'],
  match: TrafficBounds,
  rest: TrafficBounds,
  behind: TrafficBounds,
): TrafficBounds {
  switch (action) {
    case 'allow':
      return bounds.union(match, rest)
    case 'deny':
      return bounds.subtract(rest, match)
    case 'next':
      return {
        certain: trafficSet.union(
          trafficSet.subtract(rest.certain, match.possible),
          trafficSet.intersect(
            behind.certain,
            trafficSet.union(match.certain, trafficSet.intersect(match.possible, rest.certain)),
          ),
        ),
        possible: trafficSet.union(
          trafficSet.subtract(rest.possible, match.certain),
          trafficSet.intersect(behind.possible, match.possible),
        ),
      }
  }
}

/** Walks an ordered list; `visit` gets each rule that can match with the traffic that may get as far as it. */
export function eachInOrder(
  rules: readonly Rule[],
  context: Context,
  visit: (rule: Rule, hit: TrafficSet) => void,
): void {
  let rest = trafficSet.everything
  for (const rule of inOrder(rules)) {
    const { certain, possible } = matchedBy(rule, context)
    if (trafficSet.isEmpty(possible)) continue
    visit(rule, trafficSet.intersect(rest, possible))
    rest = trafficSet.subtract(rest, certain)
  }
}
