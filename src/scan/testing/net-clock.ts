/** A clock that jumps: nothing waits in real time, and what is due at one moment happens in the order it was asked for. */

export interface VirtualClock {
  now(): number
  /** Calls back at `now + milliseconds`; the result calls it off. */
  timer(milliseconds: number, callback: () => void): () => void
  wait(milliseconds: number): Promise<void>
  /** Runs events until the promise is settled; rejects when there are none left and it is not. */
  until<T>(promise: Promise<T>): Promise<T>
}

interface Event {
  readonly at: number
  readonly order: number
  callback: (() => void) | null
}

export function virtualClock(): VirtualClock {
  // A binary heap by time, then by order.
  const heap: Event[] = []
  let now = 0
  let orders = 0
  const timer = (milliseconds: number, callback: () => void) => {
    const event: Event = { at: now + milliseconds, order: orders++, callback }
    push(heap, event)
    return () => {
      event.callback = null
    }
  }
  return {
    now: () => now,
    timer,
    wait: (milliseconds) => new Promise((resolve) => void timer(milliseconds, resolve)),
    async until(promise) {
      let settled = false
      const end = () => {
        settled = true
      }
      promise.then(end, end)
      for (;;) {
        // Promises that follow from what happened come before time goes on.
        await new Promise((resolve) => setImmediate(resolve))
        if (settled) return promise
        const first = heap[0]
        if (!first) throw new Error('nothing is going to happen any more')
        now = first.at
        while (heap[0]?.at === now) pop(heap).callback?.()
      }
    },
  }
}

const before = (a: Event, b: Event) => a.at < b.at || (a.at === b.at && a.order < b.order)

function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!before(event, heap[parent] as Event)) break
    heap[at] = heap[parent] as Event
    at = parent
  }
  heap[at] = event
}

function pop(heap: Event[]): Event {
  const top = heap[0] as Event
  const last = heap.pop() as Event
  if (heap.length === 0) return top
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && before(heap[child + 1] as Event, heap[child] as Event)) child++
    if (!before(heap[child] as Event, last)) break
    heap[at] = heap[child] as Event
    at = child
  }
  heap[at] = last
  return top
}
