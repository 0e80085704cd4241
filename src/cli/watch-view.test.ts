import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fakeMachine, login, spoken } from '../../test/capture/live-world.ts'
import { portreeve } from '../../test/cli/world.ts'
import { pcap } from '../capture/testing/packets.ts'
import { parseAddress } from '../model/address.ts'
import { gap } from '../model/gap.ts'
import type { FtpSession, Observation } from '../model/observation.ts'
import type { Service } from '../model/service.ts'
import { textWidth } from '../report/width.ts'
import { mostClients, WatchTally } from './watch-tally.ts'
import { leave, viewLines, type WatchNumbers } from './watch-view.ts'

const address = (text: string) => {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}
const numbers: WatchNumbers = {
  source: 'eth0',
  elapsed: 65_000,
  packets: 12_345,
  packetsPerSecond: 1234.4,
  dropped: 3,
  guessing: 0,
}
const time = Date.UTC(2026, 10, 21, 9)

const session = (parts: Partial<FtpSession> = {}, client = '10.0.0.9'): Observation => ({
  kind: 'ftp-session',
  at: [],
  session: {
    server: { address: address('10.0.0.5'), port: 2121, product: null },
    client: { address: address(client), port: 40_000, product: null },
    start: time,
    end: time,
    startSeen: true,
    endSeen: true,
    directions: 'both',
    lostBytes: 0,
    encrypted: 'no',
    opaqueFrom: null,
    banner: null,
    users: ['bob'],
    logins: { ok: 1, failed: 0 },
    anonymous: false,
    authTls: false,
    commands: {},
    dataChannels: [],
    files: [],
    signs: [],
    ...parts,
  },
})
const service = (parts: Partial<Service> = {}): Observation => ({
  kind: 'service',
  at: [],
  service: {
    address: address('10.0.0.5'),
    hostname: null,
    port: 2121,
    transport: 'tcp',
    seen: time,
    recognition: 'ftp',
    protocol: 'ftp',
    product: null,
    banner: null,
    ftp: null,
    tls: null,
    ended: 'completed',
    evidence: [],
    details: [],
    ...parts,
  },
})
const file = (name: string, bytes: number | null): NonNullable<FtpSession['files']>[number] => ({
  command: 'RETR',
  name,
  nameBase64: null,
  bytes,
  complete: true,
  type: null,
  category: 'other',
  sha256: null,
})
function seen(...observations: readonly Observation[]): WatchTally {
  const tally = new WatchTally()
  for (const observation of observations) tally.see(observation, time)
  return tally
}
const wide = { columns: 200, rows: 24 }

describe('the screen', () => {
  test('tells numbers, servers and the latest events', () => {
    const tally = seen(
      service({ banner: '(vsFTPd 3.0.3)' }),
      session({ files: [file('a.pdf', 1_500_000)], signs: ['clear-text-login'] }),
      session({ users: ['root'], logins: { ok: 0, failed: 4 } }, '10.0.0.8'),
      service({ port: 21, recognition: 'not-ftp', protocol: 'ssh', banner: 'SSH-2.0-x' }),
      { kind: 'gap', gap: gap('capture-interrupted', 'tcpdump ended', null) },
    )
    expect(viewLines(numbers, tally, wide)).toEqual([
      'watching eth0 for 1 min 5 s · 1,234 packets/s · 12,345 in all · 3 dropped · 2 sessions · 1 gap · Ctrl-C ends it',
      '',
      'Server         Protocol  Product         TLS  Clients  Sessions  Logins          Files       Signs',
      '10.0.0.5:21    ssh       SSH-2.0-x       ?    0        0         ?               ?',
      '10.0.0.5:2121  ftp       (vsFTPd 3.0.3)  ?    2        2         1 ok, 4 failed  1 (1.5 MB)  clear-text-login',
      '',
      'Latest (UTC)',
      '09:00:00  tcpdump ended',
      '09:00:00  10.0.0.5:21 speaks ssh: SSH-2.0-x',
      '09:00:00  10.0.0.8 at 10.0.0.5:2121: user root; 4 failed logins',
      '09:00:00  10.0.0.9 at 10.0.0.5:2121: user bob; logged in; RETR a.pdf; clear-text-login',
      '09:00:00  10.0.0.5:2121 speaks ftp: (vsFTPd 3.0.3)',
    ])
  })

  test('what nobody could see is no number', () => {
    const tally = seen(session({ users: null, logins: null, files: null, anonymous: null }))
    const lines = viewLines({ ...numbers, dropped: null }, tally, wide)
    expect(lines[0]).toContain('drops not told')
    expect(lines[3]).toMatch(/^10\.0\.0\.5:2121 +ftp +\? +\? +1 +1 +\? +\?$/)
  })

  test('more servers than fit are counted', () => {
    const tally = seen(...Array.from({ length: 30 }, (_, i) => service({ port: 3000 + i })))
    const lines = viewLines(numbers, tally, { columns: 80, rows: 12 })
    expect(lines.length).toBeLessThanOrEqual(12)
    const shown = lines.filter((line) => /^10\.0\.0\.5:3/.test(line)).length
    expect(shown).toBeGreaterThan(2)
    expect(lines).toContain(`and ${30 - shown} more`)
  })

  test('text from outside moves, hides and colours nothing, on whatever terminal', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom(
        '\u001b[2J\u001b]0;gone\u0007',
        '\u202egnp.exe',
        'a\r\nb\u009b1m',
        `e${'\u0301'.repeat(5000)}`,
        '漢字'.repeat(200),
        '\u{1f600}\ufe0f'.repeat(100),
      ),
    )
    fc.assert(
      fc.property(
        fc.array(hostile, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 160 }),
        fc.integer({ min: 1, max: 40 }),
        (texts, columns, rows) => {
          const [first = '', second = first, third = first, fourth = first] = texts
          const product = { vendor: 'x', cpe: null, confidence: 1, from: [], version: second }
          const tally = seen(
            service({ banner: first }),
            service({ port: 22, product: { ...product, name: third } }),
            session({ users: texts, files: texts.map((name) => file(name, 1)) }),
            { kind: 'gap', gap: gap('x', fourth, null) },
          )
          const lines = viewLines({ ...numbers, source: first }, tally, { columns, rows })
          expect(lines.length).toBeLessThanOrEqual(rows)
          for (const line of lines) {
            expect(textWidth(line)).toBeLessThanOrEqual(columns)
            expect(line.length).toBeLessThanOrEqual(columns * 8)
            expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u)
          }
        },
      ),
      { numRuns: 100 },
    )
  })
})

test('however many servers, clients and events there are, no more than a bound is kept', () => {
  const tally = new WatchTally()
  for (let i = 0; i < 3000; i++) {
    tally.see(service({ port: i + 1 }), time)
    tally.see(session({}, `10.1.${i >> 8}.${i & 255}`), time)
  }
  expect(tally.serverCount).toBe(3000)
  expect(tally.servers.length).toBeLessThanOrEqual(500)
  expect(tally.events.length).toBeLessThanOrEqual(200)
  const row = tally.servers.find(({ where }) => where === '10.0.0.5:2121')
  expect(row?.clients.size).toBe(mostClients)
  expect(viewLines(numbers, tally, wide).join('\n')).toContain(`${mostClients}+`)
})

describe('painting', () => {
  const watched = async (milliseconds: number) => {
    const machine = fakeMachine({
      programs: { dumpcap: [{ writes: [pcap(spoken({ lines: login }))], ends: 'when-told' }] },
      screen: { columns: 100, rows: 10 },
    })
    machine.after(milliseconds, () => machine.interrupt())
    const ended = await portreeve(['watch', '-i', 'eth0'], {
      watch: machine.system,
      columns: 100,
    })
    return { ...ended, machine }
  }

  test('is done once a second, and leaves nothing behind', async () => {
    const { code, out, err, machine } = await watched(4500)
    expect(code).toBe(0)
    expect(out.startsWith('\u001b[?1049h')).toBe(true)
    expect(out.endsWith(leave)).toBe(true)
    const frames = out.split('\u001b[H').slice(1)
    expect(frames).toHaveLength(5)
    for (const frame of frames) expect(frame.split('\r\n').length).toBeLessThanOrEqual(10)
    expect(frames[1]).toContain('13 packets/s')
    expect(frames[2]).toContain('0 packets/s')
    expect(frames[2]).toContain('10.0.0.5:2121')
    expect(err).toMatch(/^portreeve: watched eth0 for 4\.5 s: 13 packets [^\n]*\n$/)
    expect(machine.pending()).toBe(0)
  })

  test('sets back the terminal where nothing can be captured', async () => {
    const { out, code } = await portreeve(['watch', '-i', 'eth0'], {
      watch: fakeMachine({ screen: { columns: 80, rows: 24 } }).system,
      columns: 80,
    })
    expect({ out, code }).toEqual({ out: '', code: 2 })
  })
})
