/** What a rotation took away before it was read. */
import { rotatedNames } from '../documents/growing.ts'
import { ReadFault, readFault } from '../documents/io.ts'
import { CompressionFault, decompressed } from '../logs/read-bytes.ts'
import { LakeBusyError } from '../store/catalogue/lock.ts'
import { OvertakenError } from '../store/lake/ingest.ts'
import type { Lake } from '../store/lake/lake.ts'
import type { KnownMark } from '../store/lake/source.ts'
import { chunksOf, headOf } from './evidence-input.ts'
import { inYear, yearsKnown } from './follow-year.ts'
import type { Following } from './following.ts'
import { furthestMark } from './furthest-mark.ts'
import { ReplacedError } from './growing-log.ts'
import { keepToEnd } from './ingest-growing.ts'

/** Files beside a name that are looked at: those that were written last. */
const mostRotated = 4

/** Whether the lake has anything of this name. */
export async function isKnownName(path: string, following: Following): Promise<boolean> {
  for (const { ends } of following.lake ? await lastEnds(path, following.lake, following) : [])
    if (ends.length > 0) return true
  return false
}

/**
 * Of the files beside this one, reads those that begin with what the lake has of this name, and go on behind it. Ends when
 * all are in the lake, or when it is stopped.
 */
export async function catchUp(path: string, following: Following): Promise<void> {
  const { lake, isStopped, pause } = following
  while (lake && !isStopped() && (await catchUpOnce(path, lake, following)) === 'again')
    await pause()
}

/** `again`: the lake was busy, or a file got another name meanwhile. */
async function catchUpOnce(
  path: string,
  lake: Lake,
  following: Following,
): Promise<'done' | 'again'> {
  for (const { year, ends } of await lastEnds(path, lake, following)) {
    if (ends.length === 0) continue
    for (const rotated of (await rotatedNames(path)).slice(0, mostRotated))
      try {
        await readOn(rotated, { path, year, ends }, lake, following)
      } catch (cause) {
        if (isPassing(cause)) return 'again'
        if (cause instanceof OvertakenError) following.say(`${rotated}: another process adds it`)
        else if (cause instanceof ReadFault) following.say(`${rotated}: ${cause.message}`)
        else throw cause
      }
  }
  return 'done'
}

const isPassing = (cause: unknown): boolean =>
  cause instanceof LakeBusyError ||
  cause instanceof ReplacedError ||
  (cause instanceof ReadFault && cause.reason === 'no-such-file')

interface Known {
  readonly path: string
  readonly year: number | null
  readonly ends: readonly KnownMark[]
}

async function readOn(
  rotated: string,
  { path, year, ends }: Known,
  lake: Lake,
  following: Following,
): Promise<void> {
  const open = () => bytesOf(rotated, following)
  const { mark, hasMore } = await furthestMark(open(), ends)
  if (mark === null || (mark.ended && !hasMore)) return
  const log = following.recognise(path, await headOf(open()))
  if (log === null || typeof log === 'string') return
  await keepToEnd(lake, { ...inYear(log, year, following), open }, following.keeperOf(path))
}

/** Throws `ReadFault` where the disk fails, and `CompressionFault`. */
async function* bytesOf(path: string, { documents }: Following): AsyncGenerator<Uint8Array> {
  try {
    yield* decompressed(chunksOf(path, documents))
  } catch (cause) {
    throw cause instanceof CompressionFault ? cause : readFault(cause, 'file')
  }
}

async function lastEnds(
  path: string,
  lake: Lake,
  following: Following,
): Promise<readonly Omit<Known, 'path'>[]> {
  const found: Omit<Known, 'path'>[] = []
  for (const year of yearsKnown(following))
    found.push({ year, ends: await lake.lastMarks(following.meaningIn(year), path) })
  return found
}
