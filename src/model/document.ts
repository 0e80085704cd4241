/** What the document reader hands to the cloud readers: JSON values with their place. */
export interface DocumentPart {
  /** As the user named it: the given path, or the path below a given folder; `-` is standard input. */
  readonly document: string
  /** The value of the document, or of one record of it (NDJSON). */
  readonly value: unknown
  /** Ordinal of the record, from 0, in a document of several values; null otherwise. */
  readonly record: number | null
  /**
   * Large documents come in parts of the same shape, each holding some elements of one top-level array (or of an array
   * directly below the top-level object). This is the index of the first such element; 0 in documents that come whole.
   */
  readonly firstIndex: number
  /** No further part of this value follows. A document that breaks off ends without a last part, and with a gap. */
  readonly last: boolean
}
