/** A plan and its proof in words. */

import type { Difference } from '../exposure/difference.ts'
import { formatCidrs } from '../exposure/wording.ts'
import { formatPorts } from '../model/port-set.ts'
import * as trafficSet from '../model/traffic-set.ts'
import type { Plan } from './plan.ts'
import type { Proof } from './prove.ts'

export function planText(plan: Plan): string {
  if (plan.edits.length === 0) return ['Fix', ...plan.notes.map(indent)].join('\n')
  return [
    'Fix: by command line (what stays is added before the old rule goes, so that nobody is cut off in between)',
    ...plan.edits.flatMap(({ commands }) => commands.map((command) => `\n${indent(command)}`)),
    '',
    'By hand',
    ...plan.edits.flatMap(({ console: steps }) => steps.map(indent)),
    ...(plan.notes.length > 0 ? ['', 'Note', ...plan.notes.map(indent)] : []),
  ].join('\n')
}

export function proofText({ status, intended, besides }: Proof): string {
  const verdict =
    status === 'gone' || status === 'pass' || status === 'not-applicable'
      ? `the finding is ${status === 'gone' ? 'gone' : 'closed'}`
      : `the finding stays (${status}): see the notes`
  return [
    `Proof: solved again with this change, ${verdict}; ${besides.length === 0 ? 'nothing else changes' : `${besides.length} other things change`}.`,
    ...intended.map((one) => indent(differenceText(one))),
    ...(besides.length > 0
      ? ['Besides', ...besides.map((one) => indent(differenceText(one)))]
      : []),
  ].join('\n')
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

const indent = (text: string): string => text.replaceAll(/^/gm, '  ')
