/** How a question is asked: the window found, the reading chosen, the files kept while it runs. */
import type { DuckRow } from '../lake/duck.ts'
import type { Dialect } from './dialect.ts'
import type { EventTables } from './events.ts'
import { type Relation, relation, type Subject } from './relations.ts'
import { type Answer, type Asked, type Reading, rawHours, type Window, windowOf } from './window.ts'

export interface Question<T> {
  readonly of: Relation
  readonly subjects: readonly Subject[]
  /** The query over the relation; of rollups, every key stands in one row. */
  readonly sql: (from: string, sql: Dialect, read: Reading) => string
  readonly read: (row: DuckRow) => T
}

export const ask = <T>(
  events: EventTables,
  asked: Asked,
  question: Question<T>,
): Promise<Answer<T>> =>
  events.reading(async () => {
    const newest = await events.newest()
    const asOf = asked.asOf === 'newest' ? newest : asked.asOf
    if (asOf === null) return { kind: 'none', window: null, newest }
    const window = windowOf(asked.hours, asOf)
    for (const read of await readings(events, asked, window)) {
      const from = await relation(events, question.of, read, question.subjects, window)
      const rows = await events.rows(question.sql(from, events.dialect, read))
      if (rows.length > 0 || (await holdsAnything(events, read, window)))
        return { kind: 'found', window, read, rows: rows.map(question.read) }
    }
    return { kind: 'none', window, newest }
  })

/**
 * What is read, and what else where that holds nothing. Raw events answer for a short window of which none were deleted;
 * else rollups, which are kept for longer and count alike. What no rollup counts may be in the raw events all the same.
 */
export async function readings(
  events: EventTables,
  { read = 'auto', hours }: Pick<Asked, 'read' | 'hours'>,
  { from }: Window,
): Promise<readonly [Reading, ...Reading[]]> {
  if (events.rollup === null) return ['raw']
  if (read !== 'auto') return [read]
  const isWhole = hours <= rawHours && (await events.wholeFrom()) <= from
  return isWhole ? ['raw'] : ['rollup', 'raw']
}

async function holdsAnything(events: EventTables, read: Reading, window: Window): Promise<boolean> {
  const all: readonly Subject[] = ['ftpSession', 'otherService', 'acceptedFlow']
  const from = await relation(events, 'hours', read, all, window)
  const hidden = read === 'raw' ? await rawOthers(events, window) : ''
  const rows = await events.rows(
    `SELECT 1 AS one FROM (SELECT time FROM ${from} r ${hidden}) a ${events.dialect.first(1)}`,
  )
  return rows.length > 0
}

/** Events that no rollup counts, such as rejected flows and services that are FTP: they too are something seen. */
async function rawOthers(events: EventTables, window: Window): Promise<string> {
  const [flows, services] = [
    await events.table('flow', window),
    await events.table('service', window),
  ]
  return `UNION ALL SELECT time FROM ${flows} f UNION ALL SELECT time FROM ${services} s`
}
