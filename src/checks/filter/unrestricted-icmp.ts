/** A filter that lets ICMP messages of the whole internet in. */

import type { Severity } from '../../model/finding.ts'
import { ports } from '../../model/port-set.ts'
import {
  everyPort,
  intersectPorts,
  noTransportPorts,
  subtractPorts,
  transportPorts,
} from '../../model/traffic-set.ts'
import { defineCheck } from '../define.ts'
import type { EstateDefinition } from '../definition.ts'
import { judgeOpen } from '../judge.ts'
import { checkedProviders } from '../providers.ts'
import { type FilterSubject, filterSubjects } from '../subject.ts'

const messages = transportPorts({ icmp: everyPort.icmp, icmpv6: everyPort.icmpv6 })

const types = (...numbers: readonly number[]) =>
  ports(...numbers.map((type): [number, number] => [256 * type, 256 * type + 255]))
/** Error messages that hosts need for path MTU discovery and the like (RFC 4890 and its IPv4 counterparts). */
const errors = transportPorts({ icmp: types(3, 11, 12), icmpv6: types(1, 2, 3, 4) })

export const definitions: readonly EstateDefinition[] = checkedProviders.map((words) =>
  defineCheck(words, {
    id: `${words.filter}-unrestricted-icmp`,
    title: `${words.filterTitle} lets ICMP from the whole internet in`,
    severity: 'low',
    about: { kind: 'icmp' },
    subject: 'filter',
    remedy: 'restrict-icmp',
    *find(facts) {
      for (const subject of filterSubjects(facts, words.provider))
        yield judgeOpen(facts, subject, messages, severityOfMessages(subject))
    },
  }),
)

function severityOfMessages({ possible }: FilterSubject): Severity {
  const beyond = subtractPorts(intersectPorts(possible.open, messages), errors)
  return noTransportPorts(beyond) ? 'informational' : 'low'
}
