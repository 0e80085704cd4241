/** A network that is a function: what a port does is decided by the test, and what the scan does to it is counted. */
import { parseAddress } from '../../model/address.ts'
import type { Ending, Service } from '../../model/service.ts'
import type { Sighting } from '../../model/sighting.ts'
import type { Checkpoint } from '../checkpoint.ts'
import type { Connection, Dialled, Reach } from '../connection.ts'
import type { LookRequest, LookResult, ScanWorld } from '../engine.ts'
import type { ScopedAddress } from '../scope.ts'
import { type VirtualClock, virtualClock } from './net-clock.ts'

/** What a port does when it is dialled. */
export type PortAnswer =
  | { readonly kind: 'open'; readonly banner: string | null }
  | { readonly kind: 'closed' }
  | { readonly kind: 'filtered' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'code'; readonly code: string }

export interface FakeNetwork {
  /** `dials` is how often this pair was dialled before. */
  answer(address: string, port: number, dials: number): PortAnswer
  /** Milliseconds until an answer comes; a filtered port takes the whole timeout. */
  readonly delay?: (address: string, port: number) => number
  readonly look?: (request: LookRequest) => Promise<LookResult>
  /** Milliseconds that a look takes. */
  readonly lookMilliseconds?: number
}

/** What the network saw of the scan. */
export interface Seen {
  readonly dials: { readonly at: number; readonly address: string; readonly port: number }[]
  readonly looks: { readonly address: string; readonly port: number; readonly mode: string }[]
  mostDialling: number
  mostInFlight: number
  mostConversations: number
  open: number
}

export interface FakeWorld {
  readonly world: ScanWorld
  readonly clock: VirtualClock
  readonly told: Sighting[]
  readonly saved: Checkpoint[]
  readonly seen: Seen
  /** Runs events until the promise is settled. */
  until<T>(promise: Promise<T>): Promise<T>
}

export function fakeWorld(
  network: FakeNetwork,
  signal: AbortSignal = new AbortController().signal,
  changes: Partial<ScanWorld> = {},
): FakeWorld {
  const clock = virtualClock()
  const told: Sighting[] = []
  const saved: Checkpoint[] = []
  const seen: Seen = {
    dials: [],
    looks: [],
    mostDialling: 0,
    mostInFlight: 0,
    mostConversations: 0,
    open: 0,
  }
  let inFlight = 0
  const dialling = new Map<string, number>()
  const conversing = new Map<string, number>()
  const dialled = new Map<string, number>()
  const reachOf = (target: ScopedAddress): Reach => ({
    clock: clock.now,
    wait: clock.wait,
    listen: async () => null,
    async dial(port, milliseconds): Promise<Dialled> {
      const key = `${target.text} ${port}`
      const before = dialled.get(key) ?? 0
      dialled.set(key, before + 1)
      seen.dials.push({ at: clock.now(), address: target.text, port })
      seen.mostDialling = Math.max(seen.mostDialling, add(dialling, target.text, 1))
      seen.mostInFlight = Math.max(seen.mostInFlight, ++inFlight)
      const answer = network.answer(target.text, port, before)
      const wait = network.delay?.(target.text, port) ?? 1
      await clock.wait(answer.kind === 'filtered' ? milliseconds : wait)
      add(dialling, target.text, -1)
      inFlight--
      if (signal.aborted) return failed('cancelled', null)
      switch (answer.kind) {
        case 'open':
          seen.open++
          return {
            kind: 'connected',
            milliseconds: wait,
            connection: fakeConnection(target, port, () => seen.open--),
          }
        case 'closed':
          return failed('refused', 'ECONNREFUSED')
        case 'filtered':
          return failed('connect-timeout', null)
        case 'unreachable':
          return failed('unreachable', 'EHOSTUNREACH')
        case 'code':
          return failed('local-error', answer.code)
      }
    },
  })
  const look = async (request: LookRequest): Promise<LookResult> => {
    const { target, port, connection, mode } = request
    seen.looks.push({ address: target.text, port, mode })
    seen.mostInFlight = Math.max(seen.mostInFlight, ++inFlight)
    seen.mostConversations = Math.max(seen.mostConversations, add(conversing, target.text, 1))
    try {
      if (network.look) return await network.look(request)
      await clock.wait(network.lookMilliseconds ?? 5)
      const answer = network.answer(target.text, port, 0)
      const banner = answer.kind === 'open' ? answer.banner : null
      const ended = signal.aborted ? 'cancelled' : 'completed'
      return { service: fakeService(target, port, banner, ended), banned: false }
    } finally {
      add(conversing, target.text, -1)
      inFlight--
      connection.close()
    }
  }
  const world: ScanWorld = {
    reachOf,
    look,
    emit: (sighting) => {
      told.push(sighting)
    },
    save: async (checkpoint) => {
      saved.push(checkpoint)
    },
    clock: clock.now,
    now: () => 1_000_000 + Math.floor(clock.now()),
    timer: clock.timer,
    signal,
    ...changes,
  }
  return { world, clock, told, saved, seen, until: clock.until }
}

function add(counts: Map<string, number>, key: string, by: number): number {
  const value = (counts.get(key) ?? 0) + by
  if (value === 0) counts.delete(key)
  else counts.set(key, value)
  return value
}

const failed = (ending: Ending, code: string | null): Dialled => ({ kind: 'failed', ending, code })

function fakeConnection(target: ScopedAddress, port: number, closed: () => void): Connection {
  let open = true
  return {
    local: { address: { family: 4, value: 0x7f00_0001 }, port: 40_000 },
    remote: { address: target.address, port },
    received: 0,
    receive: async () => ({ kind: 'silence' }),
    send: async () => ({ kind: 'sent' }),
    startTls: async () => ({ kind: 'failed', reason: 'not here' }),
    get closed() {
      return !open
    },
    close() {
      if (open) closed()
      open = false
    },
  }
}

export const fakeService = (
  target: ScopedAddress,
  port: number,
  banner: string | null,
  ended: Ending = 'completed',
): Service => ({
  address: target.address,
  hostname: target.hostname,
  port,
  transport: 'tcp',
  seen: 0,
  recognition: banner === null ? 'undecided' : 'not-ftp',
  protocol: banner === null ? 'unknown' : 'test',
  product: null,
  banner,
  ftp: null,
  tls: null,
  ended,
  evidence: [],
  details: [],
})

/** For literals in tests. */
export function addressOf(text: string) {
  const address = parseAddress(text)
  if (!address) throw new RangeError(`no address: ${text}`)
  return address
}
