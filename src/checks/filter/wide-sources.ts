/** A filter that admits a large part of the internet, short of all of it. */
import type { Outcome } from '../../model/finding.ts'
import {
  everyPort,
  intersectPorts,
  noTransportPorts,
  subtractPorts,
  type TransportPorts,
  transportPorts,
  unionPorts,
} from '../../model/traffic-set.ts'
import type { Facts } from '../check.ts'
import { defineCheck } from '../define.ts'
import type { EstateDefinition } from '../definition.ts'
import { fail, unknown } from '../judge.ts'
import { checkedProviders } from '../providers.ts'
import { type FilterSubject, filterSubjects } from '../subject.ts'

export const definitions: readonly EstateDefinition[] = checkedProviders.map((words) =>
  defineCheck(words, {
    id: `${words.filter}-wide-sources`,
    title: `${words.filterTitle} admits a large part of the internet`,
    severity: 'medium',
    about: { kind: 'wide-sources' },
    subject: 'filter',
    remedy: 'restrict-ingress',
    *find(facts) {
      for (const subject of filterSubjects(facts, words.provider)) yield judgeWide(facts, subject)
    },
  }),
)

// ICMP is left to its own check: a wide source there is no wide door.
const judged: TransportPorts = transportPorts({
  tcp: everyPort.tcp,
  udp: everyPort.udp,
  other: everyPort.other,
})

function judgeWide(facts: Facts, subject: FilterSubject): Outcome {
  if (subject.quiet) return subject.pass
  const { certain, possible } = subject
  const wide = intersectPorts(certain.wide, judged)
  if (!noTransportPorts(wide)) return fail(facts, subject, wide, 'medium')
  // What is certainly open cannot become merely wide, whatever else is learnt.
  const perhaps = subtractPorts(
    intersectPorts(unionPorts(possible.wide, possible.open), judged),
    certain.open,
  )
  return noTransportPorts(perhaps) ? subject.pass : unknown(facts, subject, perhaps, 'medium')
}
