/** A check is data and one pure function that turns facts into outcomes. */
import type { SolvedEstate } from '../exposure/facts.ts'
import type { CheckInfo } from '../model/audit.ts'
import type { Outcome } from '../model/finding.ts'

export type Facts = SolvedEstate

export interface Check extends CheckInfo {
  /** What it looks at: a filter's own rules, or a target's whole path. */
  readonly subject: 'filter' | 'target'
  find(facts: Facts): Iterable<Outcome>
}
