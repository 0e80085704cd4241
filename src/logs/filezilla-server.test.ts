import { describe, expect, test } from 'vitest'
import { filezillaServer } from './filezilla-server.ts'
import { hear, shown } from './server-log.test.data.ts'

/** Documented by users of 1.7, not recorded. */
const current = (rest: string, user = '', sign = '<<') =>
  `2026-11-21T02:30:06.782Z ${sign} [FTP Session 2857 203.0.113.5${user && ` ${user}`}] ${rest}`
const session = [
  current('220-FileZilla Server 1.7.2'),
  current('220-Please visit https://filezilla-project.org/'),
  current('220 welcome'),
  current('USER komu', '', '>>'),
  current('331 Please, specify the password.'),
  current('PASS ****', '', '>>'),
  current('230 Login successful.', 'komu'),
  current('PASV', 'komu', '>>'),
  current('227 Entering Passive Mode (192,0,2,21,194,144)', 'komu'),
  current('RETR list/yearly report.htm', 'komu', '>>'),
  current('150 Starting data transfer.', 'komu'),
  current('226 Operation successful', 'komu'),
  current('QUIT', 'komu', '>>'),
  current('221 Goodbye.', 'komu'),
  '2026-11-21T02:30:07.000Z == [FTP Server] Session 2857 ended gracefully.',
]

describe('version 1', () => {
  test('a session, in UTC', () => {
    const { sessions, bad } = hear(filezillaServer, session, { timezone: null })
    expect(bad).toEqual([])
    expect(sessions.map(shown)).toMatchObject([
      {
        client: '203.0.113.5',
        product: 'FileZilla Server',
        start: '2026-11-21T02:30:06.782Z',
        seen: [true, true],
        users: ['komu'],
        logins: { ok: 1, failed: 0 },
        anonymous: false,
        files: [['RETR', 'list/yearly report.htm', null, true]],
      },
    ])
    expect(sessions[0]?.server.product?.version).toBe('1.7.2')
    expect(sessions[0]?.dataChannels).toMatchObject([
      { announced: { port: 49808 }, outcome: '226' },
    ])
  })
  test('AUTH TLS, and a control channel that breaks', () => {
    const { sessions } = hear(filezillaServer, [
      current('220 welcome'),
      current('AUTH TLS', '', '>>'),
      current('234 Using authentication type TLS.'),
      current('GnuTLS error -110 in gnutls_record_recv', '', '!!'),
      current('Control channel closed with error from source 0. Reason: ECONNABORTED', '', '!!'),
    ])
    expect(sessions.map(shown)).toMatchObject([
      { authTls: true, encrypted: 'from-auth', seen: [true, true], users: [] },
    ])
  })
  test('numbers that begin again are another session; SFTP is none of FTP', () => {
    const sftp =
      '2026-11-21T02:33:06.323Z >> [SSH SFTP Session 2858 203.0.113.5] SSH User Authentication [method=none, user=mysql]'
    const { sessions, skipped } = hear(filezillaServer, [...session.slice(0, 6), sftp, ...session])
    expect(sessions).toHaveLength(2)
    expect(skipped).toBeGreaterThan(0)
  })
  test.each([
    '2026-11-21T02:30:06.700Z == [Logging] Starting',
    '2026-11-21T02:30:06.700Z == [FTP Server] Listening on 0.0.0.0:21.',
    '2026-11-21T02:30:06.700Z !! [Administration Server] Could not listen on 127.0.0.1:14148.',
    '2026-11-21T02:30:06.700Z DI [Throttled Authenticator, FTP Session: 2857] Recording failed login for user root from IP 203.0.113.5.',
    '2026-11-21T02:30:06.700Z DV [Filesystem Authenticator] get_user(root)',
  ])('what the server says of itself is no bad line: %s', (line) => {
    const { sessions, bad } = hear(filezillaServer, [line, ...session, line])
    expect([sessions.length, bad]).toEqual([1, []])
  })
  test('words for the arrows', () => {
    const { sessions } = hear(filezillaServer, [
      current('220 welcome', '', 'Response'),
      current('USER bob', '', 'info'),
      current('530 Login incorrect.', '', 'info'),
    ])
    expect(shown(sessions[0])).toMatchObject({ users: ['bob'], logins: { ok: 0, failed: 1 } })
  })
})

/** Documented (0.9.60), not recorded. */
const classic = (date: string, rest: string, user = '(not logged in)') =>
  `(000133)${date} - ${user} (203.0.113.5)> ${rest}`
const old = (date: string) => [
  classic(date, 'Connected on port 2121, sending welcome message...'),
  classic(date, '220-FileZilla Server 0.9.60 beta'),
  classic(date, '220 Please visit https://filezilla-project.org/'),
  classic(date, 'USER superadmin'),
  classic(date, '331 Password required for superadmin'),
  classic(date, 'PASS ********'),
  classic(date, '530 Login or password incorrect!'),
  classic(date, 'disconnected.'),
]

describe('version 0.9', () => {
  test('a session, with the port of the server', () => {
    const { sessions, gaps } = hear(filezillaServer, old('2026/11/6 15:58:48'), {
      serverPort: null,
    })
    expect(gaps).toEqual(['client-port-untold'])
    expect(sessions.map(shown)).toMatchObject([
      {
        server: '192.0.2.21 2121',
        product: 'FileZilla Server',
        start: '2026-11-06T15:58:48.000Z',
        seen: [true, true],
        users: ['superadmin'],
        logins: { ok: 0, failed: 1 },
      },
    ])
  })
  test.each([
    ['21/11/2026 15:58:48', '2026-11-21T15:58:48.000Z'],
    ['11/21/2026 3:58:48 PM', '2026-11-21T15:58:48.000Z'],
    ['11/21/2026 12:00:01 AM', '2026-11-21T00:00:01.000Z'],
    ['11/21/2026 12:00:01 PM', '2026-11-21T12:00:01.000Z'],
    ['11/21/2026 19:04:11 PM', '2026-11-21T19:04:11.000Z'],
    ['21.11.2026 15:58:48', '2026-11-21T15:58:48.000Z'],
    ['2026-11-21 15:58:48', '2026-11-21T15:58:48.000Z'],
    ['11/11/2026 15:58:48', '2026-11-11T15:58:48.000Z'],
  ])('%s', (date, instant) => {
    expect(shown(hear(filezillaServer, old(date)).sessions[0])?.start).toBe(instant)
  })
  test('a date in two orders waits for one that leaves no choice', () => {
    const lines = [...old('12/1/2026 10:00:00'), ...old('13/1/2026 10:00:00')]
    const unknown = hear(filezillaServer, lines)
    expect(unknown.sessions.map(({ start }) => new Date(start).toISOString())).toEqual([
      '2026-01-13T10:00:00.000Z',
    ])
    expect(unknown.gaps).toContain('date-order-unknown')
    const later = [...old('13/1/2026 10:00:00'), ...old('2/3/2026 10:00:00')]
    expect(hear(filezillaServer, later).sessions.at(-1)?.start).toBe(Date.UTC(2026, 2, 2, 10))
  })
  test("the log's own name tells the order", () => {
    const named = { document: 'logs/fzs-2026-12-01.log' }
    const { sessions } = hear(filezillaServer, old('12/1/2026 10:00:00'), named)
    expect(sessions[0]?.start).toBe(Date.UTC(2026, 11, 1, 10))
  })
  test('without a zone there is no time, and a gap', () => {
    const { sessions, gaps } = hear(filezillaServer, old('2026-11-21 15:58:48'), { timezone: null })
    expect(sessions).toEqual([])
    expect(gaps).toEqual(['timezone-unknown'])
  })
})

test('both are recognised', () => {
  expect(filezillaServer.recognise('', session)).toBe(0.97)
  expect(filezillaServer.recognise('', old('2026-11-21 15:58:48'))).toBe(0.97)
})
