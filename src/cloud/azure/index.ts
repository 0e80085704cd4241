/** Azure: everything that `az`, the REST interface, Resource Graph and PowerShell print of a network, as an estate. */

import type { DocumentPart } from '../../model/document.ts'
import { gap } from '../../model/gap.ts'
import { isObject } from '../decode.ts'
import type { CloudReader } from '../reader.ts'
import { type ArmKey, armKey, subscriptionOf, typeOfKey } from './arm-id.ts'
import { coverageOf, type Listing, newListing } from './coverage.ts'
import { type Draft, emptyDraft } from './draft.ts'
import { type Element, idOf, nounOf, type Placed, text } from './element.ts'
import { linkEstate } from './link/estate.ts'
import { registry } from './registry.ts'
import { type Identity, identityOf, type ResourceKind } from './resource-kind.ts'
import { readServiceTag } from './service-tags.ts'
import { shapeOf } from './shape.ts'

const byType = new Map<string, ResourceKind<Identity>>(
  registry.flatMap((kind) => kind.types.map((type) => [type, kind] as const)),
)

/** A reader for one audit; documents may come in any order and shape. */
export function azureReader(): CloudReader {
  const draft = emptyDraft()
  const listings: Listing[] = []
  const unfinished = new Map<string, Listing>()
  return {
    take: (part) => take(part, draft, listings, unfinished),
    link: () => linkEstate(draft, coverageOf(listings), collections),
  }
}
const collections = registry.map(({ collection, isPart = false }) => ({ collection, isPart }))

function take(
  part: DocumentPart,
  draft: Draft,
  listings: Listing[],
  unfinished: Map<string, Listing>,
): 'taken' | 'not-mine' {
  const key = `${part.record ?? ''}|${part.document}`
  const known = unfinished.get(key)
  const shape = shapeOf(part, known !== undefined)
  if (!shape) return 'not-mine'
  const listing = known ?? newListing(shape.kind === 'single' ? 'single' : 'list')
  if (!known) listings.push(listing)
  listing.ended = part.last
  if (part.last) unfinished.delete(key)
  else unfinished.set(key, listing)
  if (shape.kind === 'service-tags')
    for (const { value, at } of shape.elements) readServiceTag(value, at, draft)
  else if (shape.kind === 'single') readResource(shape.element, draft, listing)
  else {
    listing.more ||= shape.more
    listing.total ??= shape.total
    listing.rows += shape.elements.length
    for (const element of shape.elements) readResource(element, draft, listing)
  }
  return 'taken'
}

function readResource({ value, at }: Placed<unknown>, draft: Draft, listing: Listing): void {
  if (!isObject(value)) {
    draft.note(gap('wrong-type', `expected a resource, found ${nounOf(value)}`, at))
    return
  }
  const element: Element = { value, at, note: draft.note }
  const id = idOf(element)
  if (id === null) {
    draft.note(
      gap('resource-without-id', 'this resource has no id, so nothing can refer to it', at),
    )
    return
  }
  const key = armKey(id)
  const account = subscriptionOf(key)
  if (account !== null) draft.accounts.add(account)
  const kind = kindOf(element, key)
  if (!kind) return
  const item = kind.read(element, identityOf(element, id, key), draft)
  if (item) draft.put(kind, item)
  else listing.shallow.add(kind.collection)
  const seen = listing.seen.get(kind.collection) ?? new Set()
  listing.seen.set(kind.collection, seen.add(account ?? ''))
}

/** The id tells the type where the resource itself does not, and where it is more exact (interfaces of scale sets). */
function kindOf(element: Element, key: ArmKey): ResourceKind<Identity> | undefined {
  const fromId = byType.get(typeOfKey(key) ?? '')
  return fromId ?? byType.get((text(element, 'type') ?? '').toLowerCase())
}
