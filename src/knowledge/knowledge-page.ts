/** What a knowledge page is, before it is rendered for a terminal or as Markdown. */

import type { Reading, Strength } from '../compliance/framework.ts'
import type { Severity } from '../model/finding.ts'
import type { RequirementId } from '../model/requirement.ts'

export type Language =
  | 'sh'
  | 'json'
  | 'yaml'
  | 'hcl'
  | 'bicep'
  | 'ini'
  | 'apache'
  | 'xml'
  | 'powershell'
  | 'text'
export interface Code {
  readonly language: Language
  readonly text: string
}
export interface Step {
  readonly text: string
  readonly code: Code | null
}

export const tools = [
  'portreeve',
  'console',
  'cli',
  'cloudformation-json',
  'cloudformation-yaml',
  'arm-json',
  'bicep',
  'terraform',
  'by-hand',
  'vsftpd',
  'proftpd',
  'pure-ftpd',
  'iis',
  'filezilla-server',
] as const
export type Tool = (typeof tools)[number]

/** One way of doing it, from beginning to end. */
export interface Procedure {
  readonly tool: Tool
  readonly title: string
  readonly steps: readonly Step[]
}

export interface Advice {
  readonly title: string
  readonly items: readonly string[]
  /** Whose advice it is, in their words or ours. */
  readonly credit: string
}

export interface ComplianceLine {
  readonly id: RequirementId
  readonly framework: string
  readonly line: string
  readonly strength: Strength
  readonly reading: Reading
  readonly note: string | null
}

export interface Reference {
  readonly title: string
  readonly url: string
}

export interface KnowledgePage {
  readonly id: string
  readonly title: string
  readonly provider: string
  readonly aliases: readonly string[]
  readonly severity: Severity
  readonly severityReason: string
  /** Paragraphs. */
  readonly what: readonly string[]
  readonly why: readonly string[]
  readonly audit: readonly Procedure[]
  readonly remediation: readonly Procedure[]
  readonly advice: Advice | null
  readonly compliance: readonly ComplianceLine[]
  /** What must be known of the frameworks above, a line each. */
  readonly caveats: readonly string[]
  /** Frameworks that have no line for it. */
  readonly outside: readonly string[]
  readonly references: readonly Reference[]
}

export const say = (text: string): Step => ({ text, code: null })
export const show = (text: string, language: Language, ...lines: readonly string[]): Step => ({
  text,
  code: { language, text: lines.join('\n') },
})
