/** Several logs in one call of `portreeve ingest`: their order, what they tell each other, and what cannot be read. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { disk } from '../../src/documents/disk.ts'
import { scanSystem } from '../../src/scan/system.ts'
import { type Files, portreeve } from '../cli/world.ts'

/** Rows in Zeek's documented form, not recorded. */
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
const sha256 = 'ab'.repeat(32)
const files = JSON.stringify({
  ts: 1_795_251_603,
  fuid: 'F1',
  source: 'FTP_DATA',
  seen_bytes: 9,
  missing_bytes: 0,
  overflow_bytes: 0,
  sha256,
})
const alone = { start: '2026-11-21T09:00:03.000Z', startSeen: false, files: [{ sha256: null }] }
const known = {
  start: '2026-11-21T09:00:00.000Z',
  startSeen: true,
  end: '2026-11-21T09:00:09.000Z',
}

async function ingest(paths: readonly string[], logs: Files, stdin = '') {
  const { code, out, err } = await portreeve(['ingest', ...paths, '--no-store', '-f', 'json'], {
    files: logs,
    stdin,
    network: scanSystem,
  })
  const lines = out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  return {
    code,
    err,
    sessions: lines.filter(({ type }) => type === 'ftp-session'),
    gaps: lines.flatMap(({ type, reason }) => (type === 'gap' ? [reason] : [])),
  }
}

test('logs that tell of others are read first, in any order of the call, compressed ones too', async () => {
  const logs = {
    'a-ftp': ftp,
    'b-conn': gzipSync(conn),
    'c-files': gzipSync(`${files}\n`.repeat(5000)),
  }
  for (const paths of [Object.keys(logs), Object.keys(logs).toReversed()]) {
    const { sessions } = await ingest(paths, logs)
    expect(sessions).toMatchObject([{ ...known, files: [{ sha256 }] }])
  }
  expect((await ingest(['a-ftp'], logs)).sessions).toMatchObject([alone])
})

test('a stream is read once, in its turn', async () => {
  const { sessions } = await ingest(['-', 'conn'], { conn }, ftp)
  expect(sessions).toMatchObject([known])
  const turned = await ingest(['ftp', '-'], { ftp }, conn)
  expect(turned.sessions).toMatchObject([known])
})

test('documents that nobody knows, that are empty or broken, keep nobody from the others', async () => {
  const { sessions, gaps, code } = await ingest(['unknown', 'empty', 'broken', 'ftp'], {
    unknown: 'what is this\n',
    empty: '',
    broken: gzipSync(conn.repeat(2000)).subarray(0, 60),
    ftp,
  })
  expect(code).toBe(0)
  expect(sessions).toHaveLength(1)
  expect(gaps).toEqual(
    expect.arrayContaining(['unknown-log-format', 'empty-document', 'truncated-gzip']),
  )
})

test('a flow log without a header is read with the fields that the user gives', async () => {
  const log = '203.0.113.9 10.0.0.5 40000 21 6 1418530010 1418530070 ACCEPT\n'
  const given = ['--fields', 'srcaddr dstaddr srcport dstport protocol start end action']
  const told = async (...more: readonly string[]) => {
    const args = ['ingest', 'log', '--no-store', ...more]
    const { code, out, err } = await portreeve(args, { files: { log }, network: scanSystem })
    return { code, flows: /\d+ flows?\b/.exec(out)?.[0], err }
  }
  expect(await told(...given)).toMatchObject({ code: 0, flows: '1 flow', err: '' })
  const without = await told()
  expect(without.flows).toBe('0 flows')
  expect(without.err).toContain('--fields')
  expect(await told('--fields', 'tea')).toMatchObject({ code: 2 })
})

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portreeve-logs-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

test('a log read alone and later with what tells of it is one session, the fuller one', async () => {
  const lake = join(folder, 'lake')
  const told = async (...names: readonly string[]) => {
    const options = { files: { ftp, conn, files }, network: scanSystem }
    const { code, err } = await portreeve(['ingest', ...names, '--lake', lake], options)
    expect({ code, err: err.replaceAll(/portreeve: .*: known, nothing was added\n/g, '') }).toEqual(
      {
        code: 0,
        err: '',
      },
    )
    const { out } = await portreeve(
      ['report', 'top-talkers', '--as-of', 'newest', '--lake', lake, '-f', 'csv'],
      { documents: disk, network: scanSystem },
    )
    return out
  }
  expect(await told('ftp')).toMatch(/,192\.0\.2\.21,21,1,0$/m)
  for (const names of [['ftp', 'conn', 'files'], ['files', 'ftp', 'conn'], ['ftp']])
    expect(await told(...names)).toMatch(/,192\.0\.2\.21,21,1,9$/m)
})

test('logs that grow together are not read anew', async () => {
  const lake = join(folder, 'growing')
  const told = async (logs: Files) => {
    const args = ['ingest', ...Object.keys(logs), '--lake', lake]
    const { out } = await portreeve(args, { files: logs, network: scanSystem })
    return /^\d+ events added/m.exec(out)?.[0]
  }
  const later = (text: string) => text.replaceAll('C1', 'C2').replaceAll('17952516', '17952526')
  const [more, moreConn] = [`${ftp}\n${later(ftp)}\n`, `${conn}\n${later(conn)}\n`]
  // A session, its server, a flow, and what each log covers.
  expect(await told({ ftp: `${ftp}\n`, conn: `${conn}\n` })).toBe('6 events added')
  expect(await told({ ftp: `${ftp}\n`, conn: moreConn })).toBe('2 events added')
  // The new session, and the one that had no end with what it shows of its server: told again, it counts once.
  expect(await told({ ftp: more, conn: moreConn })).toBe('4 events added')
})

test('Parquet is known by its first bytes, whatever its name', async () => {
  const path = join(folder, 'flows')
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(
    `COPY (SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.5' AS dstaddr, 1 AS srcport, 21 AS dstport, 6 AS protocol, 1 AS start, 2 AS "end") TO '${path}' (FORMAT parquet)`,
  )
  connection.closeSync()
  instance.closeSync()
  const { out } = await portreeve(['ingest', path, '--no-store'], {
    documents: disk,
    network: scanSystem,
  })
  expect(out).toMatch(/\b1 flow\b/)
})
