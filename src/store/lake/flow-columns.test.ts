/** Flows as columns are stored as the same flows one by one. */
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseIp6 } from '../../model/address.ts'
import { emptyBatch, type FlowBatch, observationsOf } from '../../model/flow-batch.ts'
import { filesBelow, withLake } from '../testing/folder.ts'
import { noon, source } from '../testing/observations.ts'
import { rowsOf } from './duck.ts'
import type { Observations } from './ingest.ts'
import { hour } from './time.ts'

const world = { now: () => noon + hour }

const end = fc.oneof(
  // Few addresses that come again, public and private, and any other.
  fc.constantFrom(0x0a00_0001, 0x0a00_0002, 0xc612_0001, 0xffff_ffff, 0),
  fc.nat(0xffff_ffff),
  fc.constantFrom('2001:db8::1', '2600::7', '::', 'fe80::1').map((text) => parseIp6(text) ?? null),
)
const absent = fc.constant(null)
const number = fc.option(fc.nat(Number.MAX_SAFE_INTEGER), { nil: Number.NaN })
const time = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: -40 * hour, max: hour }).map((off) => noon + off) },
  { weight: 1, arbitrary: fc.constantFrom(0, noon + 100 * hour, noon + 0.5) },
)
const row = fc.record({
  src: end,
  dst: end,
  originalSrc: fc.oneof(absent, end),
  originalDst: fc.oneof(absent, end),
  ports: fc.tuple(fc.nat(0xffff), fc.nat(0xffff)),
  protocol: fc.constantFrom(6, 17, 1, 58, 47, 255),
  start: time,
  length: fc.nat(60_000),
  bytes: number,
  packets: number,
  action: fc.nat(2),
  initiator: fc.nat(2),
  observer: fc.constantFrom('eni-1', 'eni-2', '', "o'\u0000\ud800"),
})
type FlowRow = typeof row extends fc.Arbitrary<infer R> ? R : never

function batchOf(rows: readonly FlowRow[], sampled: number | null): FlowBatch {
  const batch = emptyBatch('flows.log', rows.length + 1, 'interface', sampled)
  for (const [i, one] of rows.entries()) {
    batch.start[i] = one.start
    batch.end[i] = one.start + one.length
    batch.bytes[i] = one.bytes
    batch.packets[i] = one.packets
    batch.protocol[i] = one.protocol
    ;[batch.srcPort[i], batch.dstPort[i]] = one.ports
    batch.action[i] = one.action
    batch.initiator[i] = one.initiator
    batch.observer[i] = one.observer
    batch.line[i] = i + 2
    batch.offset[i] = 100 * i
    for (const name of ['src', 'dst', 'originalSrc', 'originalDst'] as const) {
      const value = one[name]
      batch[`${name}4`][i] = typeof value === 'number' ? value : Number.NaN
      batch[`${name}6`][i] = typeof value === 'string' ? value : null
    }
    batch.rows++
  }
  return batch
}

const tables = ['flow', 'aside', 'rollup_hour', 'rollup_client']

/** Everything that the files of a new lake hold. */
const stored = (batchRows: number, observations: Observations) =>
  withLake({ ...world, limits: { batchRows } }, async (lake, folder) => {
    const ingested = await lake.ingest(source('flows', 'flow-log'), observations)
    const files = filesBelow(folder)
    const duck = await DuckDBInstance.create(':memory:')
    const connection = await duck.connect()
    const rows: unknown[] = []
    for (const table of tables) {
      const paths = files.filter((path) => path.startsWith(`${table}/`))
      if (paths.length === 0) continue
      const list = paths.map((path) => `'${join(folder, 'lake', path)}'`).join(', ')
      rows.push([table, await rowsOf(connection, `FROM read_parquet([${list}]) ORDER BY ALL`)])
    }
    connection.closeSync()
    duck.closeSync()
    return { ingested, files, rows, gaps: await lake.gaps() }
  })

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

test('columns are stored as the same flows one by one', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(row, { maxLength: 30 }), { minLength: 1, maxLength: 3 }),
      fc.constantFrom(null, 1, 100),
      fc.constantFrom(4, 25, 1000),
      async (lists, sampled, batchRows) => {
        const batches = lists.map((list) => batchOf(list, sampled))
        const columns = await stored(batchRows, each(batches))
        expect(columns).toEqual(await stored(batchRows, each(batches.map(observationsOf))))
        expect(columns.ingested.observations).toBe(lists.flat().length)
      },
    ),
    { numRuns: Number(process.env['RUNS'] ?? 12) },
  )
})

test('more rows than a chunk has, and addresses than a table begins with', async () => {
  const rows = fc
    .sample(row, { numRuns: 9000, seed: 7 })
    .map((one, i) => ({ ...one, src: (i % 4000) * 257 }))
  const columns = await stored(1_000_000, each([batchOf(rows, 1)]))
  expect(columns).toEqual(await stored(1_000_000, each([observationsOf(batchOf(rows, 1))])))
})

test('a source that broke off within a batch goes on behind it', async () => {
  await withLake({ ...world, limits: { batchRows: 4 } }, async (lake) => {
    const sane = fc.sample(row, { numRuns: 10, seed: 3 }).map((one) => ({ ...one, start: noon }))
    const batch = batchOf(sane, 1)
    async function* cut() {
      yield batch
      throw new Error('the disk went away')
    }
    const flows = source('cut', 'flow-log')
    await expect(lake.ingest(flows, cut())).rejects.toThrow('went away')
    expect(await lake.ingest(flows, each([batch]))).toMatchObject({ skipped: 8, observations: 2 })
    expect(await lake.events('flow', { from: 0, to: noon + hour, limit: 100 })).toHaveLength(10)
  })
})
