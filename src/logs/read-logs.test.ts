/** Rows in Zeek's documented form, not recorded. */
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gathered } from './read.test.data.ts'
import type { LogEvent } from './read.ts'
import { type LogDocument, readLogs } from './read-logs.ts'

const ends = {
  'id.orig_h': '198.51.100.7',
  'id.orig_p': 50_001,
  'id.resp_h': '192.0.2.21',
  'id.resp_p': 21,
}
const ftp = JSON.stringify({
  ts: 1_795_251_603,
  uid: 'C1',
  ...ends,
  user: 'anonymous',
  command: 'RETR',
  arg: 'ftp://192.0.2.21/a.pdf',
  reply_code: 226,
  fuid: 'F1',
})
const conn = JSON.stringify({
  ts: 1_795_251_600,
  uid: 'C1',
  ...ends,
  proto: 'tcp',
  service: 'ftp',
  duration: 9,
  conn_state: 'SF',
  history: 'ShAdDafF',
})
const files = JSON.stringify({
  ts: 1_795_251_603,
  fuid: 'F1',
  source: 'FTP_DATA',
  seen_bytes: 9,
  missing_bytes: 0,
  overflow_bytes: 0,
  sha256: 'ab'.repeat(32),
})

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'logs-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function stored(name: string, bytes: string | Uint8Array): LogDocument {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return { document: name, path, open: () => createReadStream(path) }
}
const context = { server: null, network: 'site', timezone: null, year: null }

async function read(documents: readonly LogDocument[]) {
  const order: string[] = []
  const events: LogEvent[] = []
  for await (const { document, event } of readLogs(documents, context)) {
    if (order.at(-1) !== document) order.push(document)
    events.push(event)
  }
  return { order, ...gathered(events) }
}

test('logs that tell of others are read first, compressed ones too', async () => {
  const long = `${files}\n`.repeat(5000)
  const { order, sessions } = await read([
    stored('a-ftp', ftp),
    stored('b-conn', gzipSync(conn)),
    stored('c-files', gzipSync(long)),
  ])
  expect(order).toEqual(['b-conn', 'c-files', 'a-ftp'])
  expect(sessions).toMatchObject([
    { start: 1_795_251_600_000, end: 1_795_251_609_000, files: [{ sha256: 'ab'.repeat(32) }] },
  ])
})

test('a stream is opened once, in its turn', async () => {
  let opened = 0
  async function* stream(): AsyncGenerator<Uint8Array> {
    opened++
    yield Buffer.from(ftp)
  }
  const { order, sessions } = await read([
    { document: '-', path: null, open: stream },
    stored('conn', conn),
  ])
  expect(order).toEqual(['conn', '-'])
  expect(opened).toBe(1)
  expect(sessions).toMatchObject([{ startSeen: true }])
})

test('Parquet is known by its first bytes', async () => {
  const path = join(folder, 'flows')
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(
    `COPY (SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.5' AS dstaddr, 1 AS srcport, 21 AS dstport, 6 AS protocol, 1 AS start, 2 AS "end") TO '${path}' (FORMAT parquet)`,
  )
  connection.closeSync()
  instance.closeSync()
  const { flows, format } = await read([
    { document: 'flows', path, open: () => createReadStream(path) },
  ])
  expect(format).toBe('aws-vpc-flow')
  expect(flows.length).toBe(1)
})

test('documents that nobody knows, that are empty or broken, end like others', async () => {
  const { order, gaps } = await read([
    stored('unknown', 'what is this\n'),
    stored('empty', ''),
    stored('broken', gzipSync(conn.repeat(2000)).subarray(0, 20)),
  ])
  expect(order.length).toBe(3)
  expect(gaps).toEqual(['unknown-log-format', 'empty-document', 'truncated-gzip', 'empty-document'])
})
