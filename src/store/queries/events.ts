/** What questions are asked of: tables of events, wherever they are and whichever engine reads them. */
import type { RollupName, TableName } from '../lake/columns.ts'
import type { DuckRow } from '../lake/duck.ts'
import type { Dialect } from './dialect.ts'
import type { Reading, Window } from './window.ts'

export interface EventTables {
  readonly dialect: Dialect
  readonly rows: (sql: string) => Promise<readonly DuckRow[]>
  /** A relation of all events of a table in the window. */
  readonly table: (table: TableName, window: Window) => Promise<string>
  /** The same of a rollup where `where` holds, every key in one row; null where there are no rollups. */
  readonly rollup: ((table: RollupName, window: Window, where: string) => Promise<string>) | null
  /** The newest believable event, milliseconds since the epoch; where raw events are gone, the newest hour of the rollups. */
  readonly newest: () => Promise<number | null>
  /** Of events before this time, milliseconds since the epoch, any may have been deleted; -Infinity where none were. */
  readonly wholeFrom: () => Promise<number>
  /** Whether every connection of the network was watched all of the window, and nothing of it was deleted from what is read. */
  readonly covers: (network: string, window: Window, read: Reading) => Promise<boolean>
  /** Runs what reads; the events stay until it ends. */
  readonly reading: <T>(read: () => Promise<T>) => Promise<T>
}
