/** From wrong ports to an outcome: certain is fail, possible is unknown with its gaps, else pass. */
import type { Because, Outcome, Severity, WrongPorts } from '../model/finding.ts'
import {
  groupBySources,
  intersectPorts,
  noTransportPorts,
  type TrafficSet,
  type TransportPorts,
  toPorts,
  transports,
} from '../model/traffic-set.ts'
import type { Facts } from './check.ts'
import { evidenceFor } from './evidence.ts'
import { severityOf } from './severity.ts'
import type { Subject } from './subject.ts'

/** Judges what of these ports the whole internet may send to. */
export function judgeOpen(
  facts: Facts,
  subject: Subject,
  what: TransportPorts,
  base: Severity,
): Outcome {
  if (subject.quiet) return subject.pass
  const certain = intersectPorts(subject.certain.open, what)
  if (!noTransportPorts(certain)) return fail(facts, subject, certain, base)
  const possible = intersectPorts(subject.possible.open, what)
  return noTransportPorts(possible) ? subject.pass : unknown(facts, subject, possible, base)
}

/** These ports are wrong for certain. */
export function fail(
  facts: Facts,
  subject: Subject,
  wrong: TransportPorts,
  base: Severity,
): Outcome {
  const traffic = toPorts(subject.admits.certain, wrong)
  const { because, exposures } = evidenceFor(facts, subject, traffic, wrong)
  const severity = severityOf(base, exposures, subject.attachment)
  return {
    resource: subject.resource,
    status: 'fail',
    severity,
    ports: wrongPorts(traffic),
    because: [...because, ...whyLower(base, severity, subject, exposures[0]?.reason ?? null)],
    exposures,
  }
}

/** These ports may be wrong. */
export function unknown(
  facts: Facts,
  subject: Subject,
  perhaps: TransportPorts,
  base: Severity,
): Outcome {
  const traffic = toPorts(subject.admits.possible, perhaps)
  const { because, exposures, gaps } = evidenceFor(facts, subject, traffic, perhaps)
  return {
    resource: subject.resource,
    status: 'unknown',
    severity: severityOf(base, exposures, subject.attachment),
    ports: wrongPorts(traffic),
    because,
    exposures,
    gaps,
  }
}

const wrongPorts = (traffic: TrafficSet): readonly WrongPorts[] =>
  transports.flatMap((transport) =>
    groupBySources(traffic[transport]).map(({ ports, addresses }) => ({
      transport,
      ports,
      sources: addresses,
    })),
  )

function whyLower(
  base: Severity,
  severity: Severity,
  subject: Subject,
  reason: string | null,
): readonly Because[] {
  if (base === severity) return []
  const why =
    subject.attachment?.kind === 'unattached'
      ? 'it stands before nothing'
      : `nothing of it can be reached now${reason ? `: ${reason}` : ''}`
  return [{ source: null, text: `severity is ${severity} instead of ${base}: ${why}` }]
}
