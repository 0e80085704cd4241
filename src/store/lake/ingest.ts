/** Observations into the lake, exactly once, batch by batch. */
import type { FlowBatch } from '../../model/flow-batch.ts'
import type { Observation } from '../../model/observation.ts'
import type { Db } from '../catalogue/catalogue.ts'
import { enterNotes } from '../catalogue/notes.ts'
import {
  endsOf,
  enterSessions,
  type Recognised,
  recogniseSessions,
  type Seen,
} from '../catalogue/sessions.ts'
import { enterRange, overtaking, type SourceState, stateOfSource } from '../catalogue/sources.ts'
import { addressText } from './address-cells.ts'
import { type Draft, recover, writeBatch } from './batch.ts'
import { draftsOf, stageShare } from './drafts.ts'
import { networkOf } from './event-row.ts'
import { type Gathering, gather, gatherFlows, gathering } from './gathering.ts'
import type { LakeParts } from './parts.ts'
import { extendByFlows } from './rollup.ts'
import { precedenceOf, sessionRow, transferRows } from './session-row.ts'
import { sessionShare } from './share.ts'
import type { KnownMark, LakeSource, Mark } from './source.ts'
import { Staging } from './staging.ts'

/** Flows come cheapest as columns. */
export type ObservationList = readonly Observation[] | FlowBatch
/** One by one, or in lists: lists cost less. */
export type Observations = Iterable<Observation> | AsyncIterable<Observation | ObservationList>

export interface IngestOptions {
  /**
   * Of a file that grows. Asked when a batch may end: how far the file is told by what was given so far. Null between two marks: the batch then
   * waits for the next one, which an empty list may announce.
   */
  readonly reached?: () => Mark | null
  /** Whether any of these marks, which others just made, stands in the bytes of this file. */
  readonly isOurs?: (marks: readonly KnownMark[]) => Promise<boolean>
  /** Told of each batch that is in the lake, with its observations. */
  readonly onBatch?: (observations: number) => void
}

/** Somebody else adds the same source. Of a file that grows, its marks have to be looked for again. */
export class OvertakenError extends Error {
  override readonly name = 'OvertakenError'
}

export interface Ingested {
  /** `known`: all of it was there before. */
  readonly kind: 'added' | 'known'
  /** Observations added by this call. */
  readonly observations: number
  /** Observations that were there from a call that was cut off. */
  readonly skipped: number
  /** Of those added, with times that cannot be right. */
  readonly aside: number
  readonly batches: number
}

/**
 * Adds a source. The observations must be the same, in the same order, whenever the same source is read again: what is in
 * the lake already is skipped by its ordinal. Throws `LakeBusyError` when another process keeps the lake to itself, and
 * `OvertakenError`.
 */
export async function ingest(
  parts: LakeParts,
  source: LakeSource,
  observations: Observations,
  options: IngestOptions = {},
): Promise<Ingested> {
  const { reached } = options
  const state = await parts.catalogue.transact((db) => stateOfSource(db, source))
  if (state.complete)
    return { kind: 'known', observations: 0, skipped: state.through, aside: 0, batches: 0 }
  const staging = new Staging(await parts.duck.connect())
  const { limits } = parts
  let open = gathering(source, staging, state.through)
  let [began, skip] = [parts.now(), state.through]
  let [added, aside, batches, written] = [0, 0, 0, state.through]
  const write = async (end: 'more' | 'done') => {
    await writeGathered(parts, open, state, { end, reached: reached?.() ?? null }, options)
    added += open.end - open.first
    options.onBatch?.(open.end - open.first)
    aside += open.aside
    written = open.end
    batches++
    await staging.clear()
    open = gathering(source, staging, written)
    began = parts.now()
  }
  try {
    const mayEnd = () => reached === undefined || reached() !== null
    const isFull = () =>
      (open.rows >= limits.batchRows || open.bytes + staging.bytes >= limits.batchBytes) && mayEnd()
    const isDue = () => parts.now() - began >= limits.batchMilliseconds && mayEnd()
    // Between two marks a full batch takes what comes: bounded, it would take one row at a time.
    const room = reached === undefined ? limits.batchRows : Number.MAX_SAFE_INTEGER
    for await (const list of lists(observations, () => duePause(open, began, parts))) {
      let at = Math.min(skip, sizeOf(list))
      skip -= at
      while (at < sizeOf(list)) {
        at = await take(open, list, at, room, parts.now(), isFull)
        if (isFull()) await write('more')
      }
      if (open.end > open.first && (isFull() || isDue())) await write('more')
      else if (open.end === open.first) began = parts.now()
    }
    await write('done')
    return { kind: 'added', observations: added, skipped: state.through, aside, batches }
  } finally {
    staging.close()
  }
}

const sizeOf = (list: ObservationList): number => ('rows' in list ? list.rows : list.length)

/** Takes of a list, from `at` on, what the batch has room for; tells where it stopped. */
async function take(
  open: Gathering,
  list: ObservationList,
  at: number,
  limit: number,
  now: number,
  isFull: () => boolean,
): Promise<number> {
  if ('rows' in list) {
    const end = Math.min(list.rows, at + Math.max(1, limit - open.rows))
    await gatherFlows(open, list, at, end, now)
    return end
  }
  for (let i = at; i < list.length; i++) {
    const full = gather(open, list[i] as Observation, now)
    if (full) await open.staging.flush(full)
    if (isFull()) return i + 1
  }
  return list.length
}

/** Milliseconds after which what was gathered is due, or undefined while there is nothing. */
const duePause = (open: Gathering, began: number, parts: LakeParts): number | undefined =>
  open.end === open.first
    ? undefined
    : Math.max(leastPause, parts.limits.batchMilliseconds - (parts.now() - began))

/** Milliseconds between two looks at a batch that is due and waits for a mark. */
const leastPause = 20

const listLength = 4096

/** In lists; an empty one comes when the source is silent for as long as `pause` tells. */
async function* lists(
  observations: Observations,
  pause: () => number | undefined,
): AsyncGenerator<ObservationList> {
  if (Symbol.iterator in observations) {
    let list: Observation[] = []
    for (const observation of observations)
      if (list.push(observation) >= listLength) {
        yield list
        list = []
      }
    if (list.length > 0) yield list
    return
  }
  const iterator = observations[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = iterator.next()
      for (let came = false; !came; ) {
        const due = pause()
        came = due === undefined || (await settlesWithin(next, due))
        if (!came) yield []
      }
      const { done, value } = await next
      if (done) return
      yield isList(value) ? value : [value]
    }
  } finally {
    await iterator.return?.()
  }
}

const isList = (value: Observation | ObservationList): value is ObservationList =>
  !('kind' in value)

async function settlesWithin(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const late = Symbol()
  const { promise: pause, resolve } = Promise.withResolvers<typeof late>()
  const timer = setTimeout(() => resolve(late), milliseconds)
  try {
    return (await Promise.race([promise, pause])) !== late
  } finally {
    clearTimeout(timer)
  }
}

const writeGathered = (
  parts: LakeParts,
  open: Gathering,
  state: SourceState,
  range: { readonly end: 'more' | 'done'; readonly reached: Mark | null },
  { isOurs }: IngestOptions,
): Promise<void> =>
  parts.lock.hold(async () => {
    await recover(parts)
    const { through, complete } = await parts.catalogue.transact((db) =>
      stateOfSource(db, open.source),
    )
    if (through !== open.first || complete)
      throw new OvertakenError(`${open.source.name}: another process adds the same source`)
    const { certain, marks } = await parts.catalogue.run((db) => overtaking(db, open.source, state))
    if (certain || (marks.length > 0 && ((await isOurs?.(marks)) ?? true)))
      throw new OvertakenError(`${open.source.name}: another process adds the same file`)
    const recognised = await parts.catalogue.run((db) => recogniseSessions(db, seenOf(open, state)))
    const drafts = open.rows > 0 ? await stageAll(open, state.id, recognised) : []
    const finish = async (db: Db, batch: number) => {
      await enterSessions(db, recognised)
      await enterNotes(db, open.source, state.id, batch, open.coverage, [...open.gaps.values()])
      await enterRange(db, state.id, batch, open, range)
    }
    await writeBatch(parts, open.staging.connection, 'ingest', drafts, finish)
  })

const seenOf = ({ source, sessions }: Gathering, { id, lineage }: SourceState): readonly Seen[] =>
  sessions.map(({ record, observation: { session, at } }) => {
    const offset = at[0]?.offset
    const network = networkOf(session.server.address, source.context.network)
    return {
      ends: endsOf(
        network,
        addressText(session.client.address),
        addressText(session.server.address),
      ),
      clientPort: session.client.port,
      serverPort: session.server.port,
      start: Math.floor(session.start),
      end: Math.max(Math.floor(session.start), Math.floor(session.end)),
      startSeen: session.startSeen,
      precedence: precedenceOf(source),
      source: id,
      record,
      share: sessionShare(session, network),
      place: lineage === null || offset === undefined ? null : { lineage, offset },
    }
  })

async function stageAll(
  { source, staging, sessions, shares }: Gathering,
  sourceId: number,
  recognised: readonly Recognised[],
): Promise<readonly Draft[]> {
  for (const [i, { record, observation }] of sessions.entries()) {
    const place = { source, sourceId, record, uid: recognised[i]?.uid ?? 0 }
    await staging.append('ftp_session', sessionRow(place, observation))
    for (const row of transferRows(place, observation)) await staging.append('ftp_transfer', row)
  }
  for (const share of shares) await stageShare(staging, share, 1)
  for (const { removed, added } of recognised) {
    if (removed) await stageShare(staging, removed, -1)
    if (added) await stageShare(staging, added, 1)
  }
  await staging.settle()
  if (staging.rowsIn('flow') > 0) await extendByFlows(staging)
  return draftsOf(staging)
}
