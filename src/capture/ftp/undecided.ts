/** Connections that ended before they told what they were, in case their server turns out to speak FTP. */
import type { Endpoint } from '../../model/observation.ts'
import { type Control, serverEnd } from './control.ts'
import { endKey } from './endpoints.ts'

export interface Undecided {
  add(control: Control): void
  /** All of one server, which are undecided no more. */
  take(end: Endpoint): readonly Control[]
  /** One of the server that waits longest. */
  drop(): Control | undefined
  readonly size: number
}

export function undecidedControls(): Undecided {
  const waiting = new Map<string, Control[]>()
  let size = 0
  return {
    add(control) {
      const key = endKey(serverEnd(control))
      const others = waiting.get(key)
      if (others === undefined) waiting.set(key, [control])
      else others.push(control)
      size++
    },
    take(end) {
      const key = endKey(end)
      const found = waiting.get(key) ?? []
      waiting.delete(key)
      size -= found.length
      return found
    },
    drop() {
      const [oldest] = waiting
      if (oldest === undefined) return undefined
      const [key, controls] = oldest
      const gone = controls.shift()
      if (controls.length === 0) waiting.delete(key)
      size--
      return gone
    },
    get size() {
      return size
    },
  }
}
