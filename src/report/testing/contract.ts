/** A strict validator of the JSON report, for every test that has one in hand. */
import { verdicts } from '../../model/exposure.ts'
import { severities, statuses } from '../../model/finding.ts'

/** A shape: what is there must be there and nothing else may be. It throws with the place of the first difference. */
export type Shape = (value: unknown, at: string) => void

const fails = (at: string, value: unknown, wanted: string): never => {
  throw new Error(`${at}: ${JSON.stringify(value)?.slice(0, 80)} is not ${wanted}`)
}
const is =
  (wanted: string, fits: (value: unknown) => boolean): Shape =>
  (value, at) => {
    if (!fits(value)) fails(at, value, wanted)
  }
const string = is('a string', (value) => typeof value === 'string')
const boolean = is('a boolean', (value) => typeof value === 'boolean')
const share = is('a share', (value) => typeof value === 'number' && value >= 0 && value <= 1)
const whole = (from: number, to: number): Shape =>
  is(
    `from ${from} to ${to}`,
    (value) => Number.isInteger(value) && Number(value) >= from && Number(value) <= to,
  )
const oneOf = (...values: readonly unknown[]): Shape =>
  is(`one of ${values.join(', ')}`, (value) => values.includes(value))
const id = is('an id', (value) => typeof value === 'string' && /^[0-9a-f]{16}$/.test(value))
const nullable =
  (shape: Shape): Shape =>
  (value, at) => {
    if (value !== null) shape(value, at)
  }
const list =
  (shape: Shape): Shape =>
  (value, at) => {
    if (!Array.isArray(value)) fails(at, value, 'a list')
    for (const [i, it] of (value as unknown[]).entries()) shape(it, `${at}[${i}]`)
  }
const pair =
  (first: Shape, second: Shape): Shape =>
  (value, at) => {
    if (!Array.isArray(value) || value.length !== 2) fails(at, value, 'a pair')
    const [a, b] = value as unknown[]
    first(a, `${at}[0]`)
    second(b, `${at}[1]`)
  }
const object =
  (
    members: Readonly<Record<string, Shape>>,
    optional: Readonly<Record<string, Shape>> = {},
  ): Shape =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      fails(at, value, 'an object')
    const record = value as Record<string, unknown>
    for (const [name, shape] of Object.entries(members)) {
      if (!Object.hasOwn(record, name)) fails(`${at}.${name}`, undefined, 'there')
      shape(record[name], `${at}.${name}`)
    }
    for (const name of Object.keys(record)) {
      if (Object.hasOwn(members, name)) continue
      const shape = optional[name]
      if (shape) shape(record[name], `${at}.${name}`)
      else fails(`${at}.${name}`, record[name], 'of the contract')
    }
  }
const either =
  (by: (value: Record<string, unknown>) => Shape): Shape =>
  (value, at) => {
    by(value as Record<string, unknown>)(value, at)
  }

const port = whole(0, 65_535)
const ranges: Shape = (value, at) => {
  list(pair(port, port))(value, at)
  let last = -2
  for (const [from, to] of value as [number, number][]) {
    if (from > to || from <= last + 1) fails(at, value, 'ascending and disjoint')
    last = to
  }
}
const types = list(pair(whole(-1, 255), whole(-1, 255)))
const provider = oneOf('aws', 'azure', 'gcp', 'network')
const resource = object({
  provider,
  kind: string,
  id: string,
  name: nullable(string),
  account: nullable(string),
  region: nullable(string),
})
const source = object(
  { document: string, pointer: string },
  { line: whole(1, Infinity), column: whole(1, Infinity), record: whole(0, Infinity) },
)
const sources = object(
  { unrestricted: boolean, ipv4Share: share, ipv6Share: share, set: string },
  { cidrs: list(string) },
)
const step = {
  stage: string,
  filter: nullable(string),
  rule: nullable(string),
  source: nullable(source),
}
/** The member that says the ports goes by the transport. */
const portMember = (transport: unknown): Record<string, Shape> => {
  if (transport === 'tcp' || transport === 'udp') return { ports: ranges }
  return transport === 'other' ? { protocols: ranges } : { types }
}
const transport = oneOf('tcp', 'udp', 'icmp', 'icmpv6', 'other')
const witness = either((it) =>
  object({
    source: string,
    sourcePort: nullable(port),
    destination: nullable(string),
    transport,
    ...(it['transport'] === 'tcp' || it['transport'] === 'udp'
      ? { port }
      : it['transport'] === 'other'
        ? { protocol: whole(0, 255) }
        : { type: whole(0, 255), code: whole(0, 255) }),
  }),
)
const exposure = either((it) =>
  object(
    {
      id,
      target: resource,
      machine: nullable(object({ kind: string, id: string, name: nullable(string) })),
      entry: object({
        addresses: list(string),
        names: list(string),
        front: nullable(object({ kind: string, id: string })),
      }),
      privateAddresses: list(string),
      transport,
      ...portMember(it['transport']),
      sources,
      verdict: oneOf(...verdicts),
      certainty: oneOf('certain', 'possible'),
      reason: nullable(string),
      gaps: list(id),
      path: list(object({ leg: whole(0, 9), ...step })),
      rules: list(object(step)),
      witness,
    },
    { targetPorts: ranges },
  ),
)
const finding = object({
  id,
  check: string,
  aliases: list(string),
  title: string,
  severity: oneOf(...severities),
  status: oneOf(...statuses),
  resource,
  ports: list(either((it) => object({ transport, ...portMember(it['transport']), sources }))),
  because: list(object({ source: nullable(source), text: string })),
  exposures: list(id),
  gaps: list(id),
  requirements: list(string),
  exemption: nullable(object({ owner: string, reason: string, expires: string })),
})
const count = whole(0, Infinity)
/** The shape of `--format json`: it throws with the place of the first difference. */
export const contract: Shape = object({
  portreeve: string,
  summary: object({
    accounts: count,
    interfaces: count,
    filters: count,
    findings: object(Object.fromEntries(statuses.map((status) => [status, count]))),
  }),
  coverage: list(
    object({
      provider,
      account: nullable(string),
      region: nullable(string),
      collection: string,
      state: oneOf('complete', 'partial', 'absent'),
    }),
  ),
  exposures: list(exposure),
  findings: list(finding),
  gaps: list(object({ id, source: nullable(source), reason: string, message: string })),
  addressSets: (value, at) => {
    for (const [key, cidrs] of Object.entries(value as object)) list(string)(cidrs, `${at}.${key}`)
  },
})
