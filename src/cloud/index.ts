/** The registry of clouds: a cloud is one folder and one line. */
import type { DocumentPart } from '../model/document.ts'
import type { Estate } from '../model/estate.ts'
import { type Gap, gap } from '../model/gap.ts'
import { documentSource } from '../model/source.ts'
import { awsReader } from './aws/index.ts'
import { azureReader } from './azure/index.ts'
import { mergeEstates } from './merge.ts'
import type { CloudReader } from './reader.ts'

const clouds: readonly (() => CloudReader)[] = [awsReader, azureReader]

export interface EstateReader {
  take(part: DocumentPart): void
  /** What the document reader could not read. */
  note(gap: Gap): void
  link(): Estate
  /** How many documents a cloud knew. */
  taken(): number
}

/** Gives every document to the cloud whose own it is; a document that is nobody's is a gap, once. */
export function estateReader(): EstateReader {
  const readers = clouds.map((open) => open())
  const gaps: Gap[] = []
  const unknown = new Set<string>()
  let taken = 0
  return {
    take(part) {
      if (readers.some((reader) => reader.take(part) === 'taken')) {
        taken++
        return
      }
      if (unknown.has(part.document)) return
      unknown.add(part.document)
      gaps.push(notRecognised(part))
    },
    note: (one) => void gaps.push(one),
    link: () =>
      mergeEstates(
        readers.map((reader) => reader.link()),
        gaps,
      ),
    taken: () => taken,
  }
}

const notRecognised = ({ document, record }: DocumentPart): Gap =>
  gap(
    'document-not-recognised',
    'this JSON is no output of a call that is read here; left out',
    documentSource(document, record),
  )
