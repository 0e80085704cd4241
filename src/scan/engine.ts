/**
 * The scan: which connection is made next, what it said, what may be asked there afterwards. It keeps the manners and the
 * books; connections, conversations, output and clocks are arguments.
 *
 * Memory is flat in the number of targets: a few blocks of hosts are open at a time (a byte a pair), a host has state of its
 * own only while its block is open and it is not finished.
 */
import { count, type PortSet } from '../model/port-set.ts'
import type { Service } from '../model/service.ts'
import type { Sighting } from '../model/sighting.ts'
import { type Checkpoint, planHash, resumeBlocks } from './checkpoint.ts'
import type { Connection, Reach } from './connection.ts'
import { Run } from './engine-run.ts'
import { orderOf } from './order.ts'
import type { Pacing } from './pacing.ts'
import type { Counts, Progress } from './progress.ts'
import type { Scope, ScopedAddress } from './scope.ts'
import { type Targets, walkOf } from './targets.ts'
import type { TimeoutLimits } from './timeouts.ts'

export interface ScanPlan {
  /** Id of the run; a resumed one keeps that of its checkpoint. */
  readonly run: string
  readonly scope: Scope
  readonly targets: Targets
  readonly ports: PortSet
  /** 32 bits; a resumed scan keeps that of its checkpoint. */
  readonly seed: number
  readonly pacing: Pacing
  readonly timeouts: TimeoutLimits
  /** Further attempts at ports that did not answer, 0 to 15. */
  readonly retries: number
  /** Ports at which nothing may be sent: `listenOnlyPorts` unless asked for in so many words. */
  readonly listenOnly: PortSet
  /** Ports that are looked at even where a host answers on everything: `ftpPorts`. */
  readonly kept: PortSet
  /** Between two checkpoints. */
  readonly checkpointMilliseconds: number
  /** After the signal, for what is under way to end. */
  readonly graceMilliseconds: number
  /** Whatever else changes answers (credentials by name, depth, …): a checkpoint of other options is refused. */
  readonly options: unknown
}

export interface LookRequest {
  readonly target: ScopedAddress
  readonly port: number
  readonly reach: Reach
  /** Just made, nothing said; the look closes it. */
  readonly connection: Connection
  /** `listen-only`: not one byte may be sent. */
  readonly mode: 'full' | 'listen-only'
  /**
   * Leave for one more connection that converses with this address at the same time: null where its two are in use.
   * What is returned gives it back.
   */
  another(): (() => void) | null
  readonly signal: AbortSignal
}

export interface LookResult {
  /** `ended: 'cancelled'`: the look is made again after a resume. */
  readonly service: Service
  /** The address refused us after earlier answers: nothing more is asked of it. */
  readonly banned: boolean
}

/** Everything a scan does to the world. */
export interface ScanWorld {
  reachOf(target: ScopedAddress): Reach
  look(request: LookRequest): Promise<LookResult>
  /** One at a time, in order; the scan waits where it is slow and stops where it rejects. */
  emit(sighting: Sighting): Promise<void> | void
  /** What was emitted before must be durable before this is; null keeps none. */
  readonly save: ((checkpoint: Checkpoint) => Promise<void>) | null
  /** Milliseconds, never going back. */
  clock(): number
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls back once after so long; the result calls it off. */
  timer(milliseconds: number, callback: () => void): () => void
  /** Ends the scan early. */
  readonly signal: AbortSignal
}

export interface ScanEnd {
  readonly kind: 'completed' | 'stopped'
  readonly run: string
  readonly counts: Counts
  /** From where to go on; null when completed. */
  readonly checkpoint: Checkpoint | null
}

export interface Scan {
  /** Rejects where `emit` did, or where a promise of the code was broken. */
  readonly done: Promise<ScanEnd>
  progress(): Progress
}

export class CheckpointMismatch extends Error {}

/** The hash that ties a checkpoint to its plan. */
export const hashOfPlan = (plan: ScanPlan): string =>
  planHash(plan.targets, plan.ports, {
    retries: plan.retries,
    listenOnly: plan.listenOnly,
    kept: plan.kept,
    options: plan.options,
  })

/** Begins a scan, or goes on from a checkpoint; throws `CheckpointMismatch` where that is of another plan. */
export function startScan(plan: ScanPlan, world: ScanWorld, from: Checkpoint | null): Scan {
  const portCount = count(plan.ports)
  const hosts = portCount > 0 ? walkOf(plan.targets.addresses).size : 0
  const order = orderOf(hosts, portCount, from?.seed ?? plan.seed)
  const hash = hashOfPlan(plan)
  const resumed = from ? resumeBlocks(from, hash, order) : null
  if (resumed?.kind === 'wrong') throw new CheckpointMismatch(resumed.message)
  const run = new Run({ plan, world, order, hash, from, blocks: resumed?.blocks ?? [] })
  return { done: run.run(), progress: () => run.progress() }
}
