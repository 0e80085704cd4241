/** Lines recorded from ProFTPD 1.3.8 unless they say otherwise; addresses are for documentation. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { proftpdLog } from './proftpd-log.ts'
import { readText } from './read.test.data.ts'
import { everything, hear, serverAddress, shown } from './server-log.test.data.ts'

const at = (second: number, pid: number, text: string): string =>
  `2026-11-21 18:55:${second},071 vm proftpd[${pid}] 192.0.2.99 (203.0.113.5[203.0.113.5]): ${text}`
const ghost = 'USER ghost: no such user found from 203.0.113.5 [203.0.113.5] to 192.0.2.99:2144'
const lines = [
  '2026-11-21 18:55:48,048 vm proftpd[7] 192.0.2.99: ProFTPD 1.3.8 (stable) (built Fri May 1 2026 20:02:15 UTC) standalone mode STARTUP',
  at(49, 26_985, 'FTP session opened.'),
  at(50, 26_986, 'FTP session opened.'),
  at(51, 26_985, ghost),
  at(52, 26_985, 'ANON ftp: Login successful.'),
  at(53, 26_986, 'USER alice (Login failed): Incorrect password'),
  at(54, 26_986, 'USER alice: Login successful.'),
  at(55, 26_986, "Preparing to chroot to directory '/home/alice'"),
  at(56, 26_985, 'FTP session closed.'),
  at(57, 26_986, 'FTP session closed.'),
]
const expected = [
  {
    server: '192.0.2.99 2144',
    product: 'ProFTPD',
    start: '2026-11-21T18:55:49.071Z',
    end: '2026-11-21T18:55:56.071Z',
    seen: [true, true],
    users: ['ghost', 'ftp'],
    logins: { ok: 1, failed: 1 },
    anonymous: true,
  },
  {
    server: '192.0.2.99 21',
    seen: [true, true],
    users: ['alice'],
    logins: { ok: 1, failed: 1 },
    anonymous: false,
  },
]

test('connections by their process, with what the log has words for', () => {
  const { sessions, bad, skipped } = hear(proftpdLog, lines)
  expect(sessions.map(shown)).toMatchObject(expected)
  expect(sessions[0]?.server.product?.version).toBe('1.3.8')
  expect(sessions[0]).toMatchObject({ files: null, commands: null, authTls: null })
  expect([bad, skipped]).toEqual([[], 1])
})
test('is recognised, also where nobody came yet', () => {
  expect(proftpdLog.recognise('', lines)).toBe(0.95)
  expect(proftpdLog.recognise('', lines.slice(0, 1))).toBe(0.95)
  expect(proftpdLog.recognise('', ['hello', 'world', ''])).toBeNull()
})
test('without a zone there is no time, and a gap', () => {
  const { sessions, gaps } = hear(proftpdLog, lines, { timezone: null })
  expect([sessions, gaps]).toEqual([[], ['timezone-unknown']])
})

describe('through syslog', () => {
  const given = { year: 2026, timezone: 'UTC', server: serverAddress ?? null, serverPort: 21 }
  const wrapped = lines.map((line) =>
    line.replace(
      /^2026-11-21 (\S{8}),\d{3} vm proftpd\[(\d+)\] /,
      (_all, time: string, pid: string) => `Nov 21 ${time} vm proftpd[${pid}]: `,
    ),
  )
  const others = [
    'Nov 21 18:55:50 vm proftpd: pam_unix(proftpd:auth): authentication failure; ruser=alice rhost=203.0.113.5',
    'Nov 21 18:55:50 vm sshd[7]: Failed password for root from 203.0.113.5 port 22 ssh2',
  ]
  test('the wrapper has time and process, and lines of others are none of ours', () => {
    const { format, sessions, summary } = readText([...wrapped, ...others].join('\n'), given)
    expect(format).toBe('proftpd-log')
    expect(sessions.map(shown)).toMatchObject([
      { ...expected[0], start: '2026-11-21T18:55:49.000Z', end: '2026-11-21T18:55:56.000Z' },
      expected[1],
    ])
    expect(summary).toMatchObject({ bad: 0, skipped: 3 })
  })
  test('the form of older versions (documented, not recorded)', () => {
    const older = wrapped.map((line) => line.replace(']): ', ']) - '))
    expect(readText(older.join('\n'), given).sessions).toHaveLength(2)
  })
})

describe('what a client types forges nothing', () => {
  test.each([
    'USER x: Login successful.: no such user found from 203.0.113.5 [203.0.113.5] to 192.0.2.99:2144',
    'USER x: Login successful. (Login failed): Incorrect password',
    'USER FTP session closed. (Login failed): Incorrect password',
  ])('%s', (text) => {
    const [session] = hear(proftpdLog, [at(10, 7, 'FTP session opened.'), at(11, 7, text)]).sessions
    expect(session).toMatchObject({ logins: { ok: 0, failed: 1 }, endSeen: false })
  })
  test('lines that are broken never throw, and none is shown', () => {
    const broken = fc
      .tuple(fc.constantFrom(...lines), fc.nat(200), fc.nat(20), fc.string({ unit: 'binary' }))
      .map(([line, from, cut, more]) => line.slice(0, from) + more + line.slice(from + cut))
    fc.assert(
      fc.property(fc.array(broken, { maxLength: 12 }), (all) => {
        const heard = hear(proftpdLog, all)
        for (const { sample } of heard.bad) expect(sample).toBeNull()
      }),
    )
  })
  test('what is typed in place of a command goes nowhere', () => {
    const text = at(12, 7, 'notice: Canary-51ab77 PASS Canary-51ab77')
    const heard = hear(proftpdLog, [at(11, 7, 'FTP session opened.'), text, `x ${text}`])
    expect(everything(heard)).not.toContain('Canary')
  })
})
