/** A column of a chunk in its forms: cell by cell, numbers, numbers of texts, or one cell for all rows. */
import type { Cell, Row, TableName } from './columns.ts'
import type { Numbers } from './vectors.ts'

/** The most rows of a chunk. */
export const chunkRows = 2048

/** A chunk by columns: what stands beyond its length is of an earlier one. */
export type Columns<T extends TableName> = { readonly [C in keyof Row<T>]: Cell[] }

/** A column of a chunk: cells, or numbers where `from` is of the first row and NaN is null, or numbers of texts. */
export type ColumnCells =
  | { readonly kind: 'cells'; readonly cells: readonly Cell[] }
  | { readonly kind: 'numbers'; readonly values: Numbers; readonly from: number }
  /** From `idOf`; `noId` is null. */
  | { readonly kind: 'ids'; readonly ids: Int32Array }
  /** The same in all rows; nothing where it is null. */
  | { readonly kind: 'same'; readonly cell: Cell }
export const noId = -1
export type ChunkColumns<T extends TableName> = { readonly [C in keyof Row<T>]: ColumnCells }

export const nothing: ColumnCells = { kind: 'same', cell: null }

/** Of the first rows of a chunk. */
export function columnCells(cells: readonly Cell[], length: number): ColumnCells {
  const [first = null] = cells
  for (let i = 1; i < length; i++) if (cells[i] !== first) return { kind: 'cells', cells }
  return { kind: 'same', cell: first }
}

export const listOf = (cells: ColumnCells, length: number): readonly Cell[] =>
  cells.kind === 'cells'
    ? cells.cells
    : new Array<Cell>(length).fill(cells.kind === 'same' ? cells.cell : null)
