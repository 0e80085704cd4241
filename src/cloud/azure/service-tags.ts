/** Microsoft's file of service tags: which addresses `AzureCloud.westeurope` and the like stand for. */
import * as addressSet from '../../model/address-set.ts'
import { gap } from '../../model/gap.ts'
import type { Source } from '../../model/source.ts'
import { isObject } from '../decode.ts'
import type { Draft } from './draft.ts'
import { type Element, nounOf, text, texts } from './element.ts'

/** One tag of the file. Prefixes that are none are gaps; a tag that is there twice (two files) has the addresses of both. */
export function readServiceTag(value: unknown, at: Source, draft: Draft): void {
  if (!isObject(value)) {
    draft.note(gap('wrong-type', `expected a service tag, found ${nounOf(value)}`, at))
    return
  }
  const element: Element = { value, at, note: draft.note }
  const name = text(element, 'name')
  if (name === null) {
    draft.note(gap('service-tag-without-name', 'this service tag has no name', at))
    return
  }
  const sets = texts(element, 'addressPrefixes').flatMap((prefix) => {
    const set = addressSet.parseAddresses(prefix.value)
    if (set) return [set]
    draft.note(
      gap('bad-cidr', `not an address or prefix: ${JSON.stringify(prefix.value)}`, prefix.at),
    )
    return []
  })
  const tag = name.toLowerCase()
  draft.tags.set(tag, addressSet.unionAll([draft.tags.get(tag) ?? addressSet.empty, ...sets]))
}
