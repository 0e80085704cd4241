/** Work on the files as the catalogue lists them; the last reader of a retired file clears it away. */
import { hasRetired, withLease } from '../catalogue/files.ts'
import { sweep } from './batch.ts'
import type { LakeParts } from './parts.ts'

export async function reading<T>(parts: LakeParts, read: () => Promise<T>): Promise<T> {
  const result = await withLease(parts.catalogue, parts.now, read)
  if (await parts.catalogue.run(hasRetired)) await sweep(parts)
  return result
}
