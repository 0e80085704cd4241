/** The proof of a plan: the solver on the changed estate, the check asked again, and everything else that changed. */
import type { Check } from '../checks/check.ts'
import { type Difference, differences } from '../exposure/difference.ts'
import { type SolvedEstate, solvedEstate } from '../exposure/facts.ts'
import { solve } from '../exposure/solve.ts'
import { wrongTraffic } from '../exposure/wrong-traffic.ts'
import type { Audit, Finding } from '../model/audit.ts'
import type { Outcome, Status } from '../model/finding.ts'
import * as trafficSet from '../model/traffic-set.ts'
import { applyEdits } from './apply.ts'
import type { Plan } from './plan.ts'

export interface Proof {
  /** What the check says of the resource afterwards; `gone` when the resource is no more. */
  readonly status: Status | 'gone'
  /** What the finding is about and changes, as meant. */
  readonly intended: readonly Difference[]
  /** Anything else that changes; empty in a good plan. */
  readonly besides: readonly Difference[]
}

export function prove(
  finding: Finding,
  check: Check,
  plan: Plan,
  audit: Audit,
  facts: SolvedEstate,
): Proof {
  const estate = applyEdits(audit.estate, plan.edits)
  const exposures = solve(estate)
  const after = solvedEstate(estate, exposures, facts.thresholds)
  const changed = differences(solve(audit.estate), exposures)
  const outcome = find(check, after, finding)
  const meant = (one: Difference) => isMeant(one, finding, plan)
  return {
    status: outcome?.status ?? 'gone',
    intended: changed.filter(meant),
    besides: changed.filter((one) => !meant(one)),
  }
}

function find(check: Check, facts: SolvedEstate, finding: Finding): Outcome | undefined {
  for (const outcome of check.find(facts))
    if (outcome.resource.key === finding.resource.key) return outcome
  return undefined
}

/** Traffic the finding is about was lost (or got another verdict), and nothing was gained that was not asked for. */
function isMeant({ target, lost, gained }: Difference, finding: Finding, plan: Plan): boolean {
  if (target.key === finding.resource.key && plan.edits.some(({ deletes }) => deletes)) return true
  const ports = wantedPorts(finding)
  const isWanted = (set: trafficSet.TrafficSet) =>
    trafficSet.isEmpty(trafficSet.subtract(set, trafficSet.toPorts(set, ports)))
  return isWanted(lost) && isWanted(gained)
}

/** In the ports of the target and of the fronts before it. */
function wantedPorts(finding: Finding): trafficSet.TransportPorts {
  const own = trafficSet.portsOf(wrongTraffic(finding.ports ?? []))
  const fronts = (finding.exposures ?? [])
    .filter(({ ports, targetPorts }) => ports !== targetPorts)
    .map(({ transport, ports }) => trafficSet.transportPorts({ [transport]: ports }))
  return fronts.reduce(trafficSet.unionPorts, own)
}
