/** What the key of a source must hold beside its own hash: those of the logs of the same call that change what it means. */
import { logFormats } from './index.ts'

export interface HashedLog {
  /** Id of its format; null where none was recognised. */
  readonly id: string | null
  /** Null for a stream, which nobody can read twice. */
  readonly sha256: string | null
}

/** In an order of their own, so that the order of the call changes nothing; empty for formats that stand alone. */
export function companionHashes(
  { id }: HashedLog,
  call: readonly HashedLog[],
): readonly (string | null)[] {
  const asks = logFormats.find((format) => format.id === id)?.asks ?? []
  return call
    .filter((log) => log.id !== null && asks.includes(log.id))
    .map(({ sha256 }) => sha256)
    .toSorted()
}
