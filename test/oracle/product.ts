/** The function under test: vendors' documents in, exposures out, as an audit puts them together. */
import type { CloudReader } from '../../src/cloud/reader.ts'
import { solve } from '../../src/exposure/solve.ts'
import type { Exposure } from '../../src/model/exposure.ts'
import type { NamedDocument } from './packet.ts'

export function solveDocuments(
  reader: CloudReader,
  documents: readonly NamedDocument[],
): readonly Exposure[] {
  for (const { document, value } of documents) {
    const taken = reader.take({ document, value, record: null, firstIndex: 0, last: true })
    if (taken === 'not-mine') throw new Error(`${document}: the reader does not know its own`)
  }
  return solve(reader.link())
}
