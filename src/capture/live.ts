/**
 * What a live capture needs of the machine. The only file of this folder that starts a process: the program that captures
 * runs as a child with rights of its own, so that what reads hostile packets needs none.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { constants, hostname } from 'node:os'
import process from 'node:process'

export type ChildEnd =
  /** The system's own code: `ENOENT`, `EACCES`. */
  | { readonly kind: 'not-started'; readonly code: string }
  | { readonly kind: 'exited'; readonly code: number | null; readonly signal: string | null }

export interface CaptureChild {
  /** What it writes on standard output. */
  readonly bytes: AsyncIterable<Uint8Array>
  /** Resolves when it is gone and its last words were heard; never rejects. */
  readonly ended: Promise<ChildEnd>
  /** `counters` has tcpdump print its counters, `end` lets it end in order. Of one that is gone: nothing. */
  send(wish: 'counters' | 'end' | 'kill'): void
}

export interface InputStream {
  readonly bytes: AsyncIterable<Uint8Array>
  /** Wants no more; who waits for the next byte is let go of. */
  close(): void
}

export interface Screen {
  readonly columns: number
  readonly rows: number
}

export interface WatchSystem {
  /** `said` hears each line of standard error, cut to a bounded length. No shell stands between. */
  start(program: string, options: readonly string[], said: (line: string) => void): CaptureChild
  stdin(): InputStream
  /** Whether this process has all rights, which a child is to give up. */
  readonly isRoot: boolean
  /** Names of the machine's own accounts. */
  accounts(): Promise<readonly string[]>
  /** Milliseconds, never going back. */
  clock(): number
  /** Milliseconds since the epoch. */
  now(): number
  /** The result calls it off. */
  timer(milliseconds: number, callback: () => void): () => void
  /** Calls back at Ctrl-C and when the system or a closed terminal ends the program; the result takes the ear off. */
  onInterrupt(callback: () => void): () => void
  /** Calls back when nobody reads standard output any more; the result takes the ear off. */
  onOutputClosed(callback: () => void): () => void
  /** The terminal as it is now; null where output goes elsewhere or the terminal cannot place its cursor. */
  screen(): Screen | null
  /** Random letters and digits. */
  name(): string
  readonly host: string
  exit(code: number): never
}

export const watchSystem: WatchSystem = {
  start,
  stdin: () => ({ bytes: process.stdin, close: () => void process.stdin.destroy() }),
  isRoot: process.getuid?.() === 0,
  async accounts() {
    const text = await readFile('/etc/passwd', 'utf8').catch(() => '')
    return text.split('\n').flatMap((line) => line.split(':')[0] || [])
  },
  clock: () => performance.now(),
  now: () => Date.now(),
  timer(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  },
  onInterrupt(callback) {
    for (const signal of interrupts) process.on(signal, callback)
    return () => {
      for (const signal of interrupts) process.off(signal, callback)
    }
  },
  onOutputClosed(callback) {
    process.stdout.on('error', callback)
    return () => void process.stdout.off('error', callback)
  },
  screen() {
    const { isTTY, columns, rows } = process.stdout
    const isPlain = process.env['TERM'] === 'dumb'
    return isTTY && columns > 0 && rows > 0 && !isPlain ? { columns, rows } : null
  },
  name: () => randomBytes(8).toString('hex'),
  host: hostname(),
  exit: (code) => process.exit(code),
}

const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const longestLine = 1000
const longestSearch = 4096

/** tcpdump(1): SIGINFO where the system has it, else SIGUSR1, makes it print its counters. */
const countersSignal = 'SIGINFO' in constants.signals ? 'SIGINFO' : 'SIGUSR1'

/** Where they are installed and no ordinary user's search path leads. */
const moreFolders = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/usr/local/bin']

function start(
  program: string,
  options: readonly string[],
  said: (line: string) => void,
): CaptureChild {
  const child = spawn(program, options, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C is for us, and the child is ended by us, in order.
    detached: true,
    env: {
      ...process.env,
      PATH: [process.env['PATH'], ...moreFolders].filter(Boolean).join(':'),
      // Its words are read.
      LC_ALL: 'C',
    },
  })
  const endChild = () => void child.kill('SIGKILL')
  process.on('exit', endChild)
  let line = ''
  child.stderr.setEncoding('latin1').on('data', (text: string) => {
    const lines = (line + text).split(/[\r\n]+/)
    line = (lines.pop() ?? '').slice(0, longestSearch)
    for (const one of lines) if (one !== '') said(one.slice(0, longestLine))
  })
  child.stderr.on('error', () => {})
  const ended = new Promise<ChildEnd>((resolve) => {
    const { promise: heard, resolve: hear } = Promise.withResolvers<void>()
    child.stderr.once('close', () => {
      if (line !== '') said(line.slice(0, longestLine))
      line = ''
      hear()
    })
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined)
        resolve({ kind: 'not-started', code: error.code ?? error.message })
    })
    child.once('exit', (code, signal) => {
      void heard.then(() => resolve({ kind: 'exited', code, signal }))
    })
  }).finally(() => process.off('exit', endChild))
  return {
    bytes: child.stdout,
    ended,
    send(wish) {
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
        child.kill(signals[wish])
    },
  }
}

const signals = { counters: countersSignal, end: 'SIGINT', kill: 'SIGKILL' } as const
