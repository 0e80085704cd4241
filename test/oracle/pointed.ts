/** What stands at a place that the product points at. */
import { pointer, type Source } from '../../src/model/source.ts'
import type { NamedDocument } from './packet.ts'

/** Undefined where the documents have no such place. */
export function pointed(documents: readonly NamedDocument[], source: Source): unknown {
  let value: unknown = documents.find(({ document }) => document === source.document)?.value
  for (const part of pointer(source).split('/').slice(1)) {
    const member = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, member))
      return undefined
    value = (value as Readonly<Record<string, unknown>>)[member]
  }
  return value
}
