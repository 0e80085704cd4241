import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addresses } from '../../../model/address-set.ts'
import type { Sighting } from '../../../model/sighting.ts'
import { escapeText } from '../../escape.ts'
import { json as auditJson } from '../../formats/json.ts'
import { publicId } from '../../identity.ts'
import { auditOfServices } from '../audit.ts'
import { hostileFindings, hostileLook, hostileSightings, hostileText } from '../testing/hostile.ts'
import {
  coverage,
  findings,
  ftpFacts,
  look,
  probe,
  scanOptions,
  service,
  services,
  sightings,
  summary,
  written,
} from '../testing/sample.ts'
import { json } from './json.ts'

type Line = Readonly<Record<string, unknown>>
const linesOf = (text: string): readonly Line[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)
const lines = linesOf(written(json.start(look, scanOptions)))
const ofType = (type: string): readonly Line[] => lines.filter((line) => line['type'] === type)

test('every line says what it is, who looked, where, and why', () => {
  for (const line of lines) {
    expect(line).toMatchObject({
      schema: 1,
      type: expect.stringMatching(/^(service|probe|coverage|finding|gap)$/),
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      origin: 'scan',
      run: 'r-2026-11-21',
      network: 'internet',
      vantage: 'scanner-1',
      because: expect.any(Array),
    })
    if (line['type'] !== 'finding')
      for (const one of line['because'] as readonly Line[])
        expect(one['document']).toBe(
          one['line'] === undefined
            ? 'scan:r-2026-11-21'
            : `internet/${line['address']}:${line['port']}/tcp transcript`,
        )
  }
})

test('each call writes what it was told at once, and nothing is left for the end', () => {
  const writer = json.start(look, scanOptions)
  for (const sighting of sightings) {
    const text = writer.sighting(sighting)
    expect(text.match(/\n/g)).toHaveLength(1)
    expect(text.endsWith('\n')).toBe(true)
  }
  expect([...writer.end(summary)]).toEqual([])
})

describe('a service', () => {
  test('has the members of the contract and no others', () => {
    const [first] = ofType('service') as readonly [Line]
    expect(Object.keys(first)).toEqual([
      ...['schema', 'type', 'id', 'origin', 'run', 'network', 'vantage', 'because', 'address'],
      ...['hostname', 'port', 'transport', 'seen', 'recognition', 'protocol', 'product', 'banner'],
      ...['ftp', 'tls', 'ended', 'evidence', 'details'],
    ])
    expect(first).toMatchObject({
      address: '203.0.113.5',
      port: 21,
      seen: '2026-11-21T09:00:01Z',
      recognition: 'ftp',
      product: { name: 'vsftpd', version: '3.0.3', from: ['banner', 'wording'] },
      tls: null,
      ended: 'completed',
      evidence: [{ line: '331 Please specify the password.', weight: 3 }],
    })
    const ftp = first['ftp'] as Line
    expect(Object.keys(ftp)).toEqual([
      ...['anonymous', 'writable', 'explicitTls', 'implicitTls', 'clearLoginAnonymous'],
      ...['clearLoginAccounts', 'tlsRequired', 'bounce', 'passiveAddress', 'features', 'checks'],
      ...['transcript', 'files', 'writableDirectories', 'cleanUp'],
    ])
    expect(ftp).toMatchObject({ anonymous: 'yes', writable: 'proved', passiveAddress: 'differs' })
    expect((ftp['checks'] as readonly Line[])[0]).toEqual({
      id: 'product',
      answer: 'yes',
      reason: 'named-in-greeting',
      lines: [1],
      authenticatedAs: null,
    })
    expect((ftp['transcript'] as readonly Line[])[7]).toEqual({
      n: 8,
      dir: 'out',
      text: 'PASS ***',
      connection: 1,
    })
    expect((ftp['files'] as readonly Line[])[1]).toMatchObject({ bytes: null, modified: null })
  })

  test('points at the lines of the transcript that prove its answers', () => {
    const [first] = ofType('service') as readonly [Line]
    expect((first['because'] as readonly Line[]).map((one) => one['line'])).toEqual([
      1, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 18,
    ])
  })

  test('says null where nothing was observed', () => {
    const line = ofType('service').find((one) => one['port'] === 8443)
    expect(line).toMatchObject({
      hostname: null,
      product: null,
      banner: null,
      ftp: null,
      tls: null,
      recognition: 'undecided',
    })
    const pure = ofType('service').find((one) => String(one['address']).includes(':'))
    expect(pure?.['ftp']).toMatchObject({ files: null, bounce: 'unknown' })
  })

  test('shows the control characters of its greeting', () => {
    const it = service('203.0.113.5', 21, 'ftp', { banner: '\u001b[2Jhi\r\nyou' })
    const text = json.start(look, scanOptions).sighting({ kind: 'service', service: it })
    expect(linesOf(text)[0]?.['banner']).toBe('\\x1b[2Jhi\\r\\nyou')
  })

  test('has one id in every run, and another at another port', () => {
    const ids = (run: string) =>
      services.map(
        (it) =>
          linesOf(
            json.start({ ...look, run }, scanOptions).sighting({ kind: 'service', service: it }),
          )[0]?.['id'],
      )
    expect(ids('a')).toEqual(ids('b'))
    expect(new Set(ids('a')).size).toBe(services.length)
  })
})

test('probes and coverage tell ranges, outcomes and times', () => {
  expect(ofType('probe')[1]).toMatchObject({
    address: '203.0.113.5',
    ports: [
      [443, 443],
      [990, 990],
      [2121, 2121],
      [8443, 8443],
    ],
    transport: 'tcp',
    seen: '2026-11-21T09:00:00Z',
    outcome: 'closed',
  })
  expect(ofType('coverage')).toEqual([
    expect.objectContaining({
      addresses: ['203.0.113.0/28', '2001:db8:85a3::8a2e:370:7334/128'],
      ports: [
        [21, 22],
        [443, 443],
        [990, 990],
        [2121, 2121],
        [8443, 8443],
        [60_021, 60_021],
      ],
      from: '2026-11-21T09:00:00Z',
      to: '2026-11-21T09:00:04Z',
      complete: true,
      sampled: 1,
      dropped: 0,
    }),
  ])
  const other = json.start({ ...look, run: 'b' }, scanOptions)
  expect(linesOf(other.sighting(probe('203.0.113.5', 'closed', 443)))[0]?.['id']).not.toBe(
    ofType('probe')[1]?.['id'],
  )
})

test('coverage of public addresses and of others is of two networks', () => {
  const mixed = addresses('8.8.8.0/24', '10.0.0.0/24')
  const closing = { ...coverage(), addresses: mixed } as Sighting
  const site = { ...look, network: 'site-1' }
  const told = linesOf(json.start(site, scanOptions).sighting(closing))
  expect(told).toMatchObject([
    { type: 'coverage', network: 'internet', addresses: ['8.8.8.0/24'], complete: true },
    { type: 'coverage', network: 'site-1', addresses: ['10.0.0.0/24'], complete: true },
  ])
  expect(told[0]?.['id']).not.toBe(told[1]?.['id'])
})

describe('a finding', () => {
  test('is the one of an audit', () => {
    const document = JSON.parse(
      [...auditJson.render(auditOfServices(findings), scanOptions)].join(''),
    ) as { readonly findings: readonly Line[] }
    const byId = new Map(document.findings.map((one) => [one['id'], one]))
    const told = ofType('finding')
    expect(told).toHaveLength(findings.length)
    for (const { schema, type, origin, run, network, vantage, ...own } of told) {
      expect([schema, type, origin, run, network, vantage]).not.toContain(undefined)
      expect(own).toEqual(byId.get(own['id']))
    }
  })

  test('has its list of sources whole, for there is no table to look it up in', () => {
    const [first] = findings
    if (!first) throw new Error('no finding')
    const cidrs = Array.from({ length: 40 }, (_, i) => `203.0.113.${i * 2}/32`)
    const wrong = { transport: 'tcp', ports: [21, 21], sources: addresses(...cidrs) } as const
    const text = json.start(look, scanOptions).finding({ ...first, ports: [wrong] })
    expect(linesOf(text)[0]?.['ports']).toMatchObject([{ sources: { cidrs } }])
  })

  test('names gaps that stand before it, each once', () => {
    const [first, again] = [findings[6], { ...findings[6], key: 'other' }] as const
    if (!first) throw new Error('no such finding')
    const writer = json.start(look, scanOptions)
    const told = linesOf(
      writer.finding(first) + writer.finding({ ...first, ...again, check: first.check }),
    )
    expect(told.map((line) => line['type'])).toEqual(['gap', 'finding', 'finding'])
    expect(told[1]?.['gaps']).toEqual([told[0]?.['id']])
    expect(told[0]?.['id']).toBe(publicId(first.gaps?.[0]?.key ?? ''))
  })
})

test('every line parses, is one line, and holds nothing that a terminal obeys', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const writer = json.start(hostileLook(text), scanOptions)
      const pieces = [
        ...hostileSightings(text).map((one) => writer.sighting(one)),
        ...hostileFindings(text).map((one) => writer.finding(one)),
      ]
      for (const piece of pieces)
        for (const line of piece.split('\n').slice(0, -1)) {
          expect(escapeText(line)).toBe(line)
          expect(JSON.parse(line)).toMatchObject({ schema: 1 })
          expect([text, 'internet']).toContain((JSON.parse(line) as { network: string }).network)
        }
    }),
  )
})

test('the raw lines of a transcript come back as they came', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const ftp = ftpFacts({}, { transcript: [{ n: 1, dir: 'in', text, connection: 1 }] })
      const it = service('203.0.113.5', 21, 'ftp', { ftp })
      const piece = json.start(look, scanOptions).sighting({ kind: 'service', service: it })
      const [line] = linesOf(piece)
      expect(line).toMatchObject({ ftp: { transcript: [{ text }] } })
    }),
  )
})
