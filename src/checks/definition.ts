/** What a check is about, beside what every check says of itself: compliance and the knowledge pages are made from it. */
import type { Check, ServiceCheck } from './check.ts'
import type { CheckedProvider } from './providers.ts'
import type { ServiceCheckId } from './service-check-ids.ts'
import type { Service } from './services.ts'

export type EstateAbout =
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

/** What a service answers: each such check is about something of its own. */
export interface ServiceAbout {
  readonly kind: 'answer'
  readonly check: ServiceCheckId
}
export type About = EstateAbout | ServiceAbout

export interface EstateDefinition extends Check {
  readonly words: CheckedProvider
  readonly about: EstateAbout
}
export interface ServiceDefinition extends ServiceCheck {
  readonly about: ServiceAbout
}
export type Definition = EstateDefinition | ServiceDefinition
