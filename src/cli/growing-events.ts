/** What a log that may grow tells, for a lake that wants to know at times how far it is told. */
import type { LogEvent, LogSummary } from '../logs/read.ts'
import type { Gap } from '../model/gap.ts'
import type { ObservationList } from '../store/lake/ingest.ts'
import type { Mark } from '../store/lake/source.ts'
import type { GrowingLog } from './growing-log.ts'

export type Fed =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** There is no more at present; with a time (ms) it has long been so. */
  | { readonly kind: 'pause'; readonly now: number | null }
  | { readonly kind: 'gap'; readonly gap: Gap }

export interface GrowingEvents {
  readonly lists: AsyncGenerator<ObservationList>
  /** The mark behind all that was given, or null: then one comes soon, with an empty list. */
  readonly reached: () => Mark | null
}

export function growingEvents(
  log: GrowingLog,
  feed: AsyncIterable<Fed>,
  ending: { readonly end: () => 'whole' | 'open'; readonly onEnd: (summary: LogSummary) => void },
): GrowingEvents {
  let mark: Mark | null = null
  let isAsked = false

  function* told(events: readonly LogEvent[]): Generator<ObservationList> {
    for (const event of events) {
      if (event.kind === 'observations') yield event.observations
      if (event.kind === 'flows') yield event.batch
      if (event.kind === 'end') ending.onEnd(event.summary)
    }
  }
  async function* lists(): AsyncGenerator<ObservationList> {
    for await (const fed of feed) {
      mark = null
      if (fed.kind === 'bytes') yield* told(log.push(fed.bytes))
      if (fed.kind === 'pause') yield* told(log.flush(fed.now))
      if (fed.kind === 'gap') yield [{ kind: 'gap', gap: fed.gap }]
      if (!isAsked) continue
      yield* told(log.flush(null))
      isAsked = false
      mark = log.mark()
      yield []
    }
    mark = null
    yield* told(log.end(ending.end()))
    mark = log.mark()
  }
  return {
    lists: lists(),
    reached() {
      isAsked = mark === null
      return mark
    },
  }
}
