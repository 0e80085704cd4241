/** Rollups tell what the raw events tell: late data, several origins, compaction, retention and all. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Observation } from '../../model/observation.ts'
import type { Reading } from '../queries/window.ts'
import { withLake } from '../testing/folder.ts'
import { channel, file, flow, noon, service, session, source } from '../testing/observations.ts'
import { everyAnswer } from '../testing/questions.ts'
import type { Lake } from './lake.ts'
import { type Witness, witnesses } from './source.ts'
import { hour } from './time.ts'

// Few, and around the edges of hours and of two days: sessions of several sources meet, and their clocks decide in which hour.
const times = fc
  .tuple(fc.constantFrom(0, 1, 2, 11, 12, 13, 30, 36, 80), fc.integer({ min: -2500, max: 2500 }))
  .map(([hours, off]) => noon - hours * hour + off)
const clients = fc.constantFrom('198.51.100.1:40000', '[2001:db8::1]:40000')
const servers = fc.constantFrom('10.0.0.5:2121', '8.8.8.8:2121')

const observation: fc.Arbitrary<Observation> = fc.oneof(
  fc
    .record({
      client: clients,
      server: servers,
      time: times,
      // Sources that saw only parts of a long one tell starts that are far apart.
      lasting: fc.constantFrom(1000, 1000, 3 * hour, 20 * hour),
      startSeen: fc.boolean(),
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
    .map(({ client, server, time, lasting, ...more }) =>
      session(client, server, time, { ...more, end: time + lasting }),
    ),
  fc
    .record({
      client: clients,
      server: servers,
      time: times,
      observer: fc.constantFrom('eni-1', 'eni-2'),
      action: fc.constantFrom('accept' as const, 'reject' as const, 'unknown' as const),
      initiator: fc.constantFrom('src' as const, 'dst' as const, 'unknown' as const),
      bytes: fc.option(fc.nat(1000)),
      lasting: fc.constantFrom(1000, 20 * hour),
    })
    .map(({ client, server, time, observer, lasting, ...more }) =>
      flow(client, server, time, {
        ...more,
        end: time + lasting,
        observer: { kind: 'interface', id: observer },
      }),
    ),
  fc
    .record({
      server: servers,
      time: times,
      recognition: fc.constantFrom('ftp' as const, 'not-ftp' as const, 'undecided' as const),
    })
    .map(({ server, time, recognition }) => service(server, time, { recognition })),
)
type Step =
  | { readonly kind: 'ingest'; readonly witness: Witness; readonly list: readonly Observation[] }
  | { readonly kind: 'compact' }
  | { readonly kind: 'retain'; readonly hours: number }
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('ingest' as const),
      witness: fc.constantFrom(...witnesses),
      list: fc.array(observation, { minLength: 1, maxLength: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('compact' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('retain' as const),
      hours: fc.constantFrom(-24, 1, 13, 29, 50),
    }),
  },
)

/** Which of both was read is the one thing in which the answers may differ, and whether something that no rollup counts lies there. */
async function answers(lake: Lake, read: Reading, hours: number, asOf: number) {
  const all = await everyAnswer(lake.queries, { asOf, hours, read })
  return all.map(([name, answer]) => [name, rowsOf(answer)])
}

function rowsOf(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || !('kind' in answer)) return answer
  if (answer.kind === 'none') return []
  return 'rows' in answer ? answer.rows : answer
}

/** One client and one server, seen by several around one midnight: retention takes some of the origins of a session. */
const overMidnight: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.array(
      fc.tuple(
        fc.constantFrom(...witnesses),
        fc.constantFrom(9, 11, 11.9, 12.1, 13, 15, 35, 37),
        fc.constantFrom(1000, 3 * hour, 30 * hour),
        fc.boolean(),
      ),
      { minLength: 2, maxLength: 5 },
    ),
    fc.array(fc.tuple(fc.nat(5), fc.constantFrom(1, 13, 37)), { maxLength: 3 }),
  )
  .map(([seen, retentions]) => {
    const steps: Step[] = seen.map(([witness, ago, lasting, startSeen]) => ({
      kind: 'ingest',
      witness,
      list: [overlapping(noon - ago * hour, lasting, startSeen)],
    }))
    for (const [at, hours] of retentions) steps.splice(at, 0, { kind: 'retain', hours })
    return steps
  })
const overlapping = (start: number, lasting: number, startSeen: boolean) =>
  session('198.51.100.1:40000', '10.0.0.5:2121', start, { end: start + lasting, startSeen })

test.each([
  { name: 'of all kinds', steps: fc.array(step, { minLength: 1, maxLength: 6 }) },
  { name: 'sessions over midnight', steps: overMidnight },
])('the same from rollups as from events: $name', { timeout: 120_000 }, async ({ steps }) => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.integer({ min: 4, max: 12 }),
      fc.constantFrom(1, 2, 3, 31, 100),
      fc.constantFrom(0, 1, 2, 3, 12, 30),
      async (steps, batchRows, hours, ago) => {
        await withLake({ now: () => noon + hour, limits: { batchRows } }, async (lake) => {
          for (const [i, step] of steps.entries())
            if (step.kind === 'compact') await lake.compact()
            else if (step.kind === 'retain') {
              const before = noon - step.hours * hour
              await lake.retain({ eventsBefore: before, rollupsBefore: before })
            } else await lake.ingest(source(`s${i}`, step.witness), step.list)
          const asOf = noon - ago * hour
          expect(await answers(lake, 'rollup', hours, asOf)).toEqual(
            await answers(lake, 'raw', hours, asOf),
          )
        })
      },
    ),
    { numRuns: Number(process.env['RUNS'] ?? 5) },
  )
})
