/** Whose turn it is: hosts one after the other, within the rates and the number in flight. */
import { type Host, nextWork } from './engine-host.ts'
import { type Queue, queue } from './engine-queue.ts'
import {
  allowance,
  eased,
  fullBucket,
  lowered,
  type Pacing,
  type Rate,
  rateOf,
  taken,
  waitFor,
} from './pacing.ts'

/** After a shortage of the machine nothing is begun for so long, and the allowance falls at most so often. */
const shortagePause = 200
/** A bucket holds what its rate gives in so many seconds. */
const burstSeconds = 0.05

export interface TurnsClock {
  clock(): number
  timer(milliseconds: number, callback: () => void): () => void
}

export class Turns {
  readonly #pacing: Pacing
  readonly #clock: TurnsClock
  /** Something may be begun again. */
  readonly #onTime: () => void
  readonly #rate: Rate
  readonly #hostRate: Rate
  readonly #ready: Queue<Host> = queue()
  /** Hosts whose own rate makes them wait: all wait about equally long, so the order of coming is that of going. */
  readonly #resting: Queue<Host> = queue()
  #bucket = fullBucket
  #allowance
  #inFlight = 0
  #lastShortage = Number.NEGATIVE_INFINITY
  #wake: { readonly at: number; readonly cancel: () => void } | null = null

  constructor(pacing: Pacing, clock: TurnsClock, onTime: () => void) {
    const { rate, perHostRate, perHostInFlight, inFlight } = pacing
    this.#pacing = pacing
    this.#clock = clock
    this.#onTime = onTime
    this.#rate = rateOf(rate, burst(rate, inFlight))
    this.#hostRate = rateOf(perHostRate, burst(perHostRate, perHostInFlight))
    this.#allowance = allowance(inFlight)
  }

  get inFlight(): number {
    return this.#inFlight
  }
  get allowed(): number {
    return this.#allowance.now
  }

  /** Whether anything may be begun now; where only time is missing, `onTime` is called when it is over. */
  mayBegin(): boolean {
    if (this.#inFlight >= this.#allowance.now) return false
    const now = this.#clock.clock()
    const pause = this.#lastShortage + shortagePause - now
    const wait = Math.max(pause, waitFor(this.#rate, this.#bucket, now))
    if (wait <= 0) return true
    this.#wakeAfter(now, wait)
    return false
  }

  /** The host that has waited longest, or none that may begin now. `more` opens further hosts, and says if there were any. */
  next(more: () => boolean): Host | undefined {
    const now = this.#clock.clock()
    for (;;) {
      const rested = this.#resting.peek()
      if (!rested || waitFor(this.#hostRate, rested.bucket, now) > 0) break
      this.#resting.shift()
      this.#ready.push(rested)
    }
    do {
      for (let host = this.#ready.shift(); host; host = this.#ready.shift()) {
        host.queued = false
        if (nextWork(host, this.#pacing)) return host
      }
    } while (more())
    const rested = this.#resting.peek()
    if (rested) this.#wakeAfter(now, waitFor(this.#hostRate, rested.bucket, now))
    return undefined
  }

  /** A host that may have work gets its place in the line, once. */
  line(host: Host): void {
    if (host.queued || !nextWork(host, this.#pacing)) return
    host.queued = true
    const rests = waitFor(this.#hostRate, host.bucket, this.#clock.clock()) > 0
    ;(rests ? this.#resting : this.#ready).push(host)
  }

  /** A connection to this host is begun. */
  pay(host: Host): void {
    const now = this.#clock.clock()
    this.#bucket = taken(this.#rate, this.#bucket, now)
    host.bucket = taken(this.#hostRate, host.bucket, now)
  }

  begun(): void {
    this.#inFlight++
  }
  ended(): void {
    this.#inFlight--
  }

  /** The network answered, or did not: this machine was not what failed. */
  ease(): void {
    this.#allowance = eased(this.#allowance)
  }
  /** This machine ran out of something. */
  slowDown(): void {
    const now = this.#clock.clock()
    if (now - this.#lastShortage < shortagePause) return
    this.#allowance = lowered(this.#allowance, this.#inFlight + 1)
    this.#lastShortage = now
  }

  /** Nobody is called any more. */
  stop(): void {
    this.#wake?.cancel()
    this.#wake = null
  }

  #wakeAfter(now: number, milliseconds: number): void {
    const wait = Math.max(1, Math.ceil(milliseconds))
    const at = now + wait
    if (this.#wake) {
      if (this.#wake.at <= at) return
      this.#wake.cancel()
    }
    const cancel = this.#clock.timer(wait, () => {
      this.#wake = null
      this.#onTime()
    })
    this.#wake = { at, cancel }
  }
}

const burst = (perSecond: number | null, most: number): number =>
  Math.max(1, Math.min(most, (perSecond ?? 0) * burstSeconds))
