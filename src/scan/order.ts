/**
 * A random order over all (address, port) pairs that nobody has to remember: permutations that are computed, not stored.
 * Hosts are dealt into blocks at random; within a block every host is asked once a round, in one random order, so that
 * neighbours in time are different hosts and each host's probes are evenly spread; each host has its own order of ports.
 */

/** A bijection of 0 … size−1 onto itself. */
export type Permutation = (index: number) => number

/**
 * A permutation of `size` (1 to 2³²) values from a seed: a balanced Feistel network over the next power of four, walked
 * until it lands inside (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002; under four steps on average).
 */
export function permutation(size: number, seed: number): Permutation {
  if (!(size >= 1 && size <= 2 ** 32)) throw new RangeError(`no order over ${size} values`)
  let half = 1
  while (4 ** half < size) half++
  const side = 2 ** half
  const mask = side - 1
  const keys = Array.from({ length: rounds }, (_, i) => mix(seed ^ mix(0x9e37_79b9 * (i + 1))))
  return (index) => {
    let value = index
    do {
      let left = Math.floor(value / side)
      let right = value % side
      for (let i = 0; i < rounds; i++) {
        const next = left ^ (mix(right ^ (keys[i] as number)) & mask)
        left = right
        right = next
      }
      value = (left >>> 0) * side + (right >>> 0)
    } while (value >= size)
    return value
  }
}
const rounds = 6

/** 32 bits to 32 well-mixed bits (the finaliser of MurmurHash3). */
export function mix(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Where the pairs of a scan stand. Everything follows from the four numbers. */
export interface Order {
  readonly hosts: number
  readonly ports: number
  readonly seed: number
  /** Hosts of a block; the last may have fewer. */
  readonly blockHosts: number
  readonly blocks: number
}

export const blockHostsLimit = 4096
/** A block keeps one byte a pair. */
export const blockPairsLimit = 2 ** 22

export function orderOf(hosts: number, ports: number, seed: number): Order {
  const blockHosts = Math.max(
    1,
    Math.min(blockHostsLimit, Math.floor(blockPairsLimit / Math.max(1, ports)), hosts),
  )
  return { hosts, ports, seed, blockHosts, blocks: Math.ceil(hosts / blockHosts) }
}

/** How many hosts a block has. */
export const hostsIn = (order: Order, block: number): number =>
  Math.min(order.blockHosts, order.hosts - block * order.blockHosts)

/** The index of a host among all targets, from its block and its place there. */
export function hostIndexOf(order: Order): (block: number, slot: number) => number {
  const deal = permutation(order.hosts, mix(order.seed ^ 0x68_6f_73_74))
  return (block, slot) => deal(block * order.blockHosts + slot)
}

/** The n-th port index that a host (by its index among all targets) is asked for. */
export function portOrder(order: Order, hostIndex: number): Permutation {
  const low = hostIndex % 2 ** 32
  const high = Math.floor(hostIndex / 2 ** 32)
  return permutation(order.ports, mix(mix(order.seed ^ 0x70_6f_72_74) ^ mix(low ^ mix(high + 1))))
}

export interface Pair {
  readonly block: number
  readonly host: number
  readonly port: number
}

/** The order in which nothing holds a scan back, from any position on: host and port as indices. */
export function* pairsFrom(order: Order, position = 0): Generator<Pair> {
  const index = hostIndexOf(order)
  let at = 0
  for (let block = 0; block < order.blocks; block++) {
    const hosts = hostsIn(order, block)
    const inBlock = hosts * order.ports
    if (position >= at + inBlock) {
      at += inBlock
      continue
    }
    for (let i = Math.max(0, position - at); i < inBlock; i++) {
      const host = index(block, i % hosts)
      yield { block, host, port: portOrder(order, host)(Math.floor(i / hosts)) }
    }
    at += inBlock
  }
}
