/** The tables in examples/README.md say what must be found there; this holds them true, and complete. */
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { assess, assessDefaults } from '../src/checks/assess.ts'
import { checks } from '../src/checks/index.ts'
import { estateReader } from '../src/cloud/index.ts'
import { disk } from '../src/documents/disk.ts'
import { readDocuments } from '../src/documents/read.ts'
import type { AddressSet } from '../src/model/address-set.ts'
import type { Finding } from '../src/model/audit.ts'
import type { Estate } from '../src/model/estate.ts'
import { type Exposure, verdicts } from '../src/model/exposure.ts'
import type { Gap } from '../src/model/gap.ts'
import * as portSet from '../src/model/port-set.ts'
import { defaultThresholds, isOpen, isWide } from '../src/model/public-space.ts'
import type { Resource } from '../src/model/resource.ts'

const folder = relative(process.cwd(), join(import.meta.dirname, '..', 'examples'))
const readme = await readFile(join(folder, 'README.md'), 'utf8')
const sections = readSections(readme)
const failures = readFailures(readme)

let estate: Estate
let exposures: readonly Exposure[]
let findings: readonly Finding[]
const faults: Gap[] = []

beforeAll(async () => {
  const reader = estateReader()
  for await (const event of readDocuments([folder], disk)) {
    if (event.kind === 'part') reader.take(event.part)
    else if (event.kind === 'gap') faults.push(event.gap)
  }
  estate = reader.link()
  ;({ exposures, findings } = assess(estate, { ...assessDefaults, checks, today: '2026-01-01' }))
})

test('the README names all five parts of the estate', () => {
  expect(sections.map(({ place }) => place)).toHaveLength(5)
})

describe.each(sections)('$place', (section) => {
  test('exactly what the README tells is exposed', () => {
    const here = exposures.filter(({ target }) => isIn(section, target))
    expect(linesOf(here)).toEqual(section.lines)
  })
  test('what the README calls silent is there, and silent', () => {
    const known = [...estate.targets.values()].filter(({ resource }) => isIn(section, resource))
    const names = known.map(({ resource, machine }) => machine?.name ?? resource.name)
    for (const name of section.silent) {
      expect(names).toContain(name)
    }
  })
})

test('the README names checks', () => {
  expect(failures.length).toBeGreaterThan(9)
})

test.each(failures)(
  '$check fails where the README tells, and nowhere else',
  ({ check, alias, names }) => {
    const own = findings.filter(
      (finding) => finding.check.id === check && finding.status === 'fail',
    )
    expect([...new Set(own.map(({ resource }) => resource.name))].sort()).toEqual(names)
    if (alias !== undefined) expect(own[0]?.check.aliases).toContain(alias)
  },
)

test('nothing fails where partners alone come in', () => {
  const good = [
    'partner-sftp',
    'partner-sftp-01',
    'partner-sftp-02',
    'partner-az-01',
    'nsg-partner',
  ]
  const own = findings.filter(({ resource }) => good.includes(resource.name ?? ''))
  expect(new Set(own.map(({ resource }) => resource.name))).toEqual(new Set(good))
  expect(own.filter(({ status }) => status === 'fail' || status === 'unknown')).toEqual([])
})

test('every verdict is present', () => {
  expect(new Set(exposures.map(({ verdict }) => verdict))).toEqual(new Set(verdicts))
})

test('only what is unknown is merely possible', () => {
  for (const { verdict, certainty } of exposures)
    expect(certainty).toBe(verdict === 'unknown' ? 'possible' : 'certain')
})

test('every document is read, and understood but for what is missing on purpose', () => {
  expect(faults).toEqual([])
  const reasons = estate.gaps.map(({ reason }) => reason)
  expect(reasons).not.toContain('document-not-recognised')
  expect(reasons).not.toContain('wrong-type')
  expect(reasons).not.toContain('duplicate-id')
})

interface Section {
  readonly place: string
  readonly provider: string
  readonly account: string
  readonly region: string | null
  /** `target | transport ports | verdict | sources`, sorted. */
  readonly lines: readonly string[]
  readonly silent: readonly string[]
}

/** `### aws/ACCOUNT/REGION` or `### azure/NAME (SUBSCRIPTION)`, and the rows of the table below it. */
function readSections(text: string): readonly Section[] {
  return text
    .split(/^## What the checks/m, 1)
    .join('')
    .split(/^### /m)
    .slice(1)
    .map((part) => {
      const [, place = '', subscription] = /^(\S+)(?: \((\S+)\))?$/m.exec(part) ?? []
      const [provider = '', account = '', region = null] = place.split('/')
      const rows = [...part.matchAll(/^\| `(.+?)` \| (.+?) \| (.+?) \| (.+?) \|/gm)].map(
        ([, name = '', ports = '', verdict = '', sources = '']) => ({
          name,
          ports,
          verdict,
          sources,
        }),
      )
      return {
        place,
        provider,
        account: subscription ?? account,
        region,
        lines: rows
          .filter(({ verdict }) => verdict !== '–')
          .flatMap(({ name, ports, verdict, sources }) =>
            ports.split(', ').map((range) => `${name} | ${range} | ${verdict} | ${sources}`),
          )
          .sort(),
        silent: rows.filter(({ verdict }) => verdict === '–').map(({ name }) => name),
      }
    })
}

/** `| `check` (ALIAS) | `name`, `name` |` */
function readFailures(text: string) {
  const table = text.split(/^## What the checks must say/m)[1] ?? ''
  return [...table.matchAll(/^\| `(.+?)`(?: \((.+?)\))? \| (.+?) \|$/gm)].map(
    ([, check = '', alias, names = '']) => ({
      check,
      alias,
      names: [...names.matchAll(/`(.+?)`/g)].map(([, name = '']) => name).sort(),
    }),
  )
}

const isIn = ({ provider, account, region }: Section, resource: Resource): boolean =>
  resource.provider === provider &&
  resource.account === account &&
  (region === null || resource.region === region)

/** Exposures in the words of the README; those that differ only in addresses are one line. */
function linesOf(these: readonly Exposure[]): readonly string[] {
  const groups = Map.groupBy(
    these,
    ({ machine, target, transport, verdict, certainty, sources, ports, targetPorts }) => {
      const to = ports.join() === targetPorts.join() ? '' : ` → ${formatPorts(targetPorts)}`
      const perhaps = certainty === 'possible' ? 'perhaps ' : ''
      return [
        machine?.name ?? target.name,
        transport,
        to,
        verdict,
        perhaps + breadth(sources),
      ].join('|')
    },
  )
  const lines = [...groups].flatMap(([key, members]) => {
    const [name, transport = '', to = '', verdict, sources] = key.split('|')
    const ports = portSet.unionAll(members.map((member) => member.ports))
    return rangesOf(transport, ports).map(
      (range) => `${name} | ${range}${to} | ${verdict} | ${sources}`,
    )
  })
  return [...new Set(lines)].sort()
}

function rangesOf(transport: string, ports: portSet.PortSet): readonly string[] {
  const ranges = portSet.toPairs(ports)
  if (transport === 'other') return ['all other']
  const missing = portSet.subtract(portSet.allPorts, ports)
  if (portSet.isEmpty(missing)) return [`all ${transport}`]
  if (portSet.count(missing) < 10) return [`all ${transport} but ${formatPorts(missing)}`]
  // ICMP numbers are type × 256 + code.
  if (transport.startsWith('icmp')) return ranges.map(([from]) => `${transport} ${from >> 8}`)
  return ranges.map((range) => `${transport} ${formatRange(range)}`)
}

const breadth = (sources: AddressSet): string =>
  isOpen(sources, defaultThresholds)
    ? 'anybody'
    : isWide(sources, defaultThresholds)
      ? 'wide'
      : 'partners'

type Range = readonly [number, number]
const formatPorts = (ports: portSet.PortSet): string =>
  portSet.toPairs(ports).map(formatRange).join(' ')
const formatRange = ([from, to]: Range): string => (from === to ? `${from}` : `${from}-${to}`)
