/** What a follower of logs needs of the world (`portreeve ingest --follow`). */
import type { DocumentIo } from '../documents/io.ts'
import type { Lake } from '../store/lake/lake.ts'
import type { Keeper, LogToKeep } from './ingest-growing.ts'

export interface Following {
  /** Null: what comes is printed and not kept. */
  readonly lake: Lake | null
  /** In which the first file of each name begins, where it writes no years; null is not known. */
  readonly year: number | null
  /** From `meaningKey`, of logs that begin in a year. */
  readonly meaningIn: (year: number | null) => string
  readonly documents: DocumentIo
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly isStopped: () => boolean
  /** Resolves after a short while, at once when it is stopped. */
  readonly pause: () => Promise<void>
  readonly say: (line: string) => void
  /** What a log is by its start; null while that cannot be told, a text where it cannot be followed. */
  readonly recognise: (path: string, head: Uint8Array) => FollowedLog | string | null
  readonly keeperOf: (path: string) => Keeper
}

export type FollowedLog = Pick<LogToKeep, 'context' | 'options' | 'source'>
