/** One run of the engine: connections are begun when it is their turn, and what came of them is judged. */
import { gap } from '../model/gap.ts'
import { contains } from '../model/port-set.ts'
import type { ProbeOutcome, Service } from '../model/service.ts'
import { attemptsLimit } from './block.ts'
import type { Checkpoint, Resumed } from './checkpoint.ts'
import type { Connection, Dialled } from './connection.ts'
import type { LookRequest, LookResult, ScanEnd, ScanPlan, ScanWorld } from './engine.ts'
import { answersOnEverything, type Host, judgeLook, nextWork } from './engine-host.ts'
import { Ledger } from './engine-ledger.ts'
import { Saver } from './engine-saver.ts'
import { Teller } from './engine-teller.ts'
import { Turns } from './engine-turns.ts'
import type { Order } from './order.ts'
import { attemptOf } from './outcome.ts'
import { type Meter, meter, noCounts, type Progress } from './progress.ts'
import { connectTimeout, noRoundTrips, observe, type RoundTrips } from './timeouts.ts'

/** Sightings that may wait to be taken. */
const backlogLimit = 256
/** Shortages of one host in a row before the pair is an error: of the machine, of the way there. */
const shortagesLimit = { machine: 20, way: 3 } as const
/** Looks that this machine's shortages may spoil before they are told as they are. */
const looksLimit = 4

const notSaved = 'the checkpoint could not be written, --resume will not know of this'

/** One attempt at a pair: to see whether it is open, or to converse where it is known to be. */
interface Dial {
  readonly host: Host
  /** Index of the port. */
  readonly port: number
  readonly attempt: number
  readonly purpose: 'probe' | 'look'
}

/** What the run goes by; the same after a resume. */
export interface RunFacts {
  readonly plan: ScanPlan
  readonly world: ScanWorld
  readonly order: Order
  readonly hash: string
  readonly from: Checkpoint | null
  readonly blocks: readonly Resumed[]
}

export class Run {
  readonly #plan: ScanPlan
  readonly #world: ScanWorld
  readonly #facts: RunFacts
  readonly #id: string
  readonly #started: number
  readonly #teller: Teller
  readonly #turns: Turns
  readonly #ledger: Ledger
  readonly #saver: Saver | null
  readonly #meter: Meter
  #overall: RoundTrips = noRoundTrips
  /** `stopping`: nothing is begun any more. `over`: what still comes is not heard. */
  #state: 'running' | 'stopping' | 'over' = 'running'
  #failure: { readonly error: unknown } | null = null
  #pumping = false
  #notice: () => void = () => {}

  constructor(facts: RunFacts) {
    const { plan, world, order, from, blocks } = facts
    if (!(plan.retries >= 0 && plan.retries < attemptsLimit))
      throw new RangeError(`retries: ${plan.retries}`)
    this.#facts = facts
    this.#plan = plan
    this.#world = world
    this.#id = from?.run ?? plan.run
    this.#started = from?.started ?? world.now()
    this.#meter = meter(order.hosts * order.ports)
    this.#turns = new Turns(plan.pacing, world, () => this.#pump())
    const heard = { taken: () => this.#pump(), failed: (error: unknown) => this.#fail(error) }
    this.#teller = new Teller((sighting) => world.emit(sighting), heard, from?.gapKeys ?? [])
    this.#ledger = new Ledger(plan, order, from?.counts ?? noCounts, this.#teller, {
      reachOf: (target) => world.reachOf(target),
      now: () => world.now(),
      line: (host) => this.#turns.line(host),
      closed: () => this.#notice(),
    })
    // A scan outlives a checkpoint that cannot be written, and says so.
    const unsaved = (error: unknown) =>
      this.#teller.tellGap(gap('checkpoint-failed', `${notSaved}: ${wordsOf(error)}`, null))
    this.#saver =
      world.save &&
      new Saver(
        world.save,
        () => this.#checkpoint(),
        unsaved,
        (callback) => world.timer(plan.checkpointMilliseconds, callback),
      )
    if (from) this.#ledger.resume(from.begun, blocks)
  }

  async run(): Promise<ScanEnd> {
    const { signal } = this.#world
    const stop = () => this.#stop()
    signal.addEventListener('abort', stop, { once: true })
    this.#saver?.start()
    try {
      if (signal.aborted) this.#stop()
      await this.#untilQuiet()
      if (this.#state === 'stopping') await this.#grace()
      await this.#saver?.stop()
      const isComplete = await this.#sayTheRest()
      if (this.#failure) throw this.#failure.error
      return await this.#close(isComplete)
    } finally {
      this.#state = 'over'
      signal.removeEventListener('abort', stop)
      await this.#saver?.stop()
      this.#turns.stop()
    }
  }

  progress(): Progress {
    const { inFlight, allowed } = this.#turns
    return this.#meter(this.#ledger.counts, this.#world.clock(), inFlight, allowed)
  }

  // What is begun

  /** Until everything has its end, or nothing may be begun any more. */
  #untilQuiet(): Promise<void> {
    return new Promise((resolve) => {
      this.#notice = () => {
        const isQuiet =
          this.#turns.inFlight === 0 && this.#teller.backlog === 0 && this.#ledger.isFinished
        if (this.#state !== 'running' || isQuiet) resolve()
      }
      this.#pump()
    })
  }

  /** Begins what may be begun now; whatever ends later comes here again. */
  #pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    try {
      while (
        this.#state === 'running' &&
        this.#teller.backlog < backlogLimit &&
        this.#turns.mayBegin()
      ) {
        const host = this.#turns.next(() => this.#ledger.openMore())
        if (!host) break
        this.#begin(host)
      }
    } finally {
      this.#pumping = false
    }
    this.#notice()
  }

  #begin(host: Host): void {
    const dial = this.#nextDial(host)
    if (!dial) return
    this.#turns.pay(host)
    this.#turns.begun()
    this.#ledger.countAttempt()
    const { port, attempt } = dial
    const wait = connectTimeout(host.roundTrips, this.#overall, this.#plan.timeouts, attempt)
    host.reach.dial(this.#ledger.number(port), wait).then(
      (dialled) => this.#dialled(dial, dialled),
      (error) => {
        this.#turns.ended()
        this.#fail(error)
      },
    )
    this.#turns.line(host)
  }

  #nextDial(host: Host): Dial | undefined {
    if (nextWork(host, this.#plan.pacing) === 'look') {
      const port = host.waiting.shift()
      if (port === undefined) return undefined
      host.conversations++
      return { host, port, attempt: 0, purpose: 'look' }
    }
    const next = this.#ledger.take(host)
    if (!next) return undefined
    host.dialling++
    return { host, ...next, purpose: 'probe' }
  }

  // What came of it

  #dialled(dial: Dial, dialled: Dialled): void {
    const { host, purpose } = dial
    this.#turns.ended()
    if (purpose === 'probe') host.dialling--
    if (this.#state === 'over') {
      if (dialled.kind === 'connected') dialled.connection.close()
      return
    }
    host.seen = this.#world.now()
    if (dialled.kind === 'connected') {
      host.shortages = 0
      this.#turns.ease()
      host.roundTrips = observe(host.roundTrips, dialled.milliseconds)
      this.#overall = observe(this.#overall, dialled.milliseconds)
      this.#connected(dial, dialled.connection)
    } else {
      if (purpose === 'look') host.conversations--
      this.#failed(dial, dialled)
    }
    this.#ledger.settle(host)
    this.#pump()
  }

  #connected({ host, port, purpose }: Dial, connection: Connection): void {
    if (purpose === 'probe') {
      host.opens++
      if (answersOnEverything(host)) this.#ledger.collapse(host)
    }
    const isStopping = this.#state !== 'running'
    if (isStopping || !this.#ledger.isAsked(host, port)) {
      connection.close()
      if (purpose === 'look') host.conversations--
      // Stopped, not decided: after a resume it is looked at.
      if (isStopping) this.#ledger.putBack(host, port, 0)
      else this.#ledger.end(host, port, 'open')
      return
    }
    if (purpose === 'probe') {
      if (host.conversations >= this.#plan.pacing.perHostConversations || host.waiting.length > 0) {
        // A third conversation would be against the manners: it gets its turn on a connection of its own.
        connection.close()
        host.waiting.push(port)
        return
      }
      host.conversations++
    }
    this.#look(host, port, connection)
  }

  #failed(dial: Dial, dialled: Exclude<Dialled, { kind: 'connected' }>): void {
    const { host, port, attempt } = dial
    const result = attemptOf(dialled)
    switch (result.kind) {
      case 'cancelled':
        this.#ledger.putBack(host, port, attempt)
        break
      case 'shortage':
        if (result.of === 'machine') this.#slowDown()
        // A pair that never gets through is an error.
        if (++host.shortages > shortagesLimit[result.of]) this.#ledger.end(host, port, 'error')
        else this.#ledger.putBack(host, port, attempt)
        break
      case 'outcome':
        host.shortages = 0
        this.#turns.ease()
        this.#unanswered(dial, result.outcome)
    }
  }

  #unanswered({ host, port, attempt, purpose }: Dial, outcome: ProbeOutcome): void {
    // What a host that shut us out does not answer says nothing of the port.
    if (host.mode === 'banned') this.#ledger.end(host, port, 'not-probed')
    else if (outcome === 'banned' || (purpose === 'look' && outcome !== 'error')) {
      // It answered before and does so no more.
      this.#ledger.end(host, port, 'banned')
      this.#ledger.ban(host)
    } else if (outcome === 'filtered' && attempt < this.#plan.retries)
      this.#ledger.putBack(host, port, attempt + 1)
    else this.#ledger.end(host, port, outcome)
  }

  #slowDown(): void {
    this.#turns.slowDown()
    this.#teller.tellGap(
      gap(
        'local-limit',
        'this machine ran out of descriptors, buffers or memory: fewer connections at a time from here on (raise the limit, ulimit -n, or lower --in-flight)',
        null,
      ),
    )
  }

  #look(host: Host, port: number, connection: Connection): void {
    this.#turns.begun()
    const number = this.#ledger.number(port)
    const leaves = new Set<() => void>()
    const request: LookRequest = {
      target: host.target,
      port: number,
      reach: host.reach,
      connection,
      mode: contains(this.#plan.listenOnly, number) ? 'listen-only' : 'full',
      another: () => this.#another(host, leaves),
      signal: this.#world.signal,
    }
    const looked = (result: LookResult | null, error: unknown) => {
      this.#turns.ended()
      host.conversations--
      // Whatever it did not give back.
      for (const leave of leaves) leave()
      if (this.#state === 'over') return
      host.seen = this.#world.now()
      if (result) this.#looked(host, port, result)
      else this.#lookFailed(host, port, error)
      this.#ledger.settle(host)
      this.#pump()
    }
    // A look that breaks must not take the scan with it, wherever it breaks.
    Promise.try(() => this.#world.look(request)).then(
      (result) => looked(result, null),
      (error) => looked(null, error),
    )
  }

  #another(host: Host, leaves: Set<() => void>): (() => void) | null {
    if (host.conversations >= this.#plan.pacing.perHostConversations) return null
    host.conversations++
    const leave = () => {
      if (!leaves.delete(leave)) return
      host.conversations--
      this.#ledger.settle(host)
      this.#pump()
    }
    leaves.add(leave)
    return leave
  }

  #looked(host: Host, port: number, { service, banned }: LookResult): void {
    const attempt = this.#ledger.attemptOf(host, port)
    const isCutShort = service.ended === 'cancelled' && this.#state !== 'running'
    if (isCutShort && !leavesTraces(service)) this.#ledger.putBack(host, port, 0)
    else if (service.ended === 'local-error' && attempt < looksLimit) {
      this.#slowDown()
      this.#ledger.putBack(host, port, attempt + 1)
    } else {
      if (judgeLook(host, service) === 'withhold') host.withheld.push({ port, service })
      else this.#ledger.tellService(host, port, service)
      if (banned) this.#ledger.ban(host)
      else if (answersOnEverything(host)) this.#ledger.collapse(host)
    }
  }

  #lookFailed(host: Host, port: number, error: unknown): void {
    const where = `${host.target.text} port ${this.#ledger.number(port)}`
    const message = `${where} is open; looking at it failed: ${wordsOf(error)}`
    this.#teller.tellGap(gap('look-failed', message, null, where))
    this.#ledger.end(host, port, 'open')
  }

  // How it ends

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#stop()
  }

  #stop(): void {
    if (this.#state === 'running') this.#state = 'stopping'
    this.#notice()
  }

  /** What is under way may end, within its time. */
  #grace(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#world.timer(this.#plan.graceMilliseconds, resolve)
      this.#notice = () => {
        if (this.#turns.inFlight > 0) return
        cancel()
        resolve()
      }
      this.#notice()
    })
  }

  /** Whether the scan is complete once everything is said that there was to say. */
  async #sayTheRest(): Promise<boolean> {
    await this.#teller.settled()
    if (this.#state === 'running') return true
    this.#state = 'over'
    this.#ledger.flush()
    await this.#teller.settled()
    return false
  }

  async #close(isComplete: boolean): Promise<ScanEnd> {
    if (!isComplete) await this.#saver?.saveNow()
    await this.#teller.settled()
    const { targets, ports } = this.#plan
    await this.#world.emit({
      kind: 'coverage',
      addresses: targets.addresses,
      ports,
      from: this.#started,
      to: this.#world.now(),
      complete: isComplete,
    })
    return {
      kind: isComplete ? 'completed' : 'stopped',
      run: this.#id,
      counts: this.#ledger.counts,
      checkpoint: isComplete ? null : this.#checkpoint(),
    }
  }

  #checkpoint(): Checkpoint {
    return {
      run: this.#id,
      plan: this.#facts.hash,
      seed: this.#facts.order.seed,
      started: this.#started,
      begun: this.#ledger.begun,
      open: this.#ledger.openBlocks,
      counts: this.#ledger.counts,
      gapKeys: this.#teller.gapKeys,
    }
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What we made there and could not remove is told at any rate: whoever looks again will not know of it. */
const leavesTraces = ({ ftp }: Service): boolean =>
  ftp?.cleanUp.some(({ removed }) => !removed) ?? false
