/** Connections by when they were last active, to about a second; each is in one such list. */
import type { Connection } from './tcp-connection.ts'

export class ActivityList<State> {
  size = 0
  oldest: Connection<State> | null = null
  #newest: Connection<State> | null = null

  add(connection: Connection<State>, time: number): void {
    connection.list = this
    connection.touched = time
    connection.older = this.#newest
    connection.newer = null
    if (this.#newest === null) this.oldest = connection
    else this.#newest.newer = connection
    this.#newest = connection
    this.size++
  }

  remove(connection: Connection<State>): void {
    const { older, newer } = connection
    if (older === null) this.oldest = newer
    else older.newer = newer
    if (newer === null) this.#newest = older
    else newer.older = older
    connection.older = null
    connection.newer = null
    connection.list = null
    this.size--
  }

  touch(connection: Connection<State>, time: number): void {
    if (connection !== this.#newest) {
      this.remove(connection)
      this.add(connection, time)
    } else connection.touched = time
  }
}
