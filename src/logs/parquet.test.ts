/** Files in the form of AWS's Parquet (column names and types as documented), written here: documented, not recorded. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readParquet } from './parquet.ts'
import { bareContext, gathered, line } from './read.test.data.ts'
import type { LogEvent, LogOptions } from './read.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parquet-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

async function write(name: string, query: string): Promise<string> {
  const path = join(folder, name)
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
  })
  const connection = await instance.connect()
  await connection.run(`COPY (${query}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`)
  connection.closeSync()
  instance.closeSync()
  return path
}

async function read(path: string, options: LogOptions = {}) {
  const events: LogEvent[] = []
  for await (const event of readParquet(path, bareContext, options)) events.push(event)
  return gathered(events)
}

const columns =
  '(version, account_id, interface_id, srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, "end", action, log_status, pkt_srcaddr, tcp_flags)'
const row = (values: string) => `(3::INTEGER, '123456789012', ${values})`
const flowRows = [
  row(
    "'eni-1', '203.0.113.9', '10.0.0.5', 40000::INTEGER, 21::INTEGER, 6::INTEGER, 9::BIGINT, 568::BIGINT, 1790000000::BIGINT, 1790000060::BIGINT, 'ACCEPT', 'OK', '198.51.100.1', 2::INTEGER",
  ),
  row(
    "'eni-1', '2001:db8::1', '2001:db8::2', 40000, 22, 6, 9, 568, 1790000000, 1790000060, 'REJECT', 'OK', NULL, 18",
  ),
  row(
    "'eni-2', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1790000060, 1790000120, NULL, 'NODATA', NULL, NULL",
  ),
  row(
    "'eni-2', '-', '-', NULL, NULL, NULL, NULL, NULL, 1790000120, 1790000180, '-', 'SKIPDATA', '-', NULL",
  ),
  row(
    "'eni-1', 'x', '10.0.0.5', 40000, 21, 6, 9, 568, 1790000000, 1790000060, 'ACCEPT', 'OK', NULL, 2",
  ),
]
const query = `SELECT * FROM (VALUES ${flowRows.join(', ')}) AS flows${columns}`

test('flows, intervals without data, bad rows', async () => {
  const path = await write("it's [one] *.parquet", query)
  const { format, flows, gaps, coverage, summary, observations } = await read(path)
  expect(format).toBe('aws-vpc-flow')
  expect(flows.map(line)).toEqual([
    'eni-1 203.0.113.9:40000>10.0.0.5:21 tcp 9p 568b accept by src',
    'eni-1 [2001:db8::1]:40000>[2001:db8::2]:22 tcp 9p 568b reject by dst',
  ])
  expect(flows.map(({ original }) => original)).toEqual([
    { src: { family: 4, value: 0xc6336401 }, dst: null },
    null,
  ])
  expect(flows[0]).toMatchObject({ start: 1_790_000_000_000, end: 1_790_000_060_000, sampled: 1 })
  expect(observations[1]).toMatchObject({ at: [{ document: 'log', line: 2, offset: 1 }] })
  expect(gaps).toEqual(['flow-records-skipped', 'bad-log-lines'])
  expect(coverage).toMatchObject([
    { from: 1_790_000_120_000, to: 1_790_000_180_000, complete: false },
    { from: 1_790_000_000_000, to: 1_790_000_180_000, complete: false },
  ])
  expect(summary).toMatchObject({ lines: 5, understood: 2, skipped: 2, bad: 1 })
  const { batches } = await read(path, { flows: 'columns' })
  expect(batches.map(({ rows }) => rows)).toEqual([2])
})

test('where only the addresses of the packet are told, they are the ends', async () => {
  const only =
    "SELECT 'eni-1' AS interface_id, '203.0.113.9' AS pkt_srcaddr, '10.0.0.5' AS pkt_dstaddr, 1 AS srcport, 21 AS dstport, 6 AS protocol, 1 AS start, 2 AS \"end\""
  const { flows } = await read(await write('packets.parquet', only))
  expect(flows.map(line)).toEqual([
    'eni-1 203.0.113.9:1>10.0.0.5:21 tcp nullp nullb unknown by unknown',
  ])
  expect(flows[0]?.original).toBeNull()
})

test.each([
  {
    name: 'fields that a flow needs are missing',
    query: "SELECT 'a' AS srcaddr, 'b' AS dstaddr, 1 AS bytes, 2 AS packets, 'eni' AS interface_id",
    gap: 'flow-fields-missing',
    format: null,
  },
  { name: 'another table', query: 'SELECT 1 AS price', gap: 'unknown-log-format', format: null },
])('$name', async ({ name, query: other, gap, format }) => {
  const all = await read(await write(`${name}.parquet`, other))
  expect(all.gaps).toEqual([gap])
  expect(all.format).toBe(format)
  expect(all.flows).toEqual([])
})

test('what is no Parquet, or half of one, is a gap', async () => {
  const path = join(folder, 'broken.parquet')
  writeFileSync(path, 'PAR1 and nothing behind it')
  const { gaps, summary } = await read(path)
  expect(gaps).toEqual(['unreadable-parquet'])
  expect(summary.format).toBeNull()
  expect((await read(join(folder, 'absent.parquet'))).gaps).toEqual(['unreadable-parquet'])
})
