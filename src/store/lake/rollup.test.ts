/** Rollups tell what the raw events tell: late data, several origins, compaction and all. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Observation } from '../../model/observation.ts'
import { withLake } from '../testing/folder.ts'
import { channel, file, flow, noon, service, session, source } from '../testing/observations.ts'
import type { Lake } from './lake.ts'
import { type Witness, witnesses } from './source.ts'
import { hour } from './time.ts'

// Few, and around the edges of hours: sessions of several sources meet, and their clocks decide in which hour.
const times = fc
  .tuple(fc.constantFrom(0, 1, 2, 30, 80), fc.integer({ min: -2500, max: 2500 }))
  .map(([hours, off]) => noon - hours * hour + off)
const clients = fc.constantFrom('198.51.100.1:40000', '[2001:db8::1]:40000')
const servers = fc.constantFrom('10.0.0.5:2121', '8.8.8.8:2121')

const observation: fc.Arbitrary<Observation> = fc.oneof(
  fc
    .record({
      client: clients,
      server: servers,
      time: times,
      anonymous: fc.constantFrom(true, false, null),
      dataChannels: fc.option(
        fc.array(
          fc
            .tuple(fc.constantFrom('active' as const, 'passive' as const), fc.option(fc.nat(1000)))
            .map(([mode, bytes]) => channel(mode, bytes)),
          { maxLength: 3 },
        ),
      ),
      files: fc.option(
        fc.array(
          fc
            .tuple(fc.constantFrom('pdf' as const, 'key' as const), fc.option(fc.nat(1000)))
            .map(([category, bytes]) => file('x', category, bytes)),
          { maxLength: 2 },
        ),
      ),
    })
    .map(({ client, server, time, ...more }) => session(client, server, time, more)),
  fc
    .record({
      client: clients,
      server: servers,
      time: times,
      observer: fc.constantFrom('eni-1', 'eni-2'),
      action: fc.constantFrom('accept' as const, 'reject' as const, 'unknown' as const),
      initiator: fc.constantFrom('src' as const, 'dst' as const, 'unknown' as const),
      bytes: fc.option(fc.nat(1000)),
    })
    .map(({ client, server, time, observer, ...more }) =>
      flow(client, server, time, { ...more, observer: { kind: 'interface', id: observer } }),
    ),
  fc
    .record({
      server: servers,
      time: times,
      recognition: fc.constantFrom('ftp' as const, 'not-ftp' as const, 'undecided' as const),
    })
    .map(({ server, time, recognition }) => service(server, time, { recognition })),
)
const step: fc.Arbitrary<
  | { readonly kind: 'ingest'; readonly witness: Witness; readonly list: readonly Observation[] }
  | { readonly kind: 'compact' }
> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('ingest' as const),
      witness: fc.constantFrom(...witnesses),
      list: fc.array(observation, { minLength: 1, maxLength: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('compact' as const) }) },
)

async function everyAnswer(lake: Lake, read: 'raw' | 'rollup', hours: number, asOf: number) {
  const { queries } = lake
  const asked = { asOf, hours, read, limit: 1000 }
  const answers = [
    await queries.ftpTrend(asked),
    await queries.serverPorts(asked),
    await queries.clientsSeen(asked),
    await queries.serversSeen(asked),
    await queries.partyCount(asked),
    await queries.anonymousLogins(asked),
    await queries.fileKinds(asked),
    await queries.topTalkers({ ...asked, of: 'flows' }),
    await queries.topTalkers({ ...asked, of: 'sessions' }),
  ]
  const use = await queries.exposureUse({
    targets: [flow('8.8.8.8:2121', '10.0.0.5:2121', noon).flow.src],
    protocol: 6,
    network: 'site-1',
    days: 2,
    asOf,
    read,
  })
  return [...answers.map((answer) => (answer.kind === 'found' ? answer.rows : [])), use]
}

test('the same from rollups as from events', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 4, max: 12 }),
      fc.constantFrom(1, 2, 3, 31, 100),
      fc.constantFrom(0, 1, 2, 3, 30),
      async (steps, batchRows, hours, ago) => {
        await withLake({ now: () => noon + hour, limits: { batchRows } }, async (lake) => {
          for (const [i, step] of steps.entries())
            if (step.kind === 'compact') await lake.compact()
            else await lake.ingest(source(`s${i}`, step.witness), step.list)
          const asOf = noon - ago * hour
          expect(await everyAnswer(lake, 'rollup', hours, asOf)).toEqual(
            await everyAnswer(lake, 'raw', hours, asOf),
          )
        })
      },
    ),
    { numRuns: Number(process.env['RUNS'] ?? 5) },
  )
})
