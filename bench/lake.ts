/**
 * The lake: the trend of 72 hours from raw events and of 13 months from rollups, over 100 million sessions made by DuckDB
 * itself; and the lines of a flow log that the command adds in a CPU second. Options: `--rows 100000000` (0: flows alone), `--flows 4000000`, `--keep FOLDER`.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv, execPath, stdout } from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Draft, writeBatch } from '../src/store/lake/batch.ts'
import { columnsOf, type TableName } from '../src/store/lake/columns.ts'
import { openLake } from '../src/store/lake/lake.ts'
import { openParts } from '../src/store/lake/open-parts.ts'
import { type LakeParts, withConnection } from '../src/store/lake/parts.ts'
import { day as dayLength, dayOf } from '../src/store/lake/time.ts'

const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    rows: { type: 'string', default: '100000000' },
    flows: { type: 'string', default: '4000000' },
    keep: { type: 'string' },
    ask: { type: 'string' },
  },
})
const days = 395
const lastDay = Date.UTC(2026, 10, 21)
const end = lastDay + dayLength
const world = { now: () => end }
const limits = { seconds: 0.5, megabytes: 1024, flowLines: 500_000 }

async function all(): Promise<void> {
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'portreeve-bench-lake-'))
  try {
    flowsIn(Number(values.flows))
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

/** A flow log of AWS as text, added by the command itself: its start, the hash of the file and the reading are in the figure. */
function flowsIn(count: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'portreeve-bench-flows-'))
  try {
    const log = join(folder, 'flows.log')
    writeFlowLog(log, count)
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
    const command = [execPath, '--initial-old-space-size=1000', main, 'ingest', log]
    const options = ['--lake', join(folder, 'lake'), '--network', 'vpc-1']
    // Only a shell tells what a child took of the processor.
    const timed = ['-c', 'TIMEFORMAT="%U %S %R"; time "$@" >/dev/null', 'bash']
    const { stderr, status } = spawnSync('bash', [...timed, ...command, ...options], {
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(stderr)
    const [user = 0, system = 0, real = 0] =
      stderr.trim().split('\n').at(-1)?.split(' ').map(Number) ?? []
    const perCpu = count / (user + system)
    stdout.write(
      `flow log into the lake: ${perCpu.toFixed(0)} lines a CPU second, ${(count / real).toFixed(0)} a second  ratio to budget ${(perCpu / limits.flowLines).toFixed(2)} (at least 1)\n`,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** As an hour of a busy network: 5,000 clients, 200 services, 20 interfaces, in order of time. */
function writeFlowLog(path: string, count: number): void {
  const file = openSync(path, 'w')
  const first = lastDay / 1000
  const dotted = (n: number) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join('.')
  let text =
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n'
  for (let i = 0; i < count; i++) {
    const client = dotted(3_323_068_416 + ((i * 48_271) % 5000))
    const server = dotted(167_772_160 + ((i * 40_503) % 200))
    const start = first + Math.floor((i * 3600) / count)
    const port = [21, 443, 22, 2121][i % 4]
    text += `2 123456789010 eni-${(i % 20) + 0x1235b8ca} ${client} ${server} ${1024 + (i % 60_000)} ${port} 6 10 ${(i * 31) % 100_000} ${start} ${start + 60} ${i % 7 ? 'ACCEPT' : 'REJECT'} OK\n`
    if (text.length > 1 << 20) {
      writeSync(file, text)
      text = ''
    }
  }
  writeSync(file, text)
  closeSync(file)
}

if (values.ask !== undefined) await askAll(values.ask)
else await all()
