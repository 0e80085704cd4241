/**
 * A scan of 10,000 loopback addresses, all served by one process, beside nmap's of the same, each mix apart.
 * `node bench/scan.ts [--quick]` (quick: 1,000 addresses). No packet leaves 127.0.0.0/8.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv, execPath, stdout } from 'node:process'
import { fileURLToPath } from 'node:url'
import { portreeve } from './process.ts'

const addresses = argv.includes('--quick') ? 1000 : 10_000
const last = addresses - 1
const range = `127.10.0.0-127.10.${last >> 8}.${last & 255}`
/** The same for nmap, which wants CIDRs or octet ranges. */
const nmapRange = [
  ...(last >> 8 > 0 ? [`127.10.0-${(last >> 8) - 1}.0-255`] : []),
  `127.10.${last >> 8}.0-${last & 255}`,
]
const port = 2121
/** Nmap is ended after this: its ratio is then a lower bound. */
const patience = 600_000

interface Timed {
  readonly seconds: number
  readonly cpu: number
  readonly megabytes: number
  readonly isWhole: boolean
}
interface Mix {
  readonly name: string
  readonly server: 'known' | 'unknown' | null
  readonly options: readonly string[]
  /** How many times quicker than nmap it must be; null where no ratio is asked for. */
  readonly limit: number | null
}
const limited = ['--points', 'product,login']
const mixes: readonly Mix[] = [
  { name: 'known greetings', server: 'known', options: limited, limit: 3 },
  { name: 'greetings nobody knows', server: 'unknown', options: limited, limit: 3 },
  { name: 'all closed', server: null, options: limited, limit: 0.5 },
  { name: 'full assessment', server: 'known', options: [], limit: null },
]

const folder = mkdtempSync(join(tmpdir(), 'portreeve-bench-'))
try {
  stdout.write(`${addresses} addresses, port ${port}\n`)
  for (const mix of mixes) await measureMix(mix)
  await measureMemory()
} finally {
  rmSync(folder, { recursive: true })
}

async function measureMix({ name, server, options, limit }: Mix): Promise<void> {
  const crowd = server === null ? null : await startCrowd(server)
  try {
    const out = join(folder, 'services.csv')
    const own = timed(execPath, [
      ...portreeve,
      ...['scan', range, '--ports', String(port), '--rate', '100000', '--format', 'csv'],
      ...['--fail-on', 'never', '-o', out, '--checkpoint', join(folder, 'checkpoint'), ...options],
    ])
    const found = readFileSync(out, 'utf8').trim().split('\n').length - 1
    const line = `  ${name.padEnd(24)}${own.seconds.toFixed(1)} s  ${own.cpu.toFixed(1)} CPU s  peak ${own.megabytes.toFixed(0)} MB  ${found} services`
    if (limit === null) {
      stdout.write(`${line}  ${(found / own.seconds).toFixed(0)} services a second\n`)
      return
    }
    const peer = nmap()
    const bound = peer?.isWhole ? '' : 'at least '
    stdout.write(
      peer
        ? `${line}  nmap ${peer.seconds.toFixed(1)} s  ratio ${bound}${(peer.seconds / own.seconds).toFixed(1)} (limit ${limit})\n`
        : `${line}  no nmap here to compare with\n`,
    )
  } finally {
    await crowd?.stop()
  }
}

/** With little room for what may be thrown away, the peak says what lives: it must not grow with the targets. */
async function measureMemory(): Promise<void> {
  const crowd = await startCrowd('known')
  try {
    for (const factor of [0.2, 1, 2]) {
      const end = Math.round(addresses * factor) - 1
      const targets = `127.10.0.0-127.10.${end >> 8}.${end & 255}`
      const own = timed(execPath, [
        ...['--max-old-space-size=160', portreeve.at(-1) ?? ''],
        ...['scan', targets, '--ports', String(port), '--rate', '100000', '--format', 'json'],
        ...['--fail-on', 'never', '-o', join(folder, 'services.json')],
        ...['--checkpoint', join(folder, 'checkpoint')],
      ])
      stdout.write(
        `  ${end + 1} FTP servers, heap held to 160 MB: peak ${own.megabytes.toFixed(0)} MB\n`,
      )
    }
  } finally {
    await crowd.stop()
  }
}

/** Without names and pings, in its quick timing: what would only slow it down is off. */
function nmap(): Timed | null {
  if (!existsSync('/usr/bin/nmap')) return null
  const scripts = ['-sV', '--script', 'ftp-anon,ftp-syst']
  const quick = ['-n', '-Pn', '-T4', '-p', String(port)]
  return timed('/usr/bin/nmap', [
    ...quick,
    ...scripts,
    '-oX',
    join(folder, 'nmap.xml'),
    ...nmapRange,
  ])
}

/** Wall time, and CPU time and peak memory as GNU time tells them. */
function timed(command: string, args: readonly string[]): Timed {
  const report = join(folder, 'time')
  const start = performance.now()
  const { status, signal } = spawnSync(
    '/usr/bin/time',
    ['-f', '%U %S %M', '-o', report, command, ...args],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: patience,
      killSignal: 'SIGTERM',
    },
  )
  const seconds = (performance.now() - start) / 1000
  if (status !== 0 && signal === null) throw new Error(`${command} ended with ${status}`)
  const [user = 0, system = 0, kilobytes = 0] = existsSync(report)
    ? (readFileSync(report, 'utf8').trim().split('\n').at(-1) ?? '').split(' ').map(Number)
    : []
  return { seconds, cpu: user + system, megabytes: kilobytes / 1024, isWhole: signal === null }
}

async function startCrowd(mix: string): Promise<{ stop(): Promise<void> }> {
  const child: ChildProcess = spawn(
    execPath,
    [fileURLToPath(new URL('crowd.ts', import.meta.url)), String(port), mix],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  await new Promise((ready) => child.stdout?.once('data', ready))
  return {
    stop: () =>
      new Promise((ended) => {
        child.once('exit', () => ended())
        child.stdin?.end()
      }),
  }
}
