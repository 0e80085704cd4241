/**
 * For people at a terminal: what fails, worst first, a block for each resource; in a block the checks that the same rules fail
 * stand together with the rules named once, so that one rule that opens everything reads as one thing.
 */
import type { Audit, Finding } from '../../model/audit.ts'
import { verdicts } from '../../model/exposure.ts'
import type { Status } from '../../model/finding.ts'
import { formatSource } from '../../model/source.ts'
import { inChunks } from '../chunks.ts'
import { escapeText } from '../escape.ts'
import type { Format, ReportOptions } from '../format.ts'
import {
  type Block,
  blocksOf,
  distinct,
  type Group,
  gapGroupsOf,
  groupsOf,
  type Section,
  sectionsOf,
} from '../grouping.ts'
import { publicId } from '../identity.ts'
import { exposuresByKey, sortedCoverage } from '../order.ts'
import { indented, type Paper, paperFor } from '../paper.ts'
import { summaryLine } from '../summary.ts'
import { padEnd, textWidth, wrap } from '../width.ts'
import {
  plural,
  portsSentence,
  resourceName,
  resourcePhrase,
  resourcePlace,
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
const gapReasonsShown = 12

function* page(audit: Audit, options: ReportOptions): Generator<string> {
  const paper = paperFor(options)
  const sections = sectionsOf(audit.findings, options.showAll)
  for (const { title, findings } of sections) {
    yield `${paper.paint('strong', `${title.toUpperCase()} (${findings.length})`)}\n\n`
    for (const block of blocksOf(findings)) {
      yield* blockLines(block, paper)
      yield '\n'
    }
  }
  if (sections.length === 0) {
    yield* indented(nothingFound(audit), 0, paper)
    yield '\n'
  }
  yield* gapLines(audit, paper)
  yield* noticeLines(audit, paper)
  yield* closing(audit, sections, paper)
}

function* blockLines({ resource, severity, findings }: Block, paper: Paper): Generator<string> {
  const badge = severity.toUpperCase()
  const painted = paper.paint(severity, badge)
  const phrase = escapeText(resourcePhrase(resource))
  const place = escapeText(resourcePlace(resource))
  const room = paper.width - badge.length - 2
  if (paper.width === 0 || textWidth(`${phrase}  ${place}`) <= room)
    yield `${painted}  ${paper.paint('strong', phrase)}  ${paper.paint('faint', place)}\n`
  else {
    const name = escapeText(resourceName(resource))
    const [first = '', ...others] = wrap(name, room)
    yield `${painted}  ${paper.paint('strong', first)}\n`
    for (const line of others)
      yield `${' '.repeat(badge.length + 2)}${paper.paint('strong', line)}\n`
    if (phrase !== name) yield* indented(escapeText(resource.id), 4, paper, 'faint')
    yield* indented(place, 4, paper, 'faint')
  }
  for (const group of groupsOf(findings)) yield* groupLines(group, paper)
}

function* groupLines(group: Group, paper: Paper): Generator<string> {
  const { findings } = group
  const shown = findings.length <= fullLines + 1 ? findings : findings.slice(0, fullLines)
  for (const finding of shown) yield* findingLines(finding, paper)
  const others = findings.slice(shown.length)
  if (others.length > 0) {
    const names = others.map(({ check, severity }) => `${check.id} (${severity})`).join(', ')
    const text = `and ${plural(others.length, 'more check')} for the same reason: ${names}`
    yield* indented(escapeText(text), 4, paper)
  }
  const ways = distinct(group.exposures.map(verdictPhrase))
  yield* evidenceLines('', ways, paper)
  yield* evidenceLines('admitted by ', group.rules, paper)
  yield* evidenceLines('', group.reasons, paper)
  const unsaid = group.gaps.filter((gap) => !ways.some((way) => way.includes(gap)))
  yield* evidenceLines('missing: ', unsaid, paper)
}

function* evidenceLines(label: string, texts: readonly string[], paper: Paper): Generator<string> {
  for (const text of texts.slice(0, namedThings))
    yield* indented(escapeText(label + text), 6, paper, 'faint')
  if (texts.length > namedThings)
    yield* indented(`${label}${texts.length - namedThings} more`, 6, paper, 'faint')
}

const marks: Readonly<Record<Status, string>> = {
  fail: '✗',
  unknown: '?',
  manual: '!',
  pass: '✓',
  'not-applicable': '-',
}
const levelWidth = 8

/** Title and ports, with the id at the end of the line where there is room for it. */
function* findingLines(finding: Finding, paper: Paper): Generator<string> {
  const { severity, status, check } = finding
  const mark = paper.paint(status === 'pass' ? 'good' : severity, marks[status])
  const id = publicId(finding.key)
  const level = padEnd(severity === 'informational' ? 'info' : severity, levelWidth)
  const head = `  ${mark} ${paper.paint(severity, level)}  `
  const ports = portsSentence(finding)
  const text = escapeText(ports === '' ? check.title : `${check.title}: ${ports}`)
  const indent = 4 + levelWidth + 2
  const room = paper.width - indent - id.length - 1
  if (paper.width === 0) yield `${head}${text}  ${paper.paint('faint', id)}\n`
  else if (textWidth(text) <= room)
    yield `${head}${padEnd(text, room)} ${paper.paint('faint', id)}\n`
  else {
    const [first = '', ...rest] = wrap(`${text} ${id}`, paper.width - indent)
    yield `${head}${first}\n`
    for (const line of rest) yield `${' '.repeat(indent)}${line}\n`
  }
}

function* gapLines(audit: Audit, paper: Paper): Generator<string> {
  const groups = gapGroupsOf(audit)
  if (groups.length === 0) return
  const count = groups.reduce((sum, { gaps }) => sum + gaps.length, 0)
  yield `${paper.paint('strong', `NOT KNOWN (${count})`)}\n`
  for (const { reason, gaps, deciding, first } of groups.slice(0, gapReasonsShown)) {
    const open = deciding > 0 ? ', leaves answers open' : ''
    const place = first.source ? ` (${formatSource(first.source)})` : ''
    yield* indented(
      escapeText(`${reason} × ${gaps.length}${open}: ${first.message}${place}`),
      2,
      paper,
    )
  }
  const more = groups.slice(gapReasonsShown)
  if (more.length > 0) {
    const names = more.map(({ reason, gaps }) => `${reason} × ${gaps.length}`).join(', ')
    yield* indented(escapeText(`and ${names}`), 2, paper)
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

function* closing(audit: Audit, sections: readonly Section[], paper: Paper): Generator<string> {
  const exposures = exposuresByKey(audit)
  if (exposures.length > 0) {
    const counts = verdicts
      .map((verdict) => [exposures.filter((it) => it.verdict === verdict).length, verdict] as const)
      .filter(([count]) => count > 0)
      .map(([count, verdict]) => `${count} ${verdictTitles[verdict]}`)
    yield* indented(`Exposures: ${counts.join(' · ')}`, 0, paper)
  }
  const read = coverageSentence(audit)
  if (read !== '') yield* indented(escapeText(read), 0, paper, 'faint')
  const first = sections[0] && blocksOf(sections[0].findings)[0]?.findings[0]
  if (first)
    yield* indented(
      `All about one, with its fix: --explain ${publicId(first.key)}`,
      0,
      paper,
      'faint',
    )
  yield* indented(summaryLine(audit), 0, paper, 'strong')
}

const coverageTitles = { complete: 'Read', partial: 'In part', absent: 'Not given' } as const

/** `Read: security-groups · In part: network-interfaces · Not given: route-tables`. */
function coverageSentence(audit: Audit): string {
  const coverage = sortedCoverage(audit)
  return (['complete', 'partial', 'absent'] as const)
    .map((state) => {
      const own = coverage.filter((it) => it.state === state).map(({ collection }) => collection)
      return own.length > 0 ? `${coverageTitles[state]}: ${distinct(own).sort().join(', ')}` : ''
    })
    .filter((part) => part !== '')
    .join(' · ')
}
