/** What retention leaves is counted alike from events and from rollups, whatever comes late. */
import { expect, test } from 'vitest'
import { withLake } from '../testing/folder.ts'
import { noon, session, source } from '../testing/observations.ts'
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
