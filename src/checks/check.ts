/** A check is data and one pure function that turns what is known into outcomes. */
import type { SolvedEstate } from '../exposure/facts.ts'
import type { CheckInfo } from '../model/audit.ts'
import type { Outcome } from '../model/finding.ts'
import type { ServiceSubject } from './service-subject.ts'

export type Facts = SolvedEstate

/** Judges an estate: what is configured, and what reaches what. */
export interface Check extends CheckInfo {
  /** What it looks at: a filter's own rules, or a target's whole path. */
  readonly subject: 'filter' | 'target'
  find(facts: Facts): Iterable<Outcome>
}

/** Judges one service: what answered at an address and port. */
export interface ServiceCheck extends CheckInfo {
  readonly subject: 'service'
  /** Null where it has nothing to say of the service, which is then no such server. */
  judge(seen: ServiceSubject): Outcome | null
}
