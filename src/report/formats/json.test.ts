import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Audit } from '../../model/audit.ts'
import { publicId } from '../identity.ts'
import { contract } from '../testing/contract.ts'
import { emptyAudit, hostileAudit, largeAudit, options, richAudit } from '../testing/fixture.ts'
import { json } from './json.ts'

const text = (audit: Audit): string => [...json.render(audit, options)].join('')

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
