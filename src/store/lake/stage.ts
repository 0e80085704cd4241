/** One table on its way into a batch: the chunk that is being filled, and the tables of DuckDB that took the chunks before. */
import type { DuckDBAppender } from '@duckdb/node-api'
import { chunkRows } from './column-cells.ts'
import type { Cell, Column, ColumnType } from './columns.ts'

export interface Stage {
  readonly name: string
  readonly columns: readonly Column[]
  readonly cells: readonly Cell[][]
  readonly byName: Readonly<Record<string, Cell[]>>
  /** Rows of the chunk. */
  length: number
  count: number
  /** Tables by the columns they have. */
  readonly parts: Map<string, Part>
  /** Of texts that repeat: the one that stands in all rows, or null where they differ. */
  readonly constants: Map<string, number | null>
}
export interface Part {
  readonly table: string
  /** With their places among all columns of the stage. */
  readonly columns: readonly { readonly column: Column; readonly at: number }[]
  /** What stands in all rows and is not in the table: `1 AS origin_id`. */
  readonly fixed: readonly string[]
  readonly appender: DuckDBAppender
}

export function stageOf(name: string, columns: readonly Column[]): Stage {
  const cells = columns.map(() => new Array<Cell>(chunkRows).fill(null))
  const byName = Object.fromEntries(columns.map((column, i) => [column.name, cells[i] ?? []]))
  return {
    name,
    columns,
    cells,
    byName,
    length: 0,
    count: 0,
    parts: new Map(),
    constants: new Map(),
  }
}

/** Notes that a text (by its number) or nothing stands in rows of a column of texts that repeat. */
export function noteRepeat(
  { constants }: Stage,
  { name, repeats }: Column,
  id: number | bigint | null,
): void {
  if (!repeats || typeof id === 'bigint') return
  const constant = constants.get(name)
  if (constant === undefined) constants.set(name, id)
  else if (constant !== id) constants.set(name, null)
}

/** A time or a long text that is the same in a chunk would make a table of its own for each chunk. */
export const mayBeFixed = ({ type, repeats }: Column, cell: Cell): boolean =>
  cell === null || type === 'INTEGER' || repeats === true

/** A text that repeats is staged as its number. */
export const stagedType = ({ type, repeats }: Column): ColumnType => (repeats ? 'INTEGER' : type)
