/** From somebody who calls back to somebody who iterates, in lists, with a way to wait until what was given is taken. */
export interface Channel<T> {
  push(item: T): void
  /** Nothing more will come; `error` is thrown to the taker. */
  close(error?: unknown): void
  /** Resolves when little is waiting. */
  drained(): Promise<void>
  items(): AsyncGenerator<readonly T[]>
}

export function channel<T>(limit = 16_384): Channel<T> {
  let waiting: T[] = []
  let isClosed = false
  let failure: { readonly error: unknown } | null = null
  let wakeTaker: () => void = () => {}
  let wakeGiver: () => void = () => {}
  return {
    push(item) {
      waiting.push(item)
      if (waiting.length === 1) wakeTaker()
    },
    close(error) {
      isClosed = true
      if (error !== undefined) failure = { error }
      wakeTaker()
    },
    async drained() {
      while (waiting.length > limit && !isClosed)
        await new Promise<void>((resolve) => {
          wakeGiver = resolve
        })
    },
    async *items() {
      try {
        for (;;) {
          if (waiting.length > 0) {
            const list = waiting
            waiting = []
            wakeGiver()
            yield list
          } else if (isClosed) {
            if (failure) throw failure.error
            return
          } else
            await new Promise<void>((resolve) => {
              wakeTaker = resolve
            })
        }
      } finally {
        // Nobody takes any more: whoever gives must not wait for ever.
        isClosed = true
        wakeGiver()
      }
    },
  }
}
