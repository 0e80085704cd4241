/** The knowledge page of a check: put together from the tables of services, the procedures and the map. */
import type { Definition, EstateDefinition } from '../checks/definition.ts'
import { type Served, servedBy } from '../compliance/coverage.ts'
import type { Framework } from '../compliance/framework.ts'
import { frameworks } from '../compliance/frameworks.ts'
import { awsAudit } from './aws-audit.ts'
import { awsReferences, awsRemediation } from './aws-remediation.ts'
import { azureAudit } from './azure-audit.ts'
import { azureReferences, azureRemediation } from './azure-remediation.ts'
import { ftpAdvice } from './ftp-advice.ts'
import type { ComplianceLine, KnowledgePage, Procedure, Reference } from './knowledge-page.ts'
import { serviceAudit } from './service-audit.ts'
import { serviceReferences, serviceRemediation } from './service-remediation.ts'
import { serviceTexts } from './service-text.ts'
import { type SubjectText, subjectText } from './subject-text.ts'

interface CloudText {
  readonly audit: (check: EstateDefinition) => readonly Procedure[]
  readonly remediation: (check: EstateDefinition) => readonly Procedure[]
  readonly references: readonly Reference[]
}
const clouds: Readonly<Record<'aws' | 'azure', CloudText>> = {
  aws: { audit: awsAudit, remediation: awsRemediation, references: awsReferences },
  azure: { audit: azureAudit, remediation: azureRemediation, references: azureReferences },
}

export function knowledgeOf(check: Definition): KnowledgePage {
  const served = servedBy(check)
  return {
    id: check.id,
    title: check.title,
    provider: providerTitle(check),
    aliases: check.aliases,
    severity: check.severity,
    ...ownParts(check),
    compliance: served.map(
      ({ id, framework, edge, strength }): ComplianceLine => ({
        id,
        framework: titleOf(framework),
        line: edge.line,
        strength,
        reading: strength === edge.strength ? edge.reading : 'ours',
        note: edge.note,
      }),
    ),
    caveats: caveatsOf(served),
    outside: check.requirements.length === 0 ? [] : outsideOf(check, served),
  }
}

/** How the provider is called where people read it. */
export const providerTitle = (check: Definition): string =>
  check.subject === 'service' ? 'Network' : check.words.title

type OwnParts = SubjectText & Pick<KnowledgePage, 'audit' | 'remediation' | 'advice' | 'references'>

function ownParts(check: Definition): OwnParts {
  if (check.subject === 'service') {
    const id = check.about.check
    return {
      ...serviceTexts[id],
      audit: serviceAudit(id),
      remediation: serviceRemediation(id),
      advice: id === 'port-21-not-ftp' ? null : ftpAdvice,
      references: serviceReferences(id),
    }
  }
  const cloud = cloudOf(check)
  const isFtp = check.about.kind === 'service' && check.about.service.id === 'ftp'
  return {
    ...subjectText(check),
    audit: cloud.audit(check),
    remediation: cloud.remediation(check),
    advice: isFtp ? ftpAdvice : null,
    references: [...(isFtp ? ftpReferences : []), ...cloud.references],
  }
}

/** Only those that concern the edges at hand, each once. */
function caveatsOf(served: readonly Served[]): readonly string[] {
  const lines = served.flatMap(({ framework, edge }) =>
    framework.caveats
      .filter(({ subjects }) => subjects.includes(edge.subject))
      .map(({ text }) => `${titleOf(framework)}: ${text}`),
  )
  return [...new Set(lines)]
}

/** Frameworks for this provider that have no line for the check: said, so that silence is not taken for an oversight. */
function outsideOf(check: Definition, served: readonly Served[]): readonly string[] {
  const within = new Set(served.map(({ framework }) => framework))
  return frameworks
    .filter(({ provider }) => provider === null || provider === check.provider)
    .filter((framework) => !within.has(framework))
    .map(titleOf)
}

const titleOf = ({ title, version }: Framework): string => `${title} ${version}`

function cloudOf({ words }: EstateDefinition): CloudText {
  if (words.provider === 'gcp') throw new RangeError('no knowledge of Google Cloud yet')
  return clouds[words.provider]
}

const ftpReferences: readonly Reference[] = [
  { title: 'RFC 2577: FTP security considerations', url: 'https://www.rfc-editor.org/rfc/rfc2577' },
  { title: 'RFC 4217: securing FTP with TLS', url: 'https://www.rfc-editor.org/rfc/rfc4217' },
]
