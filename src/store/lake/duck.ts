/** DuckDB in this process, and what it may do: no downloads, no network, a bound on memory with a place to spill to. */
import { type DuckDBConnection, DuckDBInstance, type DuckDBResultReader } from '@duckdb/node-api'

export interface DuckLimits {
  /** DuckDB's own bound on memory, in MB; the process needs more than that. */
  readonly megabytes: number
  readonly threads: number
}

/** `spill` is a folder for what does not fit. */
export const openDuck = (limits: DuckLimits, spill: string): Promise<DuckDBInstance> =>
  DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    memory_limit: `${limits.megabytes}MB`,
    threads: String(limits.threads),
    temp_directory: spill,
    preserve_insertion_order: 'false',
  })

/** A text literal. */
// A statement ends at U+0000, which names in traffic may hold.
export const quoted = (text: string): string =>
  text.includes('\u0000')
    ? `(${text.split('\u0000').map(quoted).join(' || chr(0) || ')})`
    : `'${text.replaceAll("'", "''")}'`

export type DuckRow = Readonly<Record<string, string | number | bigint | null>>

/** All rows by the names of their columns. BIGINT comes as a bigint. */
export async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
): Promise<readonly DuckRow[]> {
  const reader: DuckDBResultReader = await connection.runAndReadAll(sql)
  return reader.getRowObjects() as readonly DuckRow[] // flat columns alone are asked for
}
