/**
 * Columns of rows into vectors of DuckDB. Numbers go straight into the memory behind a vector: its own `setItem` wants a
 * BigInt and a check for each, which is most of what a line of a flow log would cost.
 */
import type { DuckDBBigIntVector, DuckDBIntegerVector, DuckDBVarCharVector } from '@duckdb/node-api'
import type { Cell } from './columns.ts'

type Cells = readonly Cell[]

const wordSize = 0x1_0000_0000

/** Fractions of a millisecond are cut off. */
export function fillNumbers(vector: DuckDBBigIntVector, cells: Cells, length: number): void {
  const items = vector['items']
  const words = new Int32Array(items.buffer, items.byteOffset, 2 * items.length)
  for (let i = 0; i < length; i++) {
    const cell = cells[i]
    if (typeof cell === 'number' && Number.isSafeInteger(Math.floor(cell))) {
      // Two's complement, lower word first, as on every machine that DuckDB is built for.
      const whole = Math.floor(cell)
      const upper = Math.floor(whole / wordSize)
      words[2 * i] = whole - upper * wordSize
      words[2 * i + 1] = upper
    } else vector.setItem(i, typeof cell === 'bigint' ? cell : null)
  }
}

/** Numbers of many rows; NaN is null. */
export type Numbers = Float64Array | Uint8Array | Uint16Array

/** As `fillNumbers`, from row `from` on. */
export function fillWords(
  vector: DuckDBBigIntVector,
  values: Numbers,
  from: number,
  length: number,
): void {
  const items = vector['items']
  const words = new Int32Array(items.buffer, items.byteOffset, 2 * items.length)
  for (let i = 0; i < length; i++) {
    const value = Math.floor(values[from + i] as number)
    if (Number.isSafeInteger(value)) {
      const upper = Math.floor(value / wordSize)
      words[2 * i] = value - upper * wordSize
      words[2 * i + 1] = upper
    } else vector.setItem(i, null)
  }
}

/** As `fillIntegers`, from row `from` on. */
export function fillSmall(
  vector: DuckDBIntegerVector,
  values: Numbers,
  from: number,
  length: number,
): void {
  const items = vector['items']
  if (!(values instanceof Float64Array)) {
    items.set(values.subarray(from, from + length))
    return
  }
  for (let i = 0; i < length; i++) {
    const value = values[from + i] as number
    if (value >= least && value <= most) items[i] = value
    else vector.setItem(i, null)
  }
}

const [least, most] = [-0x8000_0000, 0x7fff_ffff]

export function fillIntegers(vector: DuckDBIntegerVector, cells: Cells, length: number): void {
  const items = vector['items']
  for (let i = 0; i < length; i++) {
    const cell = cells[i]
    if (typeof cell === 'number' && cell >= least && cell <= most) items[i] = cell
    else vector.setItem(i, null)
  }
}

/** Returns how many code units were copied. Half a surrogate pair has no UTF-8 and becomes U+FFFD. */
export function fillTexts(vector: DuckDBVarCharVector, cells: Cells, length: number): number {
  let copied = 0
  for (let i = 0; i < length; i++) {
    const cell = cells[i]
    if (typeof cell === 'string') {
      vector.setItem(i, cell.toWellFormed())
      copied += cell.length
    } else vector.setItem(i, null)
  }
  return copied
}
