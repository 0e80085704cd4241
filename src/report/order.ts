/** The same audit prints the same text, in whatever order its parts were found. */
import type { Audit, Finding } from '../model/audit.ts'
import type { Exposure } from '../model/exposure.ts'
import { verdicts } from '../model/exposure.ts'
import { severities, statuses } from '../model/finding.ts'
import type { Coverage, Gap } from '../model/gap.ts'

/** By UTF-16 code unit: the same in every locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const rank = <T extends string>(order: readonly T[]): Readonly<Record<T, number>> =>
  Object.fromEntries(order.map((value, i) => [value, i])) as Record<T, number>

export const severityRank = rank(severities)
export const statusRank = rank(statuses)
export const verdictRank = rank(verdicts)

const byKey = (a: { readonly key: string }, b: { readonly key: string }): number =>
  compareText(a.key, b.key)

/** The order of their keys, by the parts: hundreds of thousands of keys need not be put together for it. */
export const findingsByKey = (audit: Audit): readonly Finding[] =>
  audit.findings.toSorted(
    (a, b) =>
      compareText(a.check.id, b.check.id) ||
      compareText(a.resource.key, b.resource.key) ||
      byKey(a, b),
  )

/** What fails before what is unknown before what passes; worst first within each. */
export const compareFindings = (a: Finding, b: Finding): number =>
  statusRank[a.status] - statusRank[b.status] ||
  severityRank[a.severity] - severityRank[b.severity] ||
  byKey(a, b)

/** All exposures, those that only a finding names included, so that every id that is printed can be looked up. */
export function exposuresByKey(audit: Audit): readonly Exposure[] {
  const all = new Set(audit.exposures)
  for (const { exposures } of audit.findings) for (const one of exposures ?? []) all.add(one)
  return distinct(all)
}

/** All gaps, those that only a finding or an exposure names included. */
export function gapsByKey(audit: Audit): readonly Gap[] {
  const all = new Set(audit.estate.gaps)
  for (const { gaps } of audit.findings) for (const one of gaps ?? []) all.add(one)
  for (const exposure of exposuresByKey(audit)) for (const one of exposure.gaps) all.add(one)
  return distinct(all)
}

function distinct<T extends { readonly key: string }>(things: ReadonlySet<T>): readonly T[] {
  const sorted = [...things].sort(byKey)
  return sorted.filter((thing, i) => i === 0 || sorted[i - 1]?.key !== thing.key)
}

export const sortedCoverage = (audit: Audit): readonly Coverage[] =>
  audit.estate.coverage.toSorted(
    (a, b) =>
      compareText(a.provider, b.provider) ||
      compareText(a.account ?? '', b.account ?? '') ||
      compareText(a.region ?? '', b.region ?? '') ||
      compareText(a.collection, b.collection) ||
      compareText(a.state, b.state),
  )

/** A finding's exposures: reachable before unknown before the rest. */
export const exposuresOf = ({ exposures = [] }: Pick<Finding, 'exposures'>): readonly Exposure[] =>
  exposures.toSorted((a, b) => verdictRank[a.verdict] - verdictRank[b.verdict] || byKey(a, b))

export const gapsOf = ({ gaps = [] }: Finding): readonly Gap[] => gaps.toSorted(byKey)
