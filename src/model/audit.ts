import type { Estate } from './estate.ts'
import type { Exposure } from './exposure.ts'
import type { Outcome, Severity } from './finding.ts'
import type { RemedyId, RequirementId } from './requirement.ts'
import type { Provider } from './resource.ts'

/** What the registry says of a check, without the function that finds. */
export interface CheckInfo {
  readonly id: string
  /** Ids under which other rule sets know it: `EC2-034`, `Network-005`, `EC2.19`. */
  readonly aliases: readonly string[]
  readonly title: string
  readonly provider: Provider
  readonly severity: Severity
  readonly requirements: readonly RequirementId[]
  readonly remedy: RemedyId | null
  /** What to do, in a sentence or two, where the remedy is no change to a filter. */
  readonly guidance?: string
}

/** One check's outcome on one resource: one finding for each pair. */
export interface Finding extends Outcome {
  /** Stable over runs: check and resource. */
  readonly key: string
  readonly check: CheckInfo
  readonly severity: Severity
  /** The exemption that covers all of what is wrong, or null. The status stays. */
  readonly exemption: Exemption | null
}

export interface Exemption {
  readonly owner: string
  readonly reason: string
  /** ISO 8601 date, the last day on which it holds. */
  readonly expires: string
}

export interface Audit {
  readonly estate: Estate
  readonly exposures: readonly Exposure[]
  readonly findings: readonly Finding[]
  /** How many network interfaces (and the like) were read. */
  readonly interfaces: number
  /** Exemptions that did not apply and why, a line each: expired, void because the rule grew, matching nothing. */
  readonly notices: readonly string[]
}
