/** Everything about one finding, for a person who is about to decide what to do: `--explain ID`. */
import { formatAddress } from '../model/address.ts'
import { toCidrs } from '../model/address-set.ts'
import type { Audit, Finding } from '../model/audit.ts'
import type { Exposure, Step } from '../model/exposure.ts'
import { equal } from '../model/port-set.ts'
import { formatSource } from '../model/source.ts'
import { inChunks } from './chunks.ts'
import { escapeText } from './escape.ts'
import type { ReportOptions } from './format.ts'
import { publicId } from './identity.ts'
import { exposuresOf, gapsOf } from './order.ts'
import { hanging, indented, type Paper, paperFor } from './paper.ts'
import { placesOf } from './places.ts'
import { shortId, shortResource, shortText } from './short.ts'
import {
  entryPhrase,
  exemptionPhrase,
  plural,
  portsPhrase,
  resourcePhrase,
  resourcePlace,
  sourcesPhrase,
  statusTitles,
  stepPhrase,
  verdictPhrase,
  witnessPhrase,
  wrongPhrase,
} from './words.ts'

/** Exposures, rules and CIDRs told one by one before the rest is only counted. */
const toldExposures = 20
const toldRules = 50
const toldWitnesses = 3
const toldCidrs = 32

/** What to do about a finding, in the caller's words: commands and documents stand as they are, sentences are wrapped. */
export interface Advice {
  readonly title: string
  readonly lines: readonly string[]
  readonly kind: 'verbatim' | 'sentences'
}

/** `advice` is printed last. */
export function renderExplanation(
  finding: Finding,
  audit: Audit,
  advice: readonly Advice[],
  options: ReportOptions,
): Iterable<string> {
  return inChunks(explanation(finding, audit, advice, paperFor(options)))
}

function* explanation(
  finding: Finding,
  audit: Audit,
  advice: readonly Advice[],
  paper: Paper,
): Generator<string> {
  yield* head(finding, paper)
  yield* ports(finding, paper)
  yield* because(finding, audit, paper)
  yield* exposures(finding, paper)
  yield* list(
    'NOT KNOWN',
    gapsOf(finding).map((gap) =>
      gap.source ? `${gap.message} (${formatSource(gap.source)})` : gap.message,
    ),
    paper,
  )
  yield* requirements(finding, paper)
  for (const { title, lines, kind } of advice) {
    if (kind === 'sentences') yield* sentences(title, lines, paper)
    else {
      yield* heading(title, paper)
      for (const line of lines) yield line === '' ? '\n' : `  ${escapeText(line)}\n`
    }
  }
}

/** What follows a line break in a sentence is a command. */
function* sentences(title: string, texts: readonly string[], paper: Paper): Generator<string> {
  yield* heading(title, paper)
  for (const text of texts) {
    const [sentence = '', ...command] = text.split('\n')
    yield* hanging([{ text: escapeText(sentence) }], 2, 4, paper)
    for (const line of command) yield `    ${escapeText(line)}\n`
  }
}

/** A line a framework: `pci-dss-4.0.1: 1.2.5, 1.3.1`. */
function* requirements({ check }: Finding, paper: Paper): Generator<string> {
  const frameworks = Map.groupBy(check.requirements, (id) => id.slice(0, id.indexOf(':')))
  const lines = [...frameworks].map(
    ([framework, ids]) =>
      `${framework}: ${ids.map((id) => id.slice(framework.length + 1)).join(', ')}`,
  )
  yield* list('ASKED FOR BY', lines, paper)
}

function* head(finding: Finding, paper: Paper): Generator<string> {
  const { check, severity, status, resource, exemption } = finding
  yield `${paper.paint(severity, severity.toUpperCase())} ${paper.paint('strong', statusTitles[status].toUpperCase())}\n`
  yield* indented(escapeText(check.title), 0, paper, 'strong')
  yield* indented(escapeText(resourcePhrase(resource)), 0, paper)
  yield* indented(escapeText(resourcePlace(resource)), 0, paper, 'faint')
  const also = check.aliases.length > 0 ? ` (${check.aliases.join(', ')})` : ''
  yield* indented(escapeText(`check ${check.id}${also}`), 0, paper, 'faint')
  yield* indented(`finding ${publicId(finding.key)}`, 0, paper, 'faint')
  if (exemption) yield* indented(escapeText(exemptionPhrase(exemption)), 0, paper)
}

function* ports(finding: Finding, paper: Paper): Generator<string> {
  const wrong = finding.ports ?? []
  if (wrong.length === 0) return
  yield* heading('WHAT IS OPEN', paper)
  for (const it of wrong) {
    yield* indented(escapeText(wrongPhrase(it)), 2, paper)
    const cidrs = toCidrs(it.sources)
    const told = cidrs.slice(0, toldCidrs).join(', ')
    const more = cidrs.length - toldCidrs
    yield* indented(`${told}${more > 0 ? ` and ${more} more` : ''}`, 4, paper, 'faint')
  }
}

function* because(finding: Finding, audit: Audit, paper: Paper): Generator<string> {
  const reasons = finding.because ?? []
  if (reasons.length > 0) {
    yield* heading('BECAUSE', paper)
    for (const { text, source } of reasons) {
      yield* hanging([{ text: escapeText(text) }], 2, 4, paper)
      if (source)
        yield* hanging([{ text: escapeText(formatSource(source)), style: 'faint' }], 4, 6, paper)
    }
  } else yield* list('WHERE IT STANDS', placesOf(finding, audit).map(formatSource), paper)
}

function* exposures(finding: Finding, paper: Paper): Generator<string> {
  const all = exposuresOf(finding)
  if (all.length === 0) return
  // Traffic that takes the same way is told together: one rule that admits everything makes an exposure a transport.
  const ways = [...Map.groupBy(all, wayKey).values()]
  yield* heading(`HOW IT IS REACHED (${plural(all.length, 'exposure')})`, paper)
  for (const [i, own] of ways.slice(0, toldExposures).entries()) {
    if (i > 0) yield '\n'
    yield* wayLines(own, paper)
  }
  if (ways.length > toldExposures)
    yield* indented(`and ${plural(ways.length - toldExposures, 'more way')}`, 2, paper)
}

const wayKey = (exposure: Exposure): string =>
  JSON.stringify([
    exposure.target.key,
    verdictPhrase(exposure),
    exposure.path.map(({ leg, stage, ...step }) => [
      leg,
      stage,
      stepPhrase({ leg, stage, ...step }),
    ]),
    exposure.rules.map(stepPhrase),
  ])

function* wayLines(own: readonly Exposure[], paper: Paper): Generator<string> {
  const [first] = own as [Exposure]
  const { target, machine, privateAddresses, path, rules } = first
  yield* hanging([{ text: escapeText(verdictPhrase(first)), style: 'strong' }], 2, 4, paper)
  for (const it of own) {
    const what = `${portsPhrase(it.transport, it.ports)} ← ${sourcesPhrase(it.sources)}`
    const behind = equal(it.ports, it.targetPorts)
      ? ''
      : `, at the target ${portsPhrase(it.transport, it.targetPorts)}`
    yield* hanging([{ text: escapeText(what + behind) }], 4, 6, paper)
  }
  const inside =
    privateAddresses.length > 0 ? ` at ${privateAddresses.map(formatAddress).join(', ')}` : ''
  const of = machine && machine.key !== target.key ? ` of ${shortResource(machine)}` : ''
  const to = `to ${target.kind.replaceAll('-', ' ')} ${shortResource(target)}${of}${inside}`
  yield* hanging([{ text: escapeText(to) }], 4, 6, paper)
  for (const { witness } of own.slice(0, toldWitnesses))
    yield* hanging([{ text: escapeText(`witness ${witnessPhrase(witness)}`) }], 4, 6, paper)
  if (path.length > 0) yield* way(first, paper)
  const onWay = new Set(path.map(stepPhrase))
  const others = rules.filter((step) => !onWay.has(stepPhrase(step)))
  if (others.length === 0) return
  yield* indented('admitted as well by', 4, paper)
  for (const step of others.slice(0, toldRules)) yield* stepLines(step, paper)
  if (others.length > toldRules)
    yield* indented(`and ${plural(others.length - toldRules, 'more rule')}`, 6, paper, 'faint')
}

/** The witness's way, stage by stage, with the front between the legs. */
function* way(exposure: Exposure, paper: Paper): Generator<string> {
  yield* hanging(
    [{ text: escapeText(`its way: internet → ${shortText(entryPhrase(exposure) ?? 'no entry')}`) }],
    4,
    6,
    paper,
  )
  let leg = 0
  for (const step of exposure.path) {
    if (step.leg !== leg) yield* indented(`leg ${step.leg + 1}`, 6, paper)
    leg = step.leg
    yield* stepLines(step, paper)
  }
}

/** Stage and rule by their short names, then the place. A stage that no rule decides says only that it was passed. */
function* stepLines(step: Step, paper: Paper): Generator<string> {
  const { stage, filter, rule, source } = step
  const own = filter === null || rule?.toLowerCase().startsWith(filter.toLowerCase()) !== true
  const said = [filter && shortId(filter), rule && (own ? rule : `rule ${shortId(rule)}`)]
  const name = said.filter(Boolean).join(' ') || 'passed'
  yield* hanging(
    [
      { text: escapeText(`${stage.replaceAll('-', ' ')}: ${shortText(name)}`) },
      { text: source ? escapeText(`  ${formatSource(source)}`) : '', style: 'faint' },
    ],
    6,
    8,
    paper,
  )
}

function* list(title: string, lines: readonly string[], paper: Paper): Generator<string> {
  if (lines.length === 0) return
  yield* heading(title, paper)
  for (const line of lines) yield* hanging([{ text: escapeText(line) }], 2, 4, paper)
}

function* heading(title: string, paper: Paper): Generator<string> {
  yield `\n${paper.paint('strong', title)}\n`
}
