/** What every output format of an audit is: a name, a line about it, and one function from the audit to text in pieces. */
import type { Audit, CheckInfo } from '../model/audit.ts'

export const formatNames = ['table', 'json', 'csv', 'sarif', 'ocsf', 'junit', 'html'] as const
export type FormatName = (typeof formatNames)[number]

export interface Format {
  readonly name: FormatName
  readonly description: string
  /** The document in chunks of about 64 KB, to be written one after the other; nothing of the whole is kept. */
  render(audit: Audit, options: ReportOptions): Iterable<string>
}

export interface ReportOptions {
  /** Version of the product. */
  readonly version: string
  /** When the audit was made; formats that carry a time print this one. */
  readonly time: Date
  readonly colour: boolean
  /** Columns of the terminal; 0 or infinite does not wrap. */
  readonly width: number
  /** Lists what passed and what does not apply too, where a format leaves them out by default. */
  readonly showAll: boolean
  /** How the audit was called, for formats that say so. */
  readonly commandLine?: string
  /** What to do about a check's findings, in a few plain lines; a general sentence stands in where it is not given. */
  readonly guidance?: (check: CheckInfo) => string | undefined
}
