/** What each cloud folder offers: it takes the documents that are its own and links them into its part of the estate. */
import type { DocumentPart } from '../model/document.ts'
import type { Estate } from '../model/estate.ts'

export interface CloudReader {
  /**
   * Reads one document part if its content is this cloud's; `not-mine` leaves it to the others. Never throws on content:
   * what is not understood becomes a gap of the estate.
   */
  take(part: DocumentPart): 'taken' | 'not-mine'
  /** Everything taken so far, as an estate; called once, at the end. */
  link(): Estate
}
