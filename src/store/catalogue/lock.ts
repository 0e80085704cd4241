/**
 * One writer at a time, over all processes. The lock is an open transaction on a file of its own: the operating system
 * drops it when a process dies in whatever way, so that a batch found pending under the lock is surely dead.
 */
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'

export class LakeBusyError extends Error {
  override readonly name = 'LakeBusyError'
}

const retryAfter = 20 // milliseconds

export class WriterLock {
  readonly #path: string
  #tail: Promise<unknown> = Promise.resolve()

  constructor(path: string) {
    this.#path = path
  }

  /** Runs the work as the only writer. Waits `patience` milliseconds for other processes, then throws `LakeBusyError`. */
  hold<T>(work: () => Promise<T>, patience = 60_000): Promise<T> {
    const turn = this.#tail.then(async () => {
      const held = await acquire(this.#path, patience)
      try {
        return await work()
      } finally {
        held.close()
      }
    })
    this.#tail = turn.catch(() => undefined)
    return turn
  }
}

async function acquire(path: string, patience: number): Promise<DatabaseSync> {
  for (let waited = 0; ; waited += retryAfter) {
    const database = new DatabaseSync(path)
    try {
      database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
      return database
    } catch (cause) {
      database.close()
      if (!isBusy(cause)) throw cause
      if (waited >= patience)
        throw new LakeBusyError('another process writes to this lake', { cause })
    }
    await pause(retryAfter)
  }
}

/** SQLITE_BUSY, the low byte of its extended codes (sqlite.org/rescode.html). */
const isBusy = (cause: unknown): boolean =>
  cause instanceof Error && 'errcode' in cause && (Number(cause.errcode) & 0xff) === 5
