/** What is wrong with what `portreeve ingest` is given is one line that names it; what can be read of it is read. */
import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath, getuid } from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ack, ethernet, pcap, psh, tcpPacket } from '../../src/capture/testing/packets.ts'
import { disk } from '../../src/documents/disk.ts'
import { scanSystem } from '../../src/scan/system.ts'
import { portreeve } from '../cli/world.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

const ends = {
  server: { address: '203.0.113.5', port: 21 },
  client: { address: '198.51.100.7', port: 40_000 },
}
/** A connection of so many lines, that does not end. */
function capture(lines: number): Uint8Array {
  const sent = { client: 1000, server: 9000 }
  return pcap(
    Array.from({ length: lines }, (_, i) => {
      const [from, to] =
        i % 2 === 0 ? (['server', 'client'] as const) : (['client', 'server'] as const)
      const said = [`220 (vsFTPd 3.0.3)`, 'USER alice', '331 Please specify the password.'][i]
      const later = from === 'server' ? '250 Done.' : `CWD ${(i * 7919).toString(36)}`
      const payload = `${said ?? later}\r\n`
      const bytes = ethernet(
        tcpPacket({
          ...{ from: ends[from].address, sourcePort: ends[from].port },
          ...{ to: ends[to].address, targetPort: ends[to].port },
          ...{ seq: sent[from], ack: sent[to], flags: psh | ack, payload },
        }),
      )
      sent[from] += payload.length
      return { micros: Date.parse('2026-11-20T10:00:00Z') * 1000 + i * 1000, bytes }
    }),
  )
}
const flows = `version interface-id srcaddr dstaddr srcport dstport protocol start end action packets bytes\n${Array.from(
  { length: 4000 },
  (_, i) =>
    `2 eni-1 198.51.100.7 10.0.0.5 ${1024 + i} 21 6 1795000000 1795000060 ACCEPT 10 ${(i * 7919) % 104_729}\n`,
).join('')}`
const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length / 2)

let folder = ''
const at = (name: string): string => join(folder, name)
beforeAll(async () => {
  // Readable for whoever the tests are run as.
  folder = await mkdtemp(join(tmpdir(), 'portreeve-bad-'))
  await chmod(folder, 0o755)
  const files: Readonly<Record<string, string | Uint8Array>> = {
    empty: '',
    'good.pcap': capture(500),
    'half.pcap': half(capture(500)),
    'half.pcap.gz': half(gzipSync(capture(500))),
    'garbled.pcap': Buffer.concat([capture(10), Buffer.alloc(500, 0xff)]),
    'flows.log': flows,
    'half.log.gz': half(gzipSync(flows)),
    'stump.gz': gzipSync(flows).subarray(0, 6),
    'odd.json': '{"records":[{"a":1},{"b":',
    'list.json': '[1,"two",null]',
    'half.json':
      '{"records":[{"time":"2026-11-20T10:00:00Z","category":"NetworkSecurityGroupFlowEvent","properties":{"Version":2,"flows":[]}},{"ti',
    secret: flows,
    afile: 'no lake',
  }
  for (const [name, content] of Object.entries(files)) await writeFile(at(name), content)
  await chmod(at('secret'), 0o000)
  for (const name of ['afolder', 'norights', 'newer', 'nobase']) await mkdir(at(name))
  await chmod(at('norights'), 0o555)
  await writeFile(
    at('nobase/catalogue.sqlite'),
    'this is no database at all, however long one looks at it',
  )
  const newer = new DatabaseSync(at('newer/catalogue.sqlite'))
  newer.exec('PRAGMA user_version = 9999')
  newer.close()
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

const names =
  /^(?:(?:good|half|garbled)\.pcap(?:\.gz)?|empty|nowhere|[a-z]+\.(?:log|json|gz)(?:\.gz)?|secret|afile|afolder|norights|newer|nobase)$/
const inFolder = (args: readonly string[]): string[] =>
  args.map((arg) => (names.test(arg) ? at(arg) : arg))
const shown = (text: string): string => text.replaceAll(`${folder}/`, '')

async function run(...args: readonly string[]) {
  const world = { network: scanSystem, documents: disk }
  const { code, out, err } = await portreeve(['ingest', ...inFolder(args)], world)
  return { code, out, err: shown(err) }
}

describe('is refused in one line', () => {
  test.each([
    [['nowhere', '--no-store'], /^portreeve: nowhere: there is no such file/],
    [['good.pcap', 'nowhere', '--no-store'], /^portreeve: nowhere: there is no such file/],
    [['afolder', '--no-store'], /^portreeve: afolder: this is a folder, a file is wanted/],
    [['stump.gz', '--no-store'], /^portreeve: stump\.gz: its compression is broken from the start/],
    [
      ['flows.log', '--server', 'nonsense'],
      /^portreeve: --server: not an address, nor address:port: "nonsense"/,
    ],
    [['flows.log', '--server', '203.0.113.5:99999'], /^portreeve: --server: not an address/],
    [['flows.log', '--timezone', 'Mars/Base'], /^portreeve: --timezone: not a zone.*"Mars\/Base"/],
    [
      ['flows.log', '--type', 'tea'],
      /^portreeve: --type: no log format is called "tea"; there are aws-vpc-flow,/,
    ],
    [
      ['flows.log', '--lake', 'afile'],
      /^portreeve: --lake afile: a file stands there, and a folder is wanted/,
    ],
    [
      ['flows.log', '--lake', 'newer'],
      /^portreeve: --lake newer: the lake was written by a newer version.*use that version/,
    ],
    [
      ['flows.log', '--lake', 'nobase'],
      /^portreeve: --lake nobase: its catalogue\.sqlite cannot be used/,
    ],
  ])('%j', async (args, message) => {
    const { code, out, err } = await run(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(message)
    expect(err.trim().split('\n')).toHaveLength(1)
  })
  test('a year that is none', async () => {
    const { code, err } = await run('flows.log', '--year', '20x')
    expect(code).toBe(2)
    expect(err).toMatch(/--year.*'20x' is invalid/)
  })
})

describe('is told, and nothing of it kept, where nobody can read it', () => {
  test.each([
    ['empty', /^portreeve: empty: it is empty/],
    ['odd.json', /^portreeve: odd\.json: no log format that is known looks like this/],
    ['list.json', /^portreeve: list\.json: no log format that is known looks like this/],
  ])('%s', async (name, message) => {
    // Also when it comes again.
    for (let i = 0; i < 2; i++) {
      const { code, out, err } = await run(name, '--lake', at('kept'))
      expect(code).toBe(2)
      expect(err).toMatch(message)
      expect(err).toMatch(/nothing could be read/)
      expect(out).toMatch(/^0 events added/m)
    }
  })
})

describe('is read as far as it goes', () => {
  const lines = (out: string) =>
    out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  test.each([
    ['half.pcap', 'ftp-session', /ends within a record/],
    ['half.pcap.gz', 'ftp-session', /Reading stopped|ends too early/],
    ['garbled.pcap', 'ftp-session', /is no record/],
    ['half.log.gz', 'flow', /ends too early/],
    ['half.json', null, /ends before its JSON is complete/],
  ])('%s', async (name, kind, gap) => {
    const { code, out } = await run(name, '--no-store', '-f', 'json')
    expect(code).toBe(0)
    const told = lines(out)
    if (kind !== null) expect(told.map(({ type }) => type)).toContain(kind)
    const gaps = told.filter(({ type }) => type === 'gap')
    expect(gaps.map(({ message }) => message)).toContainEqual(expect.stringMatching(gap))
    const { err } = await run(name, '--no-store')
    expect(err).toMatch(new RegExp(`^portreeve: ${name}: .*${gap.source}`, 'm'))
  })
  test('a broken capture beside a good one', async () => {
    const { code, out, err } = await run('good.pcap', 'garbled.pcap', '--no-store')
    expect(code).toBe(0)
    expect(out).toMatch(/^1 FTP session /)
    expect(err).toMatch(/^portreeve: garbled\.pcap: /)
  })
  test('a compressed log that breaks off, and once more when the rest of it is there', async () => {
    const lake = ['--lake', at('rest')]
    const first = await run('half.log.gz', ...lake)
    expect(first).toMatchObject({
      code: 0,
      err: expect.stringMatching(/half\.log\.gz: .*ends too early; what stands before was read/),
    })
    const again = await run('half.log.gz', ...lake)
    expect(again).toMatchObject({ code: 0, err: expect.stringMatching(/known, nothing was added/) })
    const whole = await run('flows.log', ...lake)
    const added = [first, whole].map(({ out }) =>
      Number(/(\d[\d,]*) flows/.exec(out)?.[1]?.replace(',', '')),
    )
    expect(added[0]).toBeGreaterThan(1000)
    expect((added[0] ?? 0) + (added[1] ?? 0)).toBe(4000)
  })
})

/** As one who may not do everything. */
function runAsNobody(...args: readonly string[]) {
  const nobody = getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const { status, stderr } = spawnSync(execPath, [main, 'ingest', ...inFolder(args)], {
    ...{ ...nobody, encoding: 'utf8', cwd: tmpdir(), timeout: 30_000 },
  })
  return { status, err: shown(stderr) }
}

describe('without the rights to it', () => {
  test.each([
    [['secret', '--no-store'], /^portreeve: secret: permission to read it is denied\n$/],
    [
      ['flows.log', '--lake', 'norights'],
      /^portreeve: --lake norights: permission to write there is denied: .*\n$/,
    ],
    [
      ['--follow', 'secret', '--no-store'],
      /^portreeve: secret: permission to read it is denied\n$/,
    ],
  ])('%j', { timeout: 30_000 }, (args, message) => {
    const { status, err } = runAsNobody(...args)
    expect(err).toMatch(message)
    expect(status).toBe(2)
  })
})
