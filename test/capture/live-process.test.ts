/** `portreeve watch` with a real tcpdump on loopback, while a real client speaks to a real server. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { pcap } from '../../src/capture/testing/packets.ts'
import { environment, serversRequired } from '../servers/place.ts'
import { freeAddress } from '../servers/process.ts'
import { start as startPyftpdlib } from '../servers/pyftpdlib.ts'
import { whyNot } from '../servers/running.ts'
import { open } from '../servers/talk.ts'
import { login, spoken } from './live-world.ts'

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts')
const fetched = join(import.meta.dirname, '..', '..', '.cache/test-servers/root/usr/bin')
/** The machine's own programs first, then what scripts/test-servers.sh fetched, with the libraries that it needs. */
const surroundings = {
  ...process.env,
  NO_COLOR: '1',
  PATH: [process.env['PATH'], '/usr/sbin', '/usr/bin', fetched].filter(Boolean).join(':'),
  LD_LIBRARY_PATH: environment['LD_LIBRARY_PATH'],
}

/** Asks it to read a filter for the interface, which it must open for that; nothing is captured. */
const reason = ((): string | null => {
  if (process.platform !== 'linux') return 'the loopback interface is called otherwise here'
  const asked = spawnSync('tcpdump', ['-i', 'lo', '-d', 'tcp'], {
    env: surroundings,
    encoding: 'utf8',
    timeout: 10_000,
  })
  if (asked.error) return 'run scripts/test-servers.sh: tcpdump is not there'
  return asked.status === 0 ? null : `tcpdump may not capture: ${asked.stderr.trim().slice(0, 200)}`
})()
const serverReason = whyNot('any', 21)
for (const missing of [reason, serverReason])
  if (missing !== null && serversRequired) throw new Error(`live capture: ${missing}`)

interface Watching {
  readonly child: ChildProcess
  readonly lines: () => readonly Record<string, unknown>[]
  readonly err: () => string
}

function watch(args: readonly string[]): Watching {
  const child = spawn(process.execPath, [main, 'watch', ...args], { env: surroundings })
  let [out, err] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const lines = () =>
    out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { child, lines, err: () => err }
}

/** Bounded: a watch that says nothing fails the test and not the run. */
async function until<T>(read: () => T | null | undefined | false, what: () => string): Promise<T> {
  const deadline = performance.now() + 20_000
  for (;;) {
    const found = read()
    if (found) return found
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what()}`)
    await wait(50)
  }
}

/** Programs that this process started, from the kernel's own table. */
const childrenOf = (pid: number): readonly { readonly pid: number; readonly name: string }[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, program = '', parent] =
          /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'latin1')) ?? []
        return Number(parent) === pid ? [{ pid: Number(name), name: program }] : []
      } catch {
        return []
      }
    })
const userOf = (pid: number): number =>
  Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])

async function end({ child }: Watching): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  return child.exitCode
}

const captureReason = reason ?? serverReason
describe.skipIf(captureReason !== null)(
  captureReason === null ? 'loopback' : `loopback (${captureReason})`,
  () => {
    test('a session of a real server, over the death of the capturing program', async () => {
      const address = freeAddress()
      const server = await startPyftpdlib({ address, anonymous: 'read' })
      const watching = watch(['-i', 'lo', '--filter', `host ${address}`, '--format', 'json'])
      const { child, lines, err } = watching
      try {
        const capturing = () =>
          childrenOf(child.pid ?? 0).find(({ name }) => /^(tcpdump|dumpcap)$/.test(name))
        const first = await until(capturing, err)
        // It has become somebody else before the first packet.
        if (process.getuid?.() === 0 && first.name === 'tcpdump')
          await until(() => userOf(first.pid) !== 0, err)
        const seen = () => lines().filter(({ type }) => type === 'ftp-session')
        const visit = async () => {
          const talk = await open(address, server.port)
          await talk.reply()
          await talk.say('USER anonymous')
          await talk.say('PASS guest@example.org')
          await talk.say('TYPE I')
          const { content } = await talk.transfer('RETR /pub/readme.txt', 'PASV')
          await talk.say('QUIT')
          talk.close()
          return content
        }
        await visitUntil(visit, () => seen().length > 0, err)
        process.kill(first.pid, 'SIGKILL')
        await until(() => err().includes('again in 0.5 s'), err)
        const second = await until(() => {
          const now = capturing()
          return now?.pid !== first.pid && err().includes('captures on lo again') && now
        }, err)
        const before = seen().length
        await visitUntil(visit, () => seen().length > before, err)
        child.kill('SIGINT')
        await once(child, 'exit')
        expect(child.exitCode).toBe(0)
        expect(existsSync(`/proc/${second.pid}`)).toBe(false)
        const whole = seen().find(({ startSeen, endSeen }) => startSeen && endSeen)
        expect(whole).toMatchObject({
          origin: 'capture',
          users: ['anonymous'],
          anonymous: true,
          logins: { ok: 1, failed: 0 },
          server: { address, port: server.port },
          files: [{ command: 'RETR', bytes: 21, complete: true }],
        })
        const service = lines().find(({ type }) => type === 'service')
        expect(service).toMatchObject({ protocol: 'ftp', product: { name: 'pyftpdlib' } })
        expect(lines().find(({ type }) => type === 'coverage')).toMatchObject({
          complete: false,
          dropped: expect.any(Number),
        })
        expect(lines().filter(({ reason: why }) => why === 'capture-interrupted')).toHaveLength(1)
      } finally {
        await end(watching)
        await server.stop()
      }
    })

    test('an interface that is not there is one line', async () => {
      const watching = watch(['-i', 'nowhere0', '--format', 'json'])
      await once(watching.child, 'close')
      expect(watching.child.exitCode).toBe(2)
      expect(watching.err()).toMatch(/^portreeve: nothing can be captured on nowhere0: [^\n]+\n$/)
    })
  },
)

/** What is captured comes a moment later than it was sent, and the first visit may come before the capture. */
async function visitUntil(
  visit: () => Promise<string>,
  isSeen: () => boolean,
  err: () => string,
): Promise<void> {
  for (let round = 0; round < 5 && !isSeen(); round++) {
    expect(await visit()).toBe('Nothing to see here.\n')
    for (let pause = 0; pause < 40 && !isSeen(); pause++) await wait(50)
  }
  expect(isSeen(), err()).toBe(true)
}

describe('a pipe', () => {
  test('is read as it comes, and Ctrl-C ends it while it is open', async () => {
    const watching = watch(['-', '--flows'])
    const { child, lines, err } = watching
    try {
      child.stdin?.write(pcap(spoken({ lines: login })))
      await until(() => lines().some(({ type }) => type === 'ftp-session'), err)
      child.kill('SIGINT')
      await once(child, 'close')
      expect(child.exitCode).toBe(0)
      expect(lines().at(-1)).toMatchObject({ type: 'coverage', complete: true })
      expect(err()).toMatch(/^portreeve: watched standard input for [^\n]*: 13 packets [^\n]*\n$/)
    } finally {
      await end(watching)
    }
  })

  test('whose reader goes away ends the watch', async () => {
    const watching = watch(['-'])
    const { child } = watching
    try {
      child.stdout?.destroy()
      const whole = pcap(spoken({ lines: login }))
      child.stdin?.on('error', () => {})
      child.stdin?.write(whole)
      // Every session is a line, and nobody takes it.
      await Promise.race([once(child, 'exit'), wait(20_000)])
      expect(child.exitCode).toBe(0)
    } finally {
      await end(watching)
    }
  })
})
