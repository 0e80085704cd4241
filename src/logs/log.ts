/**
 * What a log format is: one file a format, one line in `index.ts`. A format is recognised by content, never by file name. Bad
 * lines are values, counted and sampled; only broken promises throw.
 */
import type { Address } from '../model/address.ts'
import type { Observation, Place } from '../model/observation.ts'
import type { Companions } from './read-companions.ts'
import type { RowReader } from './row-reader.ts'

/** What a log leaves out and the user says; null is not known, and then a gap, never a guess. */
export interface LogContext {
  /** The server whose log it is, for logs that do not name it. */
  readonly server: Address | null
  /** Its port, where the user says that too. */
  readonly serverPort?: number | null
  /** The site or VPC id given on import. */
  readonly network: string
  /** IANA name or offset of the times without a zone. */
  readonly timezone: string | null
  /** Of the first time without a year; later ones follow it over the turns of years (`yearless-clock.ts`). */
  readonly year: number | null
  /** Names of the fields, in order, of AWS flow logs whose format is their own and that have no header. */
  readonly fields?: readonly string[] | null
  readonly document: string
  /** What logs of one sensor tell each other; absent where a document stands alone. */
  readonly companions?: Companions
}

/** Where a line stands, and what its syslog wrapper said. */
export interface LineAbout {
  /** Bytes from the start of the decompressed document, in its UTF-8 form. */
  readonly offset: number
  /** Null where the line came without a wrapper. */
  readonly syslog: SyslogHead | null
  /** The bytes of the line where they are no UTF-8; its text then holds U+FFFD for what is not. */
  readonly raw?: Uint8Array
}

export interface SyslogHead {
  /** Milliseconds since the epoch; null where the wrapper does not tell enough. */
  readonly time: number | null
  readonly host: string | null
  readonly program: string | null
  readonly pid?: string | null
}

/**
 * A line that should have been understood and was not. `sample` is what may be shown of it: at most 200 characters, and with
 * the secret fields taken out before; null where that cannot be promised.
 */
export interface BadLine {
  readonly kind: 'bad'
  /** Kebab-case. */
  readonly reason: string
  readonly sample: string | null
}
/** `skip` is a line that says nothing: a comment, a header, an event of no interest. */
export type LineOutcome = readonly Observation[] | 'skip' | BadLine

export interface LineReader {
  /** One line without its end; `number` counts from 1. Never throws. */
  line(text: string, number: number, about: LineAbout): LineOutcome
  /** What was still open, coverage and gaps, when the log ends. */
  end(): readonly Observation[]
  /**
   * What can be told although the log goes on (`--follow`): sessions without a line for long. They stay open, so that what a
   * log tells in the end is the same whenever this is asked; those that go on are told again. `now` in ms.
   */
  idle?(now: number): readonly Observation[]
  /** The fast way for logs of flows alone: rows into columns, without a text or object for each (`row-reader.ts`). */
  readonly rows?: RowReader
}

interface Named {
  /** Kebab-case, unique: `aws-vpc-flow`. */
  readonly id: string
  readonly title: string
  /** Read before others of one call, because it tells of what they have (`Companions`). */
  readonly tells?: 'others'
  /** Ids of formats whose logs, read in the same call, change what this one means. */
  readonly asks?: readonly string[]
}

export interface LineFormat extends Named {
  readonly kind: 'lines'
  /**
   * 0 to 1 that it is this format, null where it is not. `head` is the start of the text (at most 64 KiB), `lines` its first
   * lines (at most 64, line ends taken off, the last perhaps cut), unwrapped when the log came through syslog.
   */
  recognise(head: string, lines: readonly string[]): number | null
  start(context: LogContext): LineReader
}

/** A log that is no lines but one JSON document, or several, each with a list of records. */
export interface DocumentFormat extends Named {
  readonly kind: 'document'
  /** Member of the top-level object that holds the records; null where the document itself is the list. */
  readonly records: string | null
  recognise(head: string, lines: readonly string[]): number | null
  start(context: LogContext): RecordReader
}

export interface RecordReader {
  /** One record, parsed; `number` counts from 1. Never throws. */
  record(value: unknown, number: number, about: LineAbout): LineOutcome
  end(): readonly Observation[]
}

export type LogFormat = LineFormat | DocumentFormat

const maxSample = 200

/** `sample` must not hold a secret: give null where it may. */
export const bad = (reason: string, sample: string | null = null): BadLine => ({
  kind: 'bad',
  reason,
  sample: sample === null ? null : sample.slice(0, maxSample),
})

export const placeAt = (context: LogContext, line: number, { offset }: LineAbout): Place => ({
  document: context.document,
  line,
  offset,
})
