/**
 * `portreeve ingest --follow`: logs as they grow, whatever becomes of their names. A file is followed by its identity: what
 * was renamed is read to its end, and what took its name from its beginning. A file that became shorter was copied and cut:
 * the copy beside it is known by its bytes, and what is new in it is read from there.
 */
import { type GrowingFile, identityAt, openGrowing, rotatedNames } from '../documents/growing.ts'
import { type DocumentIo, readFault } from '../documents/io.ts'
import { LakeBusyError } from '../store/catalogue/lock.ts'
import { OvertakenError } from '../store/lake/ingest.ts'
import type { Lake } from '../store/lake/lake.ts'
import { growingFrom, type KnownMark } from '../store/lake/source.ts'
import { UsageError } from './edges.ts'
import { chunksOf, decompressed, examine } from './evidence-input.ts'
import { type Ending, feedOf } from './follow-feed.ts'
import { furthestMark, startOf } from './furthest-mark.ts'
import { ReplacedError } from './growing-log.ts'
import { type Keeper, keepFrom, keepToEnd, type LogToKeep } from './ingest-growing.ts'

export interface Following {
  /** Null: what comes is printed and not kept. */
  readonly lake: Lake | null
  readonly meaning: string
  readonly documents: DocumentIo
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly isStopped: () => boolean
  /** Resolves after a short while, at once when it is stopped. */
  readonly pause: () => Promise<void>
  readonly say: (line: string) => void
  /** What a log is by its start; null while that cannot be told, a text where it cannot be followed. */
  readonly recognise: (path: string, head: Uint8Array) => Omit<LogToKeep, 'open'> | string | null
  readonly keeperOf: (path: string) => Keeper
}

/** Before anything is read: what is there must be something that grows. */
export async function checkFollowed(paths: readonly string[], io: DocumentIo): Promise<void> {
  for (const path of paths) {
    const other = (what: string) =>
      new UsageError(`--follow reads logs that grow, and ${path} is ${what}`)
    if (path === '-')
      throw other('standard input: give - without --follow (a stream is read until it ends)')
    const entry = await io.stat(path).catch((cause: unknown) => {
      const fault = readFault(cause, 'file')
      if (fault.reason !== 'no-such-file')
        throw new UsageError(`${path}: ${fault.message}`, { cause })
      return null
    })
    if (entry === null) continue
    if (entry.kind !== 'file')
      throw other(
        entry.kind === 'folder' ? 'a folder: name its logs' : 'a pipe: give it without --follow',
      )
    const { kind, packing } = await examine(path, io)
    if (kind === 'capture')
      throw other('a capture: portreeve watch reads a live one, ingest without --follow a file')
    if (packing === 'gzip') throw other('compressed, which is done growing: leave --follow out')
    if (kind === 'parquet') throw other('Parquet, which is written at once: leave --follow out')
  }
}

/** Ends when it is stopped; what is complete is in the lake by then. */
export async function followLogs(paths: readonly string[], following: Following): Promise<void> {
  const works = [...new Set(paths)].map((path) => followName(path, following))
  await Promise.all(works)
}

/** A file that lost its name goes on being read beside the one that has it now. */
async function followName(path: string, following: Following): Promise<void> {
  await catchUp(path, following)
  const works: Promise<void>[] = []
  const faults: unknown[] = []
  let current: { readonly identity: string; readonly lost: { isLost: boolean } } | null = null
  let isTold = false
  while (!following.isStopped() && faults.length === 0) {
    const identity = await identityAt(path)
    if (identity !== null && identity !== current?.identity) {
      const file = await opened(path, following)
      if (file) {
        if (current) current.lost.isLost = true
        const lost = { isLost: false }
        current = { identity: file.identity, lost }
        works.push(
          followFile(path, file, lost, following).catch((error) => void faults.push(error)),
        )
      }
    } else if (identity === null && current === null && !isTold) {
      isTold = true
      following.say(`${path}: there is no such file yet; it is waited for`)
    }
    await following.pause()
  }
  if (faults.length === 0) await Promise.all(works)
  if (faults.length > 0) throw faults[0]
}

async function opened(path: string, { say }: Following): Promise<GrowingFile | null> {
  try {
    return await openGrowing(path)
  } catch (cause) {
    const fault = readFault(cause, 'file')
    if (fault.reason !== 'no-such-file') say(`${path}: ${fault.message}`)
    return null
  }
}

async function followFile(
  path: string,
  file: GrowingFile,
  lost: { readonly isLost: boolean },
  following: Following,
): Promise<void> {
  try {
    for (;;) {
      const ending = await followOnce(path, file, lost, following)
      if (ending === 'stopped' || ending === 'lost') return
      if (ending === 'shorter') await catchUp(path, following)
      await following.pause()
    }
  } finally {
    await file.close()
  }
}

/** Until the file is done, or its reading has to begin anew. */
async function followOnce(
  path: string,
  file: GrowingFile,
  lost: { readonly isLost: boolean },
  following: Following,
): Promise<Ending | 'again'> {
  const { lake, meaning, keeperOf, isStopped, now, pause } = following
  const log = await recognised(path, file, lost, following)
  if (log === null) return isStopped() ? 'stopped' : 'lost'
  const open = () => bytesOf(file)
  const marks = lake ? await lake.marks(meaning, await startOf(open())) : none
  const { mark } = await furthestMark(open(), marks.marks)
  const growing = growingFrom(meaning, marks, mark)
  let ending: Ending = 'stopped'
  const feed = feedOf(file, {
    least: mark?.offset ?? 0,
    isStopped,
    isLost: () => lost.isLost,
    now,
    pause,
    onEnd: (how) => {
      ending = how
    },
  })
  // A line that is cut may go on: in the file when it is read again, in the copy when it became shorter.
  const end = () => (ending === 'lost' ? 'whole' : 'open')
  try {
    await keepFrom({ ...log, open }, keeperOf(path), growing, { feed, end })
    return ending
  } catch (cause) {
    if (
      cause instanceof OvertakenError ||
      cause instanceof ReplacedError ||
      cause instanceof LakeBusyError
    )
      return isStopped() ? 'stopped' : 'again'
    throw cause
  }
}

const none = { marks: [], seen: 0 } as const
const headBytes = 64 * 1024

/** Waits until its first lines tell what it is; null where it ended before. */
async function recognised(
  path: string,
  file: GrowingFile,
  lost: { readonly isLost: boolean },
  { recognise, isStopped, pause, say }: Following,
): Promise<Omit<LogToKeep, 'open'> | null> {
  let [seen, isTold] = [0, false]
  while (!isStopped()) {
    const head = Buffer.alloc(headBytes)
    const length = await file.read(head, 0)
    // Half a line says little.
    const lines = head.subarray(0, length).lastIndexOf(10) + 1
    // Nor does half a header: what is just being written is looked at again.
    const log = seen === 0 ? null : recognise(path, head.subarray(0, lines))
    if (log !== null && typeof log !== 'string') return log
    if (seen > 0 && !isTold) {
      isTold = true
      say(log ?? `${path}: no log format that is known looks like this so far`)
    }
    seen = lines
    if (lost.isLost) return null
    await pause()
  }
  return null
}

async function* bytesOf(file: GrowingFile): AsyncGenerator<Uint8Array> {
  for (let at = 0; ; ) {
    const into = Buffer.allocUnsafe(256 * 1024)
    const length = await file.read(into, at)
    if (length === 0) return
    yield into.subarray(0, length)
    at += length
  }
}

/**
 * What a rotation took away before it was read: of the files beside this one, those that begin with what the lake has of
 * this name, and go on behind it.
 */
async function catchUp(path: string, following: Following): Promise<void> {
  const { lake, meaning, documents, recognise, keeperOf, say } = following
  if (lake === null) return
  const ends = lastOf(await lake.marksNamed(meaning, path))
  if (ends.length === 0) return
  for (const rotated of (await rotatedNames(path)).slice(0, mostRotated)) {
    const open = () => decompressed(chunksOf(rotated, documents))
    const { mark, hasMore } = await furthestMark(open(), ends).catch(() => nothing)
    if (mark === null || (mark.ended && !hasMore)) continue
    const { head } = await examine(rotated, documents)
    const log = recognise(path, head)
    if (log === null || typeof log === 'string') continue
    try {
      await keepToEnd(lake, { ...log, open }, keeperOf(path))
    } catch (cause) {
      if (!(cause instanceof OvertakenError || cause instanceof ReplacedError)) throw cause
      say(`${rotated}: another process adds it`)
    }
  }
}
const mostRotated = 4
const nothing = { mark: null, hasMore: false } as const

/** The ends of the two files that had the name last: the older of them may still be written when its name is gone. */
function lastOf(marks: readonly KnownMark[]): readonly KnownMark[] {
  const byLineage = new Map<number, KnownMark>()
  for (const mark of marks) {
    byLineage.delete(mark.lineage)
    byLineage.set(mark.lineage, mark)
  }
  return [...byLineage.values()].slice(-2)
}
