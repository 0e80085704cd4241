/** How a question is asked: the window found, the reading chosen, the files kept while it runs. */
import { newestEvent } from '../catalogue/files.ts'
import type { TableName } from '../lake/columns.ts'
import { type DuckRow, rowsOf } from '../lake/duck.ts'
import { type LakeParts, tableRelation, withConnection } from '../lake/parts.ts'
import { reading } from '../lake/reading.ts'
import { type Relation, relation, type Subject } from './relations.ts'
import { type Answer, type Asked, type Reading, rawHours, type Window, windowOf } from './window.ts'

export interface Question<T> {
  readonly of: Relation
  readonly subjects: readonly Subject[]
  /** The query over the relation; of rollups, every key stands in one row. */
  readonly sql: (from: string, read: Reading) => string
  readonly read: (row: DuckRow) => T
}

const eventTables: readonly TableName[] = ['ftp_session', 'flow', 'service']
const allTables: readonly TableName[] = [...eventTables, 'rollup_hour']

export const ask = <T>(parts: LakeParts, asked: Asked, question: Question<T>): Promise<Answer<T>> =>
  reading(parts, async () => {
    const newest = await newestOf(parts)
    const asOf = asked.asOf === 'newest' ? newest : asked.asOf
    if (asOf === null) return { kind: 'none', window: null, newest }
    const window = windowOf(asked.hours, asOf)
    for (const read of readings(asked)) {
      const from = await relation(parts, question.of, read, question.subjects, window)
      const rows = await withConnection(parts, (connection) =>
        rowsOf(connection, question.sql(from, read)),
      )
      if (rows.length > 0 || (await holdsAnything(parts, read, window)))
        return { kind: 'found', window, read, rows: rows.map(question.read) }
    }
    return { kind: 'none', window, newest }
  })

/** The newest believable event of any kind; where raw events are gone, the newest hour of the rollups. */
export const newestOf = async (parts: LakeParts): Promise<number | null> =>
  (await parts.catalogue.run((db) => newestEvent(db, eventTables))) ??
  (await parts.catalogue.run((db) => newestEvent(db, allTables)))

/** Rollups stand in where the raw events of a short window are gone already. */
function readings({ read = 'auto', hours }: Asked): readonly Reading[] {
  if (read !== 'auto') return [read]
  return hours <= rawHours ? ['raw', 'rollup'] : ['rollup']
}

async function holdsAnything(parts: LakeParts, read: Reading, window: Window): Promise<boolean> {
  const all: readonly Subject[] = ['ftpSession', 'otherService', 'acceptedFlow']
  const from = await relation(parts, 'hours', read, all, window)
  const hidden = read === 'raw' ? await rawOthers(parts, window) : ''
  const rows = await withConnection(parts, (connection) =>
    rowsOf(connection, `SELECT 1 AS one FROM (SELECT time FROM ${from} ${hidden}) LIMIT 1`),
  )
  return rows.length > 0
}

/** Events that no rollup counts, such as rejected flows and services that are FTP: they too are something seen. */
async function rawOthers(parts: LakeParts, window: Window): Promise<string> {
  const [flows, services] = [
    await tableRelation(parts, 'flow', window.from, window.to),
    await tableRelation(parts, 'service', window.from, window.to),
  ]
  return `UNION ALL SELECT time FROM ${flows} UNION ALL SELECT time FROM ${services}`
}
