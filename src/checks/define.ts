/** Completes a check of estates: id with its provider, aliases and requirements from their tables. */

import type { Severity } from '../model/finding.ts'
import type { RemedyId } from '../model/requirement.ts'
import { aliasesOf } from './aliases.ts'
import type { Check } from './check.ts'
import type { EstateAbout, EstateDefinition } from './definition.ts'
import type { CheckedProvider } from './providers.ts'
import { requirementsFor } from './requirements.ts'

export interface Draft {
  /** Without the provider: `security-group-unrestricted-ftp`. */
  readonly id: string
  readonly title: string
  readonly severity: Severity
  readonly about: EstateAbout
  readonly subject: Check['subject']
  readonly remedy: RemedyId
  readonly find: Check['find']
}

export function defineCheck(words: CheckedProvider, draft: Draft): EstateDefinition {
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
