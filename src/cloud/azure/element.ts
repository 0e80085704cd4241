/**
 * One object of an Azure document, read without regard to its shape: a member may stand on the object itself (what the
 * `az` commands print) or below `properties` (Resource Manager, Resource Graph), and in any case of letters (PowerShell,
 * older command lines). What is read comes with the exact place where it stood.
 */

import { gap } from '../../model/gap.ts'
import { below, type Source } from '../../model/source.ts'
import {
  isObject,
  type JsonObject,
  type Note,
  readBoolean,
  readList,
  readNumber,
  readObject,
  readText,
} from '../decode.ts'
import { type ArmKey, armKey, isArmId } from './arm-id.ts'

export interface Element {
  readonly value: JsonObject
  readonly at: Source
  readonly note: Note
}
/** A value with its place. */
export interface Placed<T> {
  readonly value: T
  readonly at: Source
}
/** What another resource is called here. */
export interface Reference {
  readonly key: ArmKey
  /** As spelled. */
  readonly id: string
  readonly at: Source
}

interface Holder {
  readonly object: JsonObject
  readonly field: string
  readonly at: Source
}

export const text = (element: Element, field: string): string | null =>
  readFrom(element, field, readText)
export const truth = (element: Element, field: string): boolean | null =>
  readFrom(element, field, readBoolean)

/** A number, also where it is written as text. */
export function number(element: Element, field: string): number | null {
  const found = holder(element, field)
  if (!found) return null
  const value = found.object[found.field]
  if (typeof value === 'string' && /^\d{1,9}$/.test(value)) return Number(value)
  return readNumber(found.object, found.field, found.at, element.note)
}

export function child(element: Element, field: string): Element | null {
  const found = holder(element, field)
  if (!found) return null
  const value = readObject(found.object, found.field, found.at, element.note)
  return value && { value, at: below(found.at, found.field), note: element.note }
}

/** The objects of a list. */
export function children(element: Element, field: string): readonly Element[] {
  return list(element, field).flatMap(({ value, at }) => {
    if (isObject(value)) return [{ value, at, note: element.note }]
    element.note(gap('wrong-type', `expected an object, found ${nounOf(value)}`, at))
    return []
  })
}

/** The texts of a member that holds one text or a list of them; numbers count as their digits. */
export function texts(element: Element, field: string): readonly Placed<string>[] {
  const found = holder(element, field)
  if (!found) return []
  const value = found.object[found.field]
  const parts = Array.isArray(value)
    ? list(element, field)
    : [{ value, at: below(found.at, found.field) }]
  return parts.flatMap(({ value: part, at }) => {
    if (typeof part === 'string') return part.trim() === '' ? [] : [{ value: part.trim(), at }]
    if (typeof part === 'number') return [{ value: String(part), at }]
    element.note(gap('wrong-type', `expected text, found ${nounOf(part)}`, at))
    return []
  })
}

export function list(element: Element, field: string): readonly Placed<unknown>[] {
  const found = holder(element, field)
  return found ? readList(found.object, found.field, found.at, element.note) : []
}

/** The resource that a member names, as `{ "id": … }` or as the id itself. */
export function reference(element: Element, field: string): Reference | null {
  const found = holder(element, field)
  if (!found) return null
  const value = found.object[found.field]
  if (typeof value === 'string')
    return value === '' ? null : referenceTo(value, below(found.at, found.field))
  const named = child(element, field)
  return named && referenceOf(named)
}

export function references(element: Element, field: string): readonly Reference[] {
  return list(element, field).flatMap(({ value, at }) => {
    if (typeof value === 'string') return value === '' ? [] : [referenceTo(value, at)]
    const named = isObject(value) ? referenceOf({ value, at, note: element.note }) : null
    return named ? [named] : []
  })
}

export function referenceOf(named: Element): Reference | null {
  const id = text(named, 'id')
  return id === null ? null : referenceTo(id, named.at)
}
const referenceTo = (id: string, at: Source): Reference => ({ key: armKey(id), id, at })

/** Whether a member is there at all, empty or not (but not null). */
export const has = (element: Element, field: string): boolean => holder(element, field) !== null

/** The ARM id of the element itself. */
export function idOf({ value }: Element): string | null {
  const field = spelled(value, 'id')
  const id = field === undefined ? null : value[field]
  return isArmId(id) ? id : null
}

function readFrom<T>(
  element: Element,
  field: string,
  read: (object: JsonObject, field: string, at: Source, note: Note) => T | null,
): T | null {
  const found = holder(element, field)
  return found && read(found.object, found.field, found.at, element.note)
}

function holder({ value, at }: Element, field: string): Holder | null {
  const own = spelled(value, field)
  if (own !== undefined) return { object: value, field: own, at }
  const propertiesField = spelled(value, 'properties')
  const properties = propertiesField === undefined ? null : value[propertiesField]
  if (!isObject(properties) || propertiesField === undefined) return null
  const inner = spelled(properties, field)
  return inner === undefined
    ? null
    : { object: properties, field: inner, at: below(at, propertiesField) }
}

/** The member's name as this object spells it; undefined where it is missing or null. */
function spelled(object: JsonObject, field: string): string | undefined {
  if (Object.hasOwn(object, field) && object[field] !== null) return field
  const folded = field.toLowerCase()
  for (const name in object)
    if (
      name.length === field.length &&
      name !== field &&
      name.toLowerCase() === folded &&
      Object.hasOwn(object, name) &&
      object[name] !== null
    )
      return name
  return undefined
}

export const nounOf = (value: unknown): string =>
  Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value
