/** Services in, findings out: the checks asked of what one look at a network saw. Pure. */
import type { Finding } from '../model/audit.ts'
import type { Service } from '../model/service.ts'
import type { Look } from '../model/sighting.ts'
import { findingOf, worstFirst } from './assess.ts'
import type { ServiceCheck } from './check.ts'
import { type ServiceSubject, serviceSubject } from './service-subject.ts'

export interface AssessServicesOptions {
  readonly checks: readonly ServiceCheck[]
}

/**
 * Worst first, then by check and service, as an audit has them. A service that was seen more than once is judged by its
 * latest sighting. What is accepted is marked by `exempt`, with `null` for the facts of an estate.
 */
export function assessServices(
  services: Iterable<Service>,
  look: Look,
  { checks }: AssessServicesOptions,
): readonly Finding[] {
  const subjects = latest(services, look)
  return worstFirst(checks, (check) => findingsOf(check, subjects))
}

function* findingsOf(check: ServiceCheck, subjects: readonly ServiceSubject[]): Iterable<Finding> {
  for (const subject of subjects) {
    const outcome = check.judge(subject)
    if (outcome) yield findingOf(check, outcome)
  }
}

/** One for each service, in the order of their ids. */
function latest(services: Iterable<Service>, look: Look): readonly ServiceSubject[] {
  const byId = new Map<string, ServiceSubject>()
  for (const service of services) {
    const subject = serviceSubject(service, look)
    const before = byId.get(subject.resource.id)
    if (!before || before.service.seen <= service.seen) byId.set(subject.resource.id, subject)
  }
  return [...byId.values()].sort((a, b) => (a.resource.id < b.resource.id ? -1 : 1))
}
