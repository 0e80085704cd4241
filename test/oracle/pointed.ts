/** What stands at a place that the product points at. */
import { documentOf, pointer, type Source } from '../../src/model/source.ts'
import type { NamedDocument } from './packet.ts'

/** Every value on the way from the document down to the place; none where the documents have no such place. */
export function pointed(documents: readonly NamedDocument[], source: Source): readonly unknown[] {
  const { document } = documentOf(source)
  const start = documents.find((it) => it.document === document)
  if (!start) return []
  const way: unknown[] = [start.value]
  for (const part of pointer(source).split('/').slice(1)) {
    const member = part.replaceAll('~1', '/').replaceAll('~0', '~')
    const above = way.at(-1)
    if (typeof above !== 'object' || above === null || !Object.hasOwn(above, member)) return []
    way.push((above as Readonly<Record<string, unknown>>)[member])
  }
  return way
}
