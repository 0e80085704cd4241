/** What the documents promise about each collection of each subscription. */
import type { Coverage, CoverageState } from '../../model/gap.ts'

/** One document (or record) as far as it came. */
export interface Listing {
  readonly form: 'list' | 'single'
  /** The subscriptions whose resources it holds, by collection. */
  readonly seen: Map<string, Set<string>>
  /** Collections of which it holds resources without their details. */
  readonly shallow: Set<string>
  rows: number
  more: boolean
  total: number | null
  ended: boolean
}

export const newListing = (form: Listing['form']): Listing => ({
  form,
  seen: new Map(),
  shallow: new Set(),
  rows: 0,
  more: false,
  total: null,
  ended: false,
})

export interface CoveredCollection {
  readonly collection: string
  /** Told of only where it was given. */
  readonly isPart: boolean
}
export interface CoverageTable {
  state(account: string | null, collection: string): CoverageState
  /** Something refers to a resource of this collection that was not read. */
  demote(account: string | null, collection: string): void
  lines(accounts: Iterable<string>, collections: readonly CoveredCollection[]): readonly Coverage[]
}

/**
 * A list that was printed to its end is complete: a page without a next link is the last of its call, so the pages before
 * it count as followed. Where pages tell how many rows there are in all, the rows are counted instead.
 */
export function coverageOf(listings: readonly Listing[]): CoverageTable {
  const states = new Map<string, CoverageState>()
  const rowsByTotal = new Map<number, number>()
  for (const { total, rows } of listings)
    if (total !== null) rowsByTotal.set(total, (rowsByTotal.get(total) ?? 0) + rows)
  for (const listing of listings) {
    const complete = isComplete(listing, rowsByTotal)
    for (const [collection, accounts] of listing.seen)
      for (const account of accounts) {
        const key = keyOf(account, collection)
        const state = complete && !listing.shallow.has(collection) ? 'complete' : 'partial'
        if (state === 'complete' || !states.has(key)) states.set(key, state)
      }
  }
  const state = (account: string | null, collection: string): CoverageState =>
    states.get(keyOf(account, collection)) ?? 'absent'
  return {
    state,
    demote: (account, collection) => {
      if (state(account, collection) === 'complete')
        states.set(keyOf(account, collection), 'partial')
    },
    lines: (accounts, collections) =>
      [...accounts].flatMap((account) =>
        collections
          .filter(({ collection, isPart }) => !isPart || state(account, collection) !== 'absent')
          .map(
            ({ collection }): Coverage => ({
              provider: 'azure',
              account,
              region: null,
              collection,
              state: state(account, collection),
            }),
          ),
      ),
  }
}

function isComplete(listing: Listing, rowsByTotal: ReadonlyMap<number, number>): boolean {
  if (listing.form === 'single' || !listing.ended) return false
  if (listing.total !== null) return (rowsByTotal.get(listing.total) ?? 0) >= listing.total
  return !listing.more
}

const keyOf = (account: string | null, collection: string): string =>
  `${account ?? ''}|${collection}`
