/** Estate in, audit out: solve, ask every check, mark what is exempt. Pure. */
import { solvedEstate } from '../exposure/facts.ts'
import type { FilterMemo } from '../exposure/filter.ts'
import { solve } from '../exposure/solve.ts'
import type { Audit, CheckInfo, Finding } from '../model/audit.ts'
import type { Estate } from '../model/estate.ts'
import { type Outcome, type Severity, type Status, severities, statuses } from '../model/finding.ts'
import { defaultThresholds, type Thresholds } from '../model/public-space.ts'
import type { Resource } from '../model/resource.ts'
import type { Check, Facts } from './check.ts'
import { type AcceptedFinding, exempt } from './exemption.ts'

export interface AssessOptions {
  readonly checks: readonly Check[]
  /** Only resources of these accounts are told; empty is all. */
  readonly accounts: readonly string[]
  readonly thresholds: Thresholds
  readonly accepted: readonly AcceptedFinding[]
  /** ISO date on which exemptions are judged. */
  readonly today: string
}
export const assessDefaults = { accounts: [], thresholds: defaultThresholds, accepted: [] } as const

export function assess(estate: Estate, options: AssessOptions): Audit {
  const memo: FilterMemo = new Map()
  const exposures = solve(estate, memo)
  const facts = solvedEstate(estate, exposures, options.thresholds, memo)
  const isForAll = options.accounts.length === 0
  const isChosen = ({ account }: { readonly account: string | null }): boolean =>
    isForAll || (account !== null && options.accounts.includes(account))
  const all = worstFirst(options.checks, (check) => findingsOf(check, facts))
  const found = isForAll ? all : all.filter(({ resource }) => isChosen(resource))
  const { findings, notices } = exempt(found, options.accepted, facts, options.today)
  return {
    estate,
    exposures: exposures.filter(({ target }) => isChosen(target)),
    findings,
    interfaces: countInterfaces(estate),
    notices,
  }
}

function* findingsOf(check: Check, facts: Facts): Iterable<Finding> {
  for (const outcome of check.find(facts)) yield findingOf(check, outcome)
}

/**
 * Worst first, then by check and resource. Checks come in the order of their ids and their resources too, so that a place
 * for each status and severity is all the sorting there is.
 */
export function worstFirst<C extends CheckInfo>(
  checks: readonly C[],
  findingsOf: (check: C) => Iterable<Finding>,
): readonly Finding[] {
  const places = Object.fromEntries(
    statuses.map((status) => [
      status,
      Object.fromEntries(severities.map((severity) => [severity, [] as Finding[]])),
    ]),
  ) as Record<Status, Record<Severity, Finding[]>>
  const sorted = checks.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  for (const check of sorted)
    for (const finding of findingsOf(check)) places[finding.status][finding.severity].push(finding)
  return statuses.flatMap((status) => severities.flatMap((severity) => places[status][severity]))
}

const keyOf = (check: CheckInfo, resource: Resource): string => `${check.id}|${resource.key}`

export const findingOf = (check: CheckInfo, outcome: Outcome): Finding =>
  outcome.status === 'pass' && outcome.because === undefined
    ? new PassedFinding(check, outcome.resource, outcome.severity ?? check.severity)
    : {
        ...outcome,
        key: keyOf(check, outcome.resource),
        check,
        severity: outcome.severity ?? check.severity,
        exemption: null,
      }

/** What passes is by far the most of a large estate: it is no more than this, and its key is put together when asked for. */
class PassedFinding implements Finding {
  readonly check: CheckInfo
  readonly resource: Resource
  readonly severity: Severity

  constructor(check: CheckInfo, resource: Resource, severity: Severity) {
    this.check = check
    this.resource = resource
    this.severity = severity
  }

  get status() {
    return 'pass' as const
  }
  get exemption() {
    return null
  }
  get key(): string {
    return keyOf(this.check, this.resource)
  }
}

function countInterfaces({ targets, filters }: Estate): number {
  let count = 0
  for (const key of targets.keys()) if (!filters.has(key)) count++
  return count
}
