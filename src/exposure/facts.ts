/** What can be asked of a solved estate: the answers are worked out when first asked for, and kept. */
import type { TrafficBounds } from '../model/bounds.ts'
import type { Estate, Filter, Rule, Stage } from '../model/estate.ts'
import type { Exposure, Step } from '../model/exposure.ts'
import { overlaps } from '../model/port-set.ts'
import type { Thresholds } from '../model/public-space.ts'
import type { ResourceId } from '../model/resource.ts'
import type { TrafficSet, TransportPorts } from '../model/traffic-set.ts'
import type { FilterMemo } from './filter.ts'
import { filterTraffic, rulesAdmitting, type Shadowed, shadowedRules } from './filter-traffic.ts'

export interface SolvedEstate {
  readonly estate: Estate
  readonly thresholds: Thresholds
  exposuresOf(target: ResourceId): readonly Exposure[]
  /** The exposures that a rule of the filter admits, or that it stops; only those on these ports (on either side of a front). */
  exposuresThrough(filter: ResourceId, what?: TransportPorts): readonly Exposure[]
  admits(filter: ResourceId): TrafficBounds
  rulesAdmitting(filter: Filter, traffic: TrafficSet): readonly Rule[]
  shadowed(filter: Filter): readonly Shadowed[]
}

export function solvedEstate(
  estate: Estate,
  exposures: readonly Exposure[],
  thresholds: Thresholds,
  memo: FilterMemo = new Map(),
): SolvedEstate {
  const admitted = new Map<ResourceId, TrafficBounds>()
  const byTarget = Map.groupBy(exposures, ({ target }) => target.key)
  let behind: ReturnType<typeof targetsBehind> | undefined
  return {
    estate,
    thresholds,
    exposuresOf: (target) => byTarget.get(target) ?? [],
    exposuresThrough(id, what) {
      behind ??= targetsBehind(estate)
      const native = estate.filters.get(id)?.resource.id ?? ''
      return [...(behind.get(id) ?? [])]
        .flatMap((target) => byTarget.get(target) ?? [])
        .filter((one) => what === undefined || touches(one, what))
        .filter(({ rules, path }) => names(rules, native) || names(path, native))
    },
    admits(id) {
      const known = admitted.get(id)
      if (known) return known
      const filter = estate.filters.get(id)
      if (!filter) throw new RangeError(`no such filter: ${id}`)
      const traffic = filterTraffic(filter, estate, memo)
      admitted.set(id, traffic)
      return traffic
    },
    rulesAdmitting: (filter, traffic) => rulesAdmitting(filter, traffic, estate),
    shadowed: (filter) => shadowedRules(filter, estate),
  }
}

/** The filters that stand on the ways to each target. */
function targetsBehind(estate: Estate): ReadonlyMap<ResourceId, ReadonlySet<ResourceId>> {
  const behind = new Map<ResourceId, Set<ResourceId>>()
  const visit = (stage: Stage, target: ResourceId): void => {
    switch (stage.kind) {
      case 'union':
        for (const filter of stage.filters) add(filter, target)
        break
      case 'ordered':
        add(stage.filter, target)
        for (const one of stage.behind) visit(one, target)
        break
      case 'stateless':
        add(stage.filter, target)
        break
      case 'sources':
      case 'fixed':
    }
  }
  const add = (filter: ResourceId, target: ResourceId): void => {
    const targets = behind.get(filter)
    if (targets) targets.add(target)
    else behind.set(filter, new Set([target]))
  }
  for (const { target, legs } of estate.paths)
    for (const { stages } of legs) for (const { stage } of stages) visit(stage, target)
  return behind
}

const touches = ({ transport, ports, targetPorts }: Exposure, what: TransportPorts): boolean =>
  overlaps(ports, what[transport]) || overlaps(targetPorts, what[transport])

const names = (steps: readonly Step[], filter: string): boolean =>
  steps.some((step) => step.filter === filter)
