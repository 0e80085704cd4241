/** Completes a check: id with its provider, aliases and requirements from their tables. */

import type { Severity } from '../model/finding.ts'
import type { RemedyId } from '../model/requirement.ts'
import { aliasesOf } from './aliases.ts'
import type { Check } from './check.ts'
import type { About, Definition } from './definition.ts'
import type { CheckedProvider } from './providers.ts'
import { requirementsFor } from './requirements.ts'

export interface Draft {
  /** Without the provider: `security-group-unrestricted-ftp`. */
  readonly id: string
  readonly title: string
  readonly severity: Severity
  readonly about: About
  readonly subject: Check['subject']
  readonly remedy: RemedyId
  readonly find: Check['find']
}

export function defineCheck(words: CheckedProvider, draft: Draft): Definition {
  const id = `${words.provider}-${draft.id}`
  return {
    ...draft,
    id,
    aliases: aliasesOf(id),
    provider: words.provider,
    requirements: requirementsFor(draft.about, words.provider),
    words,
  }
}
