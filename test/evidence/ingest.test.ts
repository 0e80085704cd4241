/** `portreeve ingest`, `report` and `lake` as people call them: one session by capture, monitor and server log. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ack,
  type CapturedFrame,
  ethernet,
  fin,
  pcap,
  psh,
  syn,
  tcpPacket,
} from '../../src/capture/testing/packets.ts'
import { disk } from '../../src/documents/disk.ts'
import { scanSystem } from '../../src/scan/system.ts'
import { portreeve } from '../cli/world.ts'

const client = { address: '198.51.100.7', port: 40_000 }
const server = { address: '203.0.113.5', port: 2121 }
const canary = 'canary-51ab77'
const start = Date.parse('2026-11-20T10:00:00Z') * 1000

/** What is said, in turns; the server greets. */
const dialogue: readonly (readonly ['client' | 'server', string])[] = [
  ['server', '220 (vsFTPd 3.0.3)\r\n'],
  ['client', 'USER anonymous\r\n'],
  ['server', '331 Please specify the password.\r\n'],
  ['client', `PASS ${canary}\r\n`],
  ['server', '230 Login successful.\r\n'],
  ['client', 'QUIT\r\n'],
  ['server', '221 Goodbye.\r\n'],
]

function conversation(hours = 0): Uint8Array {
  const frames: CapturedFrame[] = []
  const sent = { client: 1000, server: 9000 }
  const frame = (from: 'client' | 'server', flags: number, payload = ''): void => {
    const caller = { ...client, port: client.port + hours }
    const [source, target] = from === 'client' ? [caller, server] : [server, caller]
    frames.push({
      micros: start + hours * 3_600_000_000 + frames.length * 100_000,
      bytes: ethernet(
        tcpPacket({
          from: source.address,
          to: target.address,
          sourcePort: source.port,
          targetPort: target.port,
          seq: sent[from],
          ack: sent[from === 'client' ? 'server' : 'client'],
          flags,
          payload,
        }),
      ),
    })
    sent[from] += payload.length + (flags & (syn | fin) ? 1 : 0)
  }
  frame('client', syn)
  frame('server', syn | ack)
  frame('client', ack)
  for (const [from, text] of dialogue) frame(from, psh | ack, text)
  frame('client', fin | ack)
  frame('server', fin | ack)
  frame('client', ack)
  return pcap(frames)
}

const zeek = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\tftp',
  '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tuser\tpassword\tcommand\targ\tmime_type\tfile_size\treply_code\treply_msg\tdata_channel.passive\tdata_channel.orig_h\tdata_channel.resp_h\tdata_channel.resp_p\tfuid',
  '#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tstring\tstring\tstring\tstring\tcount\tcount\tstring\tbool\taddr\taddr\tport\tstring',
  `${start / 1e6}.400000\tCabc\t${client.address}\t${client.port}\t${server.address}\t${server.port}\tanonymous\t${canary}\tPASS\t-\t-\t-\t230\tLogin successful.\t-\t-\t-\t-\t-`,
  '',
].join('\n')

let folder = ''
const at = (name: string): string => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portreeve-evidence-'))
  await writeFile(at('capture.pcap'), conversation())
  await writeFile(at('capture.pcap.gz'), gzipSync(conversation()))
  await writeFile(at('ftp.log'), zeek)
  await writeFile(at('odd.bin'), Buffer.from([1, 2, 3, 4, 5]))
  for (const hours of [1, 2, 3]) await writeFile(at(`ring-${hours}.pcap`), conversation(hours))
  await writeFile(at('half.pcap'), conversation().slice(0, 700))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

const run = (...args: readonly string[]) =>
  portreeve(args, { network: scanSystem, documents: disk })
const lake = () => ['--lake', at('lake')]
const sessionsIn = async (): Promise<number> => {
  const { out } = await run('report', 'server-ports', '--last', '72h', '-f', 'json', ...lake())
  const { serverPorts } = JSON.parse(out) as { serverPorts: readonly { sessions: number }[] }
  return serverPorts.reduce((sum, { sessions }) => sum + sessions, 0)
}

test('a capture is known in whatever company it comes again', async () => {
  const ring = ['--lake', at('ring')]
  const flowsIn = async (...numbers: readonly number[]) => {
    const names = numbers.map((number) => at(`ring-${number}.pcap`))
    const { err } = await run('ingest', ...names, ...ring)
    const { out } = await run('lake', 'status', '-f', 'json', ...ring)
    const { tables } = JSON.parse(out) as { tables: { table: string; rows: number }[] }
    const flows = tables.find(({ table }) => table === 'flow')?.rows
    return { flows, known: err.match(/ring-\d\.pcap(?=:)/g) ?? [] }
  }
  expect(await flowsIn(1, 2)).toEqual({ flows: 2, known: [] })
  expect(await flowsIn(1)).toEqual({ flows: 2, known: ['ring-1.pcap'] })
  expect(await flowsIn(3, 2, 1)).toEqual({ flows: 3, known: ['ring-2.pcap', 'ring-1.pcap'] })
  expect(await flowsIn(1, 3)).toEqual({ flows: 3, known: ['ring-1.pcap', 'ring-3.pcap'] })
  const hashless = [at('ring-1.pcap'), '--no-hashes', ...ring]
  expect((await run('ingest', ...hashless)).err).toMatch(/known/)
})

describe('one session', () => {
  test('is told as it was, without its password', async () => {
    const { code, out } = await run('ingest', at('capture.pcap'), '--no-store', '-f', 'json')
    const lines = out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    expect(code).toBe(0)
    expect(lines.find(({ type }) => type === 'ftp-session')).toMatchObject({
      schema: 1,
      origin: 'capture',
      server: { ...server, product: { name: 'vsftpd', version: '3.0.3' } },
      client,
      start: '2026-11-20T10:00:00.000Z',
      startSeen: true,
      endSeen: true,
      directions: 'both',
      users: ['anonymous'],
      logins: { ok: 1, failed: 0 },
      anonymous: true,
      commands: { USER: 1, PASS: 1, QUIT: 1 },
      dataChannels: [],
      files: [],
    })
    expect(lines.find(({ type }) => type === 'flow')).toMatchObject({
      src: client,
      dst: server,
      initiator: 'src',
    })
    expect(lines.filter(({ type }) => type === 'finding').map(({ check }) => check)).toContain(
      'ftp-server-anonymous-login',
    )
    expect(out).not.toContain(canary)
  })
  test('counts once, however often and from wherever it comes', async () => {
    const first = await run('ingest', at('capture.pcap'), ...lake())
    expect(first.code).toBe(0)
    expect(await sessionsIn()).toBe(1)
    const again = await run('ingest', at('capture.pcap'), ...lake())
    expect(again.err).toMatch(/known, nothing was added/)
    const packed = await run('ingest', at('capture.pcap.gz'), ...lake())
    expect(packed.err).toMatch(/known, nothing was added/)
    expect(await sessionsIn()).toBe(1)
    const monitor = await run('ingest', at('ftp.log'), ...lake())
    expect(monitor.code).toBe(0)
    expect(await sessionsIn()).toBe(1)
  })
  test('is in the reports', async () => {
    const { out } = await run('report', 'ftp-activity', ...lake())
    expect(out).toMatch(/^1 FTP session of 1 client with 1 service on 1 server/)
    expect(out).toMatch(/203\.0\.113\.5 +2121 +yes +1/)
    expect(out).toMatch(/198\.51\.100\.7/)
    for (const target of ['203.0.113.5:2121', '[::ffff:203.0.113.5]:2121']) {
      const asked = ['--target', target, '--last', '1d']
      const use = await run('report', 'exposure-use', ...asked, ...lake())
      expect(use.out).toMatch(/^1 client used it/)
    }
    const none = await run(
      'report',
      'exposure-use',
      '--target',
      '203.0.113.6:21',
      '--last',
      '30d',
      ...lake(),
    )
    expect(none.out).toMatch(/^Nobody knows: not all of the time/)
  })
  test('is still there after compaction, and gone after retention', async () => {
    expect((await run('lake', 'compact', ...lake())).code).toBe(0)
    expect(await sessionsIn()).toBe(1)
    const kept = await run('lake', 'retain', '--events', '1h', '--rollups', '1h', ...lake())
    expect(kept.out).toMatch(/retired \d+ files/)
    expect((await run('report', 'clients', '--as-of', 'now', ...lake())).code).toBe(0)
  })
})

test('a database that was fetched is a finding, also from the log of a server', async () => {
  const line = (name: string): string =>
    `Fri Nov 20 10:00:00 2026 1 198.51.100.7 1234 /pub/${name} b _ o r alice ftp 0 * c\n`
  await writeFile(at('xferlog'), `${line('readme.txt')}${line('customers.sql')}`)
  const { code, out } = await run(
    ...['ingest', at('xferlog'), '--server', '203.0.113.5:21', '--timezone', 'UTC'],
    ...['--no-store', '-f', 'json', '--fail-on', 'low'],
  )
  const findings = out
    .split('\n')
    .filter(Boolean)
    .map((text) => JSON.parse(text))
    .filter(({ type, check }) => type === 'finding' && check === 'ftp-server-sensitive-files')
  expect(code).toBe(1)
  expect(findings).toMatchObject([
    {
      origin: 'log',
      status: 'fail',
      because: [
        { text: '1 such file was transferred' },
        { text: 'RETR /pub/customers.sql (database, 1234 bytes)' },
      ],
    },
  ])
})

describe('what is wrong is said', () => {
  test.each([
    [
      'no such file',
      ['ingest', 'nowhere.pcap'],
      /^portreeve: nowhere\.pcap: there is no such file/,
    ],
    ['nothing that is known', ['ingest', 'odd.bin', '--no-store'], /no log format that is known/],
    [
      'a server that is none',
      ['ingest', 'capture.pcap', '--server', 'x'],
      /--server: not an address/,
    ],
    ['a check that is none', ['ingest', 'capture.pcap', '--only', 'tea'], /no check is called/],
    ['no lake', ['report', 'clients', '--lake', 'nolake'], /there is no event lake here/],
    [
      'a day that no month has',
      ['report', 'clients', '--lake', 'lake', '--as-of', '2026-02-31'],
      /--as-of: an ISO time/,
    ],
    ['no target', ['report', 'exposure-use', '--lake', 'lake'], /needs --target/],
    ['no time', ['report', 'clients', '--lake', 'lake', '--as-of', 'soon'], /--as-of: an ISO time/],
    ['nothing to keep', ['lake', 'retain', '--lake', 'lake'], /say what to keep/],
  ])('%s', async (_, args, message) => {
    const named = args.map((arg) =>
      /\.(pcap|bin)$|^(no)?lake$/.test(arg) && arg !== args[0] ? at(arg) : arg,
    )
    const { code, err } = await run(...named)
    expect(code).toBe(2)
    expect(err.replaceAll(`${folder}/`, '')).toMatch(message)
  })
  test('half a capture is read as far as it goes, with a gap', async () => {
    const { code, out, err } = await run('ingest', at('half.pcap'), '--no-store', '-f', 'json')
    const lines = out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(lines.some(({ type }) => type === 'gap')).toBe(true)
    expect(lines.some(({ type }) => type === 'ftp-session')).toBe(true)
  })
})
