/** The rules that the templates of a page show: what the check is about, for named sources. */
import type { EstateAbout } from '../checks/definition.ts'
import { managementPorts } from '../checks/services.ts'
import { ports, toPairs } from '../model/port-set.ts'
import { type TransportPorts, transportPorts } from '../model/traffic-set.ts'

export type ExampleRule =
  | {
      readonly kind: 'ports'
      readonly transport: 'tcp' | 'udp'
      readonly from: number
      readonly to: number
    }
  | { readonly kind: 'ping' }

export function exampleRules(about: EstateAbout): readonly ExampleRule[] {
  return about.kind === 'icmp' ? [{ kind: 'ping' }] : rulesOf(examplePorts(about))
}

const rulesOf = (what: TransportPorts): readonly ExampleRule[] =>
  (['tcp', 'udp'] as const).flatMap((transport) =>
    toPairs(what[transport]).map(
      ([from, to]): ExampleRule => ({
        kind: 'ports',
        transport,
        from,
        to,
      }),
    ),
  )

function examplePorts(about: EstateAbout): TransportPorts {
  switch (about.kind) {
    case 'service':
      return about.service.ports
    case 'management-ports':
      return managementPorts
    // One port that is no well-known service’s stands for whatever is really in use.
    case 'uncommon-ports':
      return transportPorts({ tcp: ports(7070) })
    default:
      return transportPorts({ tcp: ports(443) })
  }
}

/** `tcp-20-21`: for names of rules. */
export const ruleLabel = (rule: ExampleRule): string =>
  rule.kind === 'ping' ? 'ping' : [rule.transport, ...new Set([rule.from, rule.to])].join('-')

/** `TCP 20-21, 990`: for sentences. */
export function portsInWords(what: TransportPorts): string {
  const parts = (['tcp', 'udp'] as const).flatMap((transport) => {
    const ranges = toPairs(what[transport]).map(([from, to]) =>
      from === to ? `${from}` : `${from}–${to}`,
    )
    return ranges.length > 0 ? [`${transport.toUpperCase()} ${ranges.join(', ')}`] : []
  })
  return parts.join(' and ')
}
