/** What each resource file exports, and what they share. */

import { type Gap, gap } from '../../model/gap.ts'
import { below, type Source } from '../../model/source.ts'
import type { JsonObject, Note } from '../decode.ts'
import { readObjects, readText } from '../decode.ts'
import type { Draft } from './draft.ts'
import { type Origin, placeKey } from './origin.ts'
import type { Place } from './records.ts'

export interface ResourceFile {
  /** As coverage calls it. */
  readonly collection: string
  /** Members of a response under which its elements stand. */
  readonly members: readonly string[]
  readonly reach?: 'global'
  /** Other services print the same member: only elements that match are its own. */
  readonly isAmbiguous?: true
  /** Called once for each document, before its elements; also where it has none. */
  open?(at: Source, origin: Origin, draft: Draft): void
  /** Whether an object is one of its elements: by what only they have. */
  matches(element: JsonObject): boolean
  read(element: JsonObject, at: Source, origin: Origin, draft: Draft): void
}

/** Members that are there; null is not. */
export const has = (element: JsonObject, ...members: readonly string[]): boolean =>
  members.every((member) => Object.hasOwn(element, member) && element[member] != null)

export const nowhere: Place = { account: null, region: null }

/** `arn:aws:ec2:eu-west-1:123456789012:…` */
export function placeOfArn(arn: string | null): Place {
  if (arn === null) return nowhere
  const [, , , region, account] = arn.split(':')
  return { account: account || null, region: region || null }
}

/** `eu-west-1a` stands in `eu-west-1`; local and wavelength zones carry more (`us-west-2-lax-1a`). */
export const regionOfZone = (zone: string | null): string | null =>
  zone?.match(/^([a-z]+(?:-[a-z]+)+-\d+)(?:[a-z]$|-)/)?.[1] ?? null

/** Notes where an element says it stands, and which networks, subnets and groups it names. */
export function locate(
  draft: Draft,
  origin: Origin,
  own: Place,
  ...ids: readonly (string | null)[]
): Place {
  if (own.account !== null || own.region !== null) origin.said.add(placeKey(own))
  for (const id of ids) {
    if (id === null) continue
    origin.mentions.add(id)
    if (own.account === null && own.region === null) continue
    let claim = draft.claims.get(id)
    if (!claim) {
      claim = { accounts: new Set(), regions: new Set() }
      draft.claims.set(id, claim)
    }
    if (own.account !== null) claim.accounts.add(own.account)
    if (own.region !== null) claim.regions.add(own.region)
  }
  return own
}

/** The text of a member without which the element is nothing; undefined notes the gap. */
export function required(
  element: JsonObject,
  member: string,
  at: Source,
  note: Note,
): string | undefined {
  const text = readText(element, member, at, note)
  if (text !== null) return text
  note(gap('missing-member', `${member} is missing, so this element is not read`, at))
  return undefined
}

/** The value of the tag `Name`. */
export function nameTag(element: JsonObject, member: 'Tags' | 'TagSet', at: Source, note: Note) {
  for (const { value, at: place } of readObjects(element, member, at, note))
    if (value['Key'] === 'Name') return readText(value, 'Value', place, note)
  return null
}

/** One text of each element of a list. */
export const texts = (
  element: JsonObject,
  list: string,
  member: string,
  at: Source,
  note: Note,
): readonly string[] =>
  readObjects(element, list, at, note).flatMap(({ value, at: place }) => {
    const text = readText(value, member, place, note)
    return text === null ? [] : [text]
  })

export const badAddress = (text: string, at: Source, member: string): Gap =>
  gap('bad-address', `not an IP address: ${JSON.stringify(text)}`, below(at, member))
export const badCidr = (text: unknown, at: Source): Gap =>
  gap('bad-cidr', `not a CIDR: ${JSON.stringify(text) ?? 'nothing'}`, at)

/**
 * What follows a fixed part of a file's name: `describe-target-health-web.json` → `web`. CloudMapper makes a folder of
 * the call and a file of the (percent-encoded) ARN it was asked for.
 */
export function nameAfter(document: string, part: string): string | null {
  const path = document.split(/[\\/]/)
  const file = (path.at(-1) ?? '').replace(/(\.(json|ndjson|jsonl|txt|gz))+$/i, '')
  if (path.at(-2)?.toLowerCase().endsWith(part))
    return file.match(/targetgroup(?:%2F|\/)([^%/]+)/i)?.[1] ?? null
  const start = file.toLowerCase().indexOf(part)
  if (start < 0) return null
  const name = file.slice(start + part.length).match(/^[-_]+(.+)$/)?.[1]
  return name ?? null
}
