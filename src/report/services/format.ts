/** What every output format of a scan is: a writer that is told one sighting after the other and writes as early as it can. */
import type { Finding } from '../../model/audit.ts'
import type { Look, Sighting } from '../../model/sighting.ts'
import type { ReportOptions } from '../format.ts'

export const scanFormatNames = ['table', 'json', 'csv', 'xml', 'sarif', 'ocsf'] as const
export type ScanFormatName = (typeof scanFormatNames)[number]

export interface ScanFormat {
  readonly name: ScanFormatName
  readonly description: string
  start(look: Look, options: ScanOptions): ScanWriter
}

/** Their `time` is when the scan began. */
export interface ScanOptions extends ReportOptions {
  /** Tells of each FTP server every point with the lines that prove it. */
  readonly details: boolean
}

/** A format that streams writes with each call; one that collects keeps no more of a service than it prints. */
export interface ScanWriter {
  /** What is to be written at once; empty where the format waits for the end. */
  sighting(sighting: Sighting): string
  finding(finding: Finding): string
  /** Once, at the end: what is left to be written, in pieces. */
  end(summary: ScanSummary): Iterable<string>
}

export interface ScanSummary {
  /** Milliseconds since the epoch: when this run began and ended. */
  readonly from: number
  readonly to: number
  /** Why it ended before its time (`interrupted`); null where it came to its end. */
  readonly stopped: string | null
}
