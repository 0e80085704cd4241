/** What a resource file offers: which ARM types are its own, and how one of them is read. */
import { gap } from '../../model/gap.ts'
import { type Resource, resourceId } from '../../model/resource.ts'
import type { Source } from '../../model/source.ts'
import { type ArmKey, nameOfId, subscriptionOf } from './arm-id.ts'
import type { Draft } from './draft.ts'
import { type Element, text } from './element.ts'

/** Who an element is, from its id; every record has these. */
export interface Identity {
  readonly key: ArmKey
  readonly id: string
  readonly name: string
  readonly account: string | null
  readonly region: string | null
  readonly at: Source
}

export interface ResourceKind<Item extends Identity> {
  /** Name of the collection in the coverage. */
  readonly collection: string
  /** A part of another collection: told of in the coverage only where it was given. */
  readonly isPart?: true
  /** ARM types in lower case. */
  readonly types: readonly string[]
  /** Null where the element does not say enough (a gap says so): the collection is then not complete. */
  read(element: Element, identity: Identity, draft: Draft): Item | null
  /** One record of two that have the same id and differ, where one only says more than the other. */
  merge?(first: Item, second: Item): Item | null
}

export function identityOf(element: Element, id: string, key: ArmKey): Identity {
  return {
    key,
    id,
    name: text(element, 'name') ?? nameOfId(id),
    account: subscriptionOf(key),
    region: regionOf(text(element, 'location')),
    at: element.at,
  }
}

/** `West Europe` and `westeurope` are one region. */
const regionOf = (location: string | null): string | null =>
  location === null ? null : location.toLowerCase().replaceAll(' ', '')

export const resourceOf = (kind: string, identity: Omit<Identity, 'at'>): Resource => ({
  key: resourceId('azure', identity.key),
  provider: 'azure',
  kind,
  id: identity.id,
  name: identity.name,
  account: identity.account,
  region: identity.region,
})

/** Resource lists without details (`az resource list`) say that something exists, not what it is. */
export function withoutDetails(element: Element, what: string, command: string): null {
  element.note(
    gap(
      'resource-without-details',
      `this ${what} is listed without its details; give the output of ${command}`,
      element.at,
    ),
  )
  return null
}
