import type { Estate } from '../model/estate.ts'
import { type Gap, gap } from '../model/gap.ts'
import type { ResourceId } from '../model/resource.ts'

/** One estate of several clouds' parts, in the order of their keys; a key that stands in two of them is a gap, and the first is kept. */
export function mergeEstates(parts: readonly Estate[], readingGaps: readonly Gap[]): Estate {
  const clashes: Gap[] = []
  const joined = <V>(maps: readonly ReadonlyMap<ResourceId, V>[]): ReadonlyMap<ResourceId, V> => {
    const all = new Map<ResourceId, V>()
    for (const map of maps)
      for (const [key, value] of map)
        if (all.has(key))
          clashes.push(gap('duplicate-resource', `${key} is described by two clouds`, null, key))
        else all.set(key, value)
    return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
  const estate = {
    accounts: parts.flatMap(({ accounts }) => accounts),
    filters: joined(parts.map(({ filters }) => filters)),
    targets: joined(parts.map(({ targets }) => targets)),
    paths: parts.flatMap(({ paths }) => paths),
    groups: joined(parts.map(({ groups }) => groups)),
    names: new Map(parts.flatMap(({ names }) => [...names])),
    attachments: joined(parts.map(({ attachments }) => attachments)),
    coverage: parts.flatMap(({ coverage }) => coverage),
  }
  const gaps = new Map<string, Gap>()
  for (const one of [...readingGaps, ...parts.flatMap((part) => part.gaps), ...clashes])
    gaps.set(one.key, one)
  return { ...estate, gaps: [...gaps.values()] }
}
