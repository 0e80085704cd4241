/**
 * `portreeve ingest --follow`: logs as they grow, whatever becomes of their names. A file is followed by its identity: what
 * was renamed is read to its end, and what took its name from its beginning. A file that became shorter was copied and cut:
 * the copy beside it is known by its bytes, and what is new in it is read from there.
 */
import { type GrowingFile, identityAt, openGrowing } from '../documents/growing.ts'
import { ReadFault, readFault } from '../documents/io.ts'
import { LakeBusyError } from '../store/catalogue/lock.ts'
import { OvertakenError } from '../store/lake/ingest.ts'
import { growingFrom, type KnownMark, type Marks } from '../store/lake/source.ts'
import { catchUp, isKnownName } from './catch-up.ts'
import { UsageError } from './edges.ts'
import { type Ending, feedOf } from './follow-feed.ts'
import { type Beginning, inYear, yearOfNew, yearsKnown } from './follow-year.ts'
import type { FollowedLog, Following } from './following.ts'
import { furthestMark, startOf } from './furthest-mark.ts'
import { ReplacedError } from './growing-log.ts'
import { keepFrom } from './ingest-growing.ts'

/** Ends when it is stopped, or when one of the logs fails; what is complete is in the lake by then. */
export async function followLogs(paths: readonly string[], following: Following): Promise<void> {
  const faults: unknown[] = []
  // What is a fault of one ends all of them in good order.
  const together = {
    ...following,
    isStopped: () => faults.length > 0 || following.isStopped(),
  }
  const works = [...new Set(paths)].map((path) => {
    const guard = (work: Promise<void>): Promise<void> =>
      work.catch((cause: unknown) => {
        faults.push(
          cause instanceof ReadFault
            ? new UsageError(`${path}: ${cause.message}`, { cause })
            : cause,
        )
      })
    return guard(followName(path, together, guard))
  })
  await Promise.all(works)
  if (faults.length > 0) throw faults[0]
}

/** A file that lost its name goes on being read beside the one that has it now; `guard` takes the faults of both. */
async function followName(
  path: string,
  following: Following,
  guard: (work: Promise<void>) => Promise<void>,
): Promise<void> {
  const tell = changesOf(following.say)
  let beginning: Beginning = (await isKnownName(path, following)) ? 'near' : 'given'
  await catchUp(path, following)
  const works: Promise<void>[] = []
  let current: { readonly identity: string; readonly lost: { isLost: boolean } } | null = null
  while (!following.isStopped()) {
    const identity = await identityAt(path)
    if (identity === null)
      tell(current === null ? `${path}: there is no such file yet; it is waited for` : null)
    else if (identity === current?.identity) tell(null)
    else {
      const file = await opened(path, tell)
      if (file) {
        if (current) current.lost.isLost = true
        const lost = { isLost: false }
        current = { identity: file.identity, lost }
        works.push(guard(followFile({ path, file, lost }, beginning, following)))
        beginning = 'near'
      }
    }
    await following.pause()
  }
  await Promise.all(works)
}

/** Says what stands in the way when that is another thing than before; null is nothing. */
function changesOf(say: (line: string) => void): (line: string | null) => void {
  let before: string | null = null
  return (line) => {
    if (line !== null && line !== before) say(line)
    before = line
  }
}

async function opened(
  path: string,
  tell: (line: string | null) => void,
): Promise<GrowingFile | null> {
  try {
    const file = await openGrowing(path)
    tell(null)
    return file
  } catch (cause) {
    const fault = readFault(cause, 'file')
    if (fault.reason !== 'no-such-file') tell(`${path}: ${fault.message}; it is waited for`)
    return null
  }
}

/** How often a log is tried again that somebody else adds, after the follower was stopped. */
const lastTries = 5

interface Followed {
  readonly path: string
  readonly file: GrowingFile
  readonly lost: { readonly isLost: boolean }
}

async function followFile(
  followed: Followed,
  beginning: Beginning,
  following: Following,
): Promise<void> {
  try {
    for (let [next, left] = [beginning, lastTries]; ; ) {
      const ending = await followOnce(followed, next, following)
      if (ending === 'stopped' || ending === 'lost') return
      if (following.isStopped() && left-- === 0)
        throw new UsageError(
          `${followed.path}: another process is adding it, and what came last is not added: ingest it when that is done`,
        )
      if (ending === 'shorter') {
        await catchUp(followed.path, following)
        next = 'near'
      }
      await following.pause()
    }
  } finally {
    await followed.file.close()
  }
}

/** Until the file is done, or its reading has to begin anew. */
async function followOnce(
  followed: Followed,
  beginning: Beginning,
  following: Following,
): Promise<Ending | 'again'> {
  const { path, file, lost } = followed
  const { keeperOf, isStopped, now, pause } = following
  const recognition = await recognised(followed, following)
  if (recognition === null) return isStopped() ? 'stopped' : 'lost'
  const open = () => bytesOf(file)
  const { log, growing } = await readingOf(recognition, open, beginning, following)
  const done: { how: Ending } = { how: 'stopped' }
  const feed = feedOf(file, {
    least: growing.from?.offset ?? 0,
    isStopped,
    isLost: () => lost.isLost,
    now,
    pause,
    onEnd: (how) => {
      done.how = how
    },
  })
  // A line that is cut may go on: in the file when it is read again, in the copy when it became shorter.
  const end = () => (done.how === 'lost' ? 'whole' : 'open')
  try {
    await keepFrom({ ...log, open }, keeperOf(path), growing, { feed, end })
    return done.how
  } catch (cause) {
    if (
      !(cause instanceof OvertakenError) &&
      !(cause instanceof ReplacedError) &&
      !(cause instanceof LakeBusyError)
    )
      throw cause
    // What was cut meanwhile is looked for in its copy.
    if (done.how === 'shorter') return done.how
    return 'again'
  }
}

/** From the furthest mark on, of whatever year it is; a file without one is new. */
async function readingOf(
  { log, head }: Recognition,
  open: () => AsyncIterable<Uint8Array>,
  beginning: Beginning,
  following: Following,
) {
  const { lake } = following
  const ofNew = yearOfNew(log, head, beginning, following)
  const reading = (year: number | null, marks: Marks, mark: KnownMark | null) => ({
    log: inYear(log, year, following),
    growing: growingFrom(following.meaningIn(year), marks, mark),
  })
  if (lake === null) return reading(ofNew, { marks: [], seen: 0 }, null)
  const start = await startOf(open())
  const look = async (year: number | null) => {
    const marks = await lake.marks(following.meaningIn(year), start)
    const { mark } = await furthestMark(open(), marks.marks)
    return reading(year, marks, mark)
  }
  for (const year of yearsKnown(following)) {
    const known = year === ofNew ? null : await look(year)
    if (known?.growing.from) return known
  }
  return look(ofNew)
}

const headBytes = 64 * 1024

interface Recognition {
  readonly log: FollowedLog
  readonly head: Uint8Array
}

/** Waits until its first lines tell what it is; null where it ended before. */
async function recognised(
  { path, file, lost }: Followed,
  { recognise, isStopped, pause, say }: Following,
): Promise<Recognition | null> {
  let [seen, isTold] = [0, false]
  for (;;) {
    const bytes = Buffer.alloc(headBytes)
    const length = await file.read(bytes, 0)
    // Half a line says little.
    const lines = bytes.subarray(0, length).lastIndexOf(10) + 1
    const head = bytes.subarray(0, lines)
    // Nor does half a header: what is just being written is looked at again.
    const log = seen === 0 && !isStopped() ? null : recognise(path, head)
    if (log !== null && typeof log !== 'string') return { log, head }
    if (lines > 0 && (seen > 0 || isStopped()) && !isTold) {
      isTold = true
      say(log ?? `${path}: no log format that is known looks like this so far`)
    }
    seen = lines
    if (lost.isLost || isStopped()) return null
    await pause()
  }
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
