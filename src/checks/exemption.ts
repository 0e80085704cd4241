/** Accepted findings: which of them an exemption covers, and which exemptions have become void. */

import { ruleId } from '../exposure/rule-id.ts'
import { wrongTraffic } from '../exposure/wrong-traffic.ts'
import * as addressSet from '../model/address-set.ts'
import type { Exemption, Finding } from '../model/audit.ts'
import type { Rule } from '../model/estate.ts'
import type { WrongPorts } from '../model/finding.ts'
import { isOpen, isWide } from '../model/public-space.ts'
import type { TrafficSet } from '../model/traffic-set.ts'
import * as trafficSet from '../model/traffic-set.ts'
import type { Facts } from './check.ts'

/** One line of an exemptions file, decoded. */
export interface AcceptedFinding extends Exemption {
  /** Check id or alias. */
  readonly check: string
  /** Native id of the resource. */
  readonly resource: string
  /** Only what this rule admits is accepted. */
  readonly rule: string | null
  /** What is accepted: nothing beyond it is. Null for findings that are not about ports. */
  readonly traffic: TrafficSet | null
}

export interface Exempted {
  readonly findings: readonly Finding[]
  /** Why an exemption does not hold, a line each. */
  readonly notices: readonly string[]
}

/**
 * `today` is an ISO date; an exemption holds to the end of its last day. Findings of services stand on no estate: their
 * facts are null.
 */
export function exempt(
  findings: readonly Finding[],
  accepted: readonly AcceptedFinding[],
  facts: Facts | null,
  today: string,
): Exempted {
  if (accepted.length === 0) return { findings, notices: [] }
  const notices = new Map<AcceptedFinding, string>()
  const used = new Set<AcceptedFinding>()
  const marked = findings.map((finding) => {
    if (finding.status !== 'fail' && finding.status !== 'unknown') return finding
    const own = accepted.filter((one) => speaksOf(one, finding))
    for (const one of own) used.add(one)
    const valid = own.filter((one) => {
      const fault = faultOf(one, finding, facts, today)
      if (fault) notices.set(one, fault)
      return fault === null
    })
    const [first] = valid
    if (!first || !covers(valid, finding, facts)) {
      for (const one of valid) notices.set(one, 'void: it does not cover all of what is open now')
      return finding
    }
    return {
      ...finding,
      exemption: { owner: first.owner, reason: first.reason, expires: first.expires },
    }
  })
  for (const one of accepted) if (!used.has(one)) notices.set(one, 'matches no finding')
  return {
    findings: marked,
    notices: [...notices].map(
      ([{ check, resource }, fault]) => `exemption of ${check} on ${resource}: ${fault}`,
    ),
  }
}

const speaksOf = ({ check, resource }: AcceptedFinding, finding: Finding): boolean =>
  finding.resource.id === resource &&
  [finding.check.id, ...finding.check.aliases].some(
    (id) => id.toLowerCase() === check.toLowerCase(),
  )

function faultOf(
  { rule, traffic, expires }: AcceptedFinding,
  finding: Finding,
  facts: Facts | null,
  today: string,
): string | null {
  if (expires < today) return `expired on ${expires}`
  if (rule === null || traffic === null) return null
  const named = rulesOf(finding, facts).find((one) => ruleId(one) === rule)
  if (!named) return `void: rule ${rule} is not there or admits none of it`
  const grown = trafficSet.subtract(ownTraffic(named), traffic)
  return trafficSet.isEmpty(grown) ? null : `void: rule ${rule} admits more than was accepted`
}

function covers(valid: readonly AcceptedFinding[], finding: Finding, facts: Facts | null): boolean {
  if (!finding.ports || !facts) return true
  const accepted = valid
    .flatMap(({ traffic }) => traffic ?? [])
    .reduce(trafficSet.union, trafficSet.empty)
  if (!trafficSet.isSubset(wrongTraffic(finding.ports), accepted)) return false
  if (valid.some(({ rule }) => rule === null)) return true
  const named = new Set(valid.map(({ rule }) => rule))
  const others = rulesOf(finding, facts).filter((rule) => !named.has(ruleId(rule)))
  return !isTooMuch(others, finding.ports, facts)
}

/** Whether rules that no exemption names would make the finding by themselves; narrow ones beside them do not. */
function isTooMuch(rules: readonly Rule[], wrong: readonly WrongPorts[], facts: Facts): boolean {
  const own = trafficSet.intersect(
    rules.map(ownTraffic).reduce(trafficSet.union, trafficSet.empty),
    wrongTraffic(wrong),
  )
  return trafficSet.transports.some((transport) =>
    own[transport].some(
      ({ addresses }) => isOpen(addresses, facts.thresholds) || isWide(addresses, facts.thresholds),
    ),
  )
}

const rulesOf = (finding: Finding, facts: Facts | null): readonly Rule[] => {
  const filter = facts?.estate.filters.get(finding.resource.key)
  return facts && filter ? facts.rulesAdmitting(filter, wrongTraffic(finding.ports ?? [])) : []
}

/** A group is never the internet; any other peer that is no plain set may be anybody. */
const ownTraffic = ({ what, peer }: Rule): TrafficSet =>
  trafficSet.traffic(
    what,
    peer.kind === 'addresses'
      ? peer.set
      : peer.kind === 'group'
        ? addressSet.empty
        : addressSet.all,
  )
