/**
 * How findings are put together for people: what counts, what is not known, what was accepted; within that a block for each
 * resource, worst first; and in a block the checks that fail for the same reasons together, with the reasons said once.
 */
import type { Audit, Finding } from '../model/audit.ts'
import type { Exposure, Step } from '../model/exposure.ts'
import type { Severity } from '../model/finding.ts'
import type { Gap } from '../model/gap.ts'
import type { Resource } from '../model/resource.ts'
import { formatSource } from '../model/source.ts'
import {
  compareFindings,
  compareText,
  exposuresOf,
  gapsByKey,
  gapsOf,
  severityRank,
} from './order.ts'
import { exemptionPhrase, stepPhrase } from './words.ts'

export interface Section {
  readonly title: string
  readonly findings: readonly Finding[]
}

/** Only sections with findings; what passed and what does not apply only where asked for. */
export function sectionsOf(all: readonly Finding[], showAll: boolean): readonly Section[] {
  const open: Section[] = [
    { title: 'Fail', findings: all.filter((it) => it.status === 'fail' && it.exemption === null) },
    { title: 'Unknown', findings: all.filter((it) => it.status === 'unknown') },
    { title: 'Manual', findings: all.filter((it) => it.status === 'manual') },
    {
      title: 'Exempt',
      findings: all.filter((it) => it.status === 'fail' && it.exemption !== null),
    },
  ]
  const rest: Section[] = [
    { title: 'Pass', findings: all.filter((it) => it.status === 'pass') },
    { title: 'Not applicable', findings: all.filter((it) => it.status === 'not-applicable') },
  ]
  return [...open, ...(showAll ? rest : [])].filter(({ findings }) => findings.length > 0)
}

/** One resource's findings of one section, worst first. */
export interface Block {
  readonly resource: Resource
  readonly severity: Severity
  readonly findings: readonly Finding[]
}

export function blocksOf(findings: readonly Finding[]): readonly Block[] {
  const byResource = Map.groupBy(findings, ({ resource }) => resource.key)
  const blocks = [...byResource.values()].map((own) => {
    const sorted = own.toSorted(compareFindings)
    const { resource, severity } = sorted[0] as Finding
    return { resource, severity, findings: sorted }
  })
  return blocks.sort(
    (a, b) =>
      severityRank[a.severity] - severityRank[b.severity] ||
      compareText(a.resource.key, b.resource.key),
  )
}

/** Findings of one resource for the same reasons. */
export interface Group {
  readonly findings: readonly Finding[]
  readonly exposures: readonly Exposure[]
  /** Rules that admit, in words. */
  readonly rules: readonly string[]
  /** Reasons that do not stand among the rules, in words. */
  readonly reasons: readonly string[]
  /** What is missing, in words. */
  readonly gaps: readonly string[]
}

export function groupsOf(findings: readonly Finding[]): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const finding of findings) {
    const own = groupOf(finding)
    // Exposures differ from check to check of one rule: each looks at its own ports.
    const key = JSON.stringify([own.rules, own.reasons, own.gaps])
    const known = groups.get(key)
    if (known === undefined) groups.set(key, own)
    else
      groups.set(key, {
        ...own,
        findings: [...known.findings, finding],
        exposures: [...new Set([...known.exposures, ...own.exposures])],
      })
  }
  return [...groups.values()]
}

function groupOf(finding: Finding): Group {
  const { because = [], exemption } = finding
  const exposures = exposuresOf(finding)
  const steps = blamed(
    finding,
    exposures.flatMap(({ rules }) => rules),
  )
  const places = new Set(steps.flatMap(({ source }) => (source ? formatSource(source) : [])))
  // A reason whose place already stands among the rules says nothing more; the others do.
  const reasons = because.flatMap(({ source, text }) => {
    if (source === null) return text
    const place = formatSource(source)
    return places.has(place) ? [] : `${text} (${place})`
  })
  return {
    findings: [finding],
    exposures,
    rules: distinct(steps.map(stepPhrase)),
    reasons: distinct([...reasons, ...(exemption ? [exemptionPhrase(exemption)] : [])]),
    gaps: distinct(gapsOf(finding).map(({ message }) => message)),
  }
}

/**
 * The rules that a finding is about, the nearest to its resource first. An exposure joins ports of equal reach, so its rules can
 * be more than those that the check points at; where the check points at some of them, only these count.
 */
function blamed({ because = [], resource }: Finding, rules: readonly Step[]): readonly Step[] {
  const pointed = new Set(because.flatMap(({ source }) => (source ? formatSource(source) : [])))
  const own = rules.filter(({ source }) => source !== null && pointed.has(formatSource(source)))
  const distance = ({ filter, stage }: Step): number =>
    filter === resource.id ? 0 : (farStages[stage] ?? 1)
  return (own.length > 0 ? own : rules).toSorted(
    (a, b) => distance(a) - distance(b) || compareText(stepPhrase(a), stepPhrase(b)),
  )
}
/** Stages that stand before whole networks: seldom what is changed to close one finding. */
const farStages: Readonly<Record<string, number>> = {
  'network-acl': 2,
  front: 3,
  route: 4,
  'public-access-block': 4,
}

export const distinct = (texts: readonly string[]): string[] => [...new Set(texts)]

/** Gaps of one reason. */
export interface GapGroup {
  readonly reason: string
  readonly gaps: readonly Gap[]
  /** How many of them leave a finding or an exposure unknown. */
  readonly deciding: number
  /** The one to print where only one is. */
  readonly first: Gap
}

/** Those that leave answers open first, then the most frequent. */
export function gapGroupsOf(audit: Audit): readonly GapGroup[] {
  const deciding = new Set<string>()
  for (const it of audit.findings)
    if (it.status === 'unknown') for (const { key } of it.gaps ?? []) deciding.add(key)
  for (const it of audit.exposures)
    if (it.verdict === 'unknown') for (const { key } of it.gaps) deciding.add(key)
  return [...Map.groupBy(gapsByKey(audit), ({ reason }) => reason)]
    .map(([reason, own]) => {
      const sorted = own.toSorted(
        (a, b) => Number(deciding.has(b.key)) - Number(deciding.has(a.key)),
      )
      return {
        reason,
        gaps: sorted,
        deciding: own.filter(({ key }) => deciding.has(key)).length,
        first: sorted[0] as Gap,
      }
    })
    .sort(
      (a, b) =>
        b.deciding - a.deciding || b.gaps.length - a.gaps.length || compareText(a.reason, b.reason),
    )
}
