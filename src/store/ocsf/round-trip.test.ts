import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Observation } from '../../model/observation.ts'
import { columnsOf } from '../lake/columns.ts'
import { openParts } from '../lake/open-parts.ts'
import { hour } from '../lake/time.ts'
import { lakeEvents } from '../queries/lake-events.ts'
import { withLake } from '../testing/folder.ts'
import { address, flow, noon, session, source } from '../testing/observations.ts'
import { everyAnswer } from '../testing/questions.ts'
import { fillVaried } from '../testing/varied.ts'
import type { ForeignLake } from './foreign.ts'
import { always, asked, kinds, now, object, withForeign } from './ocsf.test.data.ts'

const addresses = fc.constantFrom(
  ...[
    '10.0.0.5',
    '8.8.8.8',
    '255.255.255.255',
    '2001:db8::5',
    '::1',
    'ffff::',
    '::ffff:1.2.3.4',
  ].map(address),
)
const ends = fc.record({ address: addresses, port: fc.constantFrom(0, 21, 65_535) })
const transports = [
  ['tcp', 6],
  ['udp', 17],
  ['icmp', 1],
  ['icmpv6', 58],
  ['other', 47],
] as const
const flows: fc.Arbitrary<Observation> = fc
  .record({
    src: ends,
    dst: ends,
    kind: fc.constantFrom(...transports),
    start: fc.integer({ min: noon - 1000 * hour, max: noon }),
    lasted: fc.nat(hour),
    bytes: fc.option(fc.nat({ max: Number.MAX_SAFE_INTEGER })),
    packets: fc.option(fc.nat()),
    action: fc.constantFrom('accept' as const, 'reject' as const, 'unknown' as const),
    initiator: fc.constantFrom('src' as const, 'dst' as const, 'unknown' as const),
    sampled: fc.option(fc.constantFrom(1, 4096)),
    observer: fc.record({ kind: fc.constantFrom('interface', 'sensor'), id: fc.string() }),
    original: fc.option(fc.record({ src: fc.option(addresses), dst: fc.option(addresses) })),
  })
  .map(({ kind: [transport, protocol], lasted, ...more }) =>
    flow('1.1.1.1:1', '2.2.2.2:2', noon, {
      ...more,
      transport,
      protocol,
      end: more.start + lasted,
    }),
  )

describe('what was exported is read back', () => {
  test('flows: every column', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(flows, { minLength: 1, maxLength: 40 }), async (list) => {
        await withLake({ now }, async (lake, place) => {
          await lake.ingest(source('any'), list)
          const out = join(place, 'out')
          expect(await lake.ocsfParquet(asked('flows'), out)).toBe(list.length)
          const { parts, close } = await openParts(place, { now })
          const all = columnsOf('flow').map(({ name }) => name)
          const rows = async ({ rows, table }: ForeignLake['events']) =>
            rows(`SELECT ${all.join(', ')} FROM ${await table('flow', always)} f ORDER BY record`)
          const own = await rows(lakeEvents(parts))
          await close()
          await withForeign(out, async (foreign) => {
            expect(await rows(foreign.events)).toEqual(own)
            expect(await foreign.counts()).toEqual({ events: list.length, leftOut: 0 })
          })
        })
      }),
      { numRuns: Number(process.env['RUNS'] ?? 5) },
    )
  })
  test('two lakes in one folder: sessions of either that have one number are two', async () => {
    const seen = [
      session('198.51.100.1:40000', '10.0.0.5:2121', noon),
      session('198.51.100.1:40000', '10.0.0.6:2121', noon),
      session('198.51.100.2:40000', '10.0.0.5:2121', noon),
    ]
    await withLake({ now }, async (_, place) => {
      for (const [i, one] of seen.entries())
        await withLake({ now }, async (lake) => {
          await lake.ingest(source('any'), [one])
          for (const kind of ['sessions', 'transfers'] as const)
            await lake.ocsfParquet(asked(kind), join(place, 'out', `lake-${i}`))
        })
      await withForeign(join(place, 'out'), async ({ queries }) => {
        const how = { asOf: noon, hours: 1 }
        expect(await queries.partyCount(how)).toMatchObject({
          rows: [{ clients: 2, servers: 2, sessions: 3 }],
        })
        expect(await queries.fileKinds(how)).toMatchObject({ rows: [{ files: 3 }] })
      })
    })
  })
  test('every question has the same answer', { timeout: 60_000 }, async () => {
    await withLake({ now }, async (lake, place) => {
      const folder = join(place, 'out')
      await fillVaried(lake)
      for (const kind of kinds) await lake.ocsfParquet(asked(kind), folder)
      for (const hours of [72, 5]) {
        const how = { asOf: noon, hours, read: 'raw' } as const
        const own = await everyAnswer(lake.queries, how)
        await withForeign(folder, async ({ queries }) => {
          // What was watched a foreign lake does not say: whether that nobody was seen means anything.
          const watched = (answers: typeof own) =>
            answers.map(([name, answer]) => {
              const isSeen = !['none-seen', 'unknown'].includes(String(object(answer)['kind']))
              return [name, isSeen && { ...object(answer), covered: null }]
            })
          expect(watched(await everyAnswer(queries, how))).toEqual(watched(own))
          expect(await queries.newest()).toBe(await lake.queries.newest())
        })
      }
    })
  })
})
