/** What a check is about, beside what every check says of itself: compliance and the knowledge pages are made from it. */
import type { Check } from './check.ts'
import type { CheckedProvider } from './providers.ts'
import type { Service } from './services.ts'

export type About =
  | { readonly kind: 'service'; readonly service: Service }
  | { readonly kind: 'uncommon-ports' }
  | { readonly kind: 'all-ports' }
  | { readonly kind: 'icmp' }
  | { readonly kind: 'wide-sources' }
  | { readonly kind: 'unattached' }
  | { readonly kind: 'default-group-open' }
  | { readonly kind: 'default-group-in-use' }
  | { readonly kind: 'shadowed-rules' }
  | { readonly kind: 'management-ports' }
  | { readonly kind: 'without-filter' }

export interface Definition extends Check {
  readonly words: CheckedProvider
  readonly about: About
}
