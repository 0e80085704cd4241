import type { Check } from '../checks/check.ts'
import { solvedEstate } from '../exposure/facts.ts'
import type { AddressSet } from '../model/address-set.ts'
import * as addressSet from '../model/address-set.ts'
import type { Audit, Finding } from '../model/audit.ts'
import type { Thresholds } from '../model/public-space.ts'
import { planFix } from '../remediation/plan.ts'
import { prove } from '../remediation/prove.ts'
import { planText, proofText } from '../remediation/text.ts'
import { escapeText } from '../report/escape.ts'
import { renderExplanation } from '../report/explain.ts'
import type { ReportOptions } from '../report/format.ts'
import { publicId } from '../report/identity.ts'
import { UsageError } from './edges.ts'

export interface ExplainOptions {
  readonly name: string
  readonly allowFrom: readonly string[]
  readonly checks: readonly Check[]
  readonly thresholds: Thresholds
}

/** Everything about one finding: why, the way in, what closes it, and the proof. */
export function explain(
  audit: Audit,
  options: ExplainOptions,
  report: ReportOptions,
): Iterable<string> {
  const finding = named(options.name, audit)
  return renderExplanation(finding, audit, fixText(finding, audit, options), report)
}

function named(name: string, { findings }: Audit): Finding {
  const at = name.lastIndexOf('@')
  const [check, resource] =
    at < 0 ? ['', ''] : [name.slice(0, at).toLowerCase(), name.slice(at + 1)]
  const found = findings.filter((finding) =>
    at < 0
      ? publicId(finding.key).startsWith(name)
      : [finding.resource.id, finding.resource.name].includes(resource) &&
        [finding.check.id, ...finding.check.aliases].some((id) => id.toLowerCase() === check),
  )
  const [first, second] = found
  if (!first)
    throw new UsageError(
      `--explain ${escapeText(name)}: no such finding; the table and --format json show ids, or name one as check@resource`,
    )
  if (second)
    throw new UsageError(
      `--explain ${escapeText(name)}: ${found.length} findings match; give more of the id`,
    )
  return first
}

function fixText(
  finding: Finding,
  audit: Audit,
  { allowFrom, checks, thresholds }: ExplainOptions,
): string {
  if (finding.status !== 'fail' && finding.status !== 'unknown') return ''
  const check = checks.find(({ id }) => id === finding.check.id)
  const facts = solvedEstate(audit.estate, audit.exposures, thresholds)
  const plan = planFix(finding, facts, allowed(allowFrom))
  if (!check || plan.edits.length === 0) return planText(plan)
  return `${planText(plan)}\n\n${proofText(prove(finding, check, plan, audit, facts))}`
}

function allowed(texts: readonly string[]): AddressSet {
  return addressSet.unionAll(
    texts.map((text) => {
      const set = addressSet.parseAddresses(text)
      if (!set) throw new UsageError(`--allow-from ${escapeText(text)}: not an address or CIDR`)
      return set
    }),
  )
}
