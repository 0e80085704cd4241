/** Findings of services in the formats of an audit, which ask for an estate: it is empty, for nothing was configured here. */
import type { Audit, Finding } from '../../model/audit.ts'
import { type Gap, gap } from '../../model/gap.ts'
import type { Format } from '../format.ts'
import type { ScanFormat, ScanFormatName } from './format.ts'
import { reasonWords } from './words.ts'

export const auditOfServices = (
  findings: readonly Finding[],
  gaps: readonly Gap[] = [],
): Audit => ({
  estate: {
    accounts: [],
    filters: new Map(),
    targets: new Map(),
    paths: [],
    groups: new Map(),
    names: new Map(),
    attachments: new Map(),
    coverage: [],
    gaps,
  },
  exposures: [],
  findings,
  interfaces: 0,
  notices: [],
})

/** Keeps findings and gaps; services and ports have no place in such a document. */
export const auditFormat = (name: ScanFormatName, format: Format): ScanFormat => ({
  name,
  description: format.description,
  start(_, options) {
    const findings: Finding[] = []
    const gaps: Gap[] = []
    return {
      sighting(sighting) {
        if (sighting.kind === 'gap') gaps.push(sighting.gap)
        return ''
      },
      finding(finding) {
        if (options.showAll || (finding.status !== 'pass' && finding.status !== 'not-applicable'))
          findings.push(finding)
        return ''
      },
      end({ stopped }) {
        const told = stopped === null ? gaps : [...gaps, endedEarly(stopped)]
        return format.render(auditOfServices(findings, told), options)
      },
    }
  },
})

const endedEarly = (stopped: string): Gap =>
  gap(
    'scan-ended-early',
    `the scan ended before its time (${reasonWords(stopped)}): what is not listed may not have been looked at`,
    null,
  )
