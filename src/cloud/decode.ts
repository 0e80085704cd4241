/**
 * Reading members of vendors' JSON. A member that is missing, null or empty is null (or an empty list); one of the wrong
 * type is noted as a gap and then treated as missing, so that one bad member never loses its neighbours.
 */
import { type Gap, gap } from '../model/gap.ts'
import { below, type Source } from '../model/source.ts'

export type JsonObject = { readonly [member: string]: unknown }
export type Note = (gap: Gap) => void

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function readText(object: JsonObject, field: string, at: Source, note: Note): string | null {
  const value = own(object, field)
  if (value === null || value === '') return null
  if (typeof value === 'string') return value
  note(wrongType(below(at, field), 'text', value))
  return null
}

export function readNumber(
  object: JsonObject,
  field: string,
  at: Source,
  note: Note,
): number | null {
  const value = own(object, field)
  if (value === null) return null
  if (typeof value === 'number' && Number.isFinite(value)) return value
  note(wrongType(below(at, field), 'a number', value))
  return null
}

export function readBoolean(
  object: JsonObject,
  field: string,
  at: Source,
  note: Note,
): boolean | null {
  const value = own(object, field)
  if (value === null) return null
  if (typeof value === 'boolean') return value
  note(wrongType(below(at, field), 'true or false', value))
  return null
}

export function readObject(
  object: JsonObject,
  field: string,
  at: Source,
  note: Note,
): JsonObject | null {
  const value = own(object, field)
  if (value === null) return null
  if (isObject(value)) return value
  note(wrongType(below(at, field), 'an object', value))
  return null
}

/** The elements of a list, each with its place. */
export function readList(
  object: JsonObject,
  field: string,
  at: Source,
  note: Note,
): readonly { readonly value: unknown; readonly at: Source }[] {
  const value = own(object, field)
  if (value === null) return []
  if (Array.isArray(value))
    return value.map((element, i) => ({ value: element, at: below(at, field, i) }))
  note(wrongType(below(at, field), 'a list', value))
  return []
}

/** The objects of a list; elements that are none are gaps. */
export function readObjects(
  object: JsonObject,
  field: string,
  at: Source,
  note: Note,
): readonly { readonly value: JsonObject; readonly at: Source }[] {
  return readList(object, field, at, note).flatMap(({ value, at: place }) => {
    if (isObject(value)) return [{ value, at: place }]
    note(wrongType(place, 'an object', value))
    return []
  })
}

const own = (object: JsonObject, field: string): unknown =>
  Object.hasOwn(object, field) ? (object[field] ?? null) : null

function wrongType(at: Source, wanted: string, value: unknown): Gap {
  const kind = Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value
  return gap('wrong-type', `expected ${wanted}, found ${kind}`, at)
}
