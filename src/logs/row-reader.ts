/** The fast way through a log of flows alone: bytes into columns, without a text or object for each line. */
import type { FlowBatch } from '../model/flow-batch.ts'
import type { LineOutcome } from './log.ts'

/** Complete lines in a buffer; the byte before `end` is a line feed. Reading moves `at` and `line`. */
export interface LineChunk {
  readonly bytes: Uint8Array
  at: number
  readonly end: number
  /** Number of the line that begins at `at`, from 1. */
  line: number
  /** Offset in the document of the first byte of `bytes`. */
  readonly base: number
}

export interface RowReader {
  batch(capacity: number): FlowBatch
  /** Reads until the chunk or the room in the batch ends; lines that are no plain row go to `other`, in order. */
  read(
    chunk: LineChunk,
    into: FlowBatch,
    other: (outcome: LineOutcome, line: number, offset: number) => void,
  ): void
}
