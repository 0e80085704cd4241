import { z } from 'zod'
import type { AcceptedFinding } from '../checks/exemption.ts'
import { parseAddresses, unionAll } from '../model/address-set.ts'
import { ports, unionAll as unionPorts } from '../model/port-set.ts'
import {
  everyPort,
  type Transport,
  type TransportPorts,
  traffic,
  transportPorts,
} from '../model/traffic-set.ts'
import { UsageError } from './edges.ts'

const range = String.raw`\d{1,5}(-\d{1,5})?`
const message = String.raw`\d{1,3}(/\d{1,3})?`
const portsText = z
  .string()
  .regex(
    new RegExp(
      `^(all|(tcp|udp|protocol) (all|${range}(, ?${range})*)|icmp(v6)? (all|${message}(, ?${message})*))$`,
    ),
    'expected "all", or a transport and ports such as "tcp 20-21, 8443", "udp all", "icmp 8/0", "protocol 50-51"',
  )

const exemption = z.strictObject({
  check: z.string().min(1),
  resource: z.string().min(1),
  rule: z.string().min(1).optional(),
  ports: z
    .preprocess((it) => (typeof it === 'string' ? [it] : it), z.array(portsText).min(1))
    .optional(),
  sources: z.array(z.string()).min(1).optional(),
  owner: z.string().min(1),
  reason: z.string().min(1),
  expires: z.iso.date(),
})
const file = z.strictObject({ exemptions: z.array(exemption) })

/** Decodes an exemptions file; every mistake is told with its place. */
export function readExemptions(path: string, text: string): readonly AcceptedFinding[] {
  const decoded = file.safeParse(parseJson(path, text))
  if (!decoded.success) {
    const [first] = decoded.error.issues
    throw new UsageError(
      `${path} /${first?.path.join('/') ?? ''}: ${first?.message ?? 'not an exemptions file'}`,
    )
  }
  return decoded.data.exemptions.map((one, i) => ({
    check: one.check,
    resource: one.resource,
    rule: one.rule ?? null,
    traffic: acceptedTraffic(one, `${path} /exemptions/${i}`),
    owner: one.owner,
    reason: one.reason,
    expires: one.expires,
  }))
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (cause) {
    throw new UsageError(`${path}: not JSON: ${(cause as Error).message}`, { cause })
  }
}

function acceptedTraffic(
  { ports: accepted, sources }: z.infer<typeof exemption>,
  at: string,
): AcceptedFinding['traffic'] {
  if (accepted === undefined && sources === undefined) return null
  if (accepted === undefined || sources === undefined)
    throw new UsageError(`${at}: ports and sources go together: they say what is accepted`)
  const from = unionAll(
    sources.map((source, i) => {
      const set = parseAddresses(source)
      if (!set)
        throw new UsageError(
          `${at}/sources/${i}: not an address or CIDR: ${JSON.stringify(source)}`,
        )
      return set
    }),
  )
  const what = accepted.map((text) => (text === 'all' ? everyPort : transportOf(text, at)))
  return traffic(
    {
      tcp: unionPorts(what.map(({ tcp }) => tcp)),
      udp: unionPorts(what.map(({ udp }) => udp)),
      icmp: unionPorts(what.map(({ icmp }) => icmp)),
      icmpv6: unionPorts(what.map(({ icmpv6 }) => icmpv6)),
      other: unionPorts(what.map(({ other }) => other)),
    },
    from,
  )
}

function transportOf(text: string, at: string): TransportPorts {
  const space = text.indexOf(' ')
  const transport = transports[text.slice(0, space)]
  if (!transport) throw new TypeError(`not a transport: ${text}`)
  const what = text.slice(space + 1)
  if (what === 'all') return transportPorts({ [transport]: everyPort[transport] })
  const isIcmp = transport === 'icmp' || transport === 'icmpv6'
  try {
    const ranges = what.split(',').map((part) => (isIcmp ? messages(part) : rangeOf(part)))
    return transportPorts({ [transport]: ports(...ranges) })
  } catch (cause) {
    throw new UsageError(`${at}/ports: ${(cause as Error).message}`, { cause })
  }
}

const transports: Readonly<Record<string, Transport>> = {
  tcp: 'tcp',
  udp: 'udp',
  icmp: 'icmp',
  icmpv6: 'icmpv6',
  protocol: 'other',
}

function rangeOf(text: string): readonly [number, number] {
  const [from, to] = text.split('-').map(Number) as [number, number?]
  return [from, to ?? from]
}

/** `8/0` is one message, `8` every code of a type; they are numbered type × 256 + code. */
function messages(text: string): readonly [number, number] {
  const [type, code] = text.split('/').map(Number) as [number, number?]
  if (type > 255 || (code ?? 0) > 255)
    throw new RangeError(`no ICMP message is numbered ${text.trim()}`)
  return code === undefined
    ? [type * 256, type * 256 + 255]
    : [type * 256 + code, type * 256 + code]
}
