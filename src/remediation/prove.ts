/** The proof of a plan: the solver on the changed estate, the check asked again, and everything else that changed. */
import type { Check } from '../checks/check.ts'
import { type Difference, differences } from '../exposure/difference.ts'
import { type SolvedEstate, solvedEstate } from '../exposure/facts.ts'
import { solve } from '../exposure/solve.ts'
import { wrongTraffic } from '../exposure/wrong-traffic.ts'
import type { Audit, Finding } from '../model/audit.ts'
import type { Outcome, Status } from '../model/finding.ts'
import * as trafficSet from '../model/traffic-set.ts'
import { everyPort, subtractPorts, type TransportPorts } from '../model/traffic-set.ts'
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
  const isGone = plan.edits.some(
    ({ deletes, filter }) => deletes && filter.resource.key === finding.resource.key,
  )
  const parts = changed.map((one) =>
    split(
      one,
      isGone && one.target.key === finding.resource.key ? everyPort : wantedPorts(finding),
    ),
  )
  return {
    status: outcome?.status ?? 'gone',
    intended: parts.map(({ inside }) => inside).filter(isSome),
    besides: parts.map(({ outside }) => outside).filter(isSome),
  }
}

/** The part of a change on the ports that the finding is about, and the rest of it. */
function split(one: Difference, ports: TransportPorts) {
  const others = subtractPorts(everyPort, ports)
  const part = (chosen: TransportPorts): Difference => ({
    ...one,
    lost: trafficSet.toPorts(one.lost, chosen),
    gained: trafficSet.toPorts(one.gained, chosen),
  })
  return { inside: part(ports), outside: part(others) }
}

const isSome = ({ lost, gained }: Difference): boolean =>
  !trafficSet.isEmpty(lost) || !trafficSet.isEmpty(gained)

function find(check: Check, facts: SolvedEstate, finding: Finding): Outcome | undefined {
  for (const outcome of check.find(facts))
    if (outcome.resource.key === finding.resource.key) return outcome
  return undefined
}

/** In the ports of the target and of the fronts before it. */
function wantedPorts(finding: Finding): trafficSet.TransportPorts {
  if (!finding.ports) return everyPort
  const own = trafficSet.portsOf(wrongTraffic(finding.ports))
  const fronts = (finding.exposures ?? [])
    .filter(({ ports, targetPorts }) => ports !== targetPorts)
    .map(({ transport, ports }) => trafficSet.transportPorts({ [transport]: ports }))
  return fronts.reduce(trafficSet.unionPorts, own)
}
