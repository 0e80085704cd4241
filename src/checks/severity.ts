/** Severity follows what is admitted (the check's own) and whether anything of it can be reached. */
import type { Attachment } from '../model/estate.ts'
import type { Exposure } from '../model/exposure.ts'
import { type Severity, severities } from '../model/finding.ts'

/**
 * The check's own severity while something of it is reachable or may be; one step lower when all of it is blocked or has
 * no way in; low when the filter stands before nothing. Without exposures nothing is known of reach, so nothing is lowered.
 */
export function severityOf(
  base: Severity,
  exposures: readonly Exposure[],
  attachment: Attachment | null,
): Severity {
  if (attachment?.kind === 'unattached') return atMost(base, 'low')
  if (exposures.length === 0) return base
  if (exposures.some(({ verdict }) => verdict === 'reachable' || verdict === 'unknown')) return base
  if (exposures.every(({ verdict }) => verdict === 'unattached')) return atMost(base, 'low')
  return oneLower(base)
}

export const atMost = (severity: Severity, most: Severity): Severity =>
  severities.indexOf(severity) < severities.indexOf(most) ? most : severity

const oneLower = (severity: Severity): Severity =>
  severities[severities.indexOf(severity) + 1] ?? severity
