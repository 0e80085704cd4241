/** What retention leaves is counted alike from events and from rollups, whatever comes late. */
import { describe, expect, test } from 'vitest'
import type { Observation } from '../../model/observation.ts'
import { withLake } from '../testing/folder.ts'
import { address, flow, noon, session, source } from '../testing/observations.ts'
import type { Lake } from './lake.ts'
import { growingFrom, growingKey, meaningKey } from './source.ts'
import { hour } from './time.ts'

const world = { now: () => noon + hour }
const old = noon - 30 * 24 * hour

async function sessionsCounted(lake: Lake): Promise<readonly number[]> {
  const counts: number[] = []
  for (const read of ['raw', 'rollup'] as const) {
    const answer = await lake.queries.partyCount({ asOf: noon, hours: 24 * 60, read })
    counts.push(answer.kind === 'found' ? (answer.rows[0]?.sessions ?? 0) : 0)
  }
  return counts
}

const seen = (start: number, port = 40_000) =>
  session(`198.51.100.7:${port}`, '10.0.0.5:2121', start)

const log = source('log', 'server-log')
const noMarks = { marks: [], seen: 0 }
const growing = growingFrom(meaningKey({}), noMarks, null)

test.each([
  { name: 'a log', first: log },
  { name: 'a log that grows', first: { ...log, key: growingKey(growing, 'run'), growing } },
])(
  'another origin of a session that is gone already counts as a new one: $name',
  async ({ first }) => {
    await withLake(world, async (lake) => {
      const reached = () => ({ offset: 100, before: 'aa', told: 100, head: '' })
      const begins = { ...seen(old), at: [{ document: 'log', line: 1, offset: 7 }] }
      await lake.ingest(first, [begins], { reached })
      await lake.ingest(source('new'), [seen(noon, 40_001)])
      const before = noon - 10 * 24 * hour
      await lake.retain({ eventsBefore: before, rollupsBefore: before })
      expect(await sessionsCounted(lake)).toEqual([1, 1])
      await lake.ingest(source('late'), [seen(old)])
      expect(await sessionsCounted(lake)).toEqual([2, 2])
      await lake.ingest(source('later', 'server-log'), [seen(old)])
      expect(await sessionsCounted(lake)).toEqual([2, 2])
    })
  },
)

test('a day goes as a whole: what one of its files takes away another one added', async () => {
  await withLake(world, async (lake) => {
    await lake.ingest(source('log', 'server-log'), [seen(old)])
    await lake.ingest(source('capture'), [seen(old), seen(old + 8 * hour)])
    const before = old + 4 * hour
    await lake.retain({ eventsBefore: before, rollupsBefore: before })
    expect(await sessionsCounted(lake)).toEqual([2, 2])
    await lake.retain({ eventsBefore: before + 24 * hour, rollupsBefore: before + 24 * hour })
    expect(await sessionsCounted(lake)).toEqual([0, 0])
  })
})

test('where only the events go, a late origin still counts once', async () => {
  await withLake(world, async (lake) => {
    await lake.ingest(source('log', 'server-log'), [seen(old)])
    await lake.ingest(source('new'), [seen(noon, 40_001)])
    await lake.retain({ eventsBefore: noon - 10 * 24 * hour })
    await lake.ingest(source('late'), [seen(old)])
    expect(await sessionsCounted(lake)).toEqual([2, 2])
  })
})

describe('a session over midnight', () => {
  const midnight = noon - 12 * hour
  const long = (start: number) =>
    session('198.51.100.7:40000', '10.0.0.5:2121', start, { end: midnight + hour })
  const capture = [long(midnight - hour / 2)]
  const monitor = [long(midnight + hour / 6)]
  const both = { eventsBefore: midnight, rollupsBefore: midnight }

  /** Hours of the first and last session, from the midnight on. */
  async function spans(lake: Lake, hours = 240): Promise<readonly unknown[]> {
    const spans: unknown[] = []
    for (const read of ['raw', 'rollup'] as const) {
      const answer = await lake.queries.serverPorts({ asOf: noon, hours, read })
      const rows = answer.kind === 'found' ? answer.rows : []
      spans.push(rows.map((row) => [row.sessions, (row.first - midnight) / hour]))
    }
    return spans
  }
  const filled = (use: (lake: Lake) => Promise<void>) =>
    withLake(world, async (lake) => {
      await lake.ingest(source('capture'), capture)
      await lake.ingest(source('monitor', 'monitor'), monitor)
      await use(lake)
    })

  test('counts where the best of its origins begins, even where the window begins later', async () => {
    await filled(async (lake) => {
      expect(await spans(lake)).toEqual([[[1, -1]], [[1, -1]]])
      expect(await spans(lake, 13)).toEqual([[], []])
    })
  })
  test.each([
    { name: 'events and rollups', retention: both },
    { name: 'events', retention: { eventsBefore: midnight } },
  ])('counts by the origin that is left when the day goes: $name', async ({ retention }) => {
    await filled(async (lake) => {
      await lake.retain(retention)
      expect(await spans(lake)).toEqual([[[1, 0]], [[1, 0]]])
      await lake.retain(retention)
      expect(await spans(lake)).toEqual([[[1, 0]], [[1, 0]]])
    })
  })
  test('a better origin that comes late replaces what is left', async () => {
    await filled(async (lake) => {
      await lake.retain(both)
      await lake.ingest(source('late'), [long(midnight + hour / 2)])
      expect(await spans(lake)).toEqual([[[1, 0]], [[1, 0]]])
    })
  })
  test('of which only rollups were left goes with its day', async () => {
    await filled(async (lake) => {
      await lake.retain({ eventsBefore: midnight + 24 * hour })
      expect(await spans(lake)).toEqual([[], [[1, -1]]])
      await lake.retain({ rollupsBefore: midnight })
      expect(await spans(lake)).toEqual([[], [[1, 0]]])
      await lake.ingest(source('late'), [long(midnight + hour / 2)])
      expect(await spans(lake)).toEqual([[[1, 0]], [[1, 0]]])
    })
  })
})

test('rollups stay while any event of their days or of earlier ones does', async () => {
  await withLake(world, async (lake) => {
    await lake.ingest(source('log', 'server-log'), [seen(old), seen(old + 48 * hour)])
    await lake.retain({ rollupsBefore: noon })
    expect(await sessionsCounted(lake)).toEqual([2, 2])
    await lake.ingest(source('late'), [seen(old)])
    expect(await sessionsCounted(lake)).toEqual([2, 2])
    await lake.retain({ eventsBefore: old + 24 * hour, rollupsBefore: noon })
    expect(await sessionsCounted(lake)).toEqual([1, 1])
  })
})

describe('a question about what was deleted', () => {
  const coverage: Observation = {
    kind: 'coverage',
    from: noon - 40 * 24 * hour,
    to: noon + hour,
    complete: true,
    sampled: 1,
    dropped: 0,
    at: [{ document: 'flows' }],
  }
  const used = (start: number) => flow('198.51.100.7:40000', '10.0.0.5:2121', start)
  const use = (
    lake: Lake,
    days: number,
    { port = 2121, read = 'auto' }: { readonly port?: number; readonly read?: 'auto' | 'raw' } = {},
  ) =>
    lake.queries.exposureUse({
      targets: [{ address: address('10.0.0.5'), port }],
      read,
      protocol: 6,
      network: 'site-1',
      days,
      asOf: noon,
    })
  const daysAgo = (days: number) => noon - days * 24 * hour

  test.each([
    { name: 'told before', late: [] },
    { name: 'told when the reading ends', late: [coverage] },
  ])('nobody is said only of what is kept: coverage $name', async ({ late }) => {
    await withLake(world, async (lake) => {
      const other = flow('198.51.100.7:40000', '10.0.0.5:80', noon)
      await lake.ingest(source('flows', 'flow-log'), [used(old), other, coverage])
      expect(await use(lake, 35)).toMatchObject({ kind: 'seen', covered: true })
      await lake.retain({ eventsBefore: daysAgo(20), rollupsBefore: daysAgo(36) })
      expect(await use(lake, 35)).toMatchObject({ kind: 'seen', covered: true })
      await lake.retain({ eventsBefore: daysAgo(10), rollupsBefore: daysAgo(10) })
      await lake.retain({ eventsBefore: daysAgo(40), rollupsBefore: daysAgo(40) })
      await lake.ingest(source('more', 'flow-log'), late)
      expect(await use(lake, 35)).toMatchObject({ kind: 'unknown', reason: 'not-covered' })
      expect(await use(lake, 10)).toMatchObject({ kind: 'none-seen' })
    })
  })
  test.each([1, 2, 3, 4])('rollups answer for %i days of which events are gone', async (days) => {
    await withLake(world, async (lake) => {
      const times = [noon - 50 * hour, noon - 26 * hour, noon]
      await lake.ingest(source('flows', 'flow-log'), [...times.map(used), coverage])
      const talk = async () => {
        const asked = { asOf: noon, hours: days * 24, of: 'flows' } as const
        const answer = await lake.queries.topTalkers(asked)
        return answer.kind === 'found' ? answer.rows : []
      }
      const before = [await use(lake, days), await talk()]
      expect(before).toMatchObject([{ kind: 'seen' }, [{ events: Math.min(days, 3) }]])
      await lake.retain({ eventsBefore: noon })
      expect([await use(lake, days), await talk()]).toEqual(before)
      const raw = { read: 'raw', port: 2122 } as const
      expect(await use(lake, days, raw)).toMatchObject({ kind: 'unknown', reason: 'not-covered' })
      // What comes late does not make whole what was deleted.
      await lake.ingest(source('late', 'flow-log'), [
        flow('198.51.100.9:40000', '10.0.0.6:80', noon - 50 * hour),
      ])
      expect(await use(lake, days)).toEqual(before[0])
    })
  })
  test('of whoever came on the day before the window, rollups alone do not tell that they left', async () => {
    await withLake(world, async (lake) => {
      const other = flow('198.51.100.7:40000', '10.0.0.5:80', noon)
      const came = [used(noon - 30 * hour), used(noon - 100 * hour), other]
      await lake.ingest(source('flows', 'flow-log'), [...came, coverage])
      const answers = async () => [await use(lake, 1), await use(lake, 2), await use(lake, 3)]
      const seen = { kind: 'seen' }
      expect(await answers()).toMatchObject([{ kind: 'none-seen' }, seen, seen])
      await lake.retain({ eventsBefore: noon })
      const unknown = { kind: 'unknown', reason: 'not-covered' }
      expect(await answers()).toMatchObject([unknown, seen, seen])
      expect(await use(lake, 1, { port: 2122 })).toMatchObject({ kind: 'none-seen' })
    })
  })
  test('raw events answer for what is whole, and for what no rollup counts', async () => {
    await withLake(world, async (lake) => {
      const rejected = flow('198.51.100.9:1', '10.0.0.6:80', noon, { action: 'reject' })
      await lake.ingest(source('flows', 'flow-log'), [rejected, used(noon - 100 * hour)])
      await lake.retain({ eventsBefore: noon })
      const trend = (hours: number) => lake.queries.ftpTrend({ asOf: noon, hours })
      expect(await trend(12)).toMatchObject({ kind: 'found', read: 'raw' })
      expect(await trend(48)).toMatchObject({ kind: 'found', read: 'raw', rows: [] })
      expect(await trend(200)).toMatchObject({ kind: 'found', read: 'rollup', rows: [] })
    })
  })
})
