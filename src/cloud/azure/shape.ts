/** Which form an Azure document has, told by its content alone. */
import type { DocumentPart } from '../../model/document.ts'
import { below, documentSource, type Source } from '../../model/source.ts'
import { isObject, type JsonObject } from '../decode.ts'
import { isArmId } from './arm-id.ts'
import type { Placed } from './element.ts'

export type Shape =
  /** `az … list`, a page of the REST interface, or a page of Resource Graph. */
  | {
      readonly kind: 'list'
      readonly elements: readonly Placed<unknown>[]
      /** A next link or skip token is left over. */
      readonly more: boolean
      /** How many rows the whole answer has, where the page says so. */
      readonly total: number | null
    }
  | { readonly kind: 'single'; readonly element: Placed<JsonObject> }
  /** Microsoft's file of service tags, or `az network list-service-tags`. */
  | { readonly kind: 'service-tags'; readonly elements: readonly Placed<unknown>[] }

/** `known`: an earlier part of this document was Azure's, so that a part without elements is too. */
export function shapeOf(part: DocumentPart, known: boolean): Shape | null {
  const { value, firstIndex } = part
  const root = documentSource(part.document, part.record)
  if (Array.isArray(value)) {
    if (!known && !value.some(isResource)) return null
    const elements = value.map((element, i) => ({
      value: element,
      at: below(root, firstIndex + i),
    }))
    return { kind: 'list', elements, more: false, total: null }
  }
  if (!isObject(value)) return null
  if (isTagFile(value))
    return {
      kind: 'service-tags',
      elements: placed(value['values'] as unknown[], root, 'values', firstIndex),
    }
  return pageOf(value, root, firstIndex, known) ?? singleOf(value, root)
}

function pageOf(value: JsonObject, root: Source, firstIndex: number, known: boolean): Shape | null {
  for (const field of ['value', 'Value', 'data', 'Data']) {
    const rows = value[field]
    if (!Array.isArray(rows)) continue
    const elements = placed(rows, root, field, firstIndex)
    const isMine = known || elements.some((element) => isResource(element.value))
    if (!isMine && !isEmptyPage(value, rows)) continue
    return { kind: 'list', elements, more: hasMore(value), total: totalOf(value) }
  }
  return null
}

const singleOf = (value: JsonObject, root: Source): Shape | null =>
  isResource(value) ? { kind: 'single', element: { value, at: root } } : null

const placed = (
  values: readonly unknown[],
  root: Source,
  field: string,
  firstIndex: number,
): readonly Placed<unknown>[] =>
  values.map((value, i) => ({ value, at: below(root, field, firstIndex + i) }))

const isResource = (value: unknown): boolean =>
  isObject(value) && (isArmId(value['id']) || isArmId(value['Id']) || isArmId(value['ID']))

/** An answer without elements is told from other JSON by what stands around the list. */
function isEmptyPage(value: JsonObject, rows: readonly unknown[]): boolean {
  const members = Object.keys(value).map((member) => member.toLowerCase())
  return (
    rows.length === 0 &&
    members.every((member) => pageMembers.has(member)) &&
    (members.includes('value') || members.includes('total_records'))
  )
}
const pageMembers = new Set([
  'value',
  'data',
  'nextlink',
  'skiptoken',
  'skip_token',
  '$skiptoken',
  'count',
  'total_records',
  'facets',
  'result_truncated',
  'resulttruncated',
])

const hasMore = (value: JsonObject): boolean =>
  Object.entries(value).some(
    ([member, token]) =>
      moreMembers.has(member.toLowerCase()) && typeof token === 'string' && token !== '',
  )
const moreMembers = new Set([
  'nextlink',
  '@odata.nextlink',
  'skiptoken',
  'skip_token',
  '$skiptoken',
])

function totalOf(value: JsonObject): number | null {
  const total = value['total_records'] ?? value['totalRecords']
  return typeof total === 'number' ? total : null
}

const isTagFile = (value: JsonObject): boolean =>
  Array.isArray(value['values']) &&
  ('changeNumber' in value || 'cloud' in value) &&
  value['values'].every(
    (tag) => isObject(tag) && typeof tag['name'] === 'string' && isObject(tag['properties']),
  )
