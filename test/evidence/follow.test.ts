/** `portreeve ingest --follow` in processes of its own: whatever happens to a log or to the follower, each event is kept once. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { disk } from '../../src/documents/disk.ts'
import { scanSystem } from '../../src/scan/system.ts'
import { openLake } from '../../src/store/lake/lake.ts'
import { portreeve } from '../cli/world.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const told = ['--server', '203.0.113.5:21', '--timezone', 'UTC', '--vantage', 'test']
const began = Date.parse('2026-11-20T10:00:00Z')
const deadline = 40_000

let folder = ''
let children: ChildProcess[] = []
const at = (name: string): string => join(folder, name)
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portreeve-follow-'))
  children = []
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

interface Follower {
  readonly child: ChildProcess
  readonly heard: () => { readonly out: string; readonly err: string }
  /** Ends it and tells its exit code. */
  end(signal?: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<number | null>
}

function follow(names: readonly string[], ...more: readonly string[]): Follower {
  const paths = names.map(at)
  const args = ['ingest', '--follow', ...paths, '--lake', at('lake'), ...told, ...more]
  const child = spawn(execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let [out, err] = ['', '']
  child.stdout.on('data', (text) => {
    out += text
  })
  child.stderr.on('data', (text) => {
    err += text
  })
  return {
    child,
    heard: () => ({ out, err }),
    async end(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal)
        await once(child, 'close')
      }
      return child.exitCode
    },
  }
}

/** Waits until a look at the world gives something. */
async function until(what: string, look: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + deadline
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`in vain: ${what}`)
    await pause(50)
  }
}

/** Offsets of the marks of a log. */
function marksOf(name: string): readonly number[] {
  if (!existsSync(at('lake/catalogue.sqlite'))) return []
  const database = new DatabaseSync(at('lake/catalogue.sqlite'), { readOnly: true })
  try {
    return database
      .prepare(
        'SELECT end_offset AS n FROM source_range r JOIN source s ON s.id = r.source WHERE s.name = ? AND end_offset IS NOT NULL',
      )
      .all(at(name))
      .map(({ n }) => Number(n))
  } catch {
    return [] // it is being made
  } finally {
    database.close()
  }
}
const reached = (name: string, offset: number): Promise<void> =>
  until(`${name} is kept up to ${offset}`, () => marksOf(name).includes(offset))
const sizeOf = async (name: string): Promise<number> => (await readFile(at(name))).length

const flowHeader =
  'version interface-id srcaddr dstaddr srcport dstport protocol start end action packets bytes\n'
let flowNumber = 0
/** Flow records, none like another. */
const flows = (count: number): string =>
  Array.from({ length: count }, () => {
    const n = flowNumber++
    const time = began / 1000 + (n % 3600)
    return `2 eni-1 198.51.100.${n % 250} 10.0.0.5 ${1024 + n} 21 6 ${time} ${time + 60} ACCEPT 10 ${1000 + n}\n`
  }).join('')

let sessionNumber = 0
/** Sessions of two lines by three clients. */
const sessions = (count: number): string =>
  Array.from({ length: count }, () => {
    const n = sessionNumber++
    const time = (seconds: number) =>
      new Date(began + n * 20_000 + seconds * 1000)
        .toUTCString()
        .replace(
          /^(\w+), 0?(\d+) (\w+) (\d+) (\S+) GMT$/,
          (_, day, date, month, year, clock) =>
            `${day} ${month} ${String(date).padStart(2)} ${clock} ${year}`,
        )
    const who = `Client "198.51.100.${n % 3}"`
    return `${time(0)} [pid ${2 * n + 1000}] CONNECT: ${who}\n${time(1)} [pid ${2 * n + 1000}] [user${n % 5}] OK LOGIN: ${who}\n${time(2)} [pid ${2 * n + 1001}] [user${n % 5}] OK DOWNLOAD: ${who}, "/pub/${n}.txt", ${100 + n} bytes, 10.00Kbyte/sec\n`
  }).join('')

async function contentOf(name: string) {
  const lake = await openLake(at(name), { now: Date.now })
  try {
    const range = { from: 0, to: began * 2, limit: 100_000 }
    const asked = { asOf: 'newest', hours: 72 } as const
    const flowsSeen = await lake.events('flow', range)
    const clients = async (read: 'raw' | 'rollup') => {
      const answer = await lake.queries.clientsSeen({ ...asked, read })
      return answer.kind === 'found' ? answer.rows : []
    }
    const raw = await clients('raw')
    expect(await clients('rollup')).toEqual(raw)
    return {
      flows: flowsSeen.map((one) => JSON.stringify('flow' in one ? one.flow : one)).sort(),
      clients: raw,
      files: await lake.queries.fileKinds(asked),
    }
  } finally {
    await lake.close()
  }
}

const run = (...args: readonly string[]) =>
  portreeve([...args, ...told], { network: scanSystem, documents: disk })

/** The lake is as if these, the files as they are in the end, had been added at once. */
async function expectAsAtOnce(names: readonly string[]): Promise<void> {
  for (const name of names) await run('ingest', at(name), '--lake', at('plain'))
  const expected = await contentOf('plain')
  const actual = await contentOf('lake')
  expect(actual.flows.length).toBe(expected.flows.length)
  expect(actual).toEqual(expected)
}

const kills = Number(process.env['KILLS'] ?? 3)
const seed = Number(process.env['SEED'] ?? 1)
/** Milliseconds after which a follower is killed. */
const lives = fc.sample(fc.integer({ min: 0, max: 4000 }), { numRuns: kills, seed })

describe('a log that is followed', () => {
  test('through growth, a rename, a cut and a name that comes late', {
    timeout: 60_000,
  }, async () => {
    await writeFile(at('flow.log'), flowHeader + flows(50))
    await writeFile(at('vsftpd.log'), sessions(5))
    const follower = follow(['flow.log', 'vsftpd.log', 'late.log'], '--format', 'json')
    await reached('flow.log', await sizeOf('flow.log'))
    // Half a line, and the rest of it later.
    const more = flows(30)
    await appendFile(at('flow.log'), more.slice(0, -20))
    await appendFile(at('vsftpd.log'), sessions(20))
    await writeFile(at('late.log'), flowHeader + flows(7))
    await pause(300)
    await appendFile(at('flow.log'), more.slice(-20))
    // A rename: who has it open writes on for a while.
    await rename(at('flow.log'), at('flow.log.1'))
    await writeFile(at('flow.log'), flowHeader + flows(11))
    await appendFile(at('flow.log.1'), flows(13))
    // A copy that is cut, with lines that nobody saw before.
    await appendFile(at('vsftpd.log'), sessions(200))
    await copyFile(at('vsftpd.log'), at('vsftpd.log.1'))
    await truncate(at('vsftpd.log'), 0)
    await pause(500)
    await appendFile(at('vsftpd.log'), sessions(3))
    await reached('flow.log', await sizeOf('flow.log'))
    await reached('flow.log', await sizeOf('flow.log.1'))
    await reached('late.log', await sizeOf('late.log'))
    expect(follower.child.exitCode).toBeNull()
    expect(await follower.end()).toBe(0)
    const { out, err } = follower.heard()
    expect(err).toMatch(/late\.log: there is no such file yet; it is waited for/)
    expect(err).toMatch(/flow\.log: \d+ events added/)
    const lines = out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    expect(lines.filter(({ type }) => type === 'flow')).toHaveLength(50 + 30 + 7 + 11 + 13)
    await expectAsAtOnce(['flow.log', 'flow.log.1', 'late.log', 'vsftpd.log', 'vsftpd.log.1'])
  })

  test('by one who is killed now and then', { timeout: 60_000 + kills * 10_000 }, async () => {
    await writeFile(at('flow.log'), flowHeader)
    await writeFile(at('vsftpd.log'), '')
    const names = ['flow.log', 'vsftpd.log']
    let isWriting = true
    const writing = (async () => {
      while (isWriting) {
        const text = flows(20)
        await appendFile(at('flow.log'), text.slice(0, 700))
        await pause(10)
        await appendFile(at('flow.log'), text.slice(700))
        await appendFile(at('vsftpd.log'), sessions(2))
        await pause(30)
      }
    })()
    for (const [i, life] of lives.entries()) {
      const follower = follow(names)
      // What nobody knows anything of could not be found again.
      if (i === 0)
        await until('something is kept', () => names.every((name) => marksOf(name).length > 0))
      await pause(life)
      await follower.end('SIGKILL')
    }
    isWriting = false
    await writing
    // While nobody looks, one is renamed, the other copied and cut.
    await rename(at('flow.log'), at('flow.log.1'))
    await copyFile(at('vsftpd.log'), at('vsftpd.log.1'))
    // So many that the first are over by the clock of the log.
    await writeFile(at('vsftpd.log'), sessions(200))
    await writeFile(at('flow.log'), flowHeader + flows(5))
    const follower = follow(names)
    await reached('flow.log', await sizeOf('flow.log'))
    await reached('vsftpd.log', await sizeOf('vsftpd.log'))
    expect(await follower.end('SIGINT')).toBe(0)
    await expectAsAtOnce(['flow.log', 'flow.log.1', 'vsftpd.log', 'vsftpd.log.1'])
  })

  test('again, when there is nothing new', { timeout: 30_000 }, async () => {
    await writeFile(at('flow.log'), flowHeader + flows(5))
    await run('ingest', at('flow.log'), '--lake', at('lake'))
    const size = await sizeOf('flow.log')
    const follower = follow(['flow.log', 'late.log'])
    await until('it runs', () => /late\.log/.test(follower.heard().err))
    // What is known is read without a word.
    await pause(2000)
    expect(await follower.end('SIGINT')).toBe(0)
    const { out, err } = follower.heard()
    expect(out).toMatch(/^0 events added/m)
    expect(err).not.toMatch(/nothing could be read/)
    expect(new Set(marksOf('flow.log'))).toEqual(new Set([size]))
    await expectAsAtOnce(['flow.log'])
  })

  test('beside one whose place a folder takes', { timeout: 30_000 }, async () => {
    await writeFile(at('a.log'), flowHeader + flows(5))
    await writeFile(at('b.log'), flowHeader + flows(5))
    const follower = follow(['a.log', 'b.log'])
    await reached('b.log', await sizeOf('b.log'))
    await rm(at('b.log'))
    await mkdir(at('b.log'))
    await until('it is said', () => /b\.log: this is a folder/.test(follower.heard().err))
    await appendFile(at('a.log'), flows(5))
    await reached('a.log', await sizeOf('a.log'))
    await pause(500)
    expect(await follower.end()).toBe(0)
    expect(follower.heard().err.match(/this is a folder/g)).toHaveLength(1)
  })

  test('by one, while others add it too', { timeout: 60_000 }, async () => {
    await writeFile(at('flow.log'), flowHeader + flows(20))
    const follower = follow(['flow.log'])
    for (let i = 0; i < 12; i++) {
      await appendFile(at('flow.log'), flows(40))
      const { code, err } = await run('ingest', at('flow.log'), '--lake', at('lake'))
      // It may lose a race, and says so.
      if (code !== 0) expect(err).toMatch(/another process adds the same file: run this again/)
      await pause(300)
    }
    await reached('flow.log', await sizeOf('flow.log'))
    await follower.end()
    await expectAsAtOnce(['flow.log'])
  })
})

describe('a log that is added again and again', () => {
  test('adds what is new, wherever it was cut', { timeout: 60_000 }, async () => {
    for (const [name, text] of [
      ['flow.log', flowHeader + flows(60)],
      ['vsftpd.log', sessions(60)],
    ] as const) {
      // Inside of a line, but not of the number at its end: half a number is one too.
      const cuts = [0.1, 0.35, 0.4, 0.8].map(
        (share) => text.indexOf('\n', text.length * share) + 20,
      )
      let written = 0
      for (const cut of [...cuts, text.length]) {
        await appendFile(at(name), text.slice(written, cut))
        written = cut
        const first = await run('ingest', at(name), '--lake', at('lake'))
        expect(first).toMatchObject({ code: 0, err: expect.not.stringMatching(/known/) })
        const again = await run('ingest', at(name), '--lake', at('lake'))
        expect(again).toMatchObject({
          code: 0,
          err: expect.stringMatching(/known, nothing was added/),
        })
      }
      await writeFile(at(`${name}.gz`), gzipSync(text))
      const packed = await run('ingest', at(`${name}.gz`), '--lake', at('lake'))
      expect(packed.err).toMatch(/known, nothing was added/)
    }
    await expectAsAtOnce(['flow.log', 'vsftpd.log'])
  })
  test('is another under another meaning, and beside one that begins alike', async () => {
    await writeFile(at('a.log'), flowHeader + flows(5))
    await writeFile(at('b.log'), (await readFile(at('a.log'), 'utf8')) + flows(3))
    await appendFile(at('a.log'), flows(4))
    const lake = ['--lake', at('lake')]
    for (const name of ['a.log', 'b.log', 'a.log'])
      expect((await run('ingest', at(name), ...lake)).code).toBe(0)
    expect((await contentOf('lake')).flows).toHaveLength(5 + 4 + 5 + 3)
    await run('ingest', at('a.log'), '--network', 'site-2', ...lake)
    expect((await contentOf('lake')).flows).toHaveLength(5 + 4 + 5 + 3 + 9)
  })
})

describe('what does not grow is not followed', () => {
  test.each([
    ['-', /--follow reads logs that grow, and - is standard input: give - without --follow/],
    ['x.pcap', /x\.pcap is a capture: portreeve watch/],
    ['x.gz', /x\.gz is compressed, which is done growing/],
    ['x.parquet', /x\.parquet is Parquet/],
    ['folder', /folder is a folder: name its logs/],
  ])('%s', async (name, message) => {
    await writeFile(at('x.pcap'), Buffer.from('d4c3b2a1020004000000000000000000', 'hex'))
    await writeFile(at('x.gz'), gzipSync(flowHeader))
    await writeFile(at('x.parquet'), 'PAR1')
    await writeFile(at('good.log'), flowHeader)
    const path = name === '-' ? name : name === 'folder' ? folder : at(name)
    const { code, err } = await run('ingest', '--follow', at('good.log'), path, '--no-store')
    expect(code).toBe(2)
    expect(err.trim().split('\n')).toHaveLength(1)
    expect(err.replaceAll(folder, 'folder').replaceAll('folder/', '')).toMatch(message)
  })
  test('one JSON document', { timeout: 30_000 }, async () => {
    await writeFile(
      at('PT1H.json'),
      JSON.stringify(
        {
          records: [
            {
              time: '2026-11-20T10:00:00Z',
              category: 'NetworkSecurityGroupFlowEvent',
              properties: { Version: 2, flows: [] },
            },
          ],
        },
        null,
        1,
      ),
    )
    const follower = follow(['PT1H.json'])
    await until('it is said', () => /one JSON document/.test(follower.heard().err))
    await follower.end()
    expect(follower.heard().err).toMatch(/give it to ingest without --follow when it is complete/)
  })
})
