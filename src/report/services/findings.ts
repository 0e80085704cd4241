/** Findings beside the services they are of. */
import type { Finding } from '../../model/audit.ts'
import { type Severity, severities } from '../../model/finding.ts'
import { compareText, severityRank } from '../order.ts'

/** What the findings of one service come to; exempt ones do not count as failing. */
export interface FindingTally {
  readonly failing: Readonly<Record<Severity, number>>
  /** Could not be told. */
  readonly unknown: number
  readonly exempt: number
  /** Failing checks, worst first, exempt ones left out. */
  readonly checks: readonly {
    readonly id: string
    readonly severity: Severity
    readonly title: string
  }[]
}

const none: FindingTally = {
  failing: { critical: 0, high: 0, medium: 0, low: 0, informational: 0 },
  unknown: 0,
  exempt: 0,
  checks: [],
}

/** Keeps of each finding what a line about its service prints; findings are keyed by their resource's id. */
export function findingTallies() {
  const byResource = new Map<string, FindingTally>()
  const all = { ...none.failing }
  let unknown = 0
  let exempt = 0
  return {
    take(finding: Finding): void {
      const { resource, status, severity, exemption, check } = finding
      const before = byResource.get(resource.id) ?? none
      if (status === 'unknown') {
        unknown++
        byResource.set(resource.id, { ...before, unknown: before.unknown + 1 })
      } else if (status !== 'fail') {
        if (before === none) byResource.set(resource.id, none)
      } else if (exemption) {
        exempt++
        byResource.set(resource.id, { ...before, exempt: before.exempt + 1 })
      } else {
        all[severity]++
        const checks = [...before.checks, { id: check.id, severity, title: check.title }]
        byResource.set(resource.id, {
          ...before,
          failing: { ...before.failing, [severity]: before.failing[severity] + 1 },
          checks: checks.sort(
            (a, b) =>
              severityRank[a.severity] - severityRank[b.severity] || compareText(a.id, b.id),
          ),
        })
      }
    },
    /** Undefined: no check spoke of it. */
    of: (serviceKey: string): FindingTally | undefined => byResource.get(serviceKey),
    whole: (): Omit<FindingTally, 'checks'> => ({ failing: all, unknown, exempt }),
  }
}

/** `1 critical, 2 high`; empty where nothing fails. */
export const failingPhrase = ({ failing }: Pick<FindingTally, 'failing'>): string =>
  severities
    .filter((severity) => failing[severity] > 0)
    .map((severity) => `${failing[severity]} ${shortSeverity[severity]}`)
    .join(', ')

export const shortSeverity: Readonly<Record<Severity, string>> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
  informational: 'info',
}

export const worstOf = ({ failing }: Pick<FindingTally, 'failing'>): Severity | null =>
  severities.find((severity) => failing[severity] > 0) ?? null
