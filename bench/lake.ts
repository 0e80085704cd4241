/**
 * The lake: the trend of 72 hours from raw events and of 13 months from rollups, over 100 million sessions made by DuckDB
 * itself; and lines of flow logs a CPU second into a lake. Options: `--rows 100000000` (0: flows alone), `--flows 2000000`, `--keep FOLDER`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv, execPath, stdout } from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Observation } from '../src/model/observation.ts'
import { type Draft, writeBatch } from '../src/store/lake/batch.ts'
import { columnsOf, type TableName } from '../src/store/lake/columns.ts'
import { openLake } from '../src/store/lake/lake.ts'
import { openParts } from '../src/store/lake/open-parts.ts'
import { type LakeParts, withConnection } from '../src/store/lake/parts.ts'
import { sourceKey } from '../src/store/lake/source.ts'
import { day as dayLength, dayOf } from '../src/store/lake/time.ts'

const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    rows: { type: 'string', default: '100000000' },
    flows: { type: 'string', default: '2000000' },
    keep: { type: 'string' },
    ask: { type: 'string' },
  },
})
const days = 395
const lastDay = Date.UTC(2026, 10, 21)
const end = lastDay + dayLength
const world = { now: () => end }
const limits = { seconds: 0.5, megabytes: 1024 }

async function all(): Promise<void> {
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'portreeve-bench-lake-'))
  try {
    await flowsIn(Number(values.flows))
    if (values.rows === '0') return
    if (!existsSync(join(folder, 'catalogue.sqlite'))) await fill(folder, Number(values.rows))
    spawnSync(execPath, [fileURLToPath(import.meta.url), '--ask', folder], { stdio: 'inherit' })
  } finally {
    if (values.keep === undefined) rmSync(folder, { recursive: true, force: true })
  }
}

/** Sessions of 200 services and 100,000 clients, evenly over the days; one service in four is on a custom port. */
async function fill(folder: string, rows: number): Promise<void> {
  const began = performance.now()
  const { parts, close } = await openParts(folder, world)
  for (let i = 0; i < days; i++) await fillDay(parts, i, Math.ceil(rows / days))
  await close()
  const seconds = (performance.now() - began) / 1000
  stdout.write(`filled with ${rows} sessions over ${days} days in ${seconds.toFixed(0)} s\n`)
}

const fillDay = (parts: LakeParts, i: number, count: number): Promise<void> =>
  withConnection(parts, async (connection) => {
    const start = lastDay - (days - 1 - i) * dayLength
    const first = i * count
    // Fixed multiplications scatter the ordinals: the same lake in every run, without randomness.
    const base = `SELECT r, ${start} + CAST(r * ${dayLength} // ${count} AS BIGINT) AS t, mod(r * 2654435761, 100000) AS c,
      mod(r * 40503, 200) AS s FROM range(${count}) q(r)`
    const values: Readonly<Record<string, string>> = {
      time: 't',
      day: String(dayOf(start)),
      source_key: "'bench'",
      record: `r + ${first}`,
      network: "'site-1'",
      site: "'site-1'",
      origin_id: '1',
      vantage: "'sensor'",
      document: "'bench.pcap'",
      class_uid: '4008',
      session_uid: `r + ${first} + 1`,
      precedence: '0',
      source_id: '1',
      src_ip: "concat('198.18.', CAST(c // 256 AS VARCHAR), '.', CAST(mod(c, 256) AS VARCHAR))",
      src_ip4: '3323068416 + c',
      src_port: 'CAST(1024 + mod(r, 60000) AS INTEGER)',
      dst_ip: "concat('10.0.0.', CAST(s AS VARCHAR))",
      dst_ip4: '167772160 + s',
      dst_port: 'CASE WHEN mod(s, 4) = 0 THEN 2121 ELSE 21 END',
      end_time: 't + 1000',
      start_seen: '1',
      end_seen: '1',
      directions_id: '1',
      encrypted_id: '1',
      is_anonymous: 'CAST(mod(r, 3) AS INTEGER) % 2',
      active_count: '0',
      passive_count: '1',
      channel_count: '1',
      file_count: '0',
      traffic_bytes: 'mod(r * 31, 100000)',
    }
    await connection.run(
      `CREATE TEMP TABLE made AS SELECT ${columnsOf('ftp_session')
        .map(({ name, type }) => `CAST(${values[name] ?? 'NULL'} AS ${type}) AS ${name}`)
        .join(', ')} FROM (${base})`,
    )
    const rolled: Readonly<Record<string, string>> = {
      time: 'hour',
      protocol_num: '6',
      subject_id: '1',
      observer_uid: "''",
      events: 'count(*)',
      anonymous: 'sum(is_anonymous)',
      active_channels: 'sum(active_count)',
      passive_channels: 'sum(passive_count)',
      traffic_bytes: 'sum(traffic_bytes)',
    }
    const rollup = columnsOf('rollup_hour')
      .map(({ name, type }) => `CAST(${rolled[name] ?? `min(${name})`} AS ${type}) AS ${name}`)
      .join(', ')
    const draft = (kind: TableName, select: string, n: number): Draft => ({
      kind,
      day: dayOf(start),
      rows: n,
      minTime: start,
      maxTime: start + dayLength - 1,
      select,
    })
    await writeBatch(
      parts,
      connection,
      'ingest',
      [
        draft('ftp_session', 'SELECT * FROM made', count),
        draft(
          'rollup_hour',
          `SELECT ${rollup} FROM (SELECT *, time - mod(time, 3600000) AS hour FROM made) GROUP BY hour, dst_ip, dst_port ORDER BY hour`,
          24 * 200,
        ),
      ],
      async () => undefined,
    )
    await connection.run('DROP TABLE made')
  })

async function askAll(folder: string): Promise<void> {
  const lake = await openLake(folder, world)
  const ask = async (what: string, run: () => Promise<{ readonly kind: string }>) => {
    const times: number[] = []
    for (let i = 0; i < 20; i++) {
      const began = performance.now()
      const { kind } = await run()
      if (kind !== 'found') throw new Error(`${what}: ${kind}`)
      times.push((performance.now() - began) / 1000)
    }
    times.sort((a, b) => a - b)
    const p95 = times[Math.ceil(0.95 * times.length) - 1] ?? 0
    stdout.write(
      `${what.padEnd(42)} first-to-last ${times[0]?.toFixed(3)}–${times.at(-1)?.toFixed(3)} s  p95 ${p95.toFixed(3)} s  ratio to budget ${(p95 / limits.seconds).toFixed(2)}\n`,
    )
  }
  const { queries } = lake
  const recent = { asOf: 'newest', hours: 72 } as const
  const months = { asOf: 'newest', hours: days * 24 } as const
  await ask('trend, 72 hours, raw', () => queries.ftpTrend(recent))
  await ask('ports of servers, 72 hours, raw', () => queries.serverPorts(recent))
  await ask('clients seen, 72 hours, raw', () => queries.clientsSeen(recent))
  await ask('trend, 13 months, rolled up', () => queries.ftpTrend(months))
  await ask('ports of servers, 13 months, rolled up', () => queries.serverPorts(months))
  await lake.close()
  const megabytes = process.resourceUsage().maxRSS / 1024
  stdout.write(
    `peak resident ${megabytes.toFixed(0)} MB  ratio to budget ${(megabytes / limits.megabytes).toFixed(2)}\n`,
  )
}

/** Flows as a reader of logs hands them over, parsed already: what the lake itself costs. */
async function flowsIn(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'portreeve-bench-flows-'))
  try {
    const lake = await openLake(folder, world)
    const source = {
      key: sourceKey('bench', {}),
      name: 'flows.log',
      witness: 'flow-log',
      context: { origin: 'log', network: 'site-1', vantage: 'bench' },
    } as const
    const making = process.cpuUsage()
    for await (const list of madeFlows(count)) if (list.length === 0) break
    const made = process.cpuUsage(making)
    const before = process.cpuUsage()
    const began = performance.now()
    const { batches } = await lake.ingest(source, madeFlows(count))
    const { user, system } = process.cpuUsage(before)
    // Making the flows is no work of the lake.
    const cpu = (user + system - made.user - made.system) / 1e6
    stdout.write(
      `flows into the lake: ${(count / cpu).toFixed(0)} a CPU second, ${((count * 1000) / (performance.now() - began)).toFixed(0)} a second, ${batches} batches\n`,
    )
    await lake.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** As an hour of a busy network: 5,000 clients, 200 services, in order of time. */
async function* madeFlows(count: number): AsyncGenerator<readonly Observation[]> {
  const length = 4096
  for (let i = 0; i < count; i += length)
    yield Array.from({ length: Math.min(length, count - i) }, (_, j): Observation => {
      const n = i + j
      const start = lastDay + Math.floor((n * 3_600_000) / count)
      return {
        kind: 'flow',
        at: [{ document: 'flows.log', line: n + 2 }],
        flow: {
          observer: { kind: 'interface', id: `eni-${n % 20}` },
          src: {
            address: { family: 4, value: 3_323_068_416 + ((n * 48_271) % 5000) },
            port: 1024 + (n % 60_000),
          },
          dst: { address: { family: 4, value: 167_772_160 + ((n * 40_503) % 200) }, port: 21 },
          original: null,
          transport: 'tcp',
          protocol: 6,
          start,
          end: start + 60_000,
          bytes: (n * 31) % 100_000,
          packets: 10,
          action: 'accept',
          initiator: 'src',
          sampled: 1,
        },
      }
    })
}

if (values.ask !== undefined) await askAll(values.ask)
else await all()
