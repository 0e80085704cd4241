/** Exposures, findings and gaps as JSON text, the same in every document that holds them. */
import { formatAddress } from '../model/address.ts'
import type { AddressSet } from '../model/address-set.ts'
import { toCidrs } from '../model/address-set.ts'
import type { CheckInfo, Finding } from '../model/audit.ts'
import type { Exposure, Step, Witness } from '../model/exposure.ts'
import type { WrongPorts } from '../model/finding.ts'
import type { Gap } from '../model/gap.ts'
import { equal, type PortSet, toPairs } from '../model/port-set.ts'
import { isUnrestricted, shares } from '../model/public-space.ts'
import type { Resource } from '../model/resource.ts'
import { documentOf, pointer, type Source } from '../model/source.ts'
import type { Transport } from '../model/traffic-set.ts'
import { jsonText } from './escape.ts'
import { icmpTypes } from './icmp.ts'
import { publicId, rememberedIds } from './identity.ts'

/**
 * One document's worth of remembered parts. CIDRs stand beside a share up to `inlineCidrs` of them: a document with a table
 * of address sets has the complete list there, one without must have it inline.
 */
export function printer(inlineCidrs: number) {
  const id = rememberedIds()
  const resource = remembered(resourceText)
  const machine = remembered(({ kind, id, name }: Resource) => jsonText({ kind, id, name }))
  const check = remembered(checkTexts)
  const place = remembered((source: Source) => jsonText(placeOf(source)))
  const tables = new Map<string, AddressSet>()
  const sources = remembered((set: AddressSet) => sourcesText(set, tables, inlineCidrs))

  const at = (source: Source | null): string => (source === null ? 'null' : place(source))
  const ids = (things: readonly { readonly key: string }[] | undefined): string => {
    if (things === undefined || things.length === 0) return '[]'
    const distinct = new Set(things.map(id))
    return `["${[...distinct].sort().join('","')}"]`
  }
  const step = ({ stage, filter, rule, source }: Step): string =>
    `"stage":${jsonText(stage)},"filter":${jsonText(filter)},"rule":${jsonText(rule)},"source":${at(source)}}`
  const wrong = ({ transport, ports, sources: from }: WrongPorts): string =>
    `{"transport":"${transport}",${portsText(transport, ports)},"sources":${sources(from)}}`

  return {
    exposure(it: Exposure): string {
      const { entry } = it
      const mapped = equal(it.ports, it.targetPorts)
        ? ''
        : `"targetPorts":${jsonText(toPairs(it.targetPorts))},`
      const front = entry.front && { kind: entry.front.kind, id: entry.front.id }
      return (
        `{"id":"${publicId(it.key)}","target":${resource(it.target)},"machine":${it.machine ? machine(it.machine) : 'null'},` +
        `"entry":${jsonText({ addresses: entry.addresses.map(formatAddress), names: entry.names, front })},` +
        `"privateAddresses":${jsonText(it.privateAddresses.map(formatAddress))},"transport":"${it.transport}",` +
        `${portsText(it.transport, it.ports)},${mapped}"sources":${sources(it.sources)},"verdict":"${it.verdict}",` +
        `"certainty":"${it.certainty}","reason":${jsonText(it.reason)},"gaps":${ids(it.gaps)},` +
        `"path":[${it.path.map((one) => `{"leg":${one.leg},${step(one)}`).join(',')}],` +
        `"rules":[${it.rules.map((one) => `{${step(one)}`).join(',')}],"witness":${witnessText(it.witness)}}`
      )
    },
    finding(it: Finding): string {
      const { head, requirements } = check(it.check)
      const because = (it.because ?? []).map(
        ({ source, text }) => `{"source":${at(source)},"text":${jsonText(text)}}`,
      )
      return (
        `{"id":"${publicId(it.key)}",${head},"severity":"${it.severity}","status":"${it.status}",` +
        `"resource":${resource(it.resource)},"ports":[${(it.ports ?? []).map(wrong).join(',')}],` +
        `"because":[${because.join(',')}],"exposures":${ids(it.exposures)},"gaps":${ids(it.gaps)},` +
        `"requirements":${requirements},"exemption":${exemptionText(it)}}`
      )
    },
    gap: (it: Gap): string =>
      `{"id":"${id(it)}","source":${at(it.source)},"reason":${jsonText(it.reason)},"message":${jsonText(it.message)}}`,
    /** Every set that was printed, by key. */
    addressSets: (): readonly (readonly [string, readonly string[]])[] =>
      [...tables].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, set]) => [key, toCidrs(set)]),
  }
}

/** Bounded: what a large estate has hundreds of thousands of is seldom printed twice. */
function remembered<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>()
  return (key) => {
    let value = known.get(key)
    if (value === undefined) {
      if (known.size >= mostRemembered) known.clear()
      value = make(key)
      known.set(key, value)
    }
    return value
  }
}

const mostRemembered = 20_000

const resourceText = ({ provider, kind, id, name, account, region }: Resource): string =>
  jsonText({ provider, kind, id, name, account, region })

const checkTexts = ({ id, aliases, title, requirements }: CheckInfo) => ({
  head: `"check":${jsonText(id)},"aliases":${jsonText(aliases)},"title":${jsonText(title)}`,
  requirements: jsonText(requirements),
})

const exemptionText = ({ exemption }: Finding): string => {
  if (exemption === null) return 'null'
  const { owner, reason, expires } = exemption
  return jsonText({ owner, reason, expires })
}

/** A place as documents name it; line, column and record only where they are what names it. */
export const placeOf = (source: Source) => {
  const { document, line, column, record } = documentOf(source)
  return {
    document,
    pointer: pointer(source),
    ...(line !== null && { line }),
    ...(column !== null && { column }),
    ...(record !== null && { record }),
  }
}

const portMembers: Readonly<Record<Transport, (ports: PortSet) => string>> = {
  tcp: (ports) => `"ports":${jsonText(toPairs(ports))}`,
  udp: (ports) => `"ports":${jsonText(toPairs(ports))}`,
  icmp: (ports) => `"types":${jsonText(icmpTypes(ports))}`,
  icmpv6: (ports) => `"types":${jsonText(icmpTypes(ports))}`,
  other: (ports) => `"protocols":${jsonText(toPairs(ports))}`,
}
const portsText = (transport: Transport, ports: PortSet): string => portMembers[transport](ports)

function sourcesText(
  set: AddressSet,
  tables: Map<string, AddressSet>,
  inlineCidrs: number,
): string {
  const cidrs = toCidrs(set)
  const key = publicId(cidrs.join(' '))
  tables.set(key, set)
  const { ipv4, ipv6 } = shares(set)
  return jsonText({
    unrestricted: isUnrestricted(set),
    ipv4Share: ipv4,
    ipv6Share: ipv6,
    set: key,
    ...(cidrs.length <= inlineCidrs && { cidrs }),
  })
}

function witnessText({ source, sourcePort, destination, transport, port }: Witness): string {
  const ends = {
    source: formatAddress(source),
    sourcePort,
    destination: destination && formatAddress(destination),
    transport,
  }
  switch (transport) {
    case 'tcp':
    case 'udp':
      return jsonText({ ...ends, port })
    case 'icmp':
    case 'icmpv6':
      return jsonText({ ...ends, type: port >> 8, code: port & 255 })
    case 'other':
      return jsonText({ ...ends, protocol: port })
  }
}
