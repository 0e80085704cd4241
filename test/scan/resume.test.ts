/** `portreeve scan` as a process: stopped, gone on with, and what it leaves on the disk. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts')
let folder = ''
/** Nobody listens there. */
let shutPort = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portreeve-resume-'))
  const server = createServer().listen(0, '127.0.7.2')
  await once(server, 'listening')
  const address = server.address()
  shutPort = typeof address === 'object' && address ? address.port : 0
  server.close()
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

const start = (...args: readonly string[]): ChildProcess =>
  spawn(execPath, [main, 'scan', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })

async function ended(child: ChildProcess) {
  let [out, err] = ['', '']
  child.stdout?.on('data', (chunk) => {
    out += chunk
  })
  child.stderr?.on('data', (chunk) => {
    err += chunk
  })
  const [code] = await once(child, 'close')
  return { code, out, err }
}

/** Stopped as soon as a line of this type was told, or the state was saved. */
async function interrupted(
  [signal, after]: readonly ['SIGINT' | 'SIGKILL', 'probe' | 'coverage' | 'state'],
  state: string,
  ...args: readonly string[]
) {
  const child = start(...args, '-f', 'json', '--checkpoint', state)
  const first = ended(child)
  let out = ''
  child.stdout?.on('data', (chunk) => {
    out += chunk
  })
  const isTime = () =>
    after === 'state' ? existsSync(join(folder, state)) : out.includes(`"type":"${after}"`)
  while (!isTime() && child.exitCode === null) await new Promise((later) => setTimeout(later, 50))
  child.kill(signal)
  return first
}

interface Line {
  readonly type: string
  readonly address: string
  readonly ports: readonly (readonly [number, number])[]
  readonly outcome: string
}
const linesOf = (out: string, type: string): readonly Line[] =>
  out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.type === type)

const left = async (state: string): Promise<readonly string[]> =>
  (await readdir(folder)).filter((name) => name.startsWith(state))

describe('interrupted and resumed', () => {
  /** The state is saved every five seconds, and when the scan is told to end. */
  const cases = [
    {
      signal: 'SIGINT',
      after: 'probe',
      targets: ['127.30.0.0/25', '127.30.0.128-255'],
      count: 256,
    },
    { signal: 'SIGKILL', after: 'state', targets: ['127.30.0.0-127.30.3.255'], count: 1024 },
  ] as const
  test.each(cases)(
    'after $signal nothing is lost',
    async ({ signal, after, targets, count }) => {
      const state = `state-${signal}`
      const { code, err } = await interrupted(
        [signal, after],
        state,
        ...[...targets, '-p', String(shutPort), '--rate', '150'],
      )
      if (signal === 'SIGINT') {
        expect(code).toBe(2)
        expect(err).toBe(
          `portreeve: stopping; once more to stop at once\nportreeve: interrupted; go on with: portreeve scan --resume ${state}\n`,
        )
      }
      const second = await ended(start('--resume', state))
      expect(second.err).toBe('')
      const pairs = linesOf(second.out, 'probe').flatMap(({ address, ports, outcome }) => {
        expect(outcome).toBe('closed')
        return ports.map(([from, to]) => `${address} ${from}-${to}`)
      })
      expect(new Set(pairs).size).toBe(count)
      expect(linesOf(second.out, 'coverage')).toMatchObject([{ complete: true }])
      expect(await left(state)).toEqual([])
    },
    60_000,
  )

  test('what closed the groups that were done closes them again', async () => {
    const reachable = (address: string, ports: readonly (readonly number[])[]) => ({
      verdict: 'reachable',
      transport: 'tcp',
      entry: { addresses: [address], names: [], front: null },
      ports,
    })
    const exposures = [
      reachable('127.31.0.1', [[shutPort, shutPort]]),
      reachable('127.31.0.2', [[20_000, 20_500]]),
    ]
    const audit = join(folder, 'audit.json')
    await writeFile(audit, JSON.stringify({ portreeve: '0.1.0', exposures }))
    const args = ['--from-audit', audit, '--rate', '300', '--per-host', '300']
    const first = await interrupted(['SIGINT', 'coverage'], 'groups', ...args)
    const covered = linesOf(first.out, 'coverage')
    expect(covered).toMatchObject([{ complete: true }, { complete: false }])
    const second = await ended(start('--resume', 'groups'))
    expect(linesOf(second.out, 'coverage')).toEqual([
      covered[0],
      expect.objectContaining({ addresses: ['127.31.0.2/32'], complete: true }),
    ])
    expect(linesOf(second.out, 'probe').map(({ address }) => address)).toContain('127.31.0.1')
  }, 60_000)

  test('with other options it does not go on, with the same it does', async () => {
    await interrupted(
      ['SIGINT', 'probe'],
      'same',
      ...['127.30.0.0/24', '-p', String(shutPort), '--rate', '150'],
    )
    const other = await ended(start('--resume', 'same', '--exclude', '127.30.0.1', '-f', 'json'))
    expect(other).toEqual({
      code: 2,
      out: '',
      err: 'portreeve: --resume goes on with the targets and options it was begun with: leave out --exclude, which is another now\n',
    })
    expect(await left('same')).toHaveLength(2)
    const same = await ended(start('--resume', 'same', '-f', 'json', '--checkpoint', 'same'))
    expect(same).toMatchObject({ code: 0, err: '' })
  }, 60_000)

  test('when nobody reads on it stops, and goes on later', async () => {
    const range = ['127.40.0.0/16', '-p', String(shutPort), '--rate', '500']
    const child = start(...range, '-f', 'json', '--checkpoint', 'unread')
    let err = ''
    child.stderr?.on('data', (chunk) => {
      err += chunk
    })
    await once(child.stdout as Readable, 'data')
    child.stdout?.destroy()
    const [code] = await once(child, 'close')
    expect(code).toBe(2)
    expect(err).toContain('nobody reads the output any more')
    expect(err).toContain('go on with: portreeve scan --resume unread')
    expect(await left('unread')).toHaveLength(2)
  }, 60_000)

  test('a checkpoint whose arguments were changed by hand is refused', async () => {
    const range = ['127.30.0.0/24', '-p', String(shutPort), '--rate', '150']
    await interrupted(['SIGINT', 'probe'], 'changed', ...range)
    const path = join(folder, 'changed')
    await writeFile(path, (await readFile(path, 'utf8')).replace('127.30.0.0/24', '127.30.0.0/16'))
    expect(await ended(start('--resume', 'changed'))).toEqual({
      code: 2,
      out: '',
      err: 'portreeve: changed: its arguments were changed by hand; begin a new scan instead\n',
    })
  }, 60_000)

  test('a file that is no checkpoint is said to be none', async () => {
    await writeFile(join(folder, 'odd'), '{}')
    expect(await ended(start('--resume', 'odd'))).toEqual({
      code: 2,
      out: '',
      err: 'portreeve: odd: this is no checkpoint of a scan\n',
    })
  })
})

describe('a file to write to', () => {
  const one = () => ['127.0.7.2', '-p', String(shutPort)]
  test('holds what would have been printed', async () => {
    expect(await ended(start(...one(), '-o', 'page'))).toEqual({ code: 0, out: '', err: '' })
    expect(await readFile(join(folder, 'page'), 'utf8')).toMatch(/^No FTP server was found/)
  })
  test.each([
    ['that cannot be made', join('nowhere', 'page'), 'there is no such folder to write to'],
    ['that is a folder', '.', 'this is a folder, a file is wanted'],
    // Linux has a device that is always full.
    ...(existsSync('/dev/full')
      ? [['that is full', '/dev/full', 'there is no room left to write it']]
      : []),
  ])('%s is said in a line, and nothing stays behind', async (_, path, why) => {
    const before = await readdir(folder)
    expect(await ended(start(...one(), '-o', path))).toEqual({
      code: 2,
      out: '',
      err: `portreeve: ${path}: ${why}\n`,
    })
    expect(await readdir(folder)).toEqual(before)
  })
})
