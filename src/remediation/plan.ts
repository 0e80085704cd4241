/** Fix plans: the smallest change to rules that ends a finding, as data that can be applied to an estate and told as commands. */

import type { SolvedEstate } from '../exposure/facts.ts'
import type { AddressSet } from '../model/address-set.ts'
import type { Finding } from '../model/audit.ts'
import type { Filter, Rule, Target } from '../model/estate.ts'
import { portsOf, type TransportPorts } from '../model/traffic-set.ts'
import { rulesToCut } from './cut.ts'
import { type Dialect, dialects } from './dialect.ts'
import { filtersBehind } from './where.ts'

/** A change to one filter. */
export interface Edit {
  readonly filter: Filter
  readonly removed: readonly Rule[]
  readonly added: readonly Rule[]
  /** The filter itself goes. */
  readonly deletes: boolean
  /** What to type, in the order in which nobody is cut off in between. */
  readonly commands: readonly string[]
  /** The same by hand. */
  readonly console: readonly string[]
}

export interface Plan {
  readonly edits: readonly Edit[]
  /** What the change does besides, or cannot do. */
  readonly notes: readonly string[]
}

/** Ports to be closed on some rules of a filter. */
export interface Cut {
  readonly rule: Rule
  /** The part of the rule's ports that is closed to the rule's peer. */
  readonly ports: TransportPorts
}

/** Plans the end of one finding; `allowed` keeps access to what is closed, and may be empty. */
export function planFix(finding: Finding, facts: SolvedEstate, allowed: AddressSet): Plan {
  const dialect = dialects[finding.resource.provider]
  if (!dialect) return cannot(`no way to change ${finding.resource.provider} is known`)
  switch (finding.check.remedy) {
    case 'restrict-ingress':
    case 'restrict-icmp':
      return restrict(finding, facts, allowed, dialect)
    case 'delete-unused-filter':
      return ofFilter(finding, facts, (filter) => ({ edits: [dialect.remove(filter)], notes: [] }))
    case 'empty-default-filter':
      return ofFilter(finding, facts, (filter) => ({ edits: [dialect.empty(filter)], notes: [] }))
    case 'remove-dead-rules':
      return ofFilter(finding, facts, (filter) => ({
        edits: [dialect.drop(filter, deadRules(filter, facts, dialect))],
        notes: [],
      }))
    case 'attach-filter':
      return attach(finding, facts, dialect)
    case null:
      return cannot('this finding is mended by a person')
  }
}

const cannot = (why: string): Plan => ({ edits: [], notes: [why] })

function ofFilter(finding: Finding, facts: SolvedEstate, make: (filter: Filter) => Plan): Plan {
  const filter = facts.estate.filters.get(finding.resource.key)
  return filter ? make(filter) : cannot('the filter is not in the documents')
}

function restrict(
  finding: Finding,
  facts: SolvedEstate,
  allowed: AddressSet,
  dialect: Dialect,
): Plan {
  const plans = filtersBehind(finding, facts).map(({ filter, traffic }) => {
    const { cut, left } = rulesToCut(filter, traffic, facts)
    const ports = portsOf(traffic)
    const cuts = cut.map((rule) => ({ rule, ports }))
    const { edits, notes } = dialect.restrict(filter, cuts, allowed)
    return { edits, notes: [...notes, ...left] }
  })
  const edits = plans.flatMap((plan) => plan.edits)
  const notes = plans.flatMap((plan) => plan.notes)
  if (edits.length === 0 && plans.length === 0 && isBare(finding, facts))
    return attach(finding, facts, dialect)
  if (edits.length === 0)
    return { edits, notes: [...notes, 'no rule was found that can be narrowed'] }
  return { edits, notes }
}

/** The interfaces of the machine that the finding is about. */
const targetsOf = ({ resource }: Finding, { estate }: SolvedEstate): readonly Target[] =>
  [...estate.targets.values()].filter(
    ({ resource: own, machine }) => own.key === resource.key || machine?.key === resource.key,
  )

/** No filter stands before any of them: there is no rule to narrow. */
const isBare = (finding: Finding, facts: SolvedEstate): boolean =>
  targetsOf(finding, facts).some(({ filters }) => filters !== 'unknown' && filters.length === 0)

const attach = (finding: Finding, facts: SolvedEstate, dialect: Dialect): Plan => ({
  edits: [],
  notes: targetsOf(finding, facts)
    .filter(({ filters }) => filters === 'unknown' || filters.length === 0)
    .flatMap(({ resource }) => dialect.attach(resource)),
})

const deadRules = (
  filter: Filter,
  facts: SolvedEstate,
  { lastOwnOrder }: Dialect,
): readonly Rule[] =>
  facts
    .shadowed(filter)
    .map(({ rule }) => rule)
    .filter(({ order }) => order <= lastOwnOrder)
