/**
 * For people at a terminal: what fails, worst first, a block for each resource; within a block the checks that the same rules
 * fail stand together with the rules named once, so that one rule that opens everything reads as one thing.
 */
import { styleText } from 'node:util'
import type { Audit, Finding } from '../../model/audit.ts'
import { type Exposure, verdicts } from '../../model/exposure.ts'
import { type Severity, type Status, severities, statuses } from '../../model/finding.ts'
import type { Gap } from '../../model/gap.ts'
import type { Resource } from '../../model/resource.ts'
import { formatSource } from '../../model/source.ts'
import { inChunks } from '../chunks.ts'
import { escapeText } from '../escape.ts'
import type { Format, ReportOptions } from '../format.ts'
import { publicId } from '../identity.ts'
import {
  compareFindings,
  compareText,
  exposuresByKey,
  gapsByKey,
  severityRank,
  sortedCoverage,
} from '../order.ts'
import { padEnd, textWidth, wrap } from '../width.ts'
import {
  exemptionPhrase,
  plural,
  portsPhrase,
  resourceName,
  resourcePhrase,
  resourcePlace,
  sourcesPhrase,
  statusTitles,
  stepPhrase,
  verdictPhrase,
  verdictTitles,
} from '../words.ts'

export const table: Format = {
  name: 'table',
  description: 'for people at a terminal: grouped, worst first',
  render: (audit, options) => inChunks(page(audit, options)),
}

/** Checks that one set of rules fails: this many with a line each, the others by name. */
const fullLines = 5
/** Rules, ways and reasons named in a group before the rest is counted. */
const namedThings = 3

type Style = 'critical' | 'high' | 'medium' | 'low' | 'informational' | 'good' | 'strong' | 'faint'
const styles: Readonly<Record<Style, Parameters<typeof styleText>[0]>> = {
  critical: ['bold', 'redBright'],
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  informational: 'blue',
  good: 'green',
  strong: 'bold',
  faint: 'dim',
}

/** Where lines go: how wide, and how words are painted. */
interface Paper {
  readonly width: number
  paint(style: Style, text: string): string
}

function* page(audit: Audit, options: ReportOptions): Generator<string> {
  const paper: Paper = {
    width: options.width > 0 && Number.isFinite(options.width) ? Math.max(40, options.width) : 0,
    paint: options.colour
      ? (style, text) => styleText(styles[style], text, { validateStream: false })
      : (_, text) => text,
  }
  const sections = sectionsOf(audit.findings, options.showAll)
  for (const section of sections) {
    yield `${paper.paint('strong', `${section.title} (${section.findings.length})`)}\n\n`
    for (const block of blocksOf(section.findings)) {
      yield* blockLines(block, paper)
      yield '\n'
    }
  }
  if (sections.length === 0) yield `${nothingFound(audit)}\n\n`
  yield* gapLines(audit, paper)
  yield* noticeLines(audit, paper)
  yield* closing(audit, sections, paper)
}

interface Section {
  readonly title: string
  readonly findings: readonly Finding[]
}

/** What counts against the estate, what is not known, what people must look at, what was accepted, then the rest if asked for. */
function sectionsOf(all: readonly Finding[], showAll: boolean): readonly Section[] {
  const open: Section[] = [
    { title: 'FAIL', findings: all.filter((it) => it.status === 'fail' && it.exemption === null) },
    { title: 'UNKNOWN', findings: all.filter((it) => it.status === 'unknown') },
    { title: 'MANUAL', findings: all.filter((it) => it.status === 'manual') },
    {
      title: 'EXEMPT',
      findings: all.filter((it) => it.status === 'fail' && it.exemption !== null),
    },
  ]
  const rest: Section[] = [
    { title: 'PASS', findings: all.filter((it) => it.status === 'pass') },
    { title: 'NOT APPLICABLE', findings: all.filter((it) => it.status === 'not-applicable') },
  ]
  return [...open, ...(showAll ? rest : [])].filter(({ findings }) => findings.length > 0)
}

/** One resource's findings of one section, worst first. */
interface Block {
  readonly resource: Resource
  readonly findings: readonly Finding[]
}

function blocksOf(findings: readonly Finding[]): readonly Block[] {
  const byResource = Map.groupBy(findings, ({ resource }) => resource.key)
  const blocks = [...byResource.values()].map((own) => {
    const sorted = own.toSorted(compareFindings)
    return { resource: (sorted[0] as Finding).resource, findings: sorted }
  })
  return blocks.sort(
    (a, b) =>
      severityRank[worst(a)] - severityRank[worst(b)] ||
      compareText(a.resource.key, b.resource.key),
  )
}
const worst = (block: Block): Severity => (block.findings[0] as Finding).severity

function* blockLines(block: Block, paper: Paper): Generator<string> {
  const severity = worst(block)
  const badge = severity.toUpperCase()
  const name = escapeText(resourcePhrase(block.resource))
  const place = escapeText(resourcePlace(block.resource))
  const room = paper.width - badge.length - 2
  const joined = `${name}  ${place}`
  if (paper.width === 0 || textWidth(joined) <= room)
    yield `${paper.paint(severity, badge)}  ${paper.paint('strong', name)}  ${paper.paint('faint', place)}\n`
  else {
    const [first = '', ...others] = wrap(escapeText(resourceName(block.resource)), room)
    yield `${paper.paint(severity, badge)}  ${paper.paint('strong', first)}\n`
    for (const line of others)
      yield `${' '.repeat(badge.length + 2)}${paper.paint('strong', line)}\n`
    if (name !== escapeText(resourceName(block.resource)))
      yield* indented(escapeText(block.resource.id), 4, paper, 'faint')
    yield* indented(place, 4, paper, 'faint')
  }
  for (const group of groupsOf(block.findings)) yield* groupLines(group, paper)
}

/** Findings of one resource for the same reasons. */
interface Group {
  readonly findings: readonly Finding[]
  readonly evidence: Evidence
}
/** What stands below the checks of a group, in words. */
interface Evidence {
  readonly ways: readonly string[]
  readonly rules: readonly string[]
  readonly reasons: readonly string[]
  readonly gaps: readonly string[]
}

function groupsOf(findings: readonly Finding[]): readonly Group[] {
  const groups = new Map<string, { findings: Finding[]; evidence: Evidence }>()
  for (const finding of findings) {
    const evidence = evidenceOf(finding)
    // The rules tell groups apart; ways differ from check to check where fronts publish only some of the ports.
    const key = JSON.stringify([evidence.rules, evidence.reasons, evidence.gaps, finding.exemption])
    const known = groups.get(key)
    if (known) {
      known.findings.push(finding)
      known.evidence = { ...evidence, ways: distinct([...known.evidence.ways, ...evidence.ways]) }
    } else groups.set(key, { findings: [finding], evidence })
  }
  return [...groups.values()]
}

function evidenceOf(finding: Finding): Evidence {
  const { exposures = [], because = [], gaps = [], exemption } = finding
  const rules = distinct(exposures.flatMap((it) => it.rules.map(stepPhrase)))
  const places = new Set(
    exposures.flatMap((it) => it.rules.map(({ source }) => source && formatSource(source))),
  )
  // A reason whose place already stands among the rules says nothing more; the others do.
  const reasons = because.flatMap(({ source, text }) => {
    if (source === null) return [text]
    const place = formatSource(source)
    return places.has(place) ? [] : [`${text} (${place})`]
  })
  return {
    ways: distinct(exposures.toSorted(byVerdict).map(verdictPhrase)),
    rules: rules.sort(compareText),
    reasons: [...distinct(reasons), ...(exemption ? [exemptionPhrase(exemption)] : [])],
    gaps: distinct(gaps.map(({ message }) => message)).sort(compareText),
  }
}

const byVerdict = (a: Exposure, b: Exposure): number =>
  verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict) || compareText(a.key, b.key)

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)]

function* groupLines({ findings, evidence }: Group, paper: Paper): Generator<string> {
  const shown = findings.length <= fullLines + 1 ? findings : findings.slice(0, fullLines)
  for (const finding of shown) yield* findingLines(finding, paper)
  const others = findings.slice(shown.length)
  if (others.length > 0) {
    const names = others.map(({ check, severity }) => `${check.id} (${severity})`).join(', ')
    yield* indented(
      escapeText(`and ${plural(others.length, 'more check')} for the same reason: ${names}`),
      4,
      paper,
    )
  }
  yield* evidenceLines('', evidence.ways, paper)
  yield* evidenceLines('admitted by ', evidence.rules, paper)
  yield* evidenceLines('', evidence.reasons, paper)
  yield* evidenceLines('not known: ', evidence.gaps, paper)
}

function* evidenceLines(label: string, texts: readonly string[], paper: Paper): Generator<string> {
  for (const text of texts.slice(0, namedThings))
    yield* indented(escapeText(label + text), 6, paper, 'faint')
  if (texts.length > namedThings)
    yield* indented(`${label}${texts.length - namedThings} more`, 6, paper, 'faint')
}

const idLength = 16

/** Title and ports, with the id at the end of the line where there is room for it. */
function* findingLines(finding: Finding, paper: Paper): Generator<string> {
  const { severity, status, check } = finding
  const mark = marksOf[status]
  const painted =
    status === 'pass'
      ? paper.paint('good', mark)
      : status === 'fail'
        ? paper.paint(severity, mark)
        : mark
  const id = publicId(finding.key)
  const level = padEnd(severity === 'informational' ? 'info' : severity, 8)
  const ports = portsOf(finding)
  const text = escapeText(ports === '' ? check.title : `${check.title}: ${ports}`)
  const room = paper.width - 4 - level.length - 2 - idLength - 1
  if (paper.width === 0 || textWidth(text) <= room) {
    const line = paper.width === 0 ? `${text} ` : padEnd(text, room)
    yield `  ${painted} ${paper.paint(severity, level)}  ${line} ${paper.paint('faint', id)}\n`
    return
  }
  const [first = '', ...rest] = wrap(`${text} ${id}`, paper.width - 6 - level.length)
  yield `  ${painted} ${paper.paint(severity, level)}  ${first}\n`
  for (const line of rest) yield `${' '.repeat(6 + level.length)}${line}\n`
}

const marksOf: Readonly<Record<Status, string>> = {
  fail: '✗',
  unknown: '?',
  manual: '!',
  pass: '✓',
  'not-applicable': '-',
}

/** Ports with equal sources share them: `tcp 20-21, udp 53 ← all of IPv4`. */
function portsOf({ ports = [] }: Finding): string {
  const bySources = Map.groupBy(ports, ({ sources }) => sourcesPhrase(sources))
  return [...bySources]
    .map(
      ([from, own]) =>
        `${own.map((it) => portsPhrase(it.transport, it.ports)).join(', ')} ← ${from}`,
    )
    .join('; ')
}

function* indented(text: string, by: number, paper: Paper, style?: Style): Generator<string> {
  for (const line of wrap(text, paper.width === 0 ? 0 : paper.width - by))
    yield `${' '.repeat(by)}${style ? paper.paint(style, line) : line}\n`
}

const reasonsShown = 12

/** Gaps by reason, those that leave an answer open first. */
function* gapLines(audit: Audit, paper: Paper): Generator<string> {
  const gaps = gapsByKey(audit)
  if (gaps.length === 0) return
  const decisive = new Set<string>()
  for (const it of audit.findings)
    if (it.status === 'unknown') for (const { key } of it.gaps ?? []) decisive.add(key)
  for (const it of audit.exposures)
    if (it.verdict === 'unknown') for (const { key } of it.gaps) decisive.add(key)
  const groups = [...Map.groupBy(gaps, ({ reason }) => reason)]
    .map(([reason, own]) => ({
      reason,
      count: own.length,
      open: own.filter(({ key }) => decisive.has(key)).length,
      first: own.find(({ key }) => decisive.has(key)) ?? (own[0] as Gap),
    }))
    .sort((a, b) => b.open - a.open || b.count - a.count || compareText(a.reason, b.reason))
  yield `${paper.paint('strong', `NOT KNOWN (${gaps.length})`)}\n`
  for (const { reason, count, open, first } of groups.slice(0, reasonsShown)) {
    const decides = open > 0 ? ', leaves answers open' : ''
    const place = first.source ? ` (${formatSource(first.source)})` : ''
    yield* indented(
      escapeText(`${reason} × ${count}${decides}: ${first.message}${place}`),
      2,
      paper,
    )
  }
  const more = groups.slice(reasonsShown)
  if (more.length > 0)
    yield* indented(
      escapeText(`and ${more.map(({ reason, count }) => `${reason} × ${count}`).join(', ')}`),
      2,
      paper,
    )
  yield '\n'
}

function* noticeLines({ notices }: Audit, paper: Paper): Generator<string> {
  if (notices.length === 0) return
  yield `${paper.paint('strong', `EXEMPTIONS NOT APPLIED (${notices.length})`)}\n`
  for (const notice of notices) yield* indented(escapeText(notice), 2, paper)
  yield '\n'
}

function nothingFound({ findings, estate }: Audit): string {
  if (findings.length > 0)
    return estate.gaps.length > 0 ? 'No check fails, as far as is known.' : 'No check fails.'
  return estate.filters.size === 0 && estate.targets.size === 0
    ? 'Nothing was found that could be audited: no filters and no interfaces.'
    : 'No check had anything to say.'
}

function* closing(audit: Audit, sections: readonly Section[], paper: Paper): Generator<string> {
  const exposures = exposuresByKey(audit)
  if (exposures.length > 0) {
    const counts = verdicts
      .map((verdict) => ({
        verdict,
        count: exposures.filter((it) => it.verdict === verdict).length,
      }))
      .filter(({ count }) => count > 0)
      .map(({ verdict, count }) => `${count} ${verdictTitles[verdict]}`)
    yield* indented(`Exposures: ${counts.join(' · ')}`, 0, paper)
  }
  const read = coveragePhrase(audit)
  if (read !== '') yield* indented(escapeText(read), 0, paper, 'faint')
  const first = sections[0]?.findings.toSorted(compareFindings)[0]
  if (first)
    yield* indented(
      `All about one, with its fix: --explain ${publicId(first.key)}`,
      0,
      paper,
      'faint',
    )
  for (const line of wrap(summaryLine(audit), paper.width)) yield `${paper.paint('strong', line)}\n`
}

/** `Read: security-groups · in part: network-interfaces · not given: route-tables`. */
function coveragePhrase(audit: Audit): string {
  const coverage = sortedCoverage(audit)
  return (['complete', 'partial', 'absent'] as const)
    .map((state) => {
      const own = coverage.filter((it) => it.state === state).map(({ collection }) => collection)
      return own.length > 0 ? `${coverageTitles[state]}: ${distinct(own).sort().join(', ')}` : ''
    })
    .filter((part) => part !== '')
    .join(' · ')
}
const coverageTitles = { complete: 'Read', partial: 'in part', absent: 'not given' } as const

/** `12 fail (3 critical, 2 exempt) · 5 unknown · 120 pass · 40 interfaces · 22 filters in 2 accounts`. */
export function summaryLine({ findings, estate, interfaces }: Audit): string {
  const of = (status: Status) => findings.filter((it) => it.status === status)
  const failing = of('fail')
  const counted = failing.filter(({ exemption }) => exemption === null)
  const details = [
    ...severities.map((severity) => ({
      count: counted.filter((it) => it.severity === severity).length,
      what: severity,
    })),
    { count: failing.length - counted.length, what: 'exempt' },
  ]
    .filter(({ count }) => count > 0)
    .map(({ count, what }) => `${count} ${what}`)
  const outcomes = statuses
    .map((status) => ({ status, count: of(status).length }))
    .filter(({ status, count }) => count > 0 || status === 'fail')
    .map(({ status, count }) =>
      status === 'fail' && details.length > 0
        ? `${count} fail (${details.join(', ')})`
        : `${count} ${statusTitles[status]}`,
    )
  const looked = `${plural(interfaces, 'interface')} · ${plural(estate.filters.size, 'filter')} in ${plural(estate.accounts.length, 'account')}`
  return [...outcomes, looked].join(' · ')
}
