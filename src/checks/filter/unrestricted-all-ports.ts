/** A filter that lets the whole internet to every port of TCP, of UDP, or to every protocol. */
import type { Outcome } from '../../model/finding.ts'
import { ports, subtract } from '../../model/port-set.ts'
import {
  everyPort,
  noTransportPorts,
  type Transport,
  type TransportPorts,
  transportPorts,
} from '../../model/traffic-set.ts'
import type { Facts } from '../check.ts'
import { defineCheck } from '../define.ts'
import type { EstateDefinition } from '../definition.ts'
import { fail, unknown } from '../judge.ts'
import { checkedProviders } from '../providers.ts'
import { type FilterSubject, filterSubjects } from '../subject.ts'

export const definitions: readonly EstateDefinition[] = checkedProviders.map((words) =>
  defineCheck(words, {
    id: `${words.filter}-unrestricted-all-ports`,
    title: `${words.filterTitle} lets the whole internet reach every port`,
    severity: 'critical',
    about: { kind: 'all-ports' },
    subject: 'filter',
    remedy: 'restrict-ingress',
    *find(facts) {
      for (const subject of filterSubjects(facts, words.provider))
        yield judgeAllPorts(facts, subject)
    },
  }),
)

function judgeAllPorts(facts: Facts, subject: FilterSubject): Outcome {
  if (subject.quiet) return subject.pass
  const certain = wholeTransports(subject.certain.open)
  if (!noTransportPorts(certain)) return fail(facts, subject, certain, 'critical')
  const possible = wholeTransports(subject.possible.open)
  if (!noTransportPorts(possible)) return unknown(facts, subject, possible, 'critical')
  return subject.pass
}

// Port 0 is reserved (RFC 6335) and nobody listens there, so a rule from 1 on is a rule for every port.
const needed: TransportPorts = transportPorts({
  tcp: ports([1, 65_535]),
  udp: ports([1, 65_535]),
  other: everyPort.other,
})

/** The transports of which every port is open; other protocols are told where they make it the whole of IP. */
function wholeTransports(open: TransportPorts): TransportPorts {
  const isWhole = (transport: Transport) =>
    subtract(needed[transport], open[transport]).length === 0
  const [tcp, udp] = [isWhole('tcp'), isWhole('udp')]
  return transportPorts({
    ...(tcp && { tcp: open.tcp }),
    ...(udp && { udp: open.udp }),
    ...(tcp && udp && isWhole('other') && { other: open.other }),
  })
}
