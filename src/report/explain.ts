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
import { indented, type Paper, paperFor } from './paper.ts'
import { placesOf } from './places.ts'
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
const toldCidrs = 32

/**
 * The finding with the given `publicId`, or with an id that begins with it where only one does; `ambiguous` where several do.
 * Fewer than four digits are not looked up.
 */
export function findFinding(
  id: string,
  { findings }: Audit,
): { readonly kind: 'found'; readonly finding: Finding } | { readonly kind: 'none' | 'ambiguous' } {
  const wanted = id.toLowerCase()
  if (wanted.length < 4) return { kind: 'none' }
  const fitting = findings.filter(({ key }) => publicId(key).startsWith(wanted))
  const [finding] = fitting
  if (finding === undefined) return { kind: 'none' }
  return new Set(fitting.map(({ key }) => key)).size === 1
    ? { kind: 'found', finding }
    : { kind: 'ambiguous' }
}

/** `extra` is the caller's text on what to do about it; it is printed last, line by line, and not wrapped: it holds commands. */
export function renderExplanation(
  finding: Finding,
  audit: Audit,
  extra: string,
  options: ReportOptions,
): Iterable<string> {
  return inChunks(explanation(finding, audit, extra, paperFor(options)))
}

function* explanation(
  finding: Finding,
  audit: Audit,
  extra: string,
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
  yield* list('ASKED FOR BY', finding.check.requirements, paper)
  if (extra.trim() !== '') {
    yield* heading('WHAT TO DO', paper)
    for (const line of extra.trimEnd().split('\n'))
      yield line === '' ? '\n' : `  ${escapeText(line)}\n`
  }
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
      yield* indented(escapeText(text), 2, paper)
      if (source) yield* indented(escapeText(formatSource(source)), 4, paper, 'faint')
    }
  } else yield* list('WHERE IT STANDS', placesOf(finding, audit).map(formatSource), paper)
}

function* exposures(finding: Finding, paper: Paper): Generator<string> {
  const all = exposuresOf(finding)
  if (all.length === 0) return
  yield* heading(`HOW IT IS REACHED (${all.length})`, paper)
  for (const [i, exposure] of all.slice(0, toldExposures).entries()) {
    if (i > 0) yield '\n'
    yield* exposureLines(exposure, paper)
  }
  if (all.length > toldExposures)
    yield* indented(`and ${plural(all.length - toldExposures, 'more exposure')}`, 2, paper)
}

function* exposureLines(exposure: Exposure, paper: Paper): Generator<string> {
  const { target, machine, transport, privateAddresses, path, rules } = exposure
  yield* indented(escapeText(verdictPhrase(exposure)), 2, paper, 'strong')
  const what = `${portsPhrase(transport, exposure.ports)} ← ${sourcesPhrase(exposure.sources)}`
  const behind = equal(exposure.ports, exposure.targetPorts)
    ? ''
    : `, at the target ${portsPhrase(transport, exposure.targetPorts)}`
  yield* indented(escapeText(what + behind), 4, paper)
  const inside =
    privateAddresses.length > 0 ? ` at ${privateAddresses.map(formatAddress).join(', ')}` : ''
  const of = machine && machine.key !== target.key ? ` of ${resourcePhrase(machine)}` : ''
  yield* indented(
    escapeText(`to ${target.kind.replaceAll('-', ' ')} ${resourcePhrase(target)}${of}${inside}`),
    4,
    paper,
  )
  yield* indented(escapeText(`witness ${witnessPhrase(exposure.witness)}`), 4, paper)
  if (path.length > 0) yield* way(exposure, paper)
  if (rules.length > 0) {
    yield* indented('every rule that admits any of it:', 4, paper)
    for (const rule of rules.slice(0, toldRules))
      yield* indented(escapeText(stepPhrase(rule)), 6, paper, 'faint')
    if (rules.length > toldRules)
      yield* indented(`and ${plural(rules.length - toldRules, 'more rule')}`, 6, paper, 'faint')
  }
}

/** The witness's way, stage by stage, with the front between the legs. */
function* way(exposure: Exposure, paper: Paper): Generator<string> {
  yield* indented('its way:', 4, paper)
  yield* indented(escapeText(`internet → ${entryPhrase(exposure) ?? 'no entry'}`), 6, paper)
  let leg = 0
  for (const step of exposure.path) {
    if (step.leg !== leg) yield* indented(`leg ${step.leg + 1}`, 6, paper)
    leg = step.leg
    yield* indented(escapeText(stageLine(step)), 6, paper, 'faint')
  }
}

const stageLine = (step: Step): string => `${step.stage.replaceAll('-', ' ')}: ${stepPhrase(step)}`

function* list(title: string, lines: readonly string[], paper: Paper): Generator<string> {
  if (lines.length === 0) return
  yield* heading(title, paper)
  for (const line of lines) yield* indented(escapeText(line), 2, paper)
}

function* heading(title: string, paper: Paper): Generator<string> {
  yield `\n${paper.paint('strong', title)}\n`
}
