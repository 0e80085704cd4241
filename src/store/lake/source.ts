/** Where observations come from, and what tells one source from another. */
import { createHash } from 'node:crypto'
import type { SourceContext } from '../../model/observation.ts'

/** Who tells of a session; of one that several saw, the first of these counts. */
export const witnesses = ['capture', 'monitor', 'server-log', 'flow-log'] as const
/** `monitor` is Zeek or Suricata. */
export type Witness = (typeof witnesses)[number]

/** How far a file that grows was read when a batch ended. */
export interface Mark {
  /** Bytes that were looked at. */
  readonly offset: number
  /** SHA-256 of all of them, lower-case hex. */
  readonly before: string
  /** Lines that begin before this byte are told. Less than `offset` where a line without an end may still become longer. */
  readonly told: number
  /** From `headAt`. */
  readonly head: string
}

/** A mark that is in the lake. */
export interface KnownMark extends Mark {
  /** The source that read the beginning of the file. */
  readonly lineage: number
  /** As the file was called. */
  readonly name: string
  /** Reading ended there: what was open in the file, such as sessions, was told too. */
  readonly ended: boolean
  /** Greater than that of every mark entered before. */
  readonly turn: number
}

export interface Marks {
  /** Those that may stand in a file, in the order in which they were entered. */
  readonly marks: readonly KnownMark[]
  /** The turn of the last mark of any file; 0 where there is none. */
  readonly seen: number
}

/**
 * A file that may still be written. Each batch of it ends with a mark, an offset and the hash of all bytes before it, so that
 * whoever reads the file again finds by its bytes alone how far the lake is. Its name says nothing, since files are renamed
 * and copied, and its head little, since many begin alike.
 */
export interface Growing {
  /** From `meaningKey`: marks of files that are read with other options are of other sources. */
  readonly meaning: string
  /** The furthest mark that stands in this file; null where it is new. */
  readonly from: KnownMark | null
  /** As `Marks` tells it: what came into the lake since may be of this very file. */
  readonly seen: number
}

export interface LakeSource {
  /** From `sourceKey` or `growingKey`. */
  readonly key: string
  /** As people know it: a path, an interface. */
  readonly name: string
  readonly witness: Witness
  readonly context: SourceContext
  readonly growing?: Growing
}

/** Options of reading that change what the same bytes mean: `{ timezone: 'Europe/Vienna', network: 'site-1' }`. */
export type MeaningfulOptions = Readonly<Record<string, string | number | boolean | null>>

/** The key of a source: the SHA-256 of its decompressed bytes (lower-case hex) with the options that change their meaning. */
export const sourceKey = (sha256: string, options: MeaningfulOptions): string =>
  hashOf(['whole', sha256, sorted(options)])

/** How a file is read on: from the furthest of the marks that stands in it. */
export const growingFrom = (meaning: string, { seen }: Marks, from: KnownMark | null): Growing => ({
  meaning,
  from,
  seen,
})

/** A mark is looked up by the hash of the first bytes of its file, of as many of these numbers as it has. */
const headLengths = Array.from({ length: 13 }, (_, i) => 2 ** i)
/** So many bytes of a file tell its head. */
export const longestHead = 4096

/** The heads of the marks that may stand in a file that begins so. */
export const headsOf = (start: Uint8Array): readonly string[] =>
  headLengths
    .filter((length) => length <= start.length)
    .map((length) => createHash('sha256').update(start.subarray(0, length)).digest('hex'))

/** The head of a mark at an offset of a file that begins so. */
export const headAt = (start: Uint8Array, offset: number): string =>
  headsOf(start.subarray(0, offset)).at(-1) ?? ''

/** Files that are read with equal options have one meaning. */
export const meaningKey = (options: MeaningfulOptions): string =>
  hashOf(['meaning', sorted(options)])

/** The key of one reading of a file that grows, from its mark on, by an id of this run that no other reading has. */
export const growingKey = ({ meaning, from }: Growing, reading: string): string =>
  hashOf(['growing', meaning, from?.offset ?? 0, from?.before ?? '', reading])

/** The key of a stream that nobody can read twice (an interface, standard input), by an id of this run. */
export const streamKey = (run: string, options: MeaningfulOptions): string =>
  hashOf(['stream', run, sorted(options)])

const sorted = (options: MeaningfulOptions) =>
  Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))
const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex')
