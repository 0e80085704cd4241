import type { Audit, Finding } from '../model/audit.ts'
import { formatSource, type Source } from '../model/source.ts'
import { exposuresOf } from './order.ts'

/** Where a finding stands: what its reasons point at, else the rules that let it in, else where its resource was read. */
export function placesOf(finding: Finding, { estate }: Audit): readonly Source[] {
  const because = (finding.because ?? []).flatMap(({ source }) => source ?? [])
  const rules = exposuresOf(finding).flatMap((it) => it.rules.flatMap(({ source }) => source ?? []))
  const own =
    estate.filters.get(finding.resource.key)?.source ??
    estate.targets.get(finding.resource.key)?.source
  const places = because.length > 0 ? because : rules.length > 0 ? rules : own ? [own] : []
  return [...new Map(places.map((place) => [formatSource(place), place])).values()]
}
