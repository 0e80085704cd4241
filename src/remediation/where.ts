/** Which filters a finding can be mended at, and what of its traffic each is to stop. */
import type { SolvedEstate } from '../exposure/facts.ts'
import { wrongTraffic } from '../exposure/wrong-traffic.ts'
import type { Finding } from '../model/audit.ts'
import type { Filter } from '../model/estate.ts'
import type { Exposure } from '../model/exposure.ts'
import type { TrafficSet } from '../model/traffic-set.ts'
import * as trafficSet from '../model/traffic-set.ts'

export interface Place {
  readonly filter: Filter
  readonly traffic: TrafficSet
}

export function filtersBehind(finding: Finding, facts: SolvedEstate): readonly Place[] {
  const own = facts.estate.filters.get(finding.resource.key)
  if (own) return [{ filter: own, traffic: wrongTraffic(finding.ports ?? []) }]
  const wrong = wrongTraffic(finding.ports ?? [])
  const places = new Map<Filter, TrafficSet>()
  for (const exposure of finding.exposures ?? []) {
    const what = trafficSet.transportPorts({ [exposure.transport]: exposure.targetPorts })
    const traffic = trafficSet.toPorts(
      trafficSet.traffic(what, exposure.sources),
      trafficSet.portsOf(wrong),
    )
    if (trafficSet.isEmpty(traffic)) continue
    for (const filter of placesOf(exposure, facts))
      places.set(filter, trafficSet.union(places.get(filter) ?? trafficSet.empty, traffic))
  }
  return [...places].map(([filter, traffic]) => ({ filter, traffic }))
}

/**
 * United filters must all be closed. Of filters that must all admit one is enough: the one that stands before the fewest
 * targets, so that the fewest others notice.
 */
function placesOf({ path, rules }: Exposure, facts: SolvedEstate): readonly Filter[] {
  const leg = Math.max(0, ...path.map((step) => step.leg))
  const named = new Set(
    [...path, ...rules].filter((step) => step.leg === leg).map(({ filter }) => filter),
  )
  const filters = [...facts.estate.filters.values()].filter(
    ({ resource, combination }) =>
      named.has(resource.id) && (combination.kind === 'union' || combination.otherwise === 'deny'),
  )
  const united = filters.filter(({ combination }) => combination.kind === 'union')
  if (united.length > 0) return united
  const narrowest = filters.toSorted((a, b) => standsBefore(a, facts) - standsBefore(b, facts))[0]
  return narrowest ? [narrowest] : []
}

function standsBefore({ resource }: Filter, { estate }: SolvedEstate): number {
  const attachment = estate.attachments.get(resource.key)
  return attachment?.kind === 'attached' ? attachment.targets.length : Number.MAX_SAFE_INTEGER
}
