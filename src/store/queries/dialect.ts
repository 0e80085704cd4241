/**
 * The few functions that queries are built from, for each engine that may run them. No division (it is whole in some engines
 * and not in others), no approximate functions, sums cast back to the 64 bits that went in. Order of texts is that of their
 * bytes: in PostgreSQL by a database with the collation C.
 *
 * DuckDB and PostgreSQL are asked every question by tests and must agree. Trino was never asked; a test holds what it would
 * be sent to words and functions of its documentation.
 */
import { quoted } from '../lake/duck.ts'

export interface Dialect {
  /** The start of the hour of a time in milliseconds. */
  readonly hourOf: (time: string) => string
  readonly total: (expression: string) => string
  readonly text: (value: string) => string
  readonly whole: (value: number) => string
  readonly first: (count: number) => string
}

const common: Dialect = {
  hourOf: (time) => `${time} - mod(${time}, 3600000)`,
  total: (expression) => `CAST(coalesce(sum(${expression}), 0) AS BIGINT)`,
  text: quoted,
  whole(value) {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`)
    return String(value)
  },
  first: (count) => `LIMIT ${common.whole(count)}`,
}

export const dialects = {
  duckdb: common,
  trino: common,
  // PostgreSQL has no text with U+0000: nothing there is equal to one.
  postgresql: { ...common, text: (value) => (value.includes('\0') ? 'NULL' : quoted(value)) },
} as const satisfies Readonly<Record<string, Dialect>>

export const anyOf = (column: string, values: readonly string[]): string =>
  values.length === 0 ? 'false' : `${column} IN (${values.join(', ')})`
