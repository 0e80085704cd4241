/** What becomes of each sighting: a line of the report, and for services the findings, exempt ones marked. */
import { assessServices } from '../checks/assess-services.ts'
import type { ServiceCheck } from '../checks/check.ts'
import { type AcceptedFinding, exempt } from '../checks/exemption.ts'
import { type Severity, severities } from '../model/finding.ts'
import { keyOfService, type Look, type Sighting } from '../model/sighting.ts'
import type { ScanSummary, ScanWriter } from '../report/services/format.ts'
import type { TextSink } from './edges.ts'

export interface Teller {
  tell(sighting: Sighting): Promise<void>
  end(summary: ScanSummary): Promise<void>
  /** Whether a finding that is not exempt fails at this severity or a worse one. */
  failsAt(limit: Severity): boolean
  /** Exemptions that did not apply, and why. */
  notices(): readonly string[]
}

export interface Telling {
  readonly look: Look
  readonly checks: readonly ServiceCheck[]
  readonly accepted: readonly AcceptedFinding[]
  /** ISO date on which exemptions are judged. */
  readonly today: string
}

export function tellerOf(
  { look, checks, accepted, today }: Telling,
  writer: ScanWriter,
  sink: TextSink,
): Teller {
  const notices = new Set<string>()
  const unseen = new Set(accepted)
  let worst: number = severities.length
  return {
    async tell(sighting) {
      await sink.write(writer.sighting(sighting))
      if (sighting.kind !== 'service') return
      const { service } = sighting
      const key = keyOfService(look, service)
      const own = accepted.filter(({ resource }) => resource === key)
      for (const one of own) unseen.delete(one)
      const found = exempt(assessServices([service], look, { checks }), own, null, today)
      for (const notice of found.notices) notices.add(notice)
      for (const finding of found.findings) {
        if (finding.status === 'fail' && finding.exemption === null)
          worst = Math.min(worst, severities.indexOf(finding.severity))
        await sink.write(writer.finding(finding))
      }
    },
    async end(summary) {
      for (const text of writer.end(summary)) await sink.write(text)
      await sink.close()
    },
    failsAt: (limit) => worst <= severities.indexOf(limit),
    notices: () => [
      ...notices,
      ...[...unseen].map(
        ({ check, resource }) => `exemption of ${check} on ${resource}: this service was not seen`,
      ),
    ],
  }
}
