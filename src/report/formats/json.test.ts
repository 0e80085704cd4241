import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Audit } from '../../model/audit.ts'
import { verdicts } from '../../model/exposure.ts'
import { severities, statuses } from '../../model/finding.ts'
import { publicId } from '../identity.ts'
import { emptyAudit, hostileAudit, largeAudit, options, richAudit } from '../testing/fixture.ts'
import { json } from './json.ts'

const text = (audit: Audit): string => [...json.render(audit, options)].join('')

/** A shape: what is there must be there and nothing else may be. It throws with the place of the first difference. */
type Shape = (value: unknown, at: string) => void

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
const contract = object({
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

interface Sources {
  readonly set: string
  readonly cidrs?: readonly string[]
}
interface Document {
  readonly summary: { readonly findings: Readonly<Record<string, number>> }
  readonly exposures: readonly (Readonly<Record<string, unknown>> & {
    readonly id: string
    readonly sources: Sources
    readonly gaps: readonly string[]
  })[]
  readonly findings: readonly {
    readonly id: string
    readonly status: string
    readonly check: string
    readonly ports: readonly { readonly sources: Sources }[]
    readonly exposures: readonly string[]
    readonly gaps: readonly string[]
  }[]
  readonly gaps: readonly { readonly id: string; readonly source: unknown }[]
  readonly addressSets: Readonly<Record<string, readonly string[]>>
}
const document = JSON.parse(text(richAudit)) as Document

describe('the contract', () => {
  test.each([
    { name: 'the rich audit', audit: richAudit },
    { name: 'the empty audit', audit: emptyAudit },
    { name: 'a large audit', audit: largeAudit(500) },
  ])('$name has its shape', ({ audit }) => {
    contract(JSON.parse(text(audit)), '$')
  })
  test('has its shape whatever the names are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        contract(JSON.parse(text(hostileAudit(name))), '$')
      }),
      { numRuns: 50 },
    )
  })
  test('the shape tells a wrong document from a right one', () => {
    expect(() => contract({ ...document, extra: 1 }, '$')).toThrow('$.extra')
    const [first] = document.exposures
    expect(() =>
      contract({ ...document, exposures: [{ ...first, ports: [[21, 20]] }] }, '$'),
    ).toThrow('ascending')
  })
})

test('every id that is named can be looked up', () => {
  const exposures = new Set(document.exposures.map((it) => it.id))
  const gaps = new Set(document.gaps.map((it) => it.id))
  for (const it of document.findings) {
    for (const one of it.exposures) expect(exposures).toContain(one)
    for (const one of it.gaps) expect(gaps).toContain(one)
  }
  for (const it of document.exposures) for (const one of it.gaps) expect(gaps).toContain(one)
})

test('gaps that only a finding names are listed too', () => {
  const bare = { ...richAudit, estate: { ...richAudit.estate, gaps: [] }, exposures: [] }
  const printed = JSON.parse(text(bare)) as Document
  expect(printed.gaps).toHaveLength(2)
  expect(printed.exposures.length).toBeGreaterThan(0)
})

test('each address set is written once and complete, and inline up to 32 CIDRs', () => {
  const used = [
    ...document.exposures.map((it) => it.sources),
    ...document.findings.flatMap((it) => it.ports.map((own) => own.sources)),
  ]
  for (const { set, cidrs } of used) {
    const complete = document.addressSets[set] ?? []
    expect(complete.length).toBeGreaterThan(0)
    expect(cidrs).toEqual(complete.length <= 32 ? complete : undefined)
  }
  expect(used.some(({ cidrs }) => cidrs === undefined)).toBe(true)
  expect(Object.keys(document.addressSets).sort()).toEqual(
    [...new Set(used.map(({ set }) => set))].sort(),
  )
  expect(text(richAudit).match(/"198\.51\.2\.0\/24"/g)).toHaveLength(1)
})

test('the summary counts the findings', () => {
  expect(document.summary.findings).toEqual({
    fail: 16,
    pass: 2,
    manual: 1,
    unknown: 1,
    'not-applicable': 1,
  })
  expect(document.findings).toHaveLength(richAudit.findings.length)
})

test('an exposure says what its contract says', () => {
  const mapped = document.exposures.find((it) => it.id === publicId('eni-0aaa1111|web|tcp|443'))
  expect(mapped).toMatchObject({
    ports: [[443, 443]],
    targetPorts: [[8443, 8443]],
    entry: { addresses: ['203.0.113.80', '203.0.113.81'], front: { kind: 'load-balancer' } },
    witness: { port: 443, sourcePort: null, destination: null },
  })
  const ftp = document.exposures.find(
    (it) => it.id === publicId('eni-0aaa1111|203.0.113.5|tcp|20-21'),
  )
  expect(ftp).toMatchObject({
    ports: [[20, 21]],
    sources: { unrestricted: true, ipv4Share: 1, ipv6Share: 0, cidrs: ['0.0.0.0/0'] },
    path: [
      { leg: 0, stage: 'route', source: { pointer: '/Routes/1/a~1b~0c', record: 4 } },
      { leg: 0, stage: 'security-group', rule: 'sgr-0f00' },
    ],
    witness: {
      source: '8.8.8.8',
      sourcePort: 40_000,
      destination: '203.0.113.5',
      transport: 'tcp',
      port: 21,
    },
  })
  expect(ftp).not.toHaveProperty('targetPorts')
  const ping = document.exposures.find((it) => it['transport'] === 'icmp')
  expect(ping).toMatchObject({
    types: [
      [3, -1],
      [8, 0],
    ],
    witness: { type: 8, code: 0 },
  })
  const gre = document.exposures.find((it) => it['transport'] === 'other')
  expect(gre).toMatchObject({
    protocols: [
      [0, 0],
      [2, 5],
      [7, 16],
      [18, 57],
      [59, 255],
    ],
  })
})

test('a broken document is named by line and column', () => {
  expect(document.gaps).toContainEqual(
    expect.objectContaining({
      source: { document: 'aws/broken.json', pointer: '', line: 12, column: 3 },
    }),
  )
  expect(document.gaps).toContainEqual(expect.objectContaining({ source: null }))
})
