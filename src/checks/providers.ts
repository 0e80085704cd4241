/** What differs between providers: words, ids, and which filters are whose. */
import type { Provider } from '../model/resource.ts'

export interface CheckedProvider {
  readonly provider: Extract<Provider, 'aws' | 'azure' | 'gcp'>
  readonly title: string
  /** Kind of the filters that let traffic in, which is also the word in check ids. */
  readonly filter: string
  /** The same at the beginning of a sentence. */
  readonly filterTitle: string
  /** Kind of the filter whose rules stand in an order, so that some can be dead. */
  readonly ordered: string
  readonly orderedTitle: string
  /** Highest order a rule of one's own may have; the platform's own rules come after it and cannot be removed. */
  readonly lastOwnOrder: number
}

export const checkedProviders: readonly CheckedProvider[] = [
  {
    provider: 'aws',
    title: 'AWS',
    filter: 'security-group',
    filterTitle: 'Security group',
    ordered: 'network-acl',
    orderedTitle: 'Network ACL',
    // Rule numbers end at 32766; 32767 is the `*` rule that denies the rest.
    lastOwnOrder: 32_766,
  },
  {
    provider: 'azure',
    title: 'Azure',
    filter: 'network-security-group',
    filterTitle: 'Network security group',
    ordered: 'network-security-group',
    orderedTitle: 'Network security group',
    // Priorities of one's own are 100 to 4096; 65000, 65001 and 65500 are the default rules.
    lastOwnOrder: 4_096,
  },
]
