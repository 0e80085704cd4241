/** What a filter's rules let through: united, or in their order. Certain and possible are carried side by side. */

import type { TrafficBounds } from '../model/bounds.ts'
import * as bounds from '../model/bounds.ts'
import type { Filter, Rule } from '../model/estate.ts'
import type { Product } from '../model/traffic-set.ts'
import * as trafficSet from '../model/traffic-set.ts'
import {
  addressesOf,
  applies,
  type Context,
  contextKey,
  matchedBy,
  possibleWhat,
} from './context.ts'

/** What ends with allow, and what leaves the filter for the stages behind it. */
export interface Passage {
  readonly allow: TrafficBounds
  readonly next: TrafficBounds
}

/** Remembers the answers of filters for one solution. */
export type FilterMemo = Map<string, Passage>

export function inbound(filter: Filter, context: Context, memo: FilterMemo): Passage {
  return remembered(`in|${contextKey(filter, filter.inbound, context)}`, memo, () =>
    filter.combination.kind === 'union'
      ? { allow: united(filter.inbound, context), next: bounds.noTraffic }
      : ordered(filter.inbound, filter.combination.otherwise, context),
  )
}

export function outbound(filter: Filter, context: Context, memo: FilterMemo): Passage {
  return remembered(`out|${contextKey(filter, filter.outbound, context)}`, memo, () =>
    filter.combination.kind === 'union'
      ? { allow: united(filter.outbound, context), next: bounds.noTraffic }
      : ordered(filter.outbound, filter.combination.otherwise, context),
  )
}

function remembered(key: string, memo: FilterMemo, make: () => Passage): Passage {
  const known = memo.get(key)
  if (known) return known
  const made = make()
  memo.set(key, made)
  return made
}

/** The union of allow rules, in bulk. */
export function united(rules: readonly Rule[], context: Context): TrafficBounds {
  const certain: Product[] = []
  const possible: Product[] = []
  let isExact = true
  for (const rule of rules) {
    const application = applies(rule, context)
    if (rule.action !== 'allow' || application === 'no') continue
    const peer = addressesOf(rule.peer, context)
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

/** Rules in the order in which they are read: lowest first, denies before allows of the same order. */
export const inOrder = (rules: readonly Rule[]): readonly Rule[] =>
  [...rules].sort(
    (a, b) => a.order - b.order || Number(a.action !== 'deny') - Number(b.action !== 'deny'),
  )

/** First match wins, for each packet by itself. */
function ordered(rules: readonly Rule[], otherwise: 'deny' | 'next', context: Context): Passage {
  let allow = bounds.noTraffic
  let next = bounds.noTraffic
  const rest = eachInOrder(rules, context, (rule, hit) => {
    if (rule.action === 'allow') allow = bounds.union(allow, hit)
    else if (rule.action === 'next') next = bounds.union(next, hit)
  })
  return { allow, next: otherwise === 'next' ? bounds.union(next, rest) : next }
}

/**
 * Walks an ordered list; `visit` gets each rule with the traffic that reaches and matches it. Returns what none matched.
 * A match that is only possible is taken whole from what certainly goes on, and not at all from what possibly goes on.
 */
export function eachInOrder(
  rules: readonly Rule[],
  context: Context,
  visit: (rule: Rule, hit: TrafficBounds) => void,
): TrafficBounds {
  let rest = bounds.allTraffic
  for (const rule of inOrder(rules)) {
    const matched = matchedBy(rule, context)
    if (trafficSet.isEmpty(matched.possible)) continue
    visit(rule, bounds.intersect(rest, matched))
    rest = bounds.subtract(rest, matched)
    if (trafficSet.isEmpty(rest.possible)) break
  }
  return rest
}
