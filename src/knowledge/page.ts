/** The knowledge page of a check: put together from the table of services, the clouds' procedures and the map. */
import type { Definition } from '../checks/definition.ts'
import { type Served, servedBy } from '../compliance/coverage.ts'
import type { Framework } from '../compliance/framework.ts'
import { frameworks } from '../compliance/frameworks.ts'
import { awsAudit } from './aws-audit.ts'
import { awsReferences, awsRemediation } from './aws-remediation.ts'
import { azureAudit } from './azure-audit.ts'
import { azureReferences, azureRemediation } from './azure-remediation.ts'
import { ftpAdvice } from './ftp-advice.ts'
import type { ComplianceLine, KnowledgePage, Procedure, Reference } from './knowledge-page.ts'
import { subjectText } from './subject-text.ts'

interface CloudText {
  readonly audit: (check: Definition) => readonly Procedure[]
  readonly remediation: (check: Definition) => readonly Procedure[]
  readonly references: readonly Reference[]
}
const clouds: Readonly<Record<'aws' | 'azure', CloudText>> = {
  aws: { audit: awsAudit, remediation: awsRemediation, references: awsReferences },
  azure: { audit: azureAudit, remediation: azureRemediation, references: azureReferences },
}

export function knowledgeOf(check: Definition): KnowledgePage {
  const cloud = cloudOf(check)
  const served = servedBy(check)
  const isFtp = check.about.kind === 'service' && check.about.service.id === 'ftp'
  return {
    id: check.id,
    title: check.title,
    provider: check.words.title,
    aliases: check.aliases,
    severity: check.severity,
    ...subjectText(check),
    audit: cloud.audit(check),
    remediation: cloud.remediation(check),
    advice: isFtp ? ftpAdvice : null,
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

function cloudOf({ words }: Definition): CloudText {
  if (words.provider === 'gcp') throw new RangeError('no knowledge of Google Cloud yet')
  return clouds[words.provider]
}

const ftpReferences: readonly Reference[] = [
  { title: 'RFC 2577: FTP security considerations', url: 'https://www.rfc-editor.org/rfc/rfc2577' },
  { title: 'RFC 4217: securing FTP with TLS', url: 'https://www.rfc-editor.org/rfc/rfc4217' },
]
