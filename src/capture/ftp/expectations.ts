/**
 * Data channels that were announced and that nobody has connected to yet, by address and port. A channel is awaited at the
 * address that was announced and at the announcer's own, since translation changes one and not the other.
 */
import { type Address, unmapped } from '../../model/address.ts'
import type { Endpoint } from '../../model/observation.ts'
import { awaited } from './options.ts'

export interface Expectation<Owner> {
  readonly owner: Owner
  /** Index of the channel in the owner's session. */
  readonly channel: number
  /** Who is to connect. */
  readonly peer: Address
  readonly port: number
  readonly addresses: readonly Address[]
  readonly until: number
  /** Somebody connected. */
  taken: boolean
}

export interface Expectations<Owner> {
  expect(expectation: Omit<Expectation<Owner>, 'taken' | 'until'>, time: number): Expectation<Owner>
  /** Those that wait at this end, the newest of each owner; nothing is taken by asking. */
  at(end: Endpoint, time: number): readonly Expectation<Owner>[]
  drop(expectation: Expectation<Owner>): void
  readonly size: number
}

/** As many wait at one end at most: sessions that announce each other's, or lie. */
const perEnd = 8

export function expectations<Owner>(limit: number): Expectations<Owner> {
  const ports = new Map<number, Map<number | string, Expectation<Owner>[]>>()
  const queue = new Set<Expectation<Owner>>()

  const drop = (old: Expectation<Owner>): void => {
    if (!queue.delete(old)) return
    const waiting = ports.get(old.port)
    for (const address of old.addresses) {
      const key = unmapped(address).value
      const left = waiting?.get(key)?.filter((one) => one !== old) ?? []
      if (left.length > 0) waiting?.set(key, left)
      else waiting?.delete(key)
    }
    if (waiting?.size === 0) ports.delete(old.port)
  }
  const expire = (time: number): void => {
    for (const oldest of queue) {
      if (oldest.until >= time && queue.size <= limit) return
      drop(oldest)
    }
  }
  return {
    expect(given, time) {
      const made = { ...given, until: time + awaited, taken: false }
      for (const address of made.addresses) {
        const others = ports.get(made.port)?.get(unmapped(address).value) ?? none
        // The same end announced again by one session: the first will not be used any more.
        const stale = others.find(({ owner }) => owner === made.owner)
        if (stale !== undefined) drop(stale)
        else if (others.length >= perEnd && others[0] !== undefined) drop(others[0])
      }
      queue.add(made)
      const waiting = ports.get(made.port) ?? new Map<number | string, Expectation<Owner>[]>()
      ports.set(made.port, waiting)
      for (const address of made.addresses) {
        const key = unmapped(address).value
        waiting.set(key, [...(waiting.get(key) ?? none), made])
      }
      expire(time)
      return made
    },
    at(end, time) {
      const waiting = ports.get(end.port)
      if (waiting === undefined) return none
      const found = waiting.get(unmapped(end.address).value)
      if (found === undefined) return none
      return found.filter(({ until }) => until >= time)
    },
    drop,
    get size() {
      return queue.size
    },
  }
}

const none: readonly never[] = []
