/** One host while it has work under way or something to say: what may be begun there, and what its answers add up to. */
import { contains, type PortSet } from '../model/port-set.ts'
import type { Service } from '../model/service.ts'
import { type Block, tally } from './block.ts'
import type { Reach } from './connection.ts'
import type { Permutation } from './order.ts'
import { fullBucket, type Pacing } from './pacing.ts'
import type { ScopedAddress } from './scope.ts'
import { noRoundTrips, type RoundTrips } from './timeouts.ts'

export interface Host {
  readonly block: Block
  readonly slot: number
  readonly target: ScopedAddress
  readonly reach: Reach
  readonly order: Permutation
  /** `banned`: it refused us, nothing more is asked. `collapsed`: it answers on everything, only the kept ports are asked. */
  mode: 'probing' | 'banned' | 'collapsed'
  /** Where in its order of ports the next is sought. */
  cursor: number
  /** Cells to be tried; cells without an end. */
  toTry: number
  left: number
  /** Connections that are being made. */
  dialling: number
  conversations: number
  /** Indices of ports that are known to be open and wait for a conversation. */
  readonly waiting: number[]
  bucket: number
  roundTrips: RoundTrips
  /** Shortages of this machine since the last answer. */
  shortages: number
  opens: number
  looks: number
  /** Looks that told nothing, or what an earlier port of the host told. */
  repeats: number
  readonly told: Map<string, number>
  /** Looks that are kept back: they go out when the host proves to be no answerer on everything. */
  readonly withheld: { readonly port: number; readonly service: Service }[]
  /** It stands in a queue. */
  queued: boolean
  /** Its lines were written; it is gone. */
  finished: boolean
  /** Milliseconds since the epoch of the last attempt that ended. */
  seen: number
}

export function newHost(
  block: Block,
  slot: number,
  target: ScopedAddress,
  reach: Reach,
  order: Permutation,
  seen: number,
): Host {
  const { toTry, ended, open } = tally(block, slot)
  return {
    block,
    slot,
    target,
    reach,
    order,
    mode: 'probing',
    cursor: 0,
    toTry,
    left: block.ports - ended,
    dialling: 0,
    conversations: 0,
    waiting: [],
    bucket: fullBucket,
    roundTrips: noRoundTrips,
    shortages: 0,
    opens: open,
    looks: 0,
    repeats: 0,
    told: new Map(),
    withheld: [],
    queued: false,
    finished: false,
    seen,
  }
}

/** More open ports than this that say nothing or the same are no services. */
export const openLimit = 200
/** More than this are none whatever they say. */
export const anyOpenLimit = 2000
/** So many looks decide what the others would have told. */
const sample = 8
/** Identical services of one host that are told at once; further ones wait for the host to be decided. */
const toldAtOnce = 4

/** What could be begun at a host now, its rate aside. */
export function nextWork(host: Host, pacing: Pacing): 'look' | 'probe' | undefined {
  if (host.finished) return undefined
  const underWay = host.dialling + host.conversations
  if (host.waiting.length > 0 && host.conversations < pacing.perHostConversations) return 'look'
  // Hundreds of open ports wait: first it is found out what they are.
  const undecided = host.mode === 'probing' && host.waiting.length > openLimit
  return host.toTry > 0 && !undecided && underWay < pacing.perHostInFlight ? 'probe' : undefined
}

/** Nothing is under way, and nothing more will be begun. */
export const isIdle = (host: Host): boolean =>
  host.dialling === 0 && host.conversations === 0 && host.waiting.length === 0 && host.toTry === 0

export const answersOnEverything = (host: Host): boolean =>
  host.mode === 'probing' &&
  (host.opens > anyOpenLimit ||
    (host.looks >= sample &&
      host.repeats >= 0.75 * host.looks &&
      host.opens - (host.looks - host.repeats) > openLimit))

/** Whether a port of a host is still worth a connection. */
export const stillAsked = (host: Host, port: number, kept: PortSet): boolean =>
  host.mode === 'probing' || (host.mode === 'collapsed' && contains(kept, port))

/** Counts a look, and says whether its service is told now or kept back. */
export function judgeLook(host: Host, service: Service): 'tell' | 'withhold' {
  host.looks++
  const said = whatItSaid(service)
  const before = host.told.get(said) ?? 0
  if (before > 0 || said === silence) host.repeats++
  if (host.told.size < anyOpenLimit || before > 0) host.told.set(said, before + 1)
  return host.mode === 'probing' && before >= toldAtOnce ? 'withhold' : 'tell'
}

const silence = ''
/** What tells one service of a host from another; nothing where it said nothing. */
function whatItSaid({ protocol, banner, product, evidence }: Service): string {
  if (protocol === 'unknown' && banner === null && product === null) {
    const lines = evidence.filter(({ weight }) => weight !== 0).map(({ line }) => line)
    return lines.join('\n')
  }
  return JSON.stringify([protocol, banner, product?.name ?? null, product?.version ?? null])
}
