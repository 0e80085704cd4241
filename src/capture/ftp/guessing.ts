/** Password guessing: failed logins of one client at one server, over all their sessions. */

import { type Address, unmapped } from '../../model/address.ts'
import type { Endpoint, Place } from '../../model/observation.ts'
import { endKey } from './endpoints.ts'
import type { GuessingRule } from './options.ts'

export interface Guessing {
  readonly client: Address
  readonly server: Endpoint
  /** All failed logins that were seen, inside of the window or not. */
  readonly failed: number
  /** Successful ones, after as many failures as the rule says: somebody may have guessed right. */
  readonly succeededAfter: number
  /** The most failures within one window; counted up to the rule's number. */
  readonly withinWindow: number
  /** Milliseconds since the epoch: first and last failure. */
  readonly from: number
  readonly to: number
  /** The first failure, the one that made it guessing, the last. */
  readonly at: readonly Place[]
}

export interface GuessingCount {
  failed(client: Address, server: Endpoint, time: number, at: Place): void
  succeeded(client: Address, server: Endpoint): void
  /** Pairs that fulfil the rule, in the order in which they began. */
  found(): readonly Guessing[]
}

interface Pair {
  readonly client: Address
  readonly server: Endpoint
  failed: number
  succeededAfter: number
  most: number
  readonly from: number
  to: number
  readonly first: Place
  proof: Place | null
  last: Place
  /** Times of the last failures, at most as many as the rule asks for. */
  readonly recent: number[]
}

export function guessingCount(rule: GuessingRule, limit: number): GuessingCount {
  const pairs = new Map<string, Pair>()
  const keyOf = (client: Address, server: Endpoint): string =>
    `${unmapped(client).value}>${endKey(server)}`
  const failures = Math.max(1, Math.floor(rule.failures))
  return {
    failed(client, server, time, at) {
      const key = keyOf(client, server)
      let pair = pairs.get(key)
      if (pair === undefined) {
        forgetOne(pairs, limit)
        pair = started(client, server, time, at)
        pairs.set(key, pair)
      }
      pair.failed++
      pair.to = Math.max(pair.to, time)
      pair.last = at
      pair.recent.push(time)
      while (pair.recent.length > failures) pair.recent.shift()
      const inWindow = pair.recent.filter((one) => time - one <= rule.window).length
      pair.most = Math.max(pair.most, inWindow)
      if (pair.most >= failures) pair.proof ??= at
    },
    succeeded(client, server) {
      const pair = pairs.get(keyOf(client, server))
      if (pair !== undefined && pair.proof !== null) pair.succeededAfter++
    },
    found: () => [...pairs.values()].flatMap(guessingOf),
  }
}

/** The oldest that is no guessing yet goes first; what was found stays as long as it can. */
function forgetOne(pairs: Map<string, Pair>, limit: number): void {
  if (pairs.size < limit) return
  let tried = 0
  for (const [key, { proof }] of pairs) {
    if (proof === null || ++tried > 64) {
      pairs.delete(key)
      return
    }
  }
  const [oldest] = pairs.keys()
  if (oldest !== undefined) pairs.delete(oldest)
}

const started = (client: Address, server: Endpoint, time: number, at: Place): Pair => ({
  client,
  server,
  failed: 0,
  succeededAfter: 0,
  most: 0,
  from: time,
  to: time,
  first: at,
  proof: null,
  last: at,
  recent: [],
})

function guessingOf(pair: Pair): readonly Guessing[] {
  if (pair.proof === null) return []
  const { client, server, failed, succeededAfter, most, from, to, first, proof, last } = pair
  return [
    {
      client,
      server,
      failed,
      succeededAfter,
      withinWindow: most,
      from,
      to,
      at: distinct([first, proof, last]),
    },
  ]
}

const distinct = (places: readonly Place[]): readonly Place[] =>
  places.filter(
    (place, i) =>
      places.findIndex(
        ({ document, packet, line }) =>
          document === place.document && packet === place.packet && line === place.line,
      ) === i,
  )
