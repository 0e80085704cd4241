/** A machine whose programs and terminal are a script: time passes by itself, from one timer to the next. */
import type { CaptureChild, ChildEnd, Screen, WatchSystem } from '../../src/capture/live.ts'
import {
  ack,
  type CapturedFrame,
  ethernet,
  fin,
  psh,
  syn,
  tcpPacket,
} from '../../src/capture/testing/packets.ts'
import { encodeWire } from '../../src/protocols/ftp/wire.ts'

/** What one start of a program does. */
export interface Script {
  /** The system's refusal to start it. */
  readonly refused?: string
  readonly writes?: readonly Uint8Array[]
  readonly says?: readonly string[]
  /** Its last words, when it ends by itself or in order. */
  readonly lastWords?: readonly string[]
  /** By itself, when it is told to, or only by force. */
  readonly ends: 'itself' | 'when-told' | 'by-force'
  /** Written between being told to end and the end. */
  readonly rest?: readonly Uint8Array[]
  /** Milliseconds that it runs at least. */
  readonly runs?: number
}

export interface Started {
  readonly program: string
  readonly options: readonly string[]
  /** Milliseconds after the beginning. */
  readonly at: number
  readonly sent: string[]
}

export interface FakeMachine {
  readonly system: WatchSystem
  readonly started: readonly Started[]
  /** Codes with which it was to be left at once. */
  readonly exits: readonly number[]
  /** Timers that are set and neither fired nor called off. */
  pending(): number
  interrupt(): void
  closeOutput(): void
  /** Runs something so many milliseconds after the beginning. */
  after(milliseconds: number, callback: () => void): void
}

export interface FakeParts {
  readonly isRoot?: boolean
  readonly accounts?: readonly string[]
  /** The programs of the machine; any other is not installed. Each start takes the next script, the last for ever. */
  readonly programs?: Readonly<Record<string, readonly Script[]>>
  readonly stdin?: AsyncIterable<Uint8Array>
  readonly screen?: Screen | null
}

export const began = Date.UTC(2026, 10, 21, 9)

export function fakeMachine(parts: FakeParts = {}): FakeMachine {
  const { isRoot = false, accounts = [], programs = {}, screen = null } = parts
  let clock = 0
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>()
  // Time stands still until somebody listens: loading the command takes time of another kind.
  let hasBegun = false
  let isTicking = false
  const tick = () => {
    const [next] = [...timers].sort((a, b) => a.at - b.at)
    isTicking = next !== undefined
    if (next === undefined) return
    timers.delete(next)
    clock = Math.max(clock, next.at)
    next.callback()
    setImmediate(tick)
  }
  const run = () => {
    if (hasBegun && !isTicking) setImmediate(tick)
    isTicking = hasBegun
  }
  const timer = (milliseconds: number, callback: () => void): (() => void) => {
    const entry = { at: clock + milliseconds, callback }
    timers.add(entry)
    run()
    return () => void timers.delete(entry)
  }
  const [interrupts, closings] = [new Set<() => void>(), new Set<() => void>()]
  const hear = (ears: Set<() => void>) => (callback: () => void) => {
    ears.add(callback)
    hasBegun = true
    run()
    return () => void ears.delete(callback)
  }
  const started: Started[] = []
  const exits: number[] = []
  const counts = new Map<string, number>()
  const start: WatchSystem['start'] = (program, options, said) => {
    const entry: Started = { program, options, at: clock, sent: [] }
    started.push(entry)
    const scripts = programs[program] ?? [{ refused: 'ENOENT', ends: 'itself' }]
    const count = counts.get(program) ?? 0
    counts.set(program, count + 1)
    const script = scripts[Math.min(count, scripts.length - 1)] as Script
    return play(script, entry.sent, said, timer)
  }
  const { promise: closed, resolve: close } = Promise.withResolvers<void>()
  return {
    started,
    exits,
    pending: () => timers.size,
    interrupt: () => {
      for (const callback of [...interrupts]) callback()
    },
    closeOutput: () => {
      for (const callback of [...closings]) callback()
    },
    after: (milliseconds, callback) => void timer(milliseconds, callback),
    system: {
      start,
      stdin: () => ({ bytes: until(parts.stdin ?? nothing(), closed), close }),
      isRoot,
      accounts: () => Promise.resolve(accounts),
      clock: () => clock,
      now: () => began + clock,
      timer,
      onInterrupt: hear(interrupts),
      onOutputClosed: hear(closings),
      screen: () => screen,
      name: () => 'run-1',
      host: 'sensor',
      exit: (code) => {
        exits.push(code)
        return undefined as never
      },
    },
  }
}

function play(
  script: Script,
  sent: string[],
  said: (line: string) => void,
  timer: WatchSystem['timer'],
): CaptureChild {
  const { promise: told, resolve: tell } = Promise.withResolvers<'told' | 'killed'>()
  const { promise: ended, resolve: end } = Promise.withResolvers<ChildEnd>()
  async function* bytes(): AsyncGenerator<Uint8Array> {
    if (script.refused !== undefined) {
      end({ kind: 'not-started', code: script.refused })
      return
    }
    for (const line of script.says ?? []) said(line)
    yield* script.writes ?? []
    if (script.runs !== undefined)
      await new Promise<void>((resolve) => {
        const cancel = timer(script.runs ?? 0, resolve)
        void told.then(() => {
          cancel()
          resolve()
        })
      })
    const why = script.ends === 'itself' ? 'itself' : await told
    if (why !== 'killed') {
      yield* script.rest ?? []
      for (const line of script.lastWords ?? []) said(line)
    }
    end({ kind: 'exited', code: 0, signal: null })
  }
  return {
    bytes: bytes(),
    ended,
    send(wish) {
      sent.push(wish)
      if (wish === 'kill') {
        end({ kind: 'exited', code: null, signal: 'SIGKILL' })
        tell('killed')
      }
      if (wish === 'end' && script.ends !== 'by-force') tell('told')
    },
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Rejects where it is closed while somebody waits, as Node's streams do. */
async function* until(
  bytes: AsyncIterable<Uint8Array>,
  closed: Promise<void>,
): AsyncGenerator<Uint8Array> {
  const input = bytes[Symbol.asyncIterator]()
  for (;;) {
    const next = await Promise.race([
      input.next(),
      closed.then(() => Promise.reject(new Error('Premature close'))),
    ])
    if (next.done) return
    yield next.value
  }
}

/** Gives what it has and then is silent. */
export async function* silentAfter(
  ...chunks: readonly Uint8Array[]
): AsyncGenerator<Uint8Array, void> {
  yield* chunks
  await new Promise(() => {})
}

export interface Spoken {
  readonly client?: string
  readonly clientPort?: number
  readonly server?: string
  readonly serverPort?: number
  /** Microseconds since the epoch of the first packet. */
  readonly micros?: number
  /** `> USER bob` of the client, `< 331 …` of the server. */
  readonly lines: readonly string[]
  readonly closed?: 'yes' | 'no'
}

/** A connection as Ethernet frames, from its handshake on. */
export function spoken(parts: Spoken): readonly CapturedFrame[] {
  const { client = '10.0.0.9', clientPort = 40_000, server = '10.0.0.5', serverPort = 2121 } = parts
  const frames: CapturedFrame[] = []
  const next: [number, number] = [1000, 5000]
  let micros = parts.micros ?? began * 1000
  const send = (side: 0 | 1, flags: number, payload: Uint8Array = new Uint8Array(0)): void => {
    const other = side === 0 ? 1 : 0
    const packet = tcpPacket({
      from: side === 0 ? client : server,
      to: side === 0 ? server : client,
      sourcePort: side === 0 ? clientPort : serverPort,
      targetPort: side === 0 ? serverPort : clientPort,
      seq: next[side],
      ack: next[other],
      flags,
      payload,
    })
    next[side] += payload.length + (flags & (syn | fin) ? 1 : 0)
    frames.push({ bytes: ethernet(packet), micros })
    micros += 1000
  }
  send(0, syn)
  send(1, syn | ack)
  send(0, ack)
  for (const line of parts.lines)
    send(
      line[0] === '>' ? 0 : 1,
      psh | ack,
      Buffer.from(encodeWire(`${line.slice(2)}\r\n`), 'latin1'),
    )
  if (parts.closed === 'no') return frames
  send(0, fin | ack)
  send(1, fin | ack)
  send(0, ack)
  return frames
}

export const login: readonly string[] = [
  '< 220 (vsFTPd 3.0.3)',
  '> USER bob',
  '< 331 Please specify the password.',
  '> PASS secret',
  '< 230 Login successful.',
  '> QUIT',
  '< 221 Goodbye.',
]
