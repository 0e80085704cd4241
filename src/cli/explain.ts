import type { Check } from '../checks/check.ts'
import { solvedEstate } from '../exposure/facts.ts'
import type { AddressSet } from '../model/address-set.ts'
import * as addressSet from '../model/address-set.ts'
import type { Audit, Finding } from '../model/audit.ts'
import type { Thresholds } from '../model/public-space.ts'
import { planFix } from '../remediation/plan.ts'
import { prove } from '../remediation/prove.ts'
import { proofLines } from '../remediation/text.ts'
import { escapeText } from '../report/escape.ts'
import { type Advice, renderExplanation } from '../report/explain.ts'
import type { ReportOptions } from '../report/format.ts'
import { publicId } from '../report/identity.ts'
import { UsageError } from './edges.ts'
import { exemptionSnippet } from './exemption-snippet.ts'

export interface ExplainOptions {
  readonly name: string
  readonly allowFrom: readonly string[]
  readonly checks: readonly Check[]
  readonly thresholds: Thresholds
}

/** Everything about one finding: why, the way in, what closes it, the proof, and how to accept it instead. */
export function explain(
  audit: Audit,
  options: ExplainOptions,
  report: ReportOptions,
): Iterable<string> {
  const finding = named(options.name, audit)
  const advice = [...fixAdvice(finding, audit, options), ...acceptAdvice(finding, report)]
  return renderExplanation(finding, audit, advice, report)
}

const shownCandidates = 5

function named(name: string, audit: Audit): Finding {
  const told = `--explain ${escapeText(name)}`
  const found = name.includes('@') ? byResource(name, audit) : byId(name, audit)
  const [first, second] = found
  if (!first)
    throw new UsageError(
      `${told}: no such finding; name one by its id (four digits or more of it; the table and --format json show them) or as check@resource`,
    )
  if (second) {
    const some = found
      .slice(0, shownCandidates)
      .map((one) => `${publicId(one.key)} (${one.check.id}@${one.resource.id})`)
    const more = found.length > shownCandidates ? ', …' : ''
    throw new UsageError(
      `${told}: ${found.length} findings match; give one of ${escapeText(some.join(', '))}${more}`,
    )
  }
  return first
}

/** Fewer digits of an id are a slip and no name. */
const fewestDigits = 4

const byId = (name: string, { findings }: Audit): readonly Finding[] =>
  name.length < fewestDigits
    ? []
    : findings.filter(({ key }) => publicId(key).startsWith(name.toLowerCase()))

/** Ids and names of resources may hold an @ themselves; ids of checks never do. */
function byResource(name: string, { findings }: Audit): readonly Finding[] {
  const at = name.indexOf('@')
  const [check, resource] = [name.slice(0, at).toLowerCase(), name.slice(at + 1).toLowerCase()]
  const ofCheck = findings.filter((finding) =>
    [finding.check.id, ...finding.check.aliases].some((id) => id.toLowerCase() === check),
  )
  const exact = ofCheck.filter((finding) => finding.resource.id.toLowerCase() === resource)
  return exact.length > 0
    ? exact
    : ofCheck.filter((finding) => finding.resource.name?.toLowerCase() === resource)
}

function fixAdvice(
  finding: Finding,
  audit: Audit,
  { allowFrom, checks, thresholds }: ExplainOptions,
): readonly Advice[] {
  if (finding.status !== 'fail' && finding.status !== 'unknown') return []
  const check = checks.find(({ id }) => id === finding.check.id)
  const facts = solvedEstate(audit.estate, audit.exposures, thresholds)
  const { edits, notes, ...plan } = planFix(finding, facts, readAllowed(allowFrom))
  const commands = edits.flatMap((edit) =>
    edit.commands.flatMap((command) => ['', ...command.split('\n')]),
  )
  const proof =
    check && edits.length > 0
      ? proofLines(prove(finding, check, { edits, notes, ...plan }, audit, facts))
      : []
  const advice: readonly Advice[] = [
    {
      title: 'FIX (what stays is added before the old rule goes: nobody is cut off)',
      kind: 'verbatim',
      lines: commands.slice(1),
    },
    {
      title: 'THE SAME BY HAND',
      kind: 'sentences',
      lines: edits.flatMap((edit) => edit.console).map((step, i) => `${i + 1}. ${step}`),
    },
    { title: 'NOTES', kind: 'sentences', lines: [...new Set(notes)] },
    { title: 'PROOF', kind: 'sentences', lines: proof },
  ]
  return advice.filter(({ lines }) => lines.length > 0)
}

const acceptAdvice = (finding: Finding, { time }: ReportOptions): readonly Advice[] =>
  (finding.status === 'fail' || finding.status === 'unknown') && finding.exemption === null
    ? [
        {
          title: 'TO ACCEPT IT INSTEAD (for --exemptions; void when more is open than this)',
          kind: 'verbatim',
          lines: exemptionSnippet(finding, time),
        },
      ]
    : []

/** Who keeps access, from `--allow-from`. */
export function readAllowed(texts: readonly string[]): AddressSet {
  return addressSet.unionAll(
    texts.map((text) => {
      const set = addressSet.parseAddresses(text)
      if (!set) throw new UsageError(`--allow-from ${escapeText(text)}: not an address or CIDR`)
      return set
    }),
  )
}
