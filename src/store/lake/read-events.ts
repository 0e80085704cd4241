/** Events as they were put in. */
import type { Observation } from '../../model/observation.ts'
import { columnsOf, type Row, type TableName } from './columns.ts'
import { rowsOf } from './duck.ts'
import { readFlow } from './flow-row.ts'
import { type LakeParts, tableRelation, withConnection } from './parts.ts'
import { reading } from './reading.ts'
import { readService } from './service-row.ts'
import { readSession } from './session-row.ts'

export interface EventRange {
  /** Milliseconds since the epoch; `to` is outside. */
  readonly from: number
  readonly to: number
  /** At most so many. */
  readonly limit: number
}
type EventKind = 'flow' | 'service' | 'ftp-session'

/** Events of one kind in order of time, then of their ids; sessions as each origin saw them. */
export const readEvents = (
  parts: LakeParts,
  kind: EventKind,
  { from, to, limit }: EventRange,
): Promise<readonly Observation[]> =>
  reading(parts, async () => {
    const rows = <T extends TableName>(table: T) => rowsOfTable(parts, table, from, to, limit)
    switch (kind) {
      case 'flow':
        return (await rows('flow')).map(readFlow)
      case 'service':
        return (await rows('service')).map(readService)
      case 'ftp-session': {
        const sessions = await rows('ftp_session')
        const last = Number(sessions.at(-1)?.time ?? from)
        const transfers = Map.groupBy(
          await rowsOfTable(parts, 'ftp_transfer', from, last + 1, null),
          idOf,
        )
        return sessions.map((session) => readSession(session, transfers.get(idOf(session)) ?? []))
      }
    }
  })

const idOf = ({ source_key, record }: Pick<Row<'flow'>, 'source_key' | 'record'>): string =>
  `${source_key} ${record}`

const rowsOfTable = <T extends TableName>(
  parts: LakeParts,
  table: T,
  from: number,
  to: number,
  limit: number | null,
): Promise<readonly Row<T>[]> =>
  withConnection(parts, async (connection) => {
    const relation = await tableRelation(parts, table, from, to)
    const names = columnsOf(table).map(({ name }) => name)
    const most = limit === null ? '' : `LIMIT ${Math.floor(limit)}`
    const rows = await rowsOf(
      connection,
      `SELECT ${names.join(', ')} FROM ${relation} ORDER BY time, source_key, record ${most}`,
    )
    return rows as unknown as readonly Row<T>[] // the columns that were asked for
  })
