/** Followers of logs in this process, where the lake and the clock do as they are told. */
import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  rename,
  rm,
  rmdir,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { disk } from '../documents/disk.ts'
import type { DocumentIo } from '../documents/io.ts'
import { recogniseHead } from '../logs/read.ts'
import { parseAddress } from '../model/address.ts'
import { LakeBusyError } from '../store/catalogue/lock.ts'
import { type Lake, openLake } from '../store/lake/lake.ts'
import { meaningKey } from '../store/lake/source.ts'
import { followLogs } from './follow.ts'
import type { Keeper } from './ingest-growing.ts'

let folder = ''
let lake: Lake
let isStopped = false
let ahead = 0
let readings = 0
let followers: Promise<void>[] = []
const at = (name: string): string => join(folder, name)
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portreeve-following-'))
  // Events of the future would stand aside.
  const now = () => Date.now() + 3 * 365 * 86_400_000
  lake = await openLake(at('lake'), { now, limits: { batchMilliseconds: 50 } })
  ;[isStopped, ahead, followers] = [false, 0, []]
})
afterEach(async () => {
  isStopped = true
  await Promise.allSettled(followers)
  await lake.close()
  await rm(folder, { recursive: true, force: true })
})

interface Given {
  readonly year?: number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  readonly documents?: DocumentIo
  /** Called when a reading comes to its end, before that is in the lake. */
  readonly atEnd?: (path: string) => void
}

function follow(names: readonly string[], { year, now, documents, atEnd }: Given = {}) {
  const said: string[] = []
  const keeperOf = (path: string): Keeper => ({
    reading: () => `reading ${readings++}`,
    onEnd() {},
    async keep(lists, source, options) {
      async function* ending() {
        yield* lists
        atEnd?.(path)
      }
      await lake.ingest(source, ending(), options)
    },
  })
  const ended = followLogs(names.map(at), {
    lake,
    year: year ?? null,
    meaningIn: (begun) => meaningKey({ year: begun }),
    documents: documents ?? disk,
    now: now ?? (() => Date.now() + ahead),
    isStopped: () => isStopped,
    pause: () => pause(10),
    say: (line) => void said.push(line.replaceAll(`${folder}/`, '')),
    recognise(path, head) {
      const context = {
        ...{ server: parseAddress('203.0.113.5') ?? null, serverPort: 21, network: 'local' },
        ...{ timezone: 'UTC', year: year ?? null, document: path },
      }
      const format = recogniseHead(head, context)?.format
      if (!format) return null
      return {
        context,
        options: { format: format.id },
        source: {
          name: path,
          witness: 'server-log',
          context: { origin: 'log', network: 'local', vantage: 'test' },
        },
      }
    },
    keeperOf,
  })
  ended.catch(() => undefined)
  followers.push(ended)
  return {
    said,
    ended,
    async stop() {
      isStopped = true
      await ended
      isStopped = false
    },
  }
}

const header =
  'version interface-id srcaddr dstaddr srcport dstport protocol start end action packets bytes\n'
const flow = (n: number): string =>
  `2 eni-1 198.51.100.1 10.0.0.5 ${40_000 + n} 21 6 1763632800 1763632860 ACCEPT 10 ${1000 + n}\n`
const everything = { from: 0, to: Date.UTC(2040, 0, 1), limit: 1000 }
/** The numbers of the flows in the lake. */
const kept = async (): Promise<readonly number[]> =>
  (await lake.events('flow', everything))
    .map((one) => ('flow' in one ? (one.flow.src.port ?? 0) - 40_000 : 0))
    .sort((a, b) => a - b)

async function until(what: string, look: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 10_000
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`in vain: ${what}`)
    await pause(20)
  }
}
const untilKept = (...numbers: readonly number[]): Promise<void> =>
  until(`${numbers} are kept`, async () => String(await kept()) === String(numbers))

/** Throws this once. */
function failsOnce(error: Error) {
  let isDone = false
  return {
    isDone: () => isDone,
    fail() {
      if (isDone) return
      isDone = true
      throw error
    },
  }
}

describe('a follower that is stopped', () => {
  test('while the lake is busy tries again', async () => {
    await writeFile(at('x.log'), header + flow(1) + flow(2))
    const busy = failsOnce(new LakeBusyError('busy'))
    // At the end of the reading that the stop ends.
    const follower = follow(['x.log'], { atEnd: () => isStopped && busy.fail() })
    await untilKept(1, 2)
    await appendFile(at('x.log'), flow(3))
    await follower.stop()
    expect(busy.isDone()).toBe(true)
    expect(await kept()).toEqual([1, 2, 3])
  })
  test('while the lake stays busy says what is missing', async () => {
    await writeFile(at('x.log'), header + flow(1))
    const follower = follow(['x.log'], {
      atEnd() {
        if (isStopped) throw new LakeBusyError('busy')
      },
    })
    await untilKept(1)
    await appendFile(at('x.log'), flow(2))
    await expect(follower.stop()).rejects.toThrow('what came last is not added')
  })
})

describe('a log that is rotated', () => {
  test.each(['free', 'busy'])('and cut while the lake is %s', async (how) => {
    const busy = failsOnce(new LakeBusyError('busy'))
    await writeFile(at('x.log'), header + flow(1) + flow(2))
    const follower = follow(['x.log'], how === 'busy' ? { atEnd: busy.fail } : {})
    await untilKept(1, 2)
    await appendFile(at('x.log'), flow(3) + flow(4))
    await copyFile(at('x.log'), at('x.log.1'))
    await truncate(at('x.log'), 0)
    await appendFile(at('x.log'), header + flow(5))
    await untilKept(1, 2, 3, 4, 5)
    await follower.stop()
    expect(busy.isDone()).toBe(how === 'busy')
  })
  test('is read to the end of its last line, which has no end', async () => {
    await writeFile(at('x.log'), header + flow(1) + flow(2).trimEnd())
    const follower = follow(['x.log'])
    await untilKept(1)
    await rename(at('x.log'), at('x.log.1'))
    await writeFile(at('x.log'), header + flow(3))
    await untilKept(1, 3)
    ahead = 11 * 60_000
    await untilKept(1, 2, 3)
    await follower.stop()
  })

  /** Two files had the name; both have more when a follower begins again. */
  async function rotateUnseen(): Promise<void> {
    await writeFile(at('x.log'), header + flow(1))
    const follower = follow(['x.log'])
    await untilKept(1)
    await rename(at('x.log'), at('x.log.1'))
    await writeFile(at('x.log'), header + flow(3))
    await untilKept(1, 3)
    await follower.stop()
    await appendFile(at('x.log.1'), flow(2))
  }
  test('is read on although another has its name for long', async () => {
    await rotateUnseen()
    const follower = follow(['x.log'])
    await untilKept(1, 2, 3)
    await follower.stop()
  })
  test('is read on when the lake is free again', async () => {
    await rotateUnseen()
    const busy = failsOnce(new LakeBusyError('busy'))
    const follower = follow(['x.log'], { atEnd: busy.fail })
    await untilKept(1, 2, 3)
    await follower.stop()
    expect(busy.isDone()).toBe(true)
  })
  test.each([1, 2, 3, 4])('is read on when it gets another name before look %i', async (look) => {
    await rotateUnseen()
    let opened = 0
    const documents: DocumentIo = {
      ...disk,
      async open(path) {
        if (++opened === look) await rename(at('x.log.1'), at('x.log.2'))
        return disk.open(path)
      },
    }
    const follower = follow(['x.log'], { documents })
    await untilKept(1, 2, 3)
    await follower.stop()
    expect(opened).toBeGreaterThan(look)
  })
})

describe('a follower of several logs', () => {
  test('ends all of them when one fails', async () => {
    await writeFile(at('a.log'), header + flow(1))
    await writeFile(at('b.log'), header + flow(2))
    const fault = new Error('the disk is full')
    const ends: string[] = []
    const follower = follow(['a.log', 'b.log'], {
      atEnd(path) {
        if (path === at('b.log')) throw fault
        ends.push(path)
      },
    })
    await untilKept(1, 2)
    expect(ends).toEqual([])
    await truncate(at('b.log'), 0)
    await expect(follower.ended).rejects.toBe(fault)
    expect(ends).toEqual([at('a.log')])
  })
  test('says once what stands in the place of a log, and waits for one', async () => {
    await writeFile(at('a.log'), header + flow(1))
    await writeFile(at('b.log'), header + flow(2))
    const follower = follow(['a.log', 'b.log'])
    await untilKept(1, 2)
    await rm(at('b.log'))
    await mkdir(at('b.log'))
    await until('it is said', () => follower.said.length > 0)
    await appendFile(at('a.log'), flow(3))
    await untilKept(1, 2, 3)
    await rmdir(at('b.log'))
    await writeFile(at('b.log'), header + flow(4))
    await untilKept(1, 2, 3, 4)
    await follower.stop()
    expect(follower.said).toEqual(['b.log: this is a folder, a log is wanted; it is waited for'])
  })
})

describe('a log without years', () => {
  const visit = (time: string, client: number): string =>
    ['[INFO] New connection from 198.51.100.1', '[INFO] Logout.']
      .map((text) => `${time} vm pure-ftpd: (?@198.51.100.${client}) ${text}\n`)
      .join('')
  /** When each client came. */
  const visits = async () =>
    (await lake.events('ftp-session', everything))
      .map((one) => ('session' in one ? new Date(one.session.start).toISOString() : ''))
      .sort()
  const untilVisits = (count: number): Promise<void> =>
    until(`${count} visits`, async () => (await visits()).length === count)
  const began = {
    december: Date.parse('2026-12-30T12:00:00Z'),
    newYear: Date.parse('2027-01-01T00:00:00Z'),
    january: Date.parse('2027-01-05T12:00:00Z'),
  }

  test('is of the year at hand where it was cut', async () => {
    await writeFile(at('x.log'), visit('Dec 30 10:00:00', 1))
    let now = began.december
    const follower = follow(['x.log'], { year: 2026, now: () => now })
    await untilVisits(1)
    now = began.january
    await copyFile(at('x.log'), at('x.log.1'))
    await truncate(at('x.log'), 0)
    await pause(100)
    await appendFile(at('x.log'), visit('Jan  5 10:00:00', 2))
    await untilVisits(2)
    await follower.stop()
    expect(await visits()).toEqual(['2026-12-30T10:00:00.000Z', '2027-01-05T10:00:00.000Z'])
  })
  test('is of the given year first, of the year at hand when it takes the name of another', async () => {
    await writeFile(at('x.log'), visit('Dec 30 10:00:00', 1))
    let now = began.december
    const first = follow(['x.log'], { year: 2026, now: () => now })
    await untilVisits(1)
    now = began.newYear
    await rename(at('x.log'), at('x.log.1'))
    // Written before midnight, seen after it.
    await writeFile(at('x.log'), visit('Dec 31 23:59:59', 2))
    await untilVisits(2)
    now = began.january
    await rename(at('x.log'), at('x.log.2'))
    await writeFile(at('x.log'), visit('Jan  5 10:00:00', 3))
    await untilVisits(3)
    // A copy that is cut is another file as well.
    await copyFile(at('x.log'), at('x.log.3'))
    await truncate(at('x.log'), 0)
    await pause(100)
    await appendFile(at('x.log'), visit('Jan  5 11:00:00', 4))
    await untilVisits(4)
    await first.stop()
    // Who begins again with the same year finds what was read with another.
    const again = follow(['x.log'], { year: 2026, now: () => now })
    await appendFile(at('x.log'), visit('Jan  5 12:00:00', 5))
    await untilVisits(5)
    await again.stop()
    await rename(at('x.log'), at('x.log.4'))
    await writeFile(at('x.log'), visit('Jan  6 10:00:00', 6))
    await appendFile(at('x.log.4'), visit('Jan  6 09:00:00', 7))
    const last = follow(['x.log'], { year: 2026, now: () => now })
    await untilVisits(7)
    await last.stop()
    expect(await visits()).toEqual([
      '2026-12-30T10:00:00.000Z',
      '2026-12-31T23:59:59.000Z',
      '2027-01-05T10:00:00.000Z',
      '2027-01-05T11:00:00.000Z',
      '2027-01-05T12:00:00.000Z',
      '2027-01-06T09:00:00.000Z',
      '2027-01-06T10:00:00.000Z',
    ])
  })
})
