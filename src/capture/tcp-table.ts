/** All connections at hand, found by integers. */
import type { IpPacket } from './ip.ts'
import type { Side } from './stream.ts'
import type { Connection } from './tcp-connection.ts'

export class ConnectionTable<State> {
  /** Which side of the connection found sent the packet. */
  side: Side = 0
  size = 0
  readonly #seed: number
  #buckets: (Connection<State> | null)[] = new Array<null>(1024).fill(null)
  #hash = 0
  #last: Connection<State> | null = null

  /** `seed` keeps whoever writes a capture from choosing what collides. */
  constructor(seed: number) {
    this.#seed = seed | 0
  }

  find(ip: IpPacket, sourcePort: number, targetPort: number): Connection<State> | null {
    const last = this.#last
    if (last !== null && this.#matches(last, ip, sourcePort, targetPort)) return last
    // Both directions have one hash: each end is mixed by itself, then they are added.
    const source = this.#mix(ip, ip.source, 0, sourcePort)
    const target = this.#mix(ip, ip.target, 4, targetPort)
    this.#hash = (source + target + ip.protocol) | 0
    let at = this.#buckets[this.#hash & (this.#buckets.length - 1)] ?? null
    while (at !== null && !this.#matches(at, ip, sourcePort, targetPort)) at = at.chain
    if (at !== null) this.#last = at
    return at
  }

  /** Adds a connection with the ends last looked for. */
  add(connection: Connection<State>): void {
    if (this.size >= this.#buckets.length) this.#grow()
    connection.hash = this.#hash
    this.#link(connection)
    this.size++
    this.#last = connection
  }

  remove(connection: Connection<State>): void {
    const bucket = connection.hash & (this.#buckets.length - 1)
    let at = this.#buckets[bucket] ?? null
    if (at === connection) this.#buckets[bucket] = connection.chain
    else {
      while (at !== null && at.chain !== connection) at = at.chain
      if (at === null) return
      at.chain = connection.chain
    }
    connection.chain = null
    this.size--
    if (this.#last === connection) this.#last = null
  }

  #matches(
    connection: Connection<State>,
    ip: IpPacket,
    sourcePort: number,
    targetPort: number,
  ): boolean {
    if (connection.family !== ip.family || connection.protocol !== ip.protocol) return false
    if (
      connection.sourcePort === sourcePort &&
      connection.targetPort === targetPort &&
      (ip.family === 4 || connection.words === null
        ? connection.source === ip.source && connection.target === ip.target
        : areEqual(connection.words, ip.words, 0))
    ) {
      this.side = 0
      return true
    }
    if (
      connection.sourcePort === targetPort &&
      connection.targetPort === sourcePort &&
      (ip.family === 4 || connection.words === null
        ? connection.source === ip.target && connection.target === ip.source
        : areEqual(connection.words, ip.words, 4))
    ) {
      this.side = 1
      return true
    }
    return false
  }

  #mix(ip: IpPacket, address: number, word: number, port: number): number {
    let hash = this.#seed ^ port
    if (ip.family === 4) return scramble(scramble(hash) ^ address)
    for (let i = word; i < word + 4; i++) hash = scramble(hash) ^ (ip.words[i] ?? 0)
    return scramble(hash)
  }

  #link(connection: Connection<State>): void {
    const bucket = connection.hash & (this.#buckets.length - 1)
    connection.chain = this.#buckets[bucket] ?? null
    this.#buckets[bucket] = connection
  }

  #grow(): void {
    const old = this.#buckets
    this.#buckets = new Array<null>(old.length * 2).fill(null)
    for (const first of old) {
      let at: Connection<State> | null = first
      while (at !== null) {
        const next: Connection<State> | null = at.chain
        this.#link(at)
        at = next
      }
    }
  }
}

/** The finaliser of MurmurHash3. */
function scramble(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

function areEqual(own: Int32Array, words: Int32Array, turned: number): boolean {
  for (let i = 0; i < 8; i++) if (own[i] !== words[(i + turned) & 7]) return false
  return true
}
