/**
 * For people at a terminal: what fails, worst first, by what would have to be changed; in a block the checks that the same
 * rules fail stand together, with the ways in and the rules named once. Short names here; whole ids in `--explain`.
 */
import type { Audit, Finding } from '../../model/audit.ts'
import { type Exposure, verdicts } from '../../model/exposure.ts'
import type { Severity, Status } from '../../model/finding.ts'
import { documentOf, formatSource, pointer, type Source } from '../../model/source.ts'
import { type Blamed, type BlamedRule, blamedBlocks, type Row } from '../blame.ts'
import { inChunks } from '../chunks.ts'
import { escapeText } from '../escape.ts'
import type { Format, ReportOptions } from '../format.ts'
import { distinct, gapGroupsOf, type Section, sectionsOf } from '../grouping.ts'
import { publicId } from '../identity.ts'
import { severityRank } from '../order.ts'
import { hanging, indented, type Paper, paperFor } from '../paper.ts'
import {
  shortCheck,
  shortDocuments,
  shortEntry,
  shortId,
  shortPlace,
  shortResource,
  shortRule,
  shortRuleText,
  shortText,
} from '../short.ts'
import { summaryParts } from '../summary.ts'
import { padEnd, textWidth } from '../width.ts'
import { exemptionPhrase, plural, portsSentence, verdictTitles } from '../words.ts'

export const table: Format = {
  name: 'table',
  description: 'for people at a terminal: grouped, worst first',
  render: (audit, options) => inChunks(page(audit, options)),
}

/** Blocks of a section that are told in full. */
const fullBlocks = 60
/** Findings of one row with a line each; of more only the worst has one, and the others are named after it. */
const fullLines = 3
/** Checks named after the worst, ways in of one verdict, rules of a row, before the rest is counted. */
const namedChecks = 7
const namedWays = 3
const namedRules = 2
const openGaps = 5
/** Digits of a finding's id: enough for `--explain`. */
const idDigits = 8

interface Style {
  readonly paper: Paper
  readonly showAll: boolean
  /** A document's path as far as it tells it from the others. */
  readonly documentName: (document: string) => string
}

function* page(audit: Audit, options: ReportOptions): Generator<string> {
  const sections = sectionsOf(audit.findings, options.showAll)
  const blocks = sections.map(({ findings }) => blamedBlocks(findings, audit.estate))
  const paper = paperFor(options)
  const documentName = shortDocuments(blamedDocuments(blocks.flat()))
  const style = { paper, showAll: options.showAll, documentName }
  for (const [i, { title, findings }] of sections.entries()) {
    yield `${paper.paint('strong', `${title.toUpperCase()} (${findings.length})`)}\n\n`
    const all = blocks[i] ?? []
    const weighty = all.filter((block) => !isBrief(block, style))
    const full = options.showAll ? weighty : weighty.slice(0, fullBlocks)
    for (const block of full) yield* blockLines(block, style)
    const told = new Set(full)
    yield* briefBlocks(
      all.filter((block) => !told.has(block)),
      style,
    )
    if (full.length < weighty.length)
      yield* indented(
        `The worst ${full.length} of ${weighty.length} are told in full: --all tells every one.`,
        0,
        paper,
        'faint',
      )
    yield '\n'
  }
  if (sections.length === 0) {
    yield* indented(nothingFound(audit), 0, paper)
    yield '\n'
  }
  yield* gapLines(audit, paper)
  yield* noticeLines(audit, paper)
  yield* closing(audit, sections, blocks, paper)
}

function* blamedDocuments(blocks: readonly Blamed[]): Generator<string> {
  for (const { rows } of blocks)
    for (const { rules, reasons } of rows)
      for (const { source } of [...rules, ...reasons]) if (source) yield documentOf(source).document
}

/** What is hardly worth a look, and what passes, is told in one line. */
const isBrief = ({ severity, rows }: Blamed, { showAll }: Style): boolean => {
  const status = rows[0]?.findings[0]?.status
  if (status === 'pass' || status === 'not-applicable') return true
  return !showAll && severityRank[severity] >= severityRank.low
}

const marks: Readonly<Record<Status, string>> = {
  fail: '✗',
  unknown: '?',
  manual: '!',
  pass: '✓',
  'not-applicable': '-',
}
const levels = {
  critical: 'CRITICAL',
  high: 'HIGH',
  medium: 'MEDIUM',
  low: 'LOW',
  informational: 'INFO',
}

function* blockLines(block: Blamed, style: Style): Generator<string> {
  const { paper } = style
  const { resource, severity, rows } = block
  const badge = levels[severity]
  yield* hanging(
    [
      { text: badge, style: severity },
      { text: `  ${escapeText(shortResource(resource))}`, style: 'strong' },
      { text: `  ${escapeText(shortPlace(resource))}`, style: 'faint' },
    ],
    0,
    4,
    paper,
  )
  let before: readonly string[] = []
  for (const row of rows) {
    const ways = waysOf(row)
    yield* rowLines(row, severity, ways.join() === before.join() ? [] : ways, style)
    before = ways
  }
}

function* rowLines(
  row: Row,
  severity: Severity,
  ways: readonly string[],
  style: Style,
): Generator<string> {
  const { paper, showAll } = style
  const { findings, exposures, rules, reasons } = row
  const shown = findings.length <= fullLines ? findings : findings.slice(0, 1)
  for (const finding of shown) yield* findingLines(finding, severity, paper)
  yield* alsoLines(findings.slice(shown.length), showAll, paper)
  const { severity: own, exemption } = findings[0] as Finding
  if (exemption) yield* indented(escapeText(exemptionPhrase(exemption)), 6, paper)
  if (!showAll && own !== severity && severityRank[own] >= severityRank.low) return
  for (const way of ways) yield* hanging([{ text: escapeText(way) }], 6, 8, paper)
  if (!showAll && exposures.length > 0 && !exposures.some(isOpen)) return
  yield* ruleLines(rules, style)
  if (rules.length > 0) return
  for (const { text, source } of reasons.slice(0, namedRules)) {
    const place = source ? `  ${placeOf(source, style)}` : ''
    yield* hanging([{ text: escapeText(shortText(text) + place), style: 'faint' }], 6, 8, paper)
  }
  if (reasons.length > namedRules)
    yield* indented(`and ${plural(reasons.length - namedRules, 'more reason')}`, 6, paper, 'faint')
}

/** Check and ports, with the id at the end of the line where there is room for it. */
function* findingLines(finding: Finding, of: Severity, paper: Paper): Generator<string> {
  const { severity, status, check } = finding
  const id = shortFindingId(finding)
  const ports = portsSentence(finding)
  const what = `${severity === of ? '' : `${severity} `}${shortCheck(check.id)}`
  const text = escapeText(ports === '' ? what : `${what}: ${ports}`)
  const room = paper.width - 4 - id.length - 2
  const head = `  ${paper.paint(severity, marks[status])} `
  if (paper.width > 0 && textWidth(text) <= room)
    yield `${head}${padEnd(text, room)}  ${paper.paint('faint', id)}\n`
  else
    yield* hanging(
      [
        { text: `  ${marks[status]}`, style: severity },
        { text: ` ${text}` },
        { text: `  ${id}`, style: 'faint' },
      ],
      0,
      4,
      paper,
    )
}

function* alsoLines(others: readonly Finding[], showAll: boolean, paper: Paper): Generator<string> {
  if (others.length === 0) return
  const names = distinct(others.map(({ check }) => shortCheck(check.id)))
  const named = showAll ? names : names.slice(0, namedChecks)
  const short = named.map((name) => name.replace(/^unrestricted-/, ''))
  const more = names.length - named.length
  const text = `for the same reason ${short.join(', ')}${more > 0 ? ` and ${plural(more, 'more check')}` : ''}`
  yield* indented(escapeText(text), 6, paper)
}

const isOpen = ({ verdict }: Exposure): boolean => verdict === 'reachable' || verdict === 'unknown'

/** A line a verdict: who is reached where, with the machine's own finding in brackets; and where not, why. */
function waysOf({ findings, exposures, behind }: Row): readonly string[] {
  const about = findings[0]?.resource.key
  const own = Map.groupBy(behind, ({ resource }) => resource.key)
  const markOf = (exposure: Exposure): string => {
    const [first, ...others] = own.get((exposure.machine ?? exposure.target).key) ?? []
    if (!first) return ''
    return ` [${shortFindingId(first)}${others.length > 0 ? ` +${others.length}` : ''}]`
  }
  return verdicts.flatMap((verdict) => {
    const these = exposures.filter((one) => one.verdict === verdict)
    if (these.length === 0) return []
    if (verdict === 'unattached') return [verdictTitles[verdict]]
    const reasons = [...Map.groupBy(these, reasonOf)]
    const lines = reasons.slice(0, namedWays).map(([reason, same]) => {
      // A filter of which nobody knows what is behind it is its own target.
      if (same.every(({ target, entry }) => target.key === about && entry.addresses.length === 0))
        return `${verdictTitles[verdict]}${reason}`
      const machines = [...Map.groupBy(same, ({ machine, target }) => (machine ?? target).key)]
      const named = machines
        .slice(0, namedWays)
        .map(([, ways]) => shortEntry(ways, markOf(ways[0] as Exposure)))
      const more = machines.length - named.length
      return `${verdictTitles[verdict]}: ${named.join('; ')}${more > 0 ? ` and ${more} more` : ''}${reason}`
    })
    const more = reasons.length - lines.length
    return more > 0
      ? [...lines, `${verdictTitles[verdict]}: ${plural(more, 'more reason')}`]
      : lines
  })
}

/** What is not known stands in full at the end of the page: here its name will do. */
function reasonOf({ verdict, reason, gaps }: Exposure): string {
  if (verdict === 'unknown' && gaps.length > 0)
    return ` (${distinct(gaps.map((gap) => gap.reason)).join(', ')})`
  return reason === null ? '' : `: ${shortText(reason)}`
}

/** `sg-1 sgr-2  groups.json /SecurityGroups/0/…`: the place is on the line as long as there is room. */
function* ruleLines(rules: readonly BlamedRule[], style: Style): Generator<string> {
  const { paper } = style
  let before: string | null = null
  for (const [i, { filter, rule, source }] of rules.slice(0, namedRules).entries()) {
    const name = typeof rule === 'string' ? shortRuleText(rule) : shortRule(rule)
    const label = filter === null ? name : `${shortId(filter)} ${name}`
    const { document, record, line } = documentOf(source)
    const isSame = document === before && record === null && line === null
    const place = isSame ? `… ${pointer(source)}` : placeOf(source, style)
    before = document
    const others = i === namedRules - 1 ? rules.length - namedRules : 0
    const more = others > 0 ? ` and ${plural(others, 'more rule')}` : ''
    yield* hanging([{ text: escapeText(`${label}  ${place}${more}`), style: 'faint' }], 6, 8, paper)
  }
}

function placeOf(source: Source, { documentName }: Style): string {
  const { document } = documentOf(source)
  return documentName(document) + formatSource(source).slice(document.length)
}

/** A line each, but for many that say the same of one kind of resource: those share one. */
function* briefBlocks(blocks: readonly Blamed[], style: Style): Generator<string> {
  const { paper, showAll } = style
  const alike = Map.groupBy(blocks, ({ resource, severity, rows }) =>
    JSON.stringify([severity, resource.kind, checkNames(rows)]),
  )
  for (const same of alike.values()) {
    if (showAll || same.length <= ownLines) {
      for (const block of same) yield* briefLines(block, style)
      continue
    }
    const [{ resource, severity, rows }] = same as [Blamed]
    const named = same.slice(0, namedAlike).map((block) => shortResource(block.resource))
    const who = `  ${same.length} ${resource.kind.replaceAll('-', ' ')}s`
    const which = `: ${named.join(', ')} and ${same.length - named.length} more`
    yield* hanging(
      [
        { text: levels[severity], style: severity },
        { text: who, style: 'strong' },
        { text: `  ${escapeText(checkNames(rows).join(', '))}` },
        { text: escapeText(which), style: 'faint' },
      ],
      0,
      4,
      paper,
    )
  }
}

/** More brief blocks that say the same than this share a line, which names so many of them. */
const ownLines = 4
const namedAlike = 3

const findingsOf = (rows: readonly Row[]): readonly Finding[] =>
  rows.flatMap(({ findings, behind }) => [...findings, ...behind])
const checkNames = (rows: readonly Row[]): readonly string[] =>
  distinct(findingsOf(rows).map(({ check }) => shortCheck(check.id)))

/** One line for all of a resource's findings. */
function* briefLines(
  { resource, severity, rows }: Blamed,
  { paper, showAll }: Style,
): Generator<string> {
  const [first] = findingsOf(rows) as [Finding]
  const passes = first.status === 'pass' || first.status === 'not-applicable'
  const badge = passes ? marks[first.status] : levels[severity]
  const names = checkNames(rows)
  const named = showAll ? names : names.slice(0, namedChecks)
  const more = names.length - named.length
  const what = `${named.join(', ')}${more > 0 ? ` and ${plural(more, 'more check')}` : ''}`
  yield* hanging(
    [
      { text: badge, style: passes ? 'good' : severity },
      { text: `  ${escapeText(shortResource(resource))}`, style: 'strong' },
      { text: `  ${escapeText(what)}` },
      { text: `  ${shortFindingId(first)}`, style: 'faint' },
    ],
    0,
    4,
    paper,
  )
}

const shortFindingId = ({ key }: Finding): string => publicId(key).slice(0, idDigits)

/** What leaves answers open, with what to do about it; the rest of what is not known only by name. */
function* gapLines(audit: Audit, paper: Paper): Generator<string> {
  const groups = gapGroupsOf(audit)
  if (groups.length === 0) return
  const open = groups.filter(({ deciding }) => deciding > 0)
  const answers = audit.findings.filter(({ status }) => status === 'unknown').length
  yield `${paper.paint('strong', `NOT KNOWN${answers > 0 ? `, leaves ${plural(answers, 'answer')} open` : ''}`)}\n`
  for (const { reason, deciding, first } of open.slice(0, openGaps)) {
    const others = deciding > 1 ? `, and ${deciding - 1} more of the kind` : ''
    const text = `${reason}: ${shortText(first.message)}${others}`
    const place = first.source ? `  ${formatSource(first.source)}` : ''
    yield* hanging(
      [{ text: escapeText(text) }, { text: escapeText(place), style: 'faint' }],
      2,
      4,
      paper,
    )
  }
  const rest = [...open.slice(openGaps), ...groups.filter(({ deciding }) => deciding === 0)]
  if (rest.length > 0) {
    const names = rest.map(
      ({ reason, gaps }) => `${reason}${gaps.length > 1 ? ` × ${gaps.length}` : ''}`,
    )
    const text = `${open.length > 0 ? 'also' : 'changes no answer'}: ${names.join(', ')} (--format json tells all)`
    yield* hanging([{ text: escapeText(text), style: 'faint' }], 2, 4, paper)
  }
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

/** The worst finding as an example, then the summary in as many of its parts as one line holds. */
function* closing(
  audit: Audit,
  sections: readonly Section[],
  blocks: readonly (readonly Blamed[])[],
  paper: Paper,
): Generator<string> {
  const first = blocks[0]?.[0]?.rows[0]?.findings[0]
  if (sections.length > 0 && first)
    yield* indented(
      `All about one, with its fix and an exemption: --explain ${shortFindingId(first)}`,
      0,
      paper,
      'faint',
    )
  const { exposures } = audit
  const reached = exposures.filter(({ verdict }) => verdict === 'reachable').length
  const [outcomes, ...rest] = summaryParts(audit)
  const parts = [
    outcomes as string,
    ...(exposures.length > 0
      ? [`${reached} of ${plural(exposures.length, 'exposure')} reachable`]
      : []),
    ...rest,
  ]
  let line = parts[0] as string
  for (const part of parts.slice(1)) {
    const longer = `${line} · ${part}`
    if (paper.width > 0 && textWidth(longer) > paper.width) break
    line = longer
  }
  yield* indented(line, 0, paper, 'strong')
}
