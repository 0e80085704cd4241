/** Checkpoints every so often: one after the other, and none once it is told to stop. */
import type { Checkpoint } from './checkpoint.ts'

export class Saver {
  readonly #save: (checkpoint: Checkpoint) => Promise<void>
  readonly #state: () => Checkpoint
  readonly #failed: (error: unknown) => void
  readonly #timer: (callback: () => void) => () => void
  #cancel: () => void = () => {}
  #last: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(
    save: (checkpoint: Checkpoint) => Promise<void>,
    state: () => Checkpoint,
    failed: (error: unknown) => void,
    timer: (callback: () => void) => () => void,
  ) {
    this.#save = save
    this.#state = state
    this.#failed = failed
    this.#timer = timer
  }

  start(): void {
    if (this.#stopped) return
    this.#cancel = this.#timer(() => {
      void this.saveNow().then(() => this.start())
    })
  }

  /** Resolves when it is written, or when it is known that it cannot be. */
  saveNow(): Promise<void> {
    this.#last = this.#last.then(async () => {
      try {
        await this.#save(this.#state())
      } catch (error) {
        this.#failed(error)
      }
    })
    return this.#last
  }

  /** Nothing is begun any more; resolves when what was under way is done. */
  stop(): Promise<void> {
    this.#stopped = true
    this.#cancel()
    return this.#last
  }
}
