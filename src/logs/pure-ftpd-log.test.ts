/** Lines recorded from Pure-FTPd 1.0.50 through syslog unless they say otherwise; addresses are for documentation. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogContext } from './log.ts'
import { pureFtpdLog } from './pure-ftpd-log.ts'
import { readText } from './read.test.data.ts'
import { serverAddress, shown } from './server-log.test.data.ts'

const given: Partial<LogContext> = {
  year: 2026,
  timezone: 'UTC',
  server: serverAddress ?? null,
  serverPort: 21,
}
const at = (second: number, who: string, text: string, host = '203.0.113.5'): string =>
  `Nov 21 18:57:${second} vm pure-ftpd: (${who}@${host}) ${text}`
const read = (lines: readonly string[], more: Partial<LogContext> = {}) =>
  readText(`${lines.join('\n')}\n`, { ...given, ...more }, { format: 'pure-ftpd-log' })

const lines = [
  at(27, '?', '[INFO] New connection from 203.0.113.5'),
  at(28, '?', '[WARNING] Authentication failed for user [ghost]'),
  at(29, '?', '[INFO] alice is now logged in'),
  at(
    30,
    'alice',
    '[NOTICE] /srv/alice//pub/yearly report.pdf downloaded  (1000 bytes, 18044.05KB/sec)',
  ),
  at(31, 'alice', "[ERROR] Can't open /pub/missing.zip: No such file or directory"),
  at(32, 'alice', '[NOTICE] /srv/alice//up.sql uploaded  (7 bytes, 0.05KB/sec)'),
  at(33, 'alice', '[INFO] Logout.'),
]

test('a connection is one session, with its transfers', () => {
  const { format, sessions, gaps, summary } = readText(`${lines.join('\n')}\n`, given)
  expect(format).toBe('pure-ftpd-log')
  expect(sessions.map(shown)).toEqual([
    {
      client: '203.0.113.5',
      clientPort: 0,
      server: '192.0.2.21 21',
      product: 'Pure-FTPd',
      start: '2026-11-21T18:57:27.000Z',
      end: '2026-11-21T18:57:33.000Z',
      seen: [true, true],
      users: ['ghost', 'alice'],
      logins: { ok: 1, failed: 1 },
      anonymous: false,
      authTls: null,
      encrypted: 'unknown',
      files: [
        ['RETR', '/srv/alice//pub/yearly report.pdf', 1000, null],
        ['STOR', '/srv/alice//up.sql', 7, null],
      ],
    },
  ])
  expect(gaps).toEqual(['client-port-untold'])
  expect(summary.bad).toBe(0)
})

test('with every command logged, nobody and TLS', () => {
  const { sessions } = read([
    at(27, '?', '[INFO] New connection from 203.0.113.5'),
    at(27, '?', '[DEBUG] Command [auth] [TLS]'),
    // Documented, not recorded.
    at(27, '?', '[INFO] TLS: Enabled TLSv1.3 with TLS_AES_256_GCM_SHA384, 256 secret bits cipher'),
    at(28, '?', '[DEBUG] Command [user] [anonymous]'),
    at(28, '?', '[INFO] Anonymous user logged in'),
    at(28, 'ftp', '[DEBUG] Command [pass] [<*>]'),
    at(29, 'ftp', '[DEBUG] Command [canary-51ab77] [pass]'),
    at(30, 'ftp', '[DEBUG] Command [retr] [/pub/missing.zip]'),
    at(31, 'ftp', '[DEBUG] Command [quit] []'),
    at(31, 'ftp', '[INFO] Logout.'),
  ])
  expect(sessions).toMatchObject([
    {
      users: ['anonymous'],
      anonymous: true,
      logins: { ok: 1, failed: 0 },
      authTls: true,
      encrypted: 'from-auth',
      commands: { AUTH: 1, USER: 1, PASS: 1, RETR: 1, QUIT: 1, '*': 1 },
      files: [],
      endSeen: true,
    },
  ])
  expect(JSON.stringify(sessions)).not.toContain('51ab77')
})

test('connections of two users of one client, and of two clients, are told apart', () => {
  const other = lines.map((line) =>
    line.replaceAll('alice', 'bob').replaceAll('203.0.113.5', '203.0.113.9'),
  )
  const second = lines.map((line) => line.replaceAll('alice', 'carol').replace(':57:', ':58:'))
  const { sessions } = read([...lines.flatMap((line, i) => [line, other[i] ?? '']), ...second])
  expect(sessions.map(({ users, files }) => [users?.at(-1), files?.length])).toEqual([
    ['alice', 2],
    ['bob', 2],
    ['carol', 2],
  ])
})
test('one that begins before another of the same client has logged in', () => {
  const [opened = '', , login = '', file = ''] = lines
  const carol = (line: string) => line.replaceAll('alice', 'carol')
  const { sessions } = read([opened, opened, login, carol(login), file, carol(file)])
  expect(sessions.map(({ users, files }) => [users, files?.length ?? 0])).toEqual(
    expect.arrayContaining([
      [['alice'], 1],
      [['carol'], 1],
    ]),
  )
})

describe('what is missing is said', () => {
  test.each([
    { name: 'the year', more: { year: null }, gap: 'year-unknown' },
    { name: 'the zone', more: { timezone: null }, gap: 'timezone-unknown' },
    { name: 'a zone that is one', more: { timezone: 'x' }, gap: 'timezone-not-understood' },
  ])('$name', ({ more, gap }) => {
    const { sessions, gaps } = read(lines, more)
    expect([sessions, gaps]).toEqual([[], [gap]])
  })
  test('clients by name', () => {
    const named = lines.map((line) => line.replaceAll('203.0.113.5', 'client.example'))
    expect(read(named).gaps).toEqual(['client-not-an-address'])
  })
  test('a day that the year does not have is a bad line', () => {
    const [line = ''] = lines
    expect(read([line.replace('Nov 21', 'Feb 29')]).summary.samples).toMatchObject([
      { reason: 'no-time', sample: null },
    ])
  })
  test('a line without its wrapper has no time', () => {
    const { gaps } = read(lines.map((line) => line.slice(line.indexOf('('))))
    expect(gaps).toEqual(['time-untold'])
  })
})

test('a transfer is told by the end of its line: a name may hold anything', () => {
  const name = '/srv/x is now logged in'
  const [session] = read([
    at(30, 'alice', `[NOTICE] ${name} uploaded  (7 bytes, 0.05KB/sec)`),
    at(31, 'alice', '[DEBUG] Command [stor] [y uploaded  (9 bytes, 1.00KB/sec)]'),
    at(32, '?', '[WARNING] Authentication failed for user [root is now logged in]'),
  ]).sessions
  expect(shown(session)?.files).toEqual([['STOR', name, 7, null]])
  expect(session?.logins).toBeNull()
})
test('a session of endless logins takes no time', () => {
  const begin = performance.now()
  const logins = Array.from({ length: 150_000 }, (_, i) =>
    at(30, `u${i}`, `[INFO] u${i + 1} is now logged in`),
  )
  const { sessions } = read(logins)
  expect(sessions).toMatchObject([{ logins: { ok: 150_000 } }])
  expect(performance.now() - begin).toBeLessThan(10_000)
})
test('lines of other programs are passed over', () => {
  const { summary } = read([...lines, 'Nov 21 18:57:40 vm sshd[7]: Accepted password for x'])
  expect(summary).toMatchObject({ bad: 0, skipped: 1 })
})
test('lines that are broken never throw, and none is shown', () => {
  const reader = () =>
    pureFtpdLog.start({ network: 'n', document: 'log', server: null, year: 2026, timezone: 'UTC' })
  const syslog = { time: 0, host: null, program: 'pure-ftpd' }
  const broken = fc
    .tuple(fc.constantFrom(...lines), fc.nat(200), fc.nat(20), fc.string({ unit: 'binary' }))
    .map(
      ([line, from, cut, more]) => line.slice(29, 29 + from) + more + line.slice(29 + from + cut),
    )
  fc.assert(
    fc.property(fc.array(broken, { maxLength: 12 }), (all) => {
      const one = reader()
      for (const [i, line] of all.entries()) {
        const outcome = one.line(line, i + 1, { offset: 0, syslog })
        if (typeof outcome === 'object' && 'kind' in outcome) expect(outcome.sample).toBeNull()
      }
      one.end()
    }),
  )
})
