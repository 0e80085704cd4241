import { formatSource, type Source } from './source.ts'

/** Something that is not known and why; never dropped, never guessed. */
export interface Gap {
  /** Stable text that tells this gap from others. */
  readonly key: string
  readonly source: Source | null
  /** Kebab-case: `unresolved-prefix-list`, `route-tables-absent`, … */
  readonly reason: string
  /** One line for people, which says what to do where something can be done. */
  readonly message: string
}

/** `about` tells apart gaps of one reason without a source (an account, a collection). */
export const gap = (reason: string, message: string, source: Source | null, about = ''): Gap => ({
  key: `${reason}|${about}|${source ? formatSource(source) : ''}`,
  source,
  reason,
  message,
})

export type CoverageState = 'complete' | 'partial' | 'absent'
/** What is known of one kind of resource in one account and region; absent is never empty. */
export interface Coverage {
  readonly provider: 'aws' | 'azure' | 'gcp'
  readonly account: string | null
  readonly region: string | null
  /** `security-groups`, `route-tables`, … */
  readonly collection: string
  readonly state: CoverageState
}
