/** The exemptions file that accepts exactly what one finding calls wrong, ready to be pasted. */
import { toCidrs } from '../model/address-set.ts'
import type { Finding } from '../model/audit.ts'
import type { WrongPorts } from '../model/finding.ts'
import { equal, formatPorts } from '../model/port-set.ts'
import { everyPort } from '../model/traffic-set.ts'
import { jsonLines } from '../report/escape.ts'
import { icmpTypes } from '../report/icmp.ts'

const days = 90

/** JSON lines for `--exemptions`; it lasts some weeks from `today`, and owner and reason are there to be filled in. */
export function exemptionSnippet(finding: Finding, today: Date): readonly string[] {
  const { check, resource, ports = [] } = finding
  const expires = new Date(today.getTime() + days * 86_400_000).toISOString().slice(0, 10)
  const head = { check: check.id, resource: resource.id }
  const tail = { owner: 'name of the owner', reason: 'why this is accepted', expires }
  const bySources = [...Map.groupBy(ports, ({ sources }) => sources)]
  const exemptions =
    bySources.length === 0
      ? [{ ...head, ...tail }]
      : bySources.map(([sources, own]) => ({
          ...head,
          ports: own.map(portsText),
          sources: toCidrs(sources),
          ...tail,
        }))
  return jsonLines({ exemptions })
}

/** As `readExemptions` reads it: `tcp 20-21`, `icmp 8/0`, `protocol all`. */
function portsText({ transport, ports }: WrongPorts): string {
  const name = transport === 'other' ? 'protocol' : transport
  if (equal(ports, everyPort[transport])) return `${name} all`
  if (transport !== 'icmp' && transport !== 'icmpv6') return `${name} ${formatPorts(ports)}`
  const types = icmpTypes(ports).map(([type, code]) => (code < 0 ? `${type}` : `${type}/${code}`))
  return `${name} ${types.join(', ')}`
}
