/** `portreeve watch` on a machine of the test's making: what captures dies, says things, and will not end. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { concat, pcap, section, statistics } from '../../src/capture/testing/packets.ts'
import { openLake } from '../../src/store/lake/lake.ts'
import { portreeve } from '../cli/world.ts'
import {
  began,
  type FakeMachine,
  type FakeParts,
  fakeMachine,
  login,
  type Script,
  silentAfter,
  spoken,
} from './live-world.ts'

const session = (clientPort = 40_000): Uint8Array => pcap(spoken({ lines: login, clientPort }))
const [header, ...records] = ((): Uint8Array[] => {
  const whole = session()
  return [whole.slice(0, 24), whole.slice(24)]
})() as [Uint8Array, Uint8Array]

interface Line {
  readonly type: string
  readonly [name: string]: unknown
}

/** Runs a watch; `during` sets up what happens meanwhile. */
async function watch(
  args: readonly string[],
  parts: FakeParts,
  during: (machine: FakeMachine) => void = () => {},
) {
  const machine = fakeMachine(parts)
  during(machine)
  const { code, out, err } = await portreeve(['watch', ...args], { watch: machine.system })
  const lines = () =>
    out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line)
  const of = (type: string) => lines().filter((line) => line.type === type)
  return { code, out, err, of, lines, machine }
}
const eth0 = ['--interface', 'eth0', '--format', 'json']
const interruptAt = (milliseconds: number) => (machine: FakeMachine) =>
  machine.after(milliseconds, () => machine.interrupt())

const lasting: Script = { writes: [session()], ends: 'when-told' }

describe('an interface', () => {
  test('is captured by a child until Ctrl-C, and told in lines', async () => {
    const { code, of, err, machine } = await watch(
      [...eth0, '--network', 'site-1', '--flows'],
      { programs: { dumpcap: [lasting] } },
      interruptAt(60_000),
    )
    expect(code).toBe(0)
    expect(of('ftp-session')).toEqual([
      expect.objectContaining({
        origin: 'capture',
        network: 'site-1',
        vantage: 'sensor',
        users: ['bob'],
        logins: { ok: 1, failed: 0 },
        server: expect.objectContaining({ address: '10.0.0.5', port: 2121 }),
        because: expect.arrayContaining([expect.objectContaining({ document: 'eth0', packet: 1 })]),
      }),
    ])
    expect(of('service')[0]).toMatchObject({ protocol: 'ftp', product: { name: 'vsftpd' } })
    expect(of('finding').map((line) => line['check'])).toContain('ftp-server-clear-text-login')
    // Watched from the first second to the last, whenever packets came.
    expect(of('coverage')).toEqual([
      expect.objectContaining({
        from: '2026-11-21T09:00:00Z',
        to: '2026-11-21T09:01:00Z',
        complete: true,
        dropped: null,
      }),
    ])
    expect(machine.started.map(({ program }) => program)).toEqual(['dumpcap'])
    expect(machine.started[0]?.sent).toContain('end')
    expect(err).toBe(
      'portreeve: watched eth0 for 1 min 0 s: 13 packets (drops not told), 1 server, 1 FTP session\n',
    )
    expect(machine.pending()).toBe(0)
  })

  test('nobody can say who did not come where no flows are kept, or a filter let some by', async () => {
    for (const more of [[], ['--flows', '--filter', 'port 21']]) {
      const { of } = await watch(
        [...eth0, ...more],
        { programs: { dumpcap: [lasting] } },
        interruptAt(1000),
      )
      expect(of('coverage')).toEqual([expect.objectContaining({ complete: false })])
    }
  })

  test('nothing of a password is said', async () => {
    const { out, err } = await watch(
      [...eth0, '--flows'],
      { programs: { dumpcap: [lasting] } },
      interruptAt(1000),
    )
    expect(out).toContain('"type":"flow"')
    expect(out + err).not.toContain('secret')
  })

  test('what the child still holds when it is told to end is read', async () => {
    const script: Script = { writes: [header], rest: records, ends: 'when-told' }
    const { of } = await watch(eth0, { programs: { dumpcap: [script] } }, interruptAt(1000))
    expect(of('ftp-session')).toHaveLength(1)
  })

  test('a child that will not end is ended by force', async () => {
    const script: Script = { writes: [session()], ends: 'by-force' }
    const { of, machine, code } = await watch(
      eth0,
      { programs: { dumpcap: [script] } },
      interruptAt(1000),
    )
    expect(code).toBe(0)
    expect(of('ftp-session')).toHaveLength(1)
    expect(machine.started[0]?.sent.slice(0, 2)).toEqual(['end', 'kill'])
    expect(machine.system.clock()).toBe(4000)
  })

  test('a second Ctrl-C waits for nothing', async () => {
    const script: Script = { writes: [session()], ends: 'by-force' }
    const { machine } = await watch(eth0, { programs: { dumpcap: [script] } }, (made) => {
      made.after(1000, made.interrupt)
      made.after(1100, made.interrupt)
    })
    expect(machine.exits).toEqual([130])
  })

  test('Ctrl-C before the first byte ends the child too', async () => {
    const { machine, code, err } = await watch(
      eth0,
      { programs: { dumpcap: [{ ends: 'when-told' }], tcpdump: [lasting] } },
      interruptAt(1000),
    )
    expect(code).toBe(2)
    expect(err).toBe('portreeve: ended before anything was captured (see portreeve watch --help)\n')
    expect(machine.started.map(({ sent }) => sent)).toEqual([['end']])
    expect(machine.pending()).toBe(0)
  })

  test('root has tcpdump, which becomes somebody else', async () => {
    const parts = {
      isRoot: true,
      accounts: ['root', 'tcpdump'],
      programs: { tcpdump: [lasting], dumpcap: [lasting] },
    }
    const { machine, err } = await watch(eth0, parts, interruptAt(1000))
    expect(machine.started).toHaveLength(1)
    expect(machine.started[0]?.options.join(' ')).toContain('-i eth0')
    expect(machine.started[0]?.options.join(' ')).toContain('-Z tcpdump')
    expect(err).not.toContain('root')
  })

  test('a program that keeps the rights of root is said to', async () => {
    const parts = { isRoot: true, accounts: ['root'], programs: { dumpcap: [lasting] } }
    const { err } = await watch(eth0, parts, interruptAt(1000))
    expect(err).toContain('portreeve: dumpcap keeps the rights of root')
  })

  test('the next program is tried where one may not', async () => {
    const denied: Script = { says: ['dumpcap: no permission'], ends: 'itself' }
    const { machine, of } = await watch(
      eth0,
      { programs: { dumpcap: [denied], tcpdump: [lasting] } },
      interruptAt(1000),
    )
    expect(machine.started.map(({ program }) => program)).toEqual(['dumpcap', 'tcpdump'])
    expect(of('ftp-session')).toHaveLength(1)
  })

  test('where none may, one line says why, of each', async () => {
    const denied: Script = { says: ['tcpdump: eth0: \u001b[31mNo such device'], ends: 'itself' }
    const { code, out, err } = await watch(eth0, { programs: { tcpdump: [denied] } })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(
      /^portreeve: nothing can be captured on eth0: dumpcap is not installed; tcpdump ended \(eth0: .*No such device\) .*\n$/,
    )
  })
})

describe('a child that dies', () => {
  const dies = (...writes: Uint8Array[]): Script => ({
    writes,
    says: ['tcpdump: pcap_loop: The interface went down'],
    lastWords: ['3 packets dropped by kernel'],
    runs: 10_000,
    ends: 'itself',
  })

  test('is started again, the session goes on, and what was missed is a gap', async () => {
    const frames = spoken({ lines: login })
    const half = Math.floor(frames.length / 2)
    const first = concat(pcap(frames.slice(0, half)), Uint8Array.of(1, 2, 3))
    const second: Script = {
      writes: [pcap(frames.slice(half), { little: false })],
      lastWords: ['2 packets dropped by kernel'],
      ends: 'when-told',
    }
    const { of, err, code, machine } = await watch(
      [...eth0, '--flows'],
      { programs: { tcpdump: [dies(first), second] } },
      interruptAt(60_000),
    )
    expect(code).toBe(0)
    expect(of('ftp-session')).toEqual([expect.objectContaining({ lostBytes: 0, users: ['bob'] })])
    expect(of('gap')).toEqual([
      expect.objectContaining({
        reason: 'capture-interrupted',
        message:
          'tcpdump ended (pcap_loop: The interface went down): nothing was captured from 2026-11-21T09:00:10.000Z to 2026-11-21T09:00:10.500Z.',
      }),
      expect.objectContaining({ reason: 'dropped-packets' }),
    ])
    expect(of('coverage')[0]).toMatchObject({ complete: false, dropped: 5 })
    expect(err.split('\n').slice(0, 2)).toEqual([
      'portreeve: tcpdump ended (pcap_loop: The interface went down); again in 0.5 s',
      'portreeve: tcpdump captures on eth0 again',
    ])
    // Dumpcap was not there, and is not asked for again.
    expect(machine.started.map(({ program }) => program)).toEqual(['dumpcap', 'tcpdump', 'tcpdump'])
  })

  test('again and again is waited for longer, up to a bound, and the reason said once', async () => {
    const gone: Script = { says: ['tcpdump: eth0: No such device exists'], ends: 'itself' }
    const { machine, err, of } = await watch(
      eth0,
      { programs: { tcpdump: [dies(session()), gone] } },
      interruptAt(200_000),
    )
    const starts = machine.started.filter(({ program }) => program === 'tcpdump').slice(1)
    const waits = starts.map(({ at }, i) => at - (starts[i - 1]?.at ?? 10_000))
    expect(waits.slice(0, 8)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    expect(err.match(/No such device exists/g)).toHaveLength(1)
    expect(of('gap')[0]?.['message']).toContain('to 2026-11-21T09:03:20')
    expect(of('ftp-session')).toHaveLength(1)
  })

  test('after steady work the wait is short again', async () => {
    const short: Script = { ...dies(session()), runs: 100 }
    const steady: Script = { ...dies(session()), runs: 40_000 }
    const { err } = await watch(
      eth0,
      { programs: { tcpdump: [short, short, steady, lasting] } },
      interruptAt(120_000),
    )
    expect(err.match(/again in [\d.]+ s/g)).toEqual([
      'again in 0.5 s',
      'again in 1 s',
      'again in 0.5 s',
    ])
  })

  test('and writes nonsense is ended, and started again', async () => {
    const broken = concat(session(), new Uint8Array(64).fill(0xff))
    const { of, machine } = await watch(
      [...eth0, '--flows'],
      { programs: { tcpdump: [{ writes: [broken], ends: 'when-told' }, lasting] } },
      interruptAt(10_000),
    )
    expect(of('gap').map((line) => line['reason'])).toEqual([
      'damaged-capture',
      'capture-interrupted',
    ])
    expect(machine.started[1]?.sent).toContain('kill')
    expect(of('coverage')[0]).toMatchObject({ complete: false })
  })

  test('while nobody reads any more is left dead', async () => {
    const { machine, code } = await watch(
      eth0,
      { programs: { tcpdump: [dies(session())] } },
      ({ after, closeOutput }) => after(10_100, closeOutput),
    )
    expect(code).toBe(0)
    expect(machine.started).toHaveLength(2)
  })
})

describe('drops', () => {
  test('are asked for while it runs', async () => {
    const { machine } = await watch(eth0, { programs: { tcpdump: [lasting] } }, interruptAt(16_000))
    expect(machine.started[1]?.sent.filter((wish) => wish === 'counters')).toHaveLength(3)
  })
})

describe('standard input', () => {
  test.each([
    { name: 'a capture', chunks: [session()] },
    { name: 'one of gzip', chunks: [gzipSync(session())] },
  ])('$name', async ({ chunks }) => {
    const { code, of } = await watch(['-', '-f', 'json', '--flows'], { stdin: given(chunks) })
    expect(code).toBe(0)
    expect(of('ftp-session')).toHaveLength(1)
    expect(of('coverage')[0]).toMatchObject({ complete: true, because: [{ document: '-' }] })
  })

  test('files of a rotation, one behind the other', async () => {
    const two = [session(1), concat(section(), statistics(0, 1)), session(2)]
    const { of, code } = await watch(['-'], { stdin: given([concat(...two)]) })
    expect(code).toBe(0)
    expect(of('ftp-session')).toHaveLength(2)
  })

  test('Ctrl-C ends a silent one, with what was seen', async () => {
    const { code, of, machine } = await watch(
      ['-'],
      { stdin: silentAfter(session()) },
      interruptAt(2000),
    )
    expect(code).toBe(0)
    expect(of('ftp-session')).toHaveLength(1)
    expect(of('gap')).toEqual([])
    expect(machine.system.clock()).toBe(2500)
  })

  test.each<{ name: string; chunks: Uint8Array[]; reason: string }>([
    { name: 'nothing', chunks: [], reason: 'empty-capture' },
    { name: 'no capture', chunks: [Buffer.from('x'.repeat(99))], reason: 'unknown-format' },
    { name: 'half a capture', chunks: [session().slice(0, -5)], reason: 'truncated-capture' },
    {
      name: 'broken gzip',
      chunks: [gzipSync(session()).slice(0, 200)],
      reason: 'unreadable-capture',
    },
  ])('$name is a gap and exit code 2', async ({ chunks, reason }) => {
    const { code, of } = await watch(['-', '--flows'], { stdin: given(chunks) })
    expect(code).toBe(2)
    expect(of('gap').map((line) => line['reason'])).toContain(reason)
    expect(of('coverage')[0]).toMatchObject({ complete: false })
  })
})

test.each([
  { args: [], says: 'watch wants one of' },
  { args: ['-', '-i', 'eth0'], says: 'watch wants one of' },
  { args: ['capture.pcap'], says: 'watch reads standard input (-) or an interface' },
  { args: ['-', '--filter', 'tcp'], says: '--filter and --no-promiscuous are for --interface' },
  { args: ['-i', ''], says: '--interface: a text of 1 to' },
  { args: ['-i', 'eth0', '--filter', 'a\0b'], says: '--filter: a text of 1 to' },
  { args: ['-', '--format', 'view'], says: '--format view needs a terminal' },
])('$says', async ({ args, says }) => {
  const { code, err } = await watch(args, {})
  expect(code).toBe(2)
  expect(err).toContain(`portreeve: ${says}`)
})

test('help has examples', async () => {
  const { code, out } = await portreeve(['watch', '--help'])
  expect(code).toBe(0)
  expect(out).toMatch(/Examples:\n(?: {2}.*\n)*? +\$ sudo portreeve watch /)
})

describe('guessing of passwords', () => {
  const attempts = (count: number): Uint8Array => {
    const attempt = ['> USER bob', '< 331 Please.', '> PASS wrong', '< 530 Login incorrect.']
    const lines = ['< 220 (vsFTPd 3.0.3)', ...Array.from({ length: count }, () => attempt).flat()]
    return pcap(spoken({ lines }))
  }
  const guessed = (lines: readonly Line[]) =>
    lines.filter((line) => line['check'] === 'ftp-server-guessing')

  test('is a finding when the watch ends, and counted', async () => {
    const { of, err } = await watch(['-', '--network', 'site-1'], { stdin: given([attempts(12)]) })
    expect(guessed(of('finding'))).toEqual([
      expect.objectContaining({
        network: 'site-1',
        status: 'fail',
        resource: expect.objectContaining({ id: 'site-1/10.0.0.5:2121/tcp' }),
      }),
    ])
    expect(JSON.stringify(guessed(of('finding')))).toContain('10.0.0.9 failed to log in 12 times')
    expect(err).toMatch(/1 FTP session, 1 client guessing passwords\n$/)
  })
  test('is none where few logins fail', async () => {
    const { of, err } = await watch(['-'], { stdin: given([attempts(9)]) })
    expect(guessed(of('finding'))).toEqual([])
    expect(err).not.toContain('guessing')
  })
  test('is said behind the view', async () => {
    const { err } = await watch(
      ['-i', 'eth0'],
      {
        programs: { dumpcap: [{ writes: [attempts(12)], ends: 'when-told' }] },
        screen: { columns: 100, rows: 10 },
      },
      interruptAt(2000),
    )
    expect(err).toMatch(/10\.0\.0\.5:2121\/tcp \(10\.0\.0\.9 failed to log in 12 times\)\n/)
    expect(err).toMatch(/1 client guessing passwords\n$/)
  })
})

test('a sensitive file that was transferred is a finding when the watch ends', async () => {
  const lines = [
    ...['< 220 (vsFTPd 3.0.3)', '> USER bob', '< 331 Please.', '> PASS x', '< 230 Logged in.'],
    ...['> PASV', '< 227 Entering (10,0,0,5,200,1)', '> RETR id_rsa', '< 150 Here', '< 226 Done.'],
  ]
  const { of } = await watch(['-', '--network', 'site-1'], {
    stdin: given([pcap(spoken({ lines }))]),
  })
  const found = of('finding').filter((line) => line['check'] === 'ftp-server-sensitive-files')
  expect(found).toMatchObject([{ resource: { id: 'site-1/10.0.0.5:2121/tcp' }, status: 'fail' }])
  expect(JSON.stringify(found)).toContain('RETR id_rsa')
})

test('a server is told of before its session ends', async () => {
  const going = pcap(spoken({ lines: login.slice(0, -2), closed: 'no' }))
  const { of, lines } = await watch(
    [...eth0],
    { programs: { dumpcap: [{ writes: [going], ends: 'when-told' }] } },
    interruptAt(5000),
  )
  expect(of('ftp-session')).toHaveLength(1)
  const types = lines().map(({ type }) => type)
  expect(types.indexOf('service')).toBeLessThan(types.indexOf('ftp-session'))
  expect(of('service').at(-1)).toMatchObject({ ftp: { clearLoginAccounts: 'yes' } })
})

test('the lake keeps what was seen', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portreeve-watch-'))
  try {
    const { code } = await watch(['-', '--lake', folder], { stdin: given([session()]) })
    expect(code).toBe(0)
    const lake = await openLake(folder, { now: () => began })
    const events = await lake.events('ftp-session', {
      from: began - 1e6,
      to: began + 1e6,
      limit: 10,
    })
    expect(events).toHaveLength(1)
    await lake.close()
  } finally {
    await rm(folder, { recursive: true })
  }
})

async function* given(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}
