/** A file that grows: every batch ends with a mark, and whoever reads on goes on from one. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gap } from '../../model/gap.ts'
import type { Observation } from '../../model/observation.ts'
import { withLake } from '../testing/folder.ts'
import { channel, file, flow, noon, session, source } from '../testing/observations.ts'
import { type IngestOptions, OvertakenError } from './ingest.ts'
import type { Lake } from './lake.ts'
import {
  growingFrom,
  growingKey,
  headAt,
  headsOf,
  type KnownMark,
  longestHead,
  type Mark,
  meaningKey,
} from './source.ts'
import { hour } from './time.ts'

const world = { now: () => noon + hour }
const everything = { from: 0, to: noon + 100 * hour, limit: 1000 }
const meaning = meaningKey({ network: 'site-1' })
/** How the file begins. */
const start = Buffer.from('how it begins '.repeat(500))
const markAt = (offset: number, of = 'a'): Mark => ({
  offset,
  before: `${of}${offset}`,
  told: offset,
  head: headAt(start, offset),
})
let readings = 0

/** Adds what a reader tells who goes on from the mark (the last of the lake that is at `from`) and comes to another. */
async function grow(
  lake: Lake,
  from: Mark | null,
  to: Mark,
  observations: readonly Observation[],
  options: IngestOptions = {},
): Promise<void> {
  const marks = await lake.marks(meaning, start)
  const known = marks.marks.findLast(({ before }) => before === from?.before) ?? null
  const growing = growingFrom(meaning, marks, known)
  const growingSource = {
    ...source('grown', 'server-log'),
    key: growingKey(growing, `${readings++}`),
    growing,
  }
  await lake.ingest(growingSource, observations, { reached: () => to, ...options })
}

/** A session that begins at a byte of the file. */
const sessionAt = (offset: number, start: number, more: Parameters<typeof session>[3] = {}) => ({
  ...session('198.51.100.7:0', '10.0.0.5:2121', start, more),
  at: [{ document: 'grown', line: 1, offset }],
})

const asked = { asOf: noon + hour, hours: 72 } as const
async function sessionsCounted(lake: Lake): Promise<number> {
  const count = async (read: 'raw' | 'rollup'): Promise<unknown> => {
    const answer = await lake.queries.serverPorts({ ...asked, read })
    return answer.kind === 'found' ? answer.rows : []
  }
  const [raw, rollup] = [await count('raw'), await count('rollup')]
  expect(rollup).toEqual(raw)
  return (raw as readonly { sessions: number }[]).reduce((sum, { sessions }) => sum + sessions, 0)
}

describe('marks', () => {
  test('are of one meaning, in the order in which they were made', async () => {
    await withLake(world, async (lake) => {
      expect(await lake.marks(meaning, start)).toEqual({ marks: [], seen: 0 })
      await grow(lake, null, markAt(500), [flow('198.51.100.7:40000', '10.0.0.5:21', noon)])
      await grow(lake, markAt(500), markAt(700), [])
      const { marks, seen } = await lake.marks(meaning, start)
      expect(marks).toMatchObject([
        { ...markAt(500), lineage: 1, name: 'grown', ended: true },
        { ...markAt(700), lineage: 1 },
      ])
      expect(seen).toBe(marks.at(-1)?.turn)
      expect((await lake.marks(meaningKey({ network: 'site-2' }), start)).marks).toEqual([])
    })
  })
  test('of a name are the last ones of the two files that had it last', async () => {
    await withLake(world, async (lake) => {
      for (const of of ['a', 'b', 'c']) {
        await grow(lake, null, markAt(500, of), [])
        await grow(lake, markAt(500, of), markAt(700, of), [])
      }
      await grow(lake, markAt(700, 'b'), markAt(900, 'b'), [])
      const ends = await lake.lastMarks(meaning, 'grown')
      expect(ends).toMatchObject([markAt(700, 'c'), markAt(900, 'b')])
      expect(await lake.lastMarks(meaning, 'other')).toEqual([])
      expect(await lake.lastMarks(meaningKey({ network: 'site-2' }), 'grown')).toEqual([])
    })
  })
  test('are found by the head of every file that goes on behind them', () => {
    const file = fc.uint8Array({ minLength: 1, maxLength: 6000, size: 'max' })
    fc.assert(
      fc.property(file, fc.nat(), (bytes, at) => {
        const offset = 1 + (at % bytes.length)
        expect(headsOf(bytes.subarray(0, longestHead))).toContain(headAt(bytes, offset))
      }),
    )
  })
  test('are left by every batch, and a batch waits for one', async () => {
    await withLake({ ...world, limits: { batchRows: 2 } }, async (lake) => {
      let mark: Mark | null = null
      async function* lists(): AsyncGenerator<readonly Observation[]> {
        for (let i = 1; i <= 3; i++) {
          mark = null
          for (let k = 0; k < 3; k++) yield [flow(`198.51.100.${i}:${k}`, '10.0.0.5:21', noon)]
          mark = markAt(i * 100)
          yield []
        }
      }
      const growing = growingFrom(meaning, await lake.marks(meaning, start), null)
      const added = await lake.ingest(
        { ...source('grown'), key: growingKey(growing, 'batches'), growing },
        lists(),
        { reached: () => mark },
      )
      expect(added).toMatchObject({ observations: 9, batches: 4 })
      const { marks } = await lake.marks(meaning, start)
      expect(marks.map(({ offset, ended }) => (ended ? `${offset} ended` : offset))).toEqual([
        ...[100, 200, 300],
        '300 ended',
      ])
    })
  })
})

describe('the status', () => {
  const lost = gap('bad-log-lines', 'lines that nobody understands', null)
  test('knows a file that is still read, once, with its gaps', async () => {
    await withLake({ ...world, limits: { batchRows: 1 } }, async (lake) => {
      const { promise: cut, reject } = Promise.withResolvers<never>()
      let now: Mark | null = null
      async function* lines(): AsyncGenerator<readonly Observation[]> {
        yield [sessionAt(10, noon), { kind: 'gap', gap: lost }]
        now = markAt(500)
        await cut
      }
      const growing = growingFrom(meaning, await lake.marks(meaning, start), null)
      const { promise: written, resolve } = Promise.withResolvers<void>()
      const following = lake.ingest(
        { ...source('grown', 'server-log'), key: growingKey(growing, 'cut'), growing },
        lines(),
        { reached: () => now, onBatch: () => resolve() },
      )
      await written
      const sources = { complete: 1, unfinished: 0 }
      expect(await lake.status()).toMatchObject({ sources })
      reject(new Error('killed'))
      await expect(following).rejects.toThrow('killed')
      expect(await lake.status()).toMatchObject({ sources })
      await grow(lake, markAt(500), markAt(700), [{ kind: 'gap', gap: lost }])
      await grow(lake, markAt(700), markAt(900), [{ kind: 'gap', gap: lost }])
      expect(await lake.status()).toMatchObject({
        sources,
        gaps: [{ reason: 'bad-log-lines', sources: 1, times: 3 }],
      })
      await lake.ingest(source('other'), [{ kind: 'gap', gap: lost }])
      expect(await lake.status()).toMatchObject({
        sources: { complete: 2 },
        gaps: [{ sources: 2, times: 4 }],
      })
    })
  })
})

describe('two at one file', () => {
  test('cannot both go on from one mark', async () => {
    await withLake(world, async (lake) => {
      await grow(lake, null, markAt(500), [])
      const marks = await lake.marks(meaning, start)
      const growing = growingFrom(meaning, marks, marks.marks[0] ?? null)
      await grow(lake, markAt(500), markAt(700), [sessionAt(600, noon)])
      const late = { ...source('grown'), key: growingKey(growing, 'late'), growing }
      const adding = lake.ingest(late, [sessionAt(600, noon)], { reached: () => markAt(700) })
      await expect(adding).rejects.toThrow(OvertakenError)
      expect(await lake.events('ftp-session', everything)).toHaveLength(1)
    })
  })
  test.each([
    { name: 'nor both begin it', isOurs: true },
    { name: 'but another file is no matter', isOurs: false },
  ])('$name', async ({ isOurs }) => {
    await withLake(world, async (lake) => {
      const growing = growingFrom(meaning, await lake.marks(meaning, start), null)
      await grow(lake, null, markAt(500), [sessionAt(0, noon)])
      const asked: KnownMark[] = []
      const adding = lake.ingest(
        { ...source('grown'), key: growingKey(growing, 'late'), growing },
        [sessionAt(0, noon + hour / 2)],
        {
          reached: () => markAt(700, isOurs ? 'a' : 'b'),
          isOurs: async (marks) => {
            asked.push(...marks)
            return isOurs
          },
        },
      )
      if (isOurs) await expect(adding).rejects.toThrow(OvertakenError)
      else await adding
      expect(asked).toMatchObject([markAt(500)])
      expect(await sessionsCounted(lake)).toBe(isOurs ? 1 : 2)
    })
  })
})

describe('a session that is told again', () => {
  test('is one, and what was told last counts', async () => {
    await withLake(world, async (lake) => {
      await grow(lake, null, markAt(500), [
        sessionAt(10, noon, { files: [file('a.pdf', 'pdf', 100)] }),
      ])
      await grow(lake, markAt(500), markAt(700), [
        // Its start is known better by now.
        sessionAt(10, noon - 60_000, {
          files: [file('a.pdf', 'pdf', 100), file('b.pdf', 'pdf', 50)],
          dataChannels: [channel('passive', 100), channel('active', 50)],
        }),
      ])
      expect(await sessionsCounted(lake)).toBe(1)
      for (const read of ['raw', 'rollup'] as const)
        expect(await lake.queries.fileKinds({ ...asked, read })).toMatchObject({
          rows: [{ category: 'pdf', files: 2, bytes: 150 }],
        })
    })
  })
  test('is another where it begins at another byte, however near', async () => {
    await withLake(world, async (lake) => {
      await grow(lake, null, markAt(500), [sessionAt(10, noon)])
      await grow(lake, markAt(500), markAt(700), [sessionAt(600, noon)])
      expect(await sessionsCounted(lake)).toBe(2)
    })
  })
  test('is another in a file that only begins alike', async () => {
    await withLake(world, async (lake) => {
      await grow(lake, null, markAt(500), [])
      await grow(lake, markAt(500), markAt(700), [sessionAt(600, noon)])
      await grow(lake, markAt(500), markAt(700, 'b'), [sessionAt(600, noon - hour)])
      expect(await sessionsCounted(lake)).toBe(2)
    })
  })
  test('counts for less than a capture of it', async () => {
    await withLake(world, async (lake) => {
      await grow(lake, null, markAt(500), [sessionAt(10, noon)])
      await lake.ingest(source('a'), [session('198.51.100.7:40000', '10.0.0.5:2121', noon)])
      await grow(lake, markAt(500), markAt(700), [sessionAt(10, noon)])
      expect(await sessionsCounted(lake)).toBe(1)
    })
  })
  test('rollups say what the raw events say, however often it is told', {
    timeout: 60_000,
  }, async () => {
    const telling = fc.record({
      place: fc.nat(3),
      start: fc.integer({ min: 0, max: 5000 }),
      bytes: fc.array(fc.nat(1000), { maxLength: 3 }),
    })
    const parts = fc.array(fc.array(telling, { maxLength: 4 }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(parts, async (batches) => {
        await withLake(world, async (lake) => {
          const places = new Set<number>()
          for (const [i, batch] of batches.entries()) {
            // One reading tells of a place once.
            const once = [...new Map(batch.map((one) => [one.place, one])).values()]
            await grow(
              lake,
              i === 0 ? null : markAt(i),
              markAt(i + 1),
              once.map(({ place, start, bytes }) =>
                sessionAt(place, noon + start, {
                  files: bytes.map((size) => file('a.pdf', 'pdf', size)),
                }),
              ),
            )
            for (const { place } of once) places.add(place)
          }
          expect(await sessionsCounted(lake)).toBe(places.size)
        })
      }),
      { numRuns: 12 },
    )
  })
})
