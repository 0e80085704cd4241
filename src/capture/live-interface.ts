/** A capture on an interface: by a child that is started again when it dies. */
import { type Gap, gap } from '../model/gap.ts'
import type { CaptureChild, ChildEnd, WatchSystem } from './live.ts'
import {
  accountFor,
  type CaptureProgram,
  type CaptureRequest,
  DropCount,
  isComplaint,
  programsFor,
} from './live-programs.ts'
import { LiveRecords } from './live-records.ts'
import { findPartGaps, type LiveCapture, type LiveEvents } from './live-source.ts'
import type { PacketFault } from './packets.ts'

/** No program could capture; the message says for each of them why. */
export class CaptureFault extends Error {}

/** Milliseconds before a child is started again: doubled from the first to the longest, back at the first after steady work. */
export const backOff = { first: 500, longest: 30_000, steady: 30_000 } as const
/** Milliseconds a child may take to end in order. */
const patience = 3000
const countersEvery = 5000
const keptWords = 3

/** A child that has begun to write. */
interface Run {
  readonly kind: 'running'
  readonly child: CaptureChild
  readonly drops: DropCount
  readonly words: readonly string[]
  readonly chunks: AsyncIterable<Uint8Array>
}
type Start = Run | { readonly kind: 'failed'; readonly why: string }

export class InterfaceCapture implements LiveCapture {
  readonly #request: CaptureRequest
  readonly #system: WatchSystem
  readonly #events: LiveEvents
  #program: CaptureProgram | null = null
  #account: string | null = null
  #child: CaptureChild | null = null
  #run: Run | null = null
  #droppedBefore: number | null = null
  #isWhole = true
  #isStopped = false
  #wake: () => void = () => {}
  /** Calls off what `stop` set up. */
  #forceEnd: () => void = () => {}

  constructor(request: CaptureRequest, system: WatchSystem, events: LiveEvents) {
    this.#request = request
    this.#system = system
    this.#events = events
  }

  /** Finds a program that may capture there. Throws `CaptureFault` where none may; resolves to its name. */
  async open(): Promise<string> {
    const { isRoot } = this.#system
    this.#account = isRoot ? accountFor(await this.#system.accounts()) : null
    const failures: string[] = []
    for (const program of programsFor(isRoot)) {
      if (this.#isStopped) break
      const start = await this.#start(program)
      if (start.kind === 'running') {
        this.#program = program
        this.#run = start
        if (isRoot && (program.name === 'dumpcap' || this.#account === null))
          this.#events.say(
            `${program.name} keeps the rights of root: start portreeve as a user who may capture instead`,
          )
        return program.name
      }
      failures.push(start.why)
    }
    // No child is left that would have to be ended.
    this.#forceEnd()
    if (this.#isStopped) throw new CaptureFault('ended before anything was captured')
    this.#isStopped = true
    throw new CaptureFault(
      `nothing can be captured on ${this.#request.interface}: ${failures.join('; ')}`,
    )
  }

  get document(): string {
    return this.#request.interface
  }

  dropped(): number | null {
    return sum(this.#droppedBefore, this.#run?.drops.total ?? null)
  }

  isWhole(): boolean {
    return this.#isWhole
  }

  fault(): null {
    return null
  }

  stop(): void {
    if (this.#isStopped) return
    this.#isStopped = true
    this.#wake()
    this.#child?.send('end')
    this.#forceEnd = this.#system.timer(patience, () => this.#child?.send('kill'))
  }

  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    const records = new LiveRecords()
    const quiet = this.#askForCounters()
    try {
      yield records.begin()
      let wait: number = backOff.first
      while (this.#run !== null) {
        const run = this.#run
        const began = this.#system.clock()
        const part = yield* records.take(run.chunks)
        run.child.send(isDamage(part.fault) ? 'kill' : 'end')
        const end = await run.child.ended
        const ended = this.#system.now()
        this.#droppedBefore = sum(this.#droppedBefore, run.drops.total ?? part.dropped)
        this.#run = null
        for (const one of findPartGaps(this.document, part, isDamage(part.fault))) this.#miss(one)
        if (this.#isStopped) break
        if (this.#system.clock() - began >= backOff.steady) wait = backOff.first
        const why = whyEnded(this.#name, end, run.words)
        wait = await this.#again(why, wait)
        this.#miss(interruption(why, ended, this.#system.now()))
      }
      const dropped = this.dropped()
      if (dropped !== null) yield records.end(dropped)
    } finally {
      quiet()
      this.#isStopped = true
      this.#child?.send('kill')
      this.#forceEnd()
    }
  }

  #miss(what: Gap): void {
    this.#isWhole = false
    this.#events.gap(what)
  }

  get #name(): string {
    return this.#program?.name ?? ''
  }

  async #start(program: CaptureProgram): Promise<Start> {
    const drops = new DropCount()
    const words: string[] = []
    const options = program.options(this.#request, this.#account)
    const child = this.#system.start(program.name, options, (line) => {
      drops.read(line)
      if (!isComplaint(line)) return
      words.push(line.trim())
      if (words.length > keptWords) words.shift()
    })
    this.#child = child
    if (this.#isStopped) child.send('end')
    const bytes = child.bytes[Symbol.asyncIterator]()
    const first = await bytes.next().catch(() => ({ done: true as const, value: undefined }))
    if (!first.done)
      return { kind: 'running', child, drops, words, chunks: resume(first.value, bytes) }
    return { kind: 'failed', why: whyEnded(program.name, await child.ended, words) }
  }

  /** Until a child runs again or all is to end; the wait before the next time. */
  async #again(why: string, first: number): Promise<number> {
    const program = this.#program
    let [wait, said] = [first, why]
    this.#events.say(`${why}; again in ${seconds(wait)}`)
    while (program !== null) {
      await this.#pause(wait)
      wait = Math.min(wait * 2, backOff.longest)
      if (this.#isStopped) break
      const start = await this.#start(program)
      if (start.kind === 'running') {
        this.#run = start
        this.#events.say(`${program.name} captures on ${this.#request.interface} again`)
        break
      }
      // The same reason every half minute is no news.
      if (start.why !== said && !this.#isStopped)
        this.#events.say(`${start.why}; again in ${seconds(wait)}`)
      said = start.why
    }
    return wait
  }

  async #pause(milliseconds: number): Promise<void> {
    if (this.#isStopped) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#system.timer(milliseconds, resolve)
    this.#wake = resolve
    await promise
    cancel()
  }

  #askForCounters(): () => void {
    if (this.#program?.counters !== 'on-request') return () => {}
    let cancel = () => {}
    const next = () => {
      cancel = this.#system.timer(countersEvery, () => {
        this.#run?.child.send('counters')
        next()
      })
    }
    next()
    return () => cancel()
  }
}

const isDamage = (fault: PacketFault | null): boolean =>
  fault !== null && fault.kind !== 'truncated' && fault.kind !== 'empty'

const interruption = (why: string, from: number, to: number): Gap =>
  gap(
    'capture-interrupted',
    `${why}: nothing was captured from ${iso(from)} to ${iso(to)}.`,
    null,
    String(from),
  )

const iso = (time: number): string => new Date(time).toISOString()
const seconds = (milliseconds: number): string => `${milliseconds / 1000} s`
const sum = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : a + b

function whyEnded(name: string, end: ChildEnd, words: readonly string[]): string {
  if (end.kind === 'not-started') return `${name} ${notStarted[end.code] ?? `(${end.code})`}`
  const said = words.map((word) => word.replace(`${name}: `, '')).join(', ')
  if (said !== '') return `${name} ended (${said})`
  const how = end.signal ?? (end.code === 0 ? null : `exit code ${end.code}`)
  return how === null ? `${name} ended` : `${name} ended (${how})`
}
const notStarted: Readonly<Record<string, string>> = {
  ENOENT: 'is not installed',
  EACCES: 'may not be run by this user',
  EPERM: 'may not be run by this user',
}

async function* resume(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield first
    for (;;) {
      const next = await rest.next()
      if (next.done) return
      yield next.value
    }
  } finally {
    await rest.return?.()
  }
}
