/** A capture that somebody else writes to standard input. */
import type { WatchSystem } from './live.ts'
import { LiveRecords } from './live-records.ts'
import { findPartGaps, type LiveCapture, type LiveEvents } from './live-source.ts'
import type { PacketFault } from './packets.ts'
import { openBytes } from './read-bytes.ts'

/** Milliseconds that whoever writes it may take to end. */
const patience = 500

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
  #forceEnd: () => void = () => {}

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
    this.#forceEnd = this.#system.timer(patience, () => this.#input.close())
  }

  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    const records = new LiveRecords()
    yield records.begin()
    const part = yield* records.take(decompressed(this.#input.bytes))
    this.#input.close()
    this.#forceEnd()
    this.#fault = this.#isStopped ? null : part.fault
    this.#dropped = part.dropped
    const gaps = findPartGaps(this.document, part, !this.#isStopped)
    this.#isStopped = true
    this.#isWhole = gaps.length === 0
    for (const one of gaps) this.#events.gap(one)
    if (part.dropped !== null) yield records.end(part.dropped)
  }
}

const standardInput = '-'

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
