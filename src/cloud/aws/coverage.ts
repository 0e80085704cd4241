/** What is known of each collection in each account and region; absent is never empty. */
import { type Coverage, type CoverageState, type Gap, gap } from '../../model/gap.ts'
import { type Atlas, type Origin, parsePlace, placeKey } from './origin.ts'
import type { Place } from './records.ts'

export interface Known {
  readonly all: readonly Coverage[]
  state(collection: string, place: Place): CoverageState
  /** The one gap of a collection that is not (wholly) there. */
  missing(collection: string, place: Place, message: string): Gap
}

export function coverageOf(
  origins: Iterable<Origin>,
  collections: readonly string[],
  atlas: Atlas,
): Known {
  const found = new Map<string, Map<string, { ended: boolean }>>()
  const places = new Set<string>()
  for (const origin of origins)
    for (const place of atlas.placesOf(origin)) {
      const key = placeKey(place)
      if (origin.reach === 'regional') places.add(key)
      const states = found.get(key) ?? new Map<string, { ended: boolean }>()
      found.set(key, states)
      // Pages of one call: only the last has no token. A document that broke off has no end at all.
      const ended = origin.isWhole && !origin.hasNext
      const known = states.get(origin.collection)
      if (!known) states.set(origin.collection, { ended: ended })
      else if (!origin.isWhole) known.ended = false
      else known.ended ||= ended
    }
  const state = (collection: string, place: Place): CoverageState => {
    const known = found.get(placeKey(place))?.get(collection)
    if (known) return known.ended ? 'complete' : 'partial'
    // Instances name their own interfaces, but nobody else's.
    return collection === 'network-interfaces' && found.get(placeKey(place))?.has('instances')
      ? 'partial'
      : 'absent'
  }
  const gaps = new Map<string, Gap>()
  return {
    all: [...places].sort().flatMap((key) => {
      const place = parsePlace(key)
      return collections.map((collection) => ({
        provider: 'aws' as const,
        ...place,
        collection,
        state: state(collection, place),
      }))
    }),
    state,
    missing(collection, place, message) {
      const now = state(collection, place)
      const reason = `${collection}-${now === 'partial' ? 'partial' : 'absent'}`
      const about = placeKey(place)
      const key = `${reason}|${about}`
      const known = gaps.get(key) ?? gap(reason, `${message} (${nameOf(place)})`, null, about)
      gaps.set(key, known)
      return known
    },
  }
}

const nameOf = ({ account, region }: Place): string =>
  `${account ? `account ${account}` : 'account not known'}, ${region ?? 'region not known'}`
