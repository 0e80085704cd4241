/**
 * The catalogue: the one truth about which files the lake is made of. One connection, one statement or transaction at a
 * time; transactions are short and hold no other work.
 */
import { Kysely } from 'kysely'
import { openSqlite, sqliteDialect } from '../sqlite-dialect.ts'
import { migrate } from './migrations.ts'
import type { CatalogueSchema } from './schema.ts'

export type Db = Kysely<CatalogueSchema>

/** How long a statement waits for another process, in milliseconds. */
const patience = 5000

export class Catalogue {
  readonly #db: Db
  #tail: Promise<unknown> = Promise.resolve()

  constructor(path: string) {
    const database = openSqlite(path, patience)
    try {
      migrate(database)
    } catch (cause) {
      database.close()
      throw cause
    }
    this.#db = new Kysely<CatalogueSchema>({ dialect: sqliteDialect(database) })
  }

  /** One or more reads, or one write, alone on the connection. */
  run<T>(work: (db: Db) => Promise<T>): Promise<T> {
    const turn = this.#tail.then(() => work(this.#db))
    this.#tail = turn.catch(() => undefined)
    return turn
  }

  /** All of it or nothing. */
  transact<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return this.run((db) => db.transaction().execute(work))
  }

  close(): Promise<void> {
    return this.run((db) => db.destroy())
  }
}
