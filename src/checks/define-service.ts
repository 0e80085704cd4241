/** Completes a check of services: aliases and requirements from their tables. */
import type { Severity } from '../model/finding.ts'
import { aliasesOf } from './aliases.ts'
import type { ServiceCheck } from './check.ts'
import type { ServiceDefinition } from './definition.ts'
import { requirementsFor } from './requirements.ts'
import type { ServiceCheckId } from './service-check-ids.ts'

export interface ServiceDraft {
  readonly id: ServiceCheckId
  readonly title: string
  readonly severity: Severity
  /** What to do about it, in a sentence or two: the server's own settings mend it, which differ by product. */
  readonly guidance: string
  readonly judge: ServiceCheck['judge']
}

export function defineServiceCheck(draft: ServiceDraft): ServiceDefinition {
  const about = { kind: 'answer', check: draft.id } as const
  return {
    ...draft,
    subject: 'service',
    provider: 'network',
    aliases: aliasesOf(draft.id),
    requirements: requirementsFor(about, 'network'),
    // No change to a filter mends a server; its page says what does.
    remedy: null,
    about,
  }
}
