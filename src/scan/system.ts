/** The scan's world as this machine has it: sockets, the resolver, clocks, the disk, signals. */
import { randomBytes, randomInt } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { type Address, parseAddress } from '../model/address.ts'
import type { Reach } from './connection.ts'
import { reachOf } from './dial.ts'
import { type Journal, openJournal } from './journal.ts'
import type { ScopedAddress } from './scope.ts'

export interface ScanSystem {
  reachOf(target: ScopedAddress, signal: AbortSignal): Reach
  /** Every address of a name, as the system resolves it; rejects where it has none. */
  resolve(name: string): Promise<readonly Address[]>
  /** Milliseconds, never going back. */
  clock(): number
  timer(milliseconds: number, callback: () => void): () => void
  /** 32 random bits. */
  seed(): number
  /** Random letters and digits. */
  name(): string
  readonly host: string
  /** Calls back at Ctrl-C and when the system ends the program; the result takes the ear off. */
  onInterrupt(callback: () => void): () => void
  /** Calls back when nobody reads standard output any more; the result takes the ear off. */
  onOutputClosed(callback: () => void): () => void
  journal(path: string, keep: number): Promise<Journal>
  /** No fault where it is not there. */
  remove(path: string): Promise<void>
  exit(code: number): never
}

export const scanSystem: ScanSystem = {
  reachOf: (target, signal) =>
    reachOf(target, { clock: () => performance.now(), wait: (ms) => wait(ms), signal }),
  async resolve(name) {
    const found = await lookup(name, { all: true, order: 'verbatim' })
    return found.flatMap(({ address }) => parseAddress(address) ?? [])
  },
  clock: () => performance.now(),
  timer(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  },
  seed: () => randomInt(2 ** 32),
  name: () => randomBytes(8).toString('hex'),
  host: hostname(),
  onInterrupt(callback) {
    process.on('SIGINT', callback).on('SIGTERM', callback)
    return () => void process.off('SIGINT', callback).off('SIGTERM', callback)
  },
  onOutputClosed(callback) {
    process.stdout.on('error', callback)
    return () => void process.stdout.off('error', callback)
  },
  journal: openJournal,
  remove: (path) => rm(path, { force: true }),
  exit: (code) => process.exit(code),
}
