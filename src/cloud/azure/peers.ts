/** Whom Azure's address prefixes, service tags and application security groups mean. */
import * as addressSet from '../../model/address-set.ts'
import type { Peer } from '../../model/estate.ts'
import { gap } from '../../model/gap.ts'
import { resourceId } from '../../model/resource.ts'
import type { Source } from '../../model/source.ts'
import type { Draft } from './draft.ts'
import { type Element, type Placed, references, texts } from './element.ts'

/** Everybody, of both families: `*`, `Any`. */
export const anybody: Peer = { kind: 'addresses', set: addressSet.all }

const wildcard = /^(\*|any)$/i
const tagName = /^[a-z][a-z0-9]*(\.[a-z0-9-]+)*$/i
const sets = new Map<string, Peer>()

/**
 * One prefix of a rule: `*`, an address, a CIDR or a service tag. `0.0.0.0/0` is all of IPv4 and only that; `*` is all of
 * both families. What is neither is a gap, and may be anybody.
 */
export function readPrefix({ value, at }: Placed<string>, draft: Draft): Peer {
  const known = sets.get(value)
  if (known) return known
  if (wildcard.test(value)) return anybody
  const set = addressSet.parseAddresses(value)
  if (set) return remember(value, { kind: 'addresses', set })
  if (tagName.test(value)) return readTag(value, at, draft)
  const bad = gap('bad-cidr', `not an address, prefix or service tag: ${JSON.stringify(value)}`, at)
  draft.note(bad)
  return { kind: 'unknown', gap: bad }
}

/** A million rules share a handful of prefixes. */
function remember(text: string, peer: Peer): Peer {
  if (sets.size > 100_000) sets.clear()
  sets.set(text, peer)
  return peer
}

function readTag(value: string, at: Source, draft: Draft): Peer {
  const name = value.toLowerCase()
  if (!draft.tagsUsed.has(name)) draft.tagsUsed.set(name, { spelled: value, at })
  return { kind: 'named', name }
}

export interface PeerFields {
  readonly one: string
  readonly many: string
  readonly groups: string
}
export const sourceFields: PeerFields = {
  one: 'sourceAddressPrefix',
  many: 'sourceAddressPrefixes',
  groups: 'sourceApplicationSecurityGroups',
}
export const destinationFields: PeerFields = {
  one: 'destinationAddressPrefix',
  many: 'destinationAddressPrefixes',
  groups: 'destinationApplicationSecurityGroups',
}

/** Every peer that a rule's members name, each with its own place; none where all of them are missing or empty. */
export function readPeers(
  rule: Element,
  fields: PeerFields,
  draft: Draft,
): readonly Placed<Peer>[] {
  return [
    ...[...texts(rule, fields.one), ...texts(rule, fields.many)].map((prefix) => ({
      value: readPrefix(prefix, draft),
      at: prefix.at,
    })),
    ...references(rule, fields.groups).map(({ key, at }) => ({
      value: { kind: 'group', id: resourceId('azure', key) } as const,
      at,
    })),
  ]
}

/** The limit that peers put on a destination; null where they put none. */
export function destinationOf(peers: readonly Placed<Peer>[]): Peer | null {
  const [first] = peers
  if (
    !first ||
    peers.some(({ value }) => value.kind === 'addresses' && value.set === addressSet.all)
  )
    return null
  return peers.length === 1
    ? first.value
    : { kind: 'any-of', peers: peers.map(({ value }) => value) }
}
