/** Where observations come from, and what tells one source from another. */
import { createHash } from 'node:crypto'
import type { SourceContext } from '../../model/observation.ts'

/** Who tells of a session; of one that several saw, the first of these counts. */
export const witnesses = ['capture', 'monitor', 'server-log', 'flow-log'] as const
/** `monitor` is Zeek or Suricata. */
export type Witness = (typeof witnesses)[number]

/** A file that is still being written: known by its head, read up to an offset. */
export interface GrowingPart {
  /** Hash of the head of the file. */
  readonly head: string
  /** Bytes read before. */
  readonly offset: number
  /** Hash of the bytes before the offset (all of them, or a window that ends there): tells a file that was replaced. */
  readonly before: string
}

export interface LakeSource {
  /** From `sourceKey` or `growingKey`. */
  readonly key: string
  /** As people know it: a path, an interface. */
  readonly name: string
  readonly witness: Witness
  readonly context: SourceContext
  readonly growing?: GrowingPart
}

/** Options of reading that change what the same bytes mean: `{ timezone: 'Europe/Vienna', network: 'site-1' }`. */
export type MeaningfulOptions = Readonly<Record<string, string | number | boolean | null>>

/** The key of a source: the SHA-256 of its decompressed bytes (lower-case hex) with the options that change their meaning. */
export const sourceKey = (sha256: string, options: MeaningfulOptions): string =>
  hashOf(['whole', sha256, sorted(options)])

/** The key of one part of a file that grows, by the hash of its head, the offset and the hash before the offset. */
export const growingKey = (
  { head, offset, before }: GrowingPart,
  options: MeaningfulOptions,
): string => hashOf(['growing', head, offset, before, sorted(options)])

/** The key of a stream that nobody can read twice (an interface, standard input), by an id of this run. */
export const streamKey = (run: string, options: MeaningfulOptions): string =>
  hashOf(['stream', run, sorted(options)])

const sorted = (options: MeaningfulOptions) =>
  Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))
const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex')
