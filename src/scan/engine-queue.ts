/** Queues whose takings cost the same however long they are. */

export interface Queue<T> {
  readonly size: number
  push(item: T): void
  /** The oldest, or undefined. */
  shift(): T | undefined
  /** The oldest, left where it is. */
  peek(): T | undefined
}

export function queue<T>(): Queue<T> {
  let items: T[] = []
  let head = 0
  return {
    get size() {
      return items.length - head
    },
    push(item) {
      items.push(item)
    },
    shift() {
      if (head >= items.length) return undefined
      const item = items[head++]
      if (head > 1024 && head * 2 > items.length) {
        items = items.slice(head)
        head = 0
      }
      return item
    },
    peek() {
      return items[head]
    },
  }
}
