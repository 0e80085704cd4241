/** A proof in words. */

import type { Difference } from '../exposure/difference.ts'
import { formatCidrs } from '../exposure/wording.ts'
import { formatPorts } from '../model/port-set.ts'
import * as trafficSet from '../model/traffic-set.ts'
import type { Proof } from './prove.ts'

/** What the proof says, then what changes, a line each. */
export function proofLines({ status, intended, besides }: Proof): readonly string[] {
  const verdict =
    status === 'gone' || status === 'pass' || status === 'not-applicable'
      ? `the finding is ${status === 'gone' ? 'gone' : 'closed'}`
      : `the finding stays (${status}): see the notes`
  const others =
    besides.length === 0
      ? 'nothing else changes'
      : besides.length === 1
        ? '1 other thing changes'
        : `${besides.length} other things change`
  return [
    `solved again with this change, ${verdict}; ${others}`,
    ...intended.map(differenceText),
    ...besides.map((one) => `besides: ${differenceText(one)}`),
  ]
}

function differenceText({ target, entry, verdict, lost, gained }: Difference): string {
  const parts = [
    trafficSet.isEmpty(lost) ? null : `no longer ${verdict}: ${trafficText(lost)}`,
    trafficSet.isEmpty(gained) ? null : `now ${verdict}: ${trafficText(gained)}`,
  ].filter((part) => part !== null)
  return `${target.name ?? target.id} (${entry}) ${parts.join('; ')}`
}

const trafficText = (set: trafficSet.TrafficSet): string =>
  trafficSet.transports
    .flatMap((transport) =>
      trafficSet
        .groupBySources(set[transport])
        .map(
          ({ ports, addresses }) =>
            `${transport} ${formatPorts(ports)} from ${formatCidrs(addresses)}`,
        ),
    )
    .join(', ')
