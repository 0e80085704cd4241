/** A capture that is still going on: a child that is started again when it dies, or a stream that somebody else writes. */
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
import { LiveRecords, type PartEnd } from './live-records.ts'
import { findPacketGaps, PacketTally } from './packet-tally.ts'
import type { PacketFault } from './packets.ts'
import { openBytes } from './read-bytes.ts'

export interface LiveEvents {
  /** A line for people; it may hold text from outside. */
  readonly say: (line: string) => void
  /** What was missed, as soon as it is known. */
  readonly gap: (gap: Gap) => void
}

export interface LiveCapture {
  /** What its observations stand in: the interface's name, or `-`. */
  readonly document: string
  /** The capture as one stream of pcapng; to be read once. */
  chunks(): AsyncIterable<Uint8Array>
  /** Packets that whoever captures says it dropped so far; null where nobody says. */
  dropped(): number | null
  /** Ends it in order: what was captured until now is still read. May be called at any time. */
  stop(): void
  /** Whether nothing of it was missed as far as it knows; drops are counted apart. */
  isWhole(): boolean
  /** Why a stream gave less than it holds, once it has ended; not of one that was stopped. */
  fault(): PacketFault | null
}

/** No program could capture; the message says for each of them why. */
export class CaptureFault extends Error {}

/** Milliseconds before a child is started again: doubled from the first to the longest, back at the first after steady work. */
export const backOff = { first: 500, longest: 30_000, steady: 30_000 } as const
/** Milliseconds a child, and a stream of somebody else's, may take to end in order. */
const patience = { child: 3000, stream: 500 } as const
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
    this.#system.timer(patience.child, () => this.#child?.send('kill'))
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
        for (const one of gapsOf(this.document, part, isDamage(part.fault))) this.#events.gap(one)
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
      this.#child?.send('kill')
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

/** A capture on standard input; `-`. It may be compressed, and one may follow the other. */
export class StreamCapture implements LiveCapture {
  readonly document = standardInput
  readonly #system: WatchSystem
  readonly #events: LiveEvents
  readonly #input: ReturnType<WatchSystem['stdin']>
  #dropped: number | null = null
  #fault: PacketFault | null = null
  #isWhole = true
  #isStopped = false

  constructor(system: WatchSystem, events: LiveEvents) {
    this.#system = system
    this.#events = events
    this.#input = system.stdin()
  }

  dropped(): number | null {
    return this.#dropped
  }

  isWhole(): boolean {
    return this.#isWhole
  }

  fault(): PacketFault | null {
    return this.#fault
  }

  /** Whoever writes it hears of Ctrl-C too, and is given time for its last packets. */
  stop(): void {
    if (this.#isStopped) return
    this.#isStopped = true
    this.#system.timer(patience.stream, () => this.#input.close())
  }

  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    const records = new LiveRecords()
    yield records.begin()
    const part = yield* records.take(decompressed(this.#input.bytes))
    this.#input.close()
    this.#fault = this.#isStopped ? null : part.fault
    this.#dropped = part.dropped
    const gaps = gapsOf(this.document, part, !this.#isStopped)
    this.#isWhole = gaps.length === 0
    for (const one of gaps) this.#events.gap(one)
    if (part.dropped !== null) yield records.end(part.dropped)
  }
}

const standardInput = '-'

const isDamage = (fault: PacketFault | null): boolean =>
  fault !== null && fault.kind !== 'truncated' && fault.kind !== 'empty'

/** Drops and packets are counted by whoever reads the whole. */
function gapsOf(document: string, part: PartEnd, isFaultTold: boolean): readonly Gap[] {
  const { oversized, timeless, fault } = part
  const framing = { oversized, timeless, dropped: null, skip: 0, step: () => 'more' as const }
  return findPacketGaps(document, new PacketTally(), framing, isFaultTold ? fault : null)
}

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

/** Two buffers by turns: who reads may keep the last piece until the next one is there. */
async function* decompressed(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = await openBytes({ kind: 'stream', document: standardInput, chunks })
  let [into, spare] = [new Uint8Array(65_536), new Uint8Array(65_536)]
  try {
    for (;;) {
      const count = await bytes.read(into, 0)
      if (count === 0) return
      yield into.subarray(0, count)
      ;[into, spare] = [spare, into]
    }
  } finally {
    await bytes.close()
  }
}
