/**
 * SARIF 2.1.0 (OASIS) for code scanning: a rule a check, a result a finding. What passes and what does not apply is only
 * written when asked for, because code scanning shows every result as an alert.
 */
import type { Audit, CheckInfo, Finding } from '../../model/audit.ts'
import type { Severity, Status } from '../../model/finding.ts'
import type { Gap } from '../../model/gap.ts'
import { documentOf, pointer, type Source } from '../../model/source.ts'
import { inChunks } from '../chunks.ts'
import { escapeText, jsonText } from '../escape.ts'
import type { Format, ReportOptions } from '../format.ts'
import { publicId } from '../identity.ts'
import { compareFindings, compareText, gapsByKey } from '../order.ts'
import { placesOf } from '../places.ts'
import {
  exemptionPhrase,
  findingPhrase,
  remedyPhrases,
  resourceName,
  resourcePhrase,
  wrongPhrase,
} from '../words.ts'

export const sarif: Format = {
  name: 'sarif',
  description: 'SARIF 2.1.0 for code scanning',
  render: (audit, options) => inChunks(log(audit, options)),
}

const schema =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

function* log(audit: Audit, options: ReportOptions): Generator<string> {
  const shown = audit.findings.filter(
    ({ status }) => options.showAll || (status !== 'pass' && status !== 'not-applicable'),
  )
  const checks = checksOf(audit)
  const indices = new Map(checks.map(({ id }, i) => [id, i]))
  const tool = {
    driver: {
      name: 'Portreeve',
      version: options.version,
      semanticVersion: options.version,
      shortDescription: {
        text: 'Tells which ports the internet can reach, why, and the smallest change that closes them.',
      },
      rules: checks.map((check) => ruleOf(check, options)),
    },
  }
  yield `{"$schema":"${schema}","version":"2.1.0","runs":[{"tool":${jsonText(tool)},\n`
  yield `"invocations":[${jsonText(invocationOf(audit, options))}],\n`
  yield '"columnKind":"utf16CodeUnits","results":['
  let separator = '\n'
  for (const finding of shown.toSorted(compareFindings)) {
    yield separator + jsonText(resultOf(finding, indices.get(finding.check.id) ?? -1, audit))
    separator = ',\n'
  }
  yield ']}]}\n'
}

const checksOf = ({ findings }: Audit): readonly CheckInfo[] =>
  [...new Map(findings.map(({ check }) => [check.id, check])).values()].sort((a, b) =>
    compareText(a.id, b.id),
  )

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  informational: 'note',
}
/** Within the bands that code scanning uses: from 9 critical, from 7 high, from 4 medium, below low. */
const scores: Readonly<Record<Severity, number>> = {
  critical: 9.5,
  high: 8,
  medium: 5.5,
  low: 3,
  informational: 0,
}
const kinds: Readonly<Record<Status, 'fail' | 'open' | 'review' | 'pass' | 'notApplicable'>> = {
  fail: 'fail',
  unknown: 'open',
  manual: 'review',
  pass: 'pass',
  'not-applicable': 'notApplicable',
}

function ruleOf(check: CheckInfo, { guidance }: ReportOptions) {
  const { id, title, aliases, severity, requirements, remedy } = check
  const advice =
    guidance?.(check) ?? (remedy ? remedyPhrases[remedy] : 'Look at what is open here.')
  const help = [
    advice,
    aliases.length > 0 ? `Also known as ${aliases.join(', ')}.` : '',
    requirements.length > 0 ? `Requirements: ${requirements.join(', ')}.` : '',
    `More: portreeve rules show ${id}`,
  ].filter((line) => line !== '')
  return {
    id,
    name: pascalCase(id),
    shortDescription: message(title),
    fullDescription: message(title),
    help: { text: plain(help.join('\n')), markdown: help.join('\n\n') },
    defaultConfiguration: { level: levels[severity] },
    properties: {
      'security-severity': scores[severity].toFixed(1),
      precision: 'very-high',
      tags: ['security', 'network', ...requirements],
      aliases,
    },
  }
}

const pascalCase = (id: string): string =>
  id.replace(/(?:^|[^a-z0-9]+)([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase())

function resultOf(finding: Finding, ruleIndex: number, audit: Audit) {
  const { check, resource, status, severity, exemption } = finding
  const [first, ...others] = placesOf(finding, audit)
  const said = findingPhrase(finding)
  return {
    ruleId: check.id,
    ruleIndex,
    kind: kinds[status],
    // A level says how bad a failure is; results of every other kind have none (SARIF §3.27.10).
    level: status === 'fail' ? levels[severity] : 'none',
    message: message(`${check.title}: ${resourcePhrase(resource)}${said && `. ${said}`}`),
    locations: [
      {
        ...(first && physical(first)),
        logicalLocations: [
          { name: resourceName(resource), fullyQualifiedName: resource.id, kind: 'resource' },
          ...(first ? pointed(first) : []),
        ],
      },
    ],
    ...(others.length > 0 && {
      relatedLocations: others.map((place, id) => ({
        id,
        ...physical(place),
        ...(pointer(place) !== '' && { logicalLocations: pointed(place) }),
      })),
    }),
    partialFingerprints: { 'portreeveFinding/v1': publicId(finding.key) },
    ...(exemption && {
      suppressions: [
        {
          kind: 'external',
          status: 'accepted',
          justification: escapeText(exemptionPhrase(exemption)),
        },
      ],
    }),
    properties: {
      status,
      severity,
      'security-severity': scores[severity].toFixed(1),
      provider: resource.provider,
      account: resource.account,
      region: resource.region,
      ports: (finding.ports ?? []).map(wrongPhrase),
      exposures: (finding.exposures ?? []).map(({ key }) => publicId(key)).sort(),
      gaps: (finding.gaps ?? []).map(({ key }) => publicId(key)).sort(),
    },
  }
}

/** Braces are placeholders and brackets are links in a message (SARIF §3.11.5, §3.11.6): here they are what they are. */
const plain = (text: string): string =>
  text.split('\n').map(escapeText).join('\n').replace(/[{}]/g, '$&$&').replace(/[[\]]/g, '\\$&')
const message = (text: string) => ({ text: plain(text) })

function physical(place: Source) {
  const { document, line, column, record } = documentOf(place)
  const region = {
    ...(line !== null && { startLine: Math.max(1, line) }),
    ...(line !== null && column !== null && { startColumn: Math.max(1, column) }),
  }
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(document) },
      ...(line !== null && { region }),
    },
    ...(record !== null && { properties: { record } }),
  }
}

/** A place in a JSON document is a logical location whose full name is its pointer (SARIF §3.33.5, RFC 6901). */
const pointed = (place: Source) =>
  pointer(place) === '' ? [] : [{ fullyQualifiedName: pointer(place), kind: 'value' }]

/** A relative reference (RFC 3986) for a relative name, a file URI for an absolute one. */
function uriOf(document: string): string {
  const encoded = document
    .toWellFormed()
    .replaceAll('\\', '/')
    .split('/')
    .map((segment) => encodeURIComponent(segment))
    .join('/')
  return encoded.startsWith('/') ? `file://${encoded.replace(/^\/+/, '/')}` : encoded || '-'
}

function invocationOf(audit: Audit, { time, commandLine }: ReportOptions) {
  return {
    executionSuccessful: true,
    ...(commandLine !== undefined && { commandLine }),
    endTimeUtc: time.toISOString(),
    toolExecutionNotifications: [
      ...gapsByKey(audit).map(notificationOf),
      ...audit.notices.map((notice) => ({ level: 'warning', message: message(notice) })),
    ],
  }
}

const notificationOf = ({ reason, message: text, source }: Gap) => ({
  level: 'warning',
  descriptor: { id: reason },
  message: message(text),
  ...(source && {
    locations: [
      {
        ...physical(source),
        ...(pointer(source) !== '' && { logicalLocations: pointed(source) }),
      },
    ],
  }),
})
