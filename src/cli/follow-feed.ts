/** The bytes of a file as it grows, until it is done. */
import type { GrowingFile } from '../documents/growing.ts'
import type { Fed } from './growing-events.ts'

/** `lost`: it has no name any more and nobody writes to it. `shorter`: it was cut, or written anew. */
export type Ending = 'stopped' | 'lost' | 'shorter'

export interface Watching {
  /** It is not stopped before so many bytes. */
  readonly least: number
  readonly isStopped: () => boolean
  readonly isLost: () => boolean
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly pause: () => Promise<void>
  readonly onEnd: (ending: Ending) => void
}

const chunkBytes = 256 * 1024
/** What stands before the place that was read up to: lines that say when differ in it, should the file be another. */
const windowBytes = 1024
/** A file without a name is left when it was silent for so long, ms: a server may write to it until its last client leaves. */
const lostPatience = 600_000
/** How often open sessions are looked at for silence, ms. */
const silenceEvery = 60_000

export async function* feedOf(file: GrowingFile, watching: Watching): AsyncGenerator<Fed> {
  const { least, isStopped, isLost, now, pause, onEnd } = watching
  let at = 0
  let window: Uint8Array = new Uint8Array(0)
  let grew = now()
  let looked = grew
  let isFresh = true
  for (;;) {
    if (isStopped() && at >= least) return onEnd('stopped')
    // It may have been cut and be longer again: what was read last must still stand there.
    if (!isFresh && !(await standsAt(file, at, window))) return onEnd('shorter')
    isFresh = true
    const bytes = Buffer.allocUnsafe(chunkBytes)
    const length = await file.read(bytes, at)
    if (length > 0) {
      const read = bytes.subarray(0, length)
      at += length
      window = (
        length >= windowBytes ? read : Buffer.concat([window, read]).subarray(-windowBytes)
      ).slice(-windowBytes)
      grew = now()
      looked = grew
      yield { kind: 'bytes', bytes: read }
      continue
    }
    if (at < least) return onEnd('shorter')
    if (isLost() && now() - grew >= lostPatience) return onEnd('lost')
    const isSilent = now() - looked >= silenceEvery
    if (isSilent) looked = now()
    yield { kind: 'pause', now: isSilent ? now() : null }
    await pause()
    isFresh = false
  }
}

async function standsAt(file: GrowingFile, at: number, window: Uint8Array): Promise<boolean> {
  const size = await file.size()
  if (size < at) return false
  if (size === at || window.length === 0) return true
  const into = Buffer.alloc(window.length)
  const length = await file.read(into, at - window.length)
  return length === window.length && into.equals(window)
}
