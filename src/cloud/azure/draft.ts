/** What has been read so far: records by collection and key, with the coverage that the documents promise. */

import type { AddressSet } from '../../model/address-set.ts'
import { type Gap, gap } from '../../model/gap.ts'
import { formatSource, type Source } from '../../model/source.ts'
import type { ArmKey } from './arm-id.ts'
import type { Identity, ResourceKind } from './resource-kind.ts'

export interface Draft {
  readonly gaps: Gap[]
  readonly note: (gap: Gap) => void
  /** Subscriptions, in the order in which they were seen. */
  readonly accounts: Set<string>
  /** Service tags used in rules, with the first place. */
  readonly tagsUsed: Map<string, { readonly spelled: string; readonly at: Source }>
  /** Service tags from Microsoft's file, by name in lower case. */
  readonly tags: Map<string, AddressSet>
  put<Item extends Identity>(kind: ResourceKind<Item>, item: Item): void
  all<Item extends Identity>(kind: ResourceKind<Item>): ReadonlyMap<ArmKey, Item>
}

export function emptyDraft(): Draft {
  const collections = new Map<string, Map<ArmKey, unknown>>()
  const gaps: Gap[] = []
  const itemsOf = <Item extends Identity>({
    collection,
  }: ResourceKind<Item>): Map<ArmKey, Item> => {
    const known = collections.get(collection)
    // A collection is only ever filled through its own kind.
    if (known) return known as Map<ArmKey, Item>
    const made = new Map<ArmKey, Item>()
    collections.set(collection, made)
    return made
  }
  return {
    gaps,
    note: (one) => {
      gaps.push(one)
    },
    accounts: new Set(),
    tagsUsed: new Map(),
    tags: new Map(),
    put: (kind, item) => {
      const items = itemsOf(kind)
      const known = items.get(item.key)
      if (!known) {
        items.set(item.key, item)
        return
      }
      if (saysTheSame(known, item)) return
      const merged = kind.merge?.(known, item)
      if (merged) items.set(item.key, merged)
      else
        gaps.push(
          gap(
            'duplicate-id',
            `${item.id} stands here again and differs from ${formatSource(known.at)}; the first is used`,
            item.at,
          ),
        )
    },
    all: itemsOf,
  }
}

/** Equal but for where they stood and how their ids are spelled. */
export const saysTheSame = (a: unknown, b: unknown): boolean => content(a) === content(b)
const content = (value: unknown): string =>
  JSON.stringify(value, (member, inner) =>
    member === 'at' || member === 'source' || member === 'gap'
      ? undefined
      : inner instanceof Map
        ? [...inner]
        : inner,
  ).toLowerCase()
