/**
 * FTP found in a capture, beside tcpdump's copy and tshark's reading of the same file, all in one run.
 * `node bench/capture.ts [--quick] [--keep FOLDER]` (quick: 200,000 packets instead of 2,000,000).
 */
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv, execPath, stdout } from 'node:process'
import { fileURLToPath } from 'node:url'
import { ftpSink } from '../src/capture/ftp/sink.ts'
import { readCapture } from '../src/capture/read.ts'
import type { CaptureSource } from '../src/capture/read-bytes.ts'
import type { StreamSink } from '../src/capture/stream.ts'
import {
  ack,
  ethernet,
  fin,
  ip4,
  pcapHeader,
  psh,
  syn,
  tcpPacket,
} from '../src/capture/testing/packets.ts'

const server = '192.0.2.10'
const client = '10.0.0.1'
const own = fileURLToPath(import.meta.url)
const packets = argv.includes('--quick') ? 200_000 : 2_000_000

interface Mix {
  readonly name: string
  /** Share of packets that belong to FTP, its data connections included. */
  readonly ftp: number
  /** How many times tshark's speed is asked for, and how many times slower than tcpdump is allowed. */
  readonly tshark: number
  readonly tcpdump: number | null
}
const mixes: readonly Mix[] = [
  { name: '5 % FTP', ftp: 0.05, tshark: 20, tcpdump: 5 },
  { name: 'all FTP', ftp: 1, tshark: 10, tcpdump: null },
]

const reading = argv.indexOf('--read')
if (reading >= 0) await readAlone(argv[reading + 1] ?? '', argv[reading + 2] ?? 'hashes')
else run()

function run(): void {
  const kept = argv.indexOf('--keep')
  const folder =
    kept >= 0 ? (argv[kept + 1] ?? '.') : mkdtempSync(join(tmpdir(), 'portreeve-bench-'))
  mkdirSync(folder, { recursive: true })
  try {
    for (const mix of mixes) compare(mix, folder)
  } finally {
    if (kept < 0) rmSync(folder, { recursive: true })
  }
}

function compare(mix: Mix, folder: string): void {
  const name = mix.name.replaceAll(/\W+/g, '-')
  const file = join(folder, `${name}.pcap`)
  const small = join(folder, `${name}-quarter.pcap`)
  if (!existsSync(file)) writeCapture(file, packets, mix.ftp)
  if (!existsSync(small)) writeCapture(small, packets / 4, mix.ftp)
  const size = statSync(file).size / 2 ** 20
  stdout.write(`${mix.name}: ${packets} packets, ${size.toFixed(0)} MB\n`)
  const copy = () => timed(folder, 'tcpdump', ['-r', file, '-w', '/dev/null'])
  // The first run warms the disk's cache for all.
  copy()
  const tcpdump = fastest(3, copy)
  const ours = (way: string, path = file) => timed(folder, execPath, [own, '--read', path, way])
  const analysed = fastest(3, () => ours('hashes'))
  const unhashed = fastest(3, () => ours('plain'))
  const ordered = fastest(3, () => ours('streams'))
  const quarter = ours('hashes', small)
  const fields = ['-Y', 'ftp', '-T', 'fields', '-e', 'ftp.request.command']
  const tshark = timed(folder, 'tshark', ['-n', '-r', file, ...fields])
  say('analysis', analysed)
  stdout.write(`    peak of a quarter of it ${quarter?.megabytes.toFixed(0)} MB\n`)
  say('no hashes', unhashed)
  say('streams', ordered)
  say('tcpdump', tcpdump)
  say('tshark', tshark)
  for (const [name, timing] of [
    ['analysis', analysed],
    ['no hashes', unhashed],
  ] as const) {
    if (timing && tcpdump)
      stdout.write(
        `  ${name}: ${(timing.seconds / tcpdump.seconds).toFixed(2)} × tcpdump's time${mix.tcpdump === null ? '' : ` (limit ${mix.tcpdump})`}\n`,
      )
    if (timing && tshark)
      stdout.write(
        `  ${name}: ${(tshark.seconds / timing.seconds).toFixed(1)} × tshark's packets a second (limit ${mix.tshark})\n`,
      )
  }
}

function say(name: string, timing: Timing | null): void {
  stdout.write(
    timing === null
      ? `  ${name.padEnd(10)}not here\n`
      : `  ${name.padEnd(10)}${timing.seconds.toFixed(2)} s  ${timing.cpu.toFixed(2)} CPU s  peak ${timing.megabytes.toFixed(0)} MB  ${(packets / timing.seconds / 1000).toFixed(0)} k packets/s  ${timing.said}\n`,
  )
}

interface Timing {
  readonly seconds: number
  readonly cpu: number
  readonly megabytes: number
  readonly said: string
}

function fastest(rounds: number, run: () => Timing | null): Timing | null {
  return Array.from({ length: rounds }, run).reduce((a, b) =>
    a !== null && b !== null && b.seconds < a.seconds ? b : a,
  )
}

/** Wall time of a whole process, with CPU time and peak memory as GNU time tells them; null where it is not there. */
function timed(folder: string, command: string, args: readonly string[]): Timing | null {
  const report = join(folder, 'time')
  const start = performance.now()
  const { status, stdout: out } = spawnSync(
    '/usr/bin/time',
    ['-f', '%U %S %M', '-o', report, command, ...args],
    { stdio: ['ignore', command === execPath ? 'pipe' : 'ignore', 'ignore'], encoding: 'utf8' },
  )
  const seconds = (performance.now() - start) / 1000
  if (status !== 0) return null
  const [user = 0, system = 0, kilobytes = 0] = (
    readFileSync(report, 'utf8').trim().split('\n').at(-1) ?? ''
  )
    .split(' ')
    .map(Number)
  return { seconds, cpu: user + system, megabytes: kilobytes / 1024, said: (out ?? '').trim() }
}

/** What is measured: all of the analysis, with the hashes of files or without; or the streams put in order, and no more. */
async function readAlone(path: string, way: string): Promise<void> {
  const start = performance.now()
  const source = { kind: 'file', document: path, path } as const
  const summary = await (way === 'streams' ? order(source) : analyse(source, way))
  const seconds = (performance.now() - start) / 1000
  stdout.write(
    `${summary.connections} connections, ${summary.lostBytes} bytes lost, ${summary.said}; ${seconds.toFixed(2)} s without start`,
  )
}

/** No more of a connection whose ports are not those that this capture has FTP on. */
async function order(source: CaptureSource) {
  let bytes = 0
  const sink: StreamSink<'wanted'> = {
    open() {},
    data(tcp, _side, part) {
      bytes += part.length
      if (tcp.state === 'wanted') return 'more'
      tcp.state = 'wanted'
      return tcp.ends.some(({ port }) => port === 21 || port === 50_001) ? 'more' : 'skip'
    },
    lost() {},
    close() {},
  }
  const summary = await readCapture([source], sink)
  return { ...summary, said: `${(bytes / 1e6).toFixed(0)} MB in order` }
}

async function analyse(source: CaptureSource, way: string) {
  let sessions = 0
  const sink = ftpSink(
    ({ kind }) => {
      if (kind === 'ftp-session') sessions++
    },
    { fileHashes: way === 'hashes' ? 'on' : 'off' },
  )
  const summary = await readCapture([source], sink)
  sink.finish()
  return { ...summary, said: `${sessions} sessions` }
}

/** One exchange, told once and written many times with other clients. */
interface Script {
  readonly frames: readonly {
    readonly bytes: Uint8Array
    readonly isFromClient: boolean
    readonly port: number
  }[]
}

function writeCapture(path: string, count: number, ftpShare: number): void {
  const file = openSync(path, 'w')
  const out = new Uint8Array(4 * 2 ** 20)
  const view = new DataView(out.buffer)
  let at = 0
  const flush = () => {
    writeSync(file, out, 0, at)
    at = 0
  }
  const header = pcapHeader({})
  out.set(header)
  at = header.length
  const scripts = { ftp: ftpScript(), web: webScript(), names: nameScript() }
  /** Exchanges under way, interleaved as on a busy wire. */
  const running = Array.from({ length: 256 }, () => ({
    script: scripts.web,
    next: Number.MAX_SAFE_INTEGER,
    client: 0,
  }))
  let ftp = 0
  let clients = 0
  for (let n = 0; n < count; n++) {
    const lane = running[(n * 7) % running.length]
    if (!lane) break
    if (lane.next >= lane.script.frames.length) {
      lane.script = ftp < n * ftpShare ? scripts.ftp : n % 5 === 0 ? scripts.names : scripts.web
      if (ftpShare === 1) lane.script = scripts.ftp
      lane.next = 0
      lane.client = clients++
    }
    const frame = lane.script.frames[lane.next++]
    if (!frame) continue
    if (lane.script === scripts.ftp) ftp++
    if (at + frame.bytes.length + 16 > out.length) flush()
    const micros = n * 5
    view.setUint32(at, 1_700_000_000 + Math.floor(micros / 1e6), true)
    view.setUint32(at + 4, micros % 1e6, true)
    view.setUint32(at + 8, frame.bytes.length, true)
    view.setUint32(at + 12, frame.bytes.length, true)
    out.set(frame.bytes, at + 16)
    const address = at + 16 + 14 + (frame.isFromClient ? 12 : 16)
    view.setUint32(address, 0x0a000000 + ((lane.client >> 14) & 0xffff))
    view.setUint16(
      at + 16 + 34 + (frame.isFromClient ? 0 : 2),
      32_768 + ((lane.client * 2) & 0x7fff) + frame.port,
    )
    at += frame.bytes.length + 16
  }
  flush()
  closeSync(file)
}

/** A login, a listing, and a download of 150,000 bytes with its acknowledgements. */
function ftpScript(): Script {
  const control = talk(21, 0)
  const data = talk(50_001, 1)
  const { say } = control
  control.open()
  say('server', '220 (vsFTPd 3.0.3)\r\n')
  say('client', 'USER anonymous\r\n')
  say('server', '331 Please specify the password.\r\n')
  say('client', 'PASS guest@\r\n')
  say('server', '230 Login successful.\r\n')
  say('client', 'SYST\r\n')
  say('server', '215 UNIX Type: L8\r\n')
  say('client', 'TYPE I\r\n')
  say('server', '200 Switching to Binary mode.\r\n')
  say('client', 'PASV\r\n')
  say('server', '227 Entering Passive Mode (192,0,2,10,195,81).\r\n')
  data.open()
  control.frames.push(...data.frames.splice(0))
  say('client', 'RETR report.pdf\r\n')
  say('server', '150 Opening BINARY mode data connection for report.pdf (150000 bytes).\r\n')
  const block = Uint8Array.from({ length: 1448 }, (_, i) => (i * 31) & 0xff)
  for (let sent = 0; sent < 150_000; sent += block.length) {
    data.say('server', block, sent % (2 * block.length) === 0 ? 'quiet' : 'acknowledged')
  }
  data.close()
  control.frames.push(...data.frames)
  say('server', '226 Transfer complete.\r\n')
  say('client', 'QUIT\r\n')
  say('server', '221 Goodbye.\r\n')
  control.close()
  return { frames: control.frames }
}

function webScript(): Script {
  const web = talk(443, 0)
  web.open()
  for (let round = 0; round < 4; round++) {
    web.say('client', new Uint8Array(300 + 100 * round).fill(0x17))
    for (let i = 0; i < 3 + round; i++)
      web.say('server', new Uint8Array(i % 2 ? 1448 : 600).fill(0x16))
  }
  web.close()
  return { frames: web.frames }
}

function nameScript(): Script {
  const ask = (isFromClient: boolean, length: number) => {
    const udp = new Uint8Array(8 + length)
    const view = new DataView(udp.buffer)
    view.setUint16(isFromClient ? 2 : 0, 53)
    view.setUint16(4, udp.length)
    const [from, to] = isFromClient ? [client, server] : [server, client]
    return { bytes: ethernet(ip4({ from, to, protocol: 17 }, udp)), isFromClient, port: 0 }
  }
  return { frames: [ask(true, 40), ask(false, 120)] }
}

/** One connection between the client and a port of the server. */
function talk(targetPort: number, port: number) {
  const frames: Script['frames'][number][] = []
  const next = { client: 1000, server: 500_000 }
  const send = (by: 'client' | 'server', flags: number, payload: string | Uint8Array = '') => {
    const isFromClient = by === 'client'
    const [from, to] = isFromClient ? [client, server] : [server, client]
    const ports = isFromClient
      ? { sourcePort: 40_000, targetPort }
      : { sourcePort: targetPort, targetPort: 40_000 }
    const other = next[isFromClient ? 'server' : 'client']
    const parts = {
      from,
      to,
      ...ports,
      seq: next[by],
      ack: flags === syn ? 0 : other,
      flags,
      payload,
    }
    frames.push({ bytes: ethernet(tcpPacket(parts)), isFromClient, port })
    next[by] += payload.length + (flags & (syn | fin) ? 1 : 0)
  }
  return {
    frames,
    open() {
      send('client', syn)
      send('server', syn | ack)
      send('client', ack)
    },
    say(
      by: 'client' | 'server',
      payload: string | Uint8Array,
      answer: 'acknowledged' | 'quiet' = 'acknowledged',
    ) {
      send(by, ack | psh, payload)
      if (answer === 'acknowledged') send(by === 'client' ? 'server' : 'client', ack)
    },
    close() {
      send('server', ack | fin)
      send('client', ack | fin)
      send('server', ack)
    },
  }
}
