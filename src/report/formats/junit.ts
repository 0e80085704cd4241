/** JUnit XML for build servers: a suite a check, a case a resource. What is exempt, unknown or left to people is skipped. */
import type { Audit, Finding } from '../../model/audit.ts'
import { formatSource } from '../../model/source.ts'
import { inChunks } from '../chunks.ts'
import { escapeMarkup } from '../escape.ts'
import type { Format, ReportOptions } from '../format.ts'
import { publicId } from '../identity.ts'
import { compareText, exposuresOf } from '../order.ts'
import { placesOf } from '../places.ts'
import {
  exemptionPhrase,
  findingPhrase,
  resourcePhrase,
  stepPhrase,
  verdictPhrase,
  wrongPhrase,
} from '../words.ts'

export const junit: Format = {
  name: 'junit',
  description: 'JUnit XML for build servers',
  render: (audit, options) => inChunks(report(audit, options)),
}

function* report(audit: Audit, { time }: ReportOptions): Generator<string> {
  const at = time.toISOString().replace(/\.\d+Z$/, 'Z')
  const suites = [...Map.groupBy(audit.findings, ({ check }) => check.id)].sort(([a], [b]) =>
    compareText(a, b),
  )
  yield '<?xml version="1.0" encoding="UTF-8"?>\n'
  yield `<testsuites name="portreeve" ${counts(audit.findings)} time="0">\n`
  for (const [id, findings] of suites) {
    yield `  <testsuite name="${escapeMarkup(id)}" ${counts(findings)} time="0" timestamp="${at}">\n`
    for (const finding of findings.toSorted((a, b) => compareText(a.key, b.key)))
      yield* testCase(finding, audit)
    yield '  </testsuite>\n'
  }
  yield '</testsuites>\n'
}

type End = 'passed' | 'failure' | 'skipped'

const endOf = ({ status, exemption }: Finding): End => {
  if (status === 'pass') return 'passed'
  return status === 'fail' && exemption === null ? 'failure' : 'skipped'
}

function counts(findings: readonly Finding[]): string {
  const ends = Map.groupBy(findings, endOf)
  const of = (end: End): number => ends.get(end)?.length ?? 0
  return `tests="${findings.length}" failures="${of('failure')}" errors="0" skipped="${of('skipped')}"`
}

function* testCase(finding: Finding, audit: Audit): Generator<string> {
  const { check, resource } = finding
  const head = `    <testcase classname="${escapeMarkup(check.id)}" name="${escapeMarkup(resourcePhrase(resource))}" time="0"`
  switch (endOf(finding)) {
    case 'passed':
      yield `${head}/>\n`
      return
    case 'skipped':
      yield `${head}>\n      <skipped message="${escapeMarkup(whySkipped(finding))}"/>\n    </testcase>\n`
      return
    case 'failure':
      yield `${head}>\n      <failure message="${escapeMarkup(`${check.title}: ${resourcePhrase(resource)}`)}" type="${finding.severity}">`
      yield details(finding, audit).map(escapeMarkup).join('\n')
      yield '</failure>\n    </testcase>\n'
  }
}

function whySkipped(finding: Finding): string {
  const said = findingPhrase(finding)
  const { status, exemption } = finding
  if (status === 'fail' && exemption) return exemptionPhrase(exemption)
  return said === '' ? status : `${status}: ${said}`
}

const details = (finding: Finding, audit: Audit): readonly string[] => [
  ...(finding.ports ?? []).map(wrongPhrase),
  ...exposuresOf(finding).map(verdictPhrase),
  ...new Set(
    exposuresOf(finding).flatMap(({ rules }) => rules.map((it) => `admitted by ${stepPhrase(it)}`)),
  ),
  ...(finding.because ?? []).map(({ text }) => text),
  ...placesOf(finding, audit).map(formatSource),
  `portreeve audit … --explain ${publicId(finding.key)}`,
]
