/** Exports in, estate out, with what could not be read. */
import { estateReader } from '../cloud/index.ts'
import type { Found } from '../documents/find.ts'
import { readDocuments } from '../documents/read.ts'
import type { Estate } from '../model/estate.ts'
import type { Gap } from '../model/gap.ts'
import { formatSource } from '../model/source.ts'
import { escapeText } from '../report/escape.ts'
import type { Edges } from './edges.ts'
import type { Progress } from './progress.ts'

export async function readEstate(
  paths: readonly string[],
  edges: Edges,
  progress: Progress,
): Promise<{
  readonly estate: Estate
  readonly taken: number
  readonly faults: readonly Gap[]
  /** Milliseconds since the epoch at which the oldest document was written; null where one does not tell. */
  readonly oldest: number | null
}> {
  const reader = estateReader()
  const faults: Gap[] = []
  let oldest: number | null = null
  const onFound = (found: Found): void => {
    progress.expect(found)
    const times = found.documents.map(({ modified }) => modified)
    oldest = times.some((time) => time === null) ? null : Math.min(...(times as number[]))
  }
  for await (const event of readDocuments(paths, edges.documents, { onFound })) {
    switch (event.kind) {
      case 'part':
        reader.take(event.part)
        break
      case 'gap':
        faults.push(event.gap)
        reader.note(event.gap)
        break
      case 'progress':
        progress.show(event)
        break
    }
  }
  progress.say('putting the documents together')
  const estate = reader.link()
  progress.end()
  return { estate, taken: reader.taken(), faults, oldest }
}

export const formatGap = ({ source, message }: Gap): string =>
  escapeText(source === null ? message : `${formatSource(source)}: ${message}`)
