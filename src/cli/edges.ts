/** What commands need of the world; main.ts makes it, tests fake it. */
import type { WatchSystem } from '../capture/live.ts'
import type { DocumentIo } from '../documents/io.ts'
import type { ScanSystem } from '../scan/system.ts'

export interface Edges {
  readonly documents: DocumentIo
  /** Resolves when the text is on its way and more may be written. */
  out(text: string): Promise<void>
  err(text: string): void
  readonly outIsTerminal: boolean
  readonly errIsTerminal: boolean
  /** Columns of standard output, 0 where it is no terminal. */
  readonly columns: number
  /** NO_COLOR and FORCE_COLOR have been looked at. */
  readonly colour: boolean
  now(): Date
  readText(path: string): Promise<string>
  /** Permission bits of a file; throws as Node does. */
  fileMode(path: string): Promise<number>
  writeText(path: string, chunks: AsyncIterable<string> | Iterable<string>): Promise<void>
  /** A file that is written while its text is made; throws as Node does. */
  openText(path: string): Promise<TextSink>
  /** Sockets, resolver and signals: loaded when a scan is run. */
  network(): Promise<ScanSystem>
  /** Child processes that capture, the terminal, signals: loaded when a watch is run. */
  watch(): Promise<WatchSystem>
  readonly commandLine: string
}

export interface TextSink {
  write(text: string): Promise<void>
  close(): Promise<void>
}

/** 0 nothing at or above the limit, 1 findings, 2 the run itself failed. */
export type ExitCode = 0 | 1 | 2

/** A mistake of the caller's, told in one line, exit code 2. */
export class UsageError extends Error {}
