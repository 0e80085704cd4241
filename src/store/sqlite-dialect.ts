/** Kysely over Node's own SQLite: its driver asks for three methods, which are adapted here. */
import * as sqlite from 'node:sqlite'
import { SqliteDialect } from 'kysely'

type Cell = null | number | bigint | string | Uint8Array

/**
 * Opens a database file with a write-ahead log and a full sync at each commit: what was acknowledged survives a power cut.
 * Waits up to `patience` milliseconds for another process that writes.
 */
export function openSqlite(path: string, patience: number): sqlite.DatabaseSync {
  const database = new sqlite.DatabaseSync(path)
  database.exec(
    `PRAGMA busy_timeout = ${patience}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON`,
  )
  return database
}

export const sqliteDialect = (database: sqlite.DatabaseSync): SqliteDialect =>
  new SqliteDialect({
    database: {
      close: () => database.close(),
      prepare(text) {
        // After some errors, such as a full disk, SQLite has rolled back by itself. That it cannot do so twice hides nothing.
        if (text === 'rollback' && !database.isTransaction) return nothing
        // A transaction that begins by reading cannot always become a writing one; ours all write.
        const statement = database.prepare(text === 'begin' ? 'begin immediate' : text)
        return {
          reader: statement.columns().length > 0,
          all: (parameters) => statement.all(...parameters.map(cell)),
          run: (parameters) => statement.run(...parameters.map(cell)),
          iterate: (parameters) => statement.iterate(...parameters.map(cell)),
        }
      },
    },
  })

const nothing = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [][Symbol.iterator](),
} as const

function cell(value: unknown): Cell {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string')
    return value
  if (value instanceof Uint8Array) return value
  throw new TypeError(`SQLite has no type for ${typeof value}`)
}
