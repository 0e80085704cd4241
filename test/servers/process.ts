/** Server processes of a test: started on an address of our own, waited for, and ended by their process ids. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { environment } from './place.ts'

export interface ServerProcess {
  readonly pid: number
  /** The last of what it wrote, for messages of failures. */
  output(): string
  /** Ends it and everything that it started. */
  stop(): Promise<void>
}

export interface Launch {
  readonly program: string
  readonly options: readonly string[]
  readonly address: string
  readonly port: number
  readonly environment?: Readonly<Record<string, string>>
}

const startMilliseconds = 15_000
const outputLimit = 20_000

/** Starts a program and resolves when it listens on its address and port; no connection is made to find out. */
export async function startProcess(launch: Launch): Promise<ServerProcess> {
  const { program, options, address, port } = launch
  if (isListening(address, port))
    throw new Error(`${address}:${port} is taken, there or on all addresses`)
  const child = spawn(program, options, {
    env: { ...environment, ...launch.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => {
      text = (text + chunk).slice(-outputLimit)
    })
  }
  let failure: Error | null = null
  child.on('error', (error) => {
    failure = error
  })
  const { pid } = child
  const stop = async () => {
    if (pid !== undefined) await end(child, pid)
  }
  if (pid !== undefined) guard(`+ ${pid}`)
  const deadline = performance.now() + startMilliseconds
  while (!isListening(address, port)) {
    const gone = failure !== null || child.exitCode !== null || child.signalCode !== null
    if (gone || performance.now() > deadline) {
      await stop()
      throw new Error(
        `${program} ${gone ? 'ended at once' : 'does not listen'} (${address}:${port}): ${text}`,
        { cause: failure },
      )
    }
    await wait(10)
  }
  if (pid === undefined) throw new Error(`${program} has no process id`)
  return { pid, output: () => text, stop }
}

/** A folder of a server, readable by the account that the server works under. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portreeve-server-'))
  chmodSync(folder, 0o755)
  guard(`folder ${folder}`)
  return folder
}
export const removeFolder = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })

let last = 0
/** An address of 127.0.0.0/8 that no other server of this process, and hardly one of another, is on. */
export function freeAddress(): string {
  last = (last % 250) + 1
  return `127.${16 + ((process.pid >> 8) & 0x7f)}.${process.pid & 0xff}.${last}`
}

/** The only address of IPv6's loopback, which all servers share: each needs a port of its own. */
export const ipv6Loopback = '::1'

/** A port of `::1` below those that clients are given, on which nothing listens. */
export function freePort(): number {
  for (let i = 0; i < 1000; i++) {
    last = (last % 250) + 1
    const port = 10_000 + ((process.pid * 250 + last) % 20_000)
    if (!isListening(ipv6Loopback, port)) return port
  }
  throw new Error('no port is free')
}

/** Whether anything listens there, from the kernel's own table. The address is one of IPv4, or `::1`. */
export const isListening = (address: string, port: number): boolean =>
  statesAt(address, port).includes(socketStates.listening)

/** Whether a connection to who listens there is not over on both sides. */
export const isBusy = (address: string, port: number): boolean =>
  statesAt(address, port).some(
    (state) => state !== socketStates.listening && state !== socketStates.timeWait,
  )

const socketStates = { timeWait: '06', listening: '0A' } as const

/** The states of the sockets with this local end. */
function statesAt(address: string, port: number): readonly string[] {
  const { table, local, all } = kernelWords(address)
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  return readFileSync(table, 'utf8')
    .split('\n')
    .flatMap((row) => {
      const [, end, , state = ''] = row.trim().split(/\s+/)
      return end === `${local}:${hexPort}` || end === `${all}:${hexPort}` ? [state] : []
    })
}

/** The kernel's table of an address' family and how it writes addresses on a little-endian machine: `0100007F`. */
const kernelWords = (address: string) =>
  address === ipv6Loopback
    ? {
        table: '/proc/net/tcp6',
        local: '00000000000000000000000001000000',
        all: '0'.repeat(32),
      }
    : { table: '/proc/net/tcp', local: kernelAddress(address), all: '0'.repeat(8) }

const kernelAddress = (address: string): string =>
  address
    .split('.')
    .reverse()
    .map((part) => Number(part).toString(16).toUpperCase().padStart(2, '0'))
    .join('')

async function end(child: ChildProcess, pid: number): Promise<void> {
  const descendants = childrenOf(pid)
  const exited =
    child.exitCode !== null || child.signalCode !== null
      ? Promise.resolve()
      : new Promise<void>((resolve) => {
          child.once('exit', () => resolve())
        })
  // The program leads a group of its own; sessions that left the group are known as its children.
  for (const target of [-pid, ...descendants]) kill(target)
  await exited
  for (const target of descendants) {
    for (let round = 0; round < 100 && isAlive(target); round++) await wait(10)
  }
  guard(`- ${pid}`)
}

function childrenOf(pid: number): readonly number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)] as const)
  const found: number[] = []
  let level = [pid]
  while (level.length > 0) {
    const next = parents.filter(([, parent]) => level.includes(parent)).map(([id]) => id)
    found.push(...next)
    level = next
  }
  return found
}

function parentOf(pid: string): number {
  try {
    // The name in parentheses may hold anything; the parent is the second word after it.
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'latin1')
        .replace(/^.*\) \S+ /s, '')
        .split(' ')[0],
    )
  } catch {
    return 0
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

function kill(target: number): void {
  try {
    process.kill(target, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

/**
 * Ends the groups and removes the folders that are left when this process ends without a word: a shell that reads until
 * its input ends. Servers change their user, and with that the kernel forgets whose death they were to follow.
 */
let guardian: ChildProcess | null = null
function guard(line: string): void {
  guardian ??= startGuardian()
  guardian.stdin?.write(`${line}\n`)
}

const guardianScript = `
  alive=" "
  folders=
  while read -r sign word; do
    case "$sign" in
      +) alive="$alive$word " ;;
      -) alive="\${alive%% $word *} \${alive#* $word }" ;;
      folder) folders="$folders $word" ;;
    esac
  done
  for pid in $alive; do kill -KILL -- "-$pid" 2>/dev/null; done
  [ -z "$folders" ] || rm -rf -- $folders`

function startGuardian(): ChildProcess {
  const child = spawn('/bin/sh', ['-c', guardianScript], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  child.unref()
  const { stdin } = child
  if (stdin && 'unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
  return child
}
