/** OCSF compliance findings (class 2003), one JSON object a line. Times are milliseconds. */
import { formatAddress } from '../../model/address.ts'
import type { Audit, Finding } from '../../model/audit.ts'
import type { Exposure } from '../../model/exposure.ts'
import type { Severity, Status } from '../../model/finding.ts'
import type { Provider, Resource } from '../../model/resource.ts'
import { formatSource } from '../../model/source.ts'
import { inChunks } from '../chunks.ts'
import { jsonText } from '../escape.ts'
import type { Format, ReportOptions } from '../format.ts'
import { publicId } from '../identity.ts'
import { compareFindings, exposuresOf, gapsOf } from '../order.ts'
import { placesOf } from '../places.ts'
import {
  entryPhrase,
  exemptionPhrase,
  findingPhrase,
  remedyPhrases,
  resourcePhrase,
  stepPhrase,
  verdictPhrase,
  wrongPhrase,
} from '../words.ts'

export const ocsf: Format = {
  name: 'ocsf',
  description: 'OCSF compliance findings (class 2003), one a line',
  render: (audit, options) => inChunks(events(audit, options)),
}

function* events(audit: Audit, options: ReportOptions): Generator<string> {
  for (const finding of audit.findings.toSorted(compareFindings))
    yield `${jsonText(eventOf(finding, audit, options))}\n`
}

type Coded = readonly [id: number, caption: string]

const severityCodes: Readonly<Record<Severity, Coded>> = {
  informational: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
}
/** OCSF's warning is a check that gave no result for want of information. */
const complianceCodes: Readonly<Record<Status, Coded>> = {
  pass: [1, 'Pass'],
  fail: [3, 'Fail'],
  unknown: [2, 'Warning'],
  manual: [2, 'Warning'],
  'not-applicable': [99, 'Not Applicable'],
}

/** Exposures that are written out as evidence; their ids are all in the unmapped part. */
const evidenceShown = 20

function eventOf(finding: Finding, audit: Audit, { time, version, guidance }: ReportOptions) {
  const { check, resource, status, severity, exemption } = finding
  const uid = publicId(finding.key)
  const [severityId, severityName] = severityCodes[harmless(status) ? 'informational' : severity]
  const said = findingPhrase(finding)
  const remedy = guidance?.(check) ?? (check.remedy && remedyPhrases[check.remedy])
  const cloud = cloudOf(resource)
  return {
    activity_id: 1,
    activity_name: 'Create',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2003,
    class_name: 'Compliance Finding',
    type_uid: 200_301,
    type_name: 'Compliance Finding: Create',
    time: time.getTime(),
    severity_id: severityId,
    severity: severityName,
    status_id: exemption ? 3 : 1,
    status: exemption ? 'Suppressed' : 'New',
    ...(exemption && { status_detail: exemptionPhrase(exemption) }),
    message: `${check.title}: ${resourcePhrase(resource)}`,
    metadata: {
      version: '1.5.0',
      product: { name: 'Portreeve', vendor_name: 'Portreeve', version },
      ...(cloud && { profiles: ['cloud'] }),
      event_code: check.id,
      uid,
    },
    ...(cloud && { cloud }),
    finding_info: {
      uid,
      title: check.title,
      desc: said || check.title,
      types: [check.id, ...check.aliases],
      created_time: time.getTime(),
      analytic: { uid: check.id, name: check.title, type_id: 1, type: 'Rule', version },
    },
    compliance: complianceOf(finding, said),
    resources: [
      {
        uid: resource.id,
        ...(resource.name !== null && { name: resource.name }),
        type: resource.kind,
        ...(resource.region !== null && { region: resource.region }),
      },
    ],
    ...(remedy && { remediation: { desc: remedy } }),
    ...(status !== 'pass' && evidenceOf(finding)),
    raw_data: JSON.stringify({
      status,
      severity,
      ports: (finding.ports ?? []).map(wrongPhrase),
      because: (finding.because ?? []).map(({ source, text }) => ({
        text,
        source: source && formatSource(source),
      })),
      places: placesOf(finding, audit).map(formatSource),
    }),
    unmapped: {
      exposures: (finding.exposures ?? []).map(({ key }) => publicId(key)).sort(),
      gaps: gapsOf(finding).map(({ reason, message }) => ({ reason, message })),
    },
  }
}

const harmless = (status: Status): boolean => status === 'pass' || status === 'not-applicable'

function complianceOf(finding: Finding, said: string) {
  const { check, status } = finding
  const gaps = gapsOf(finding)
  const [id, caption] = complianceCodes[status]
  const standards = [...new Set(check.requirements.map((it) => it.slice(0, it.indexOf(':'))))]
  return {
    control: check.id,
    // The attribute is required: a check that no framework asks for stands for itself.
    standards: standards.length > 0 ? standards : ['portreeve'],
    requirements: check.requirements,
    status_id: id,
    status: caption,
    status_code: status,
    status_detail: gaps.length > 0 ? gaps.map(({ message }) => message).join('; ') : said,
  }
}

/** OCSF account types: 10 AWS account, 11 GCP project, 13 Azure subscription. */
const clouds: Readonly<Record<Provider, { name: string; account: Coded } | null>> = {
  aws: { name: 'AWS', account: [10, 'AWS Account'] },
  azure: { name: 'Azure', account: [13, 'Azure Subscription'] },
  gcp: { name: 'GCP', account: [11, 'GCP Project'] },
  network: null,
}

function cloudOf({ provider, account, region }: Resource) {
  const known = clouds[provider]
  if (known === null) return null
  return {
    provider: known.name,
    ...(account !== null && {
      account: { uid: account, type_id: known.account[0], type: known.account[1] },
    }),
    ...(region !== null && { region }),
  }
}

function evidenceOf(finding: Finding) {
  const exposures = exposuresOf(finding)
  return exposures.length > 0 && { evidences: exposures.slice(0, evidenceShown).map(evidence) }
}

function evidence(exposure: Exposure) {
  const { witness, rules, transport } = exposure
  const ported = transport === 'tcp' || transport === 'udp'
  return {
    uid: publicId(exposure.key),
    name: verdictPhrase(exposure),
    src_endpoint: {
      ip: formatAddress(witness.source),
      ...(ported && witness.sourcePort !== null && { port: witness.sourcePort }),
    },
    ...(witness.destination && {
      dst_endpoint: {
        ip: formatAddress(witness.destination),
        ...(ported && { port: witness.port }),
      },
    }),
    data: { transport, entry: entryPhrase(exposure), rules: rules.map(stepPhrase) },
  }
}
