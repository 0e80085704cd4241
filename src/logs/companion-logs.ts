/** Which logs of a call change what another one means: read with them it is another source. */
import { logFormats } from './index.ts'

interface KnownLog {
  /** Id of its format; null where none was recognised. */
  readonly id: string | null
}

/** None for formats that stand alone. */
export function companionsIn<L extends KnownLog>(
  { id }: KnownLog,
  call: readonly L[],
): readonly L[] {
  const asks = logFormats.find((format) => format.id === id)?.asks ?? []
  return call.filter((log) => log.id !== null && asks.includes(log.id))
}
