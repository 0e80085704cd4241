import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Address } from '../../model/address.ts'
import type { Observation } from '../../model/observation.ts'
import { filesBelow, withLake } from '../testing/folder.ts'
import { channel, file, flow, noon, service, session, source } from '../testing/observations.ts'
import { growingKey, meaningKey, sourceKey, streamKey } from './source.ts'
import { hour } from './time.ts'

const world = { now: () => noon + hour }
const everything = { from: 0, to: noon + 100 * hour, limit: 1000 }
const asked = { asOf: 'newest', hours: 72 } as const
const sample = [
  session('198.51.100.7:40000', '10.0.0.5:2121', noon),
  session('[2001:db8::7]:40001', '[2001:db8::5]:21', noon - hour),
  flow('198.51.100.7:40002', '10.0.0.5:2121', noon),
  service('10.0.0.6:21', noon),
]

describe('a source', () => {
  test('is added once, however often it is read', async () => {
    await withLake(world, async (lake) => {
      expect(await lake.ingest(source('a'), sample)).toEqual({
        kind: 'added',
        observations: 4,
        skipped: 0,
        aside: 0,
        batches: 1,
      })
      expect((await lake.ingest(source('a'), sample)).kind).toBe('known')
      expect(await lake.events('ftp-session', everything)).toEqual([sample[1], sample[0]])
      expect(await lake.events('flow', everything)).toEqual([sample[2]])
      expect(await lake.events('service', everything)).toEqual([sample[3]])
    })
  })
  test('is as many rows as its files hold: what has one key is one in hourly counts', async () => {
    await withLake(world, async (lake) => {
      const seen = [1, 2, 3].flatMap((at) => [
        service('10.0.0.6:21', noon + at),
        flow('198.51.100.7:1', '10.0.0.5:2121', noon + at),
      ])
      await lake.ingest(source('a'), seen)
      const { tables } = await lake.status()
      expect(tables.map(({ table, rows }) => [table, rows])).toEqual([
        ['flow', 3],
        ['rollup_client', 1],
        ['rollup_hour', 2],
        ['service', 3],
      ])
    })
  })
  test('goes on where a call broke off', async () => {
    await withLake({ ...world, limits: { batchRows: 1 } }, async (lake) => {
      const small = source('b')
      async function* cut() {
        yield sample[0] as Observation
        yield sample[1] as Observation
        throw new Error('the disk went away')
      }
      await expect(lake.ingest(small, cut())).rejects.toThrow('went away')
      expect(await lake.ingest(small, sample)).toMatchObject({ observations: 2, skipped: 2 })
      expect(await lake.events('ftp-session', everything)).toHaveLength(2)
    })
  })
  test('that comes slowly is written when the time of a batch is over', async () => {
    let now = noon
    const limits = { batchMilliseconds: 20 }
    await withLake({ now: () => now, limits }, async (lake) => {
      const { promise: silence, resolve: speak } = Promise.withResolvers<void>()
      async function* slow() {
        yield sample[0] as Observation
        now += 1000
        await silence
        yield sample[1] as Observation
      }
      const done = lake.ingest(source('slow'), slow())
      await expect
        .poll(async () => (await lake.events('ftp-session', everything)).length, {
          timeout: 10_000,
        })
        .toBe(1)
      speak()
      expect(await done).toMatchObject({ observations: 2, batches: 2 })
    })
  })
  test('has another key under other options, from other marks and in other runs', () => {
    const from = {
      ...{ offset: 1, before: 'bb', told: 1, head: '' },
      lineage: 1,
      name: 'a',
      ended: true,
      turn: 1,
    }
    const growing = { meaning: meaningKey({}), from: null, seen: 0 }
    const keys = [
      sourceKey('aa', {}),
      sourceKey('aa', { timezone: 'UTC' }),
      growingKey(growing, 'run 1'),
      growingKey(growing, 'run 2'),
      growingKey({ ...growing, from }, 'run 1'),
      streamKey('aa', {}),
    ]
    expect(new Set(keys).size).toBe(keys.length)
    expect(sourceKey('aa', { a: 1, b: 2 })).toBe(sourceKey('aa', { b: 2, a: 1 }))
  })
  test('that is empty is known afterwards', async () => {
    await withLake(world, async (lake) => {
      expect(await lake.ingest(source('empty'), [])).toMatchObject({ observations: 0 })
      expect((await lake.ingest(source('empty'), [])).kind).toBe('known')
      expect(await lake.queries.ftpTrend(asked)).toEqual({
        kind: 'none',
        window: null,
        newest: null,
      })
    })
  })
})

const text = fc.string({ unit: 'binary', maxLength: 12 }).map((value) => value.toWellFormed())
const addresses: fc.Arbitrary<Address> = fc.oneof(
  fc.nat(0xffff_ffff).map((value) => ({ family: 4 as const, value })),
  fc
    .array(fc.nat(0xffff), { minLength: 8, maxLength: 8 })
    .map((groups) => ({ family: 6 as const, value: String.fromCharCode(...groups) })),
)
const ends = fc.record({ address: addresses, port: fc.nat(65_535) })
const counts = fc.option(fc.nat({ max: Number.MAX_SAFE_INTEGER }))
const times = fc.integer({ min: noon - 1000 * hour, max: noon })
const anything: fc.Arbitrary<Observation> = fc.oneof(
  fc
    .record({
      src: ends,
      dst: ends,
      start: times,
      end: times,
      bytes: counts,
      packets: counts,
      original: fc.option(fc.record({ src: fc.option(addresses), dst: fc.option(addresses) })),
      sampled: fc.option(fc.nat(1000)),
      observer: fc.record({
        kind: fc.constantFrom('interface' as const, 'sensor' as const),
        id: text,
      }),
      action: fc.constantFrom('accept' as const, 'reject' as const, 'unknown' as const),
      initiator: fc.constantFrom('src' as const, 'dst' as const, 'unknown' as const),
      transport: fc.constantFrom('tcp' as const, 'udp' as const, 'other' as const),
      protocol: fc.nat(255),
    })
    .map((more) => flow('1.1.1.1:1', '2.2.2.2:2', noon, more)),
  fc
    .record({
      server: ends,
      client: ends,
      start: times,
      end: times,
      banner: fc.option(text),
      users: fc.option(fc.array(text)),
      anonymous: fc.option(fc.boolean()),
      lostBytes: counts,
      dataChannels: fc.option(
        fc.array(
          fc
            .tuple(ends, fc.option(ends), counts, fc.option(text), fc.option(fc.boolean()))
            .map(([announced, actual, bytes, argument, complete]) => ({
              ...channel('active', bytes),
              announced,
              actual,
              argument,
              complete,
            })),
          { maxLength: 3 },
        ),
      ),
      files: fc.option(
        fc.array(
          fc.tuple(text, counts).map(([name, bytes]) => file(name, 'pdf', bytes)),
          { maxLength: 3 },
        ),
      ),
    })
    .map(({ server, client, ...more }) =>
      session('1.1.1.1:1', '2.2.2.2:2', noon, {
        ...more,
        server: { ...server, product: null },
        client: { ...client, product: null },
      }),
    ),
  fc
    .record({ seen: times, banner: fc.option(text), hostname: fc.option(text), address: addresses })
    .map((more) => service('2.2.2.2:2', noon, more)),
)

/** With the members of every object in one order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )

test('events come out as they went in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { minLength: 1, maxLength: 60 }), async (list) => {
      await withLake(world, async (lake) => {
        await lake.ingest(source('any'), list)
        for (const kind of ['flow', 'ftp-session', 'service'] as const) {
          const sorted = (all: readonly Observation[]) => all.map(canonical).sort()
          const read = await lake.events(kind, everything)
          expect(sorted(read)).toEqual(sorted(list.filter((one) => one.kind === kind)))
        }
      })
    }),
    { numRuns: 6 },
  )
})

test('a zero byte in a name is a byte like others', async () => {
  await withLake(world, async (lake) => {
    const id = "a\u0000'b"
    const odd = flow('198.51.100.7:1', '10.0.0.5:2121', noon, { observer: { kind: 'sensor', id } })
    await lake.ingest(source('zero'), [odd, service('10.0.0.6:21', noon)])
    expect(await lake.events('flow', everything)).toMatchObject([{ flow: { observer: { id } } }])
  })
})

describe('times that cannot be right', () => {
  test.each([
    { name: 'far in the future', time: noon + 26 * hour, reason: 'in-the-future' },
    { name: 'before 1990', time: Date.UTC(1980, 0, 1), reason: 'before-1990' },
    { name: 'no time', time: Number.NaN, reason: 'not-a-time' },
    { name: 'beyond any calendar', time: 1e300, reason: 'in-the-future' },
  ])('$name: aside, with a gap, outside all trends', async ({ time, reason }) => {
    await withLake(world, async (lake) => {
      const odd = [
        session('198.51.100.7:1', '10.0.0.5:2121', time),
        flow('198.51.100.7:1', '10.0.0.5:2121', noon, { end: time }),
        service('10.0.0.6:21', time),
      ]
      expect(await lake.ingest(source('odd'), odd)).toMatchObject({ observations: 3, aside: 3 })
      const gaps = await lake.gaps()
      expect(gaps.map((gap) => gap.reason)).toContain('absurd-time')
      expect(gaps.map((gap) => gap.message).join()).toContain(reason)
      expect(await lake.queries.newest()).toBeNull()
    })
  })
  test('a day ahead is still believed', async () => {
    await withLake(world, async (lake) => {
      const ahead = session('198.51.100.7:1', '10.0.0.5:2121', noon + 24 * hour)
      expect(await lake.ingest(source('ahead'), [ahead])).toMatchObject({ aside: 0 })
    })
  })
})

describe('retention', () => {
  test('deletes what is old, and nothing deleted comes back', async () => {
    await withLake(world, async (lake, folder) => {
      const old = session('198.51.100.7:1', '10.0.0.5:2121', noon - 30 * 24 * hour)
      await lake.ingest(source('old'), [old])
      await lake.ingest(source('new'), sample)
      const before = filesBelow(folder).length
      expect((await lake.retain({ eventsBefore: noon - 10 * 24 * hour })).deleted).toBe(2)
      expect(filesBelow(folder)).toHaveLength(before - 2)
      expect(await lake.events('ftp-session', everything)).toHaveLength(2)
      expect((await lake.ingest(source('old'), [old])).kind).toBe('known')
      const months = await lake.queries.serverPorts({ asOf: 'newest', hours: 24 * 60 })
      expect(months.kind === 'found' && months.rows.map((row) => row.sessions)).toEqual([2, 1])
    })
  })
})
