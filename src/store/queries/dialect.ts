/**
 * The few functions that queries are built from, for each engine that may run them. No division (it is whole in some engines
 * and not in others), no approximate functions, sums cast back to the 64 bits that went in.
 */
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
  text: (value) => `'${value.replaceAll("'", "''")}'`,
  whole(value) {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`)
    return String(value)
  },
  first: (count) => `LIMIT ${common.whole(count)}`,
}

export const dialects = {
  duckdb: common,
  trino: common,
  // PostgreSQL takes a backslash as it is only in standard strings, and cuts at NUL: it has none.
  postgresql: { ...common, text: (value) => common.text(value.replaceAll('\0', '')) },
} as const satisfies Readonly<Record<string, Dialect>>
export type EngineName = keyof typeof dialects

export const anyOf = (column: string, values: readonly string[]): string =>
  values.length === 0 ? 'false' : `${column} IN (${values.join(', ')})`
