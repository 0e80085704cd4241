import { describe, expect, test } from 'vitest'
import { proftpdExtended } from './proftpd-extended.ts'
import { hear, shown } from './server-log.test.data.ts'

const time = '[21/Nov/2026:17:06:30 +0000]'
const line = (user: string, request: string, code: string, bytes = '-') =>
  `127.0.0.1 UNKNOWN ${user} ${time} "${request}" ${code} ${bytes}`

/** Recorded from ProFTPD 1.3.8 (`ExtendedLog FILE ALL`), shortened. */
const all = [
  line('-', 'USER ghost', '331'),
  line('-', 'PASS (hidden)', '530'),
  line('-', 'USER anonymous', '331'),
  line('ftp', 'PASS (hidden)', '230'),
  line('ftp', 'HUNTER2TYPED', '500'),
  line('ftp', 'PASV', '227'),
  line('ftp', 'RETR /pub/yearly report.pdf', '226', '1000'),
  line('ftp', 'RETR /pub/missing.zip', '550'),
  line('ftp', 'LIST', '226', '123'),
  line('ftp', 'QUIT', '221'),
  line('-', 'USER alice', '331'),
  line('alice', 'PASS (hidden)', '230'),
  line('alice', 'QUIT', '221'),
]
/** Recorded as well, with the example configuration's format for AUTH. */
const auth = [
  `Test [32055] 127.0.0.1 ${time} "USER ghost" 331`,
  `Test [32055] 127.0.0.1 ${time} "PASS (hidden)" 530`,
  `Test [32055] 127.0.0.1 ${time} "USER anonymous" 331`,
  `Test [32056] 127.0.0.1 ${time} "USER alice" 331`,
  `Test [32055] 127.0.0.1 ${time} "PASS (hidden)" 230`,
  `Test [32056] 127.0.0.1 ${time} "PASS (hidden)" 230`,
]

describe('recorded', () => {
  test('the default format', () => {
    const { sessions, bad } = hear(proftpdExtended, all)
    expect(bad).toEqual([])
    expect(sessions.map(shown)).toMatchObject([
      {
        product: 'ProFTPD',
        clientPort: 0,
        seen: [true, true],
        users: ['ghost', 'anonymous'],
        logins: { ok: 1, failed: 1 },
        anonymous: true,
        authTls: false,
        encrypted: 'unknown',
        files: [
          ['RETR', '/pub/yearly report.pdf', 1000, true],
          ['RETR', '/pub/missing.zip', null, false],
        ],
      },
      { users: ['alice'], logins: { ok: 1, failed: 0 }, anonymous: false, files: [] },
    ])
    expect(sessions[0]?.commands).toEqual({
      USER: 2,
      PASS: 2,
      PASV: 1,
      RETR: 2,
      LIST: 1,
      QUIT: 1,
      '*': 1,
    })
    expect(sessions[0]).toMatchObject({ dataChannels: null, banner: null })
  })
  test('the format of the example configuration tells connections apart by process', () => {
    const { sessions } = hear(proftpdExtended, auth)
    expect(sessions.map(shown)).toMatchObject([
      { users: ['ghost', 'anonymous'], logins: { ok: 1, failed: 1 }, anonymous: true },
      { users: ['alice'], logins: { ok: 1, failed: 0 }, anonymous: false },
    ])
  })
  test.each([[all], [auth]])('is recognised', (lines) => {
    expect(proftpdExtended.recognise('', lines)).toBe(0.9)
  })
})

/** Recorded from ProFTPD 1.3.8 with the LogFormat that stands before each. */
describe.each([
  {
    format: '%h %a %u %t "%r" %s %b %T',
    before: `127.0.0.1 127.0.0.1 alice ${time} `,
    after: ' 1000 0.001',
  },
  {
    format: '%{iso8601} %a %u "%r" %s %b',
    before: '2026-11-21 17:06:30,072 127.0.0.1 alice ',
    after: ' -',
  },
  { format: '%t %a [%P] "%r" %s', before: `${time} 127.0.0.1 [32055] `, after: '' },
])('a format of its own: $format', ({ before, after }) => {
  const lines = [
    `${before}"USER alice" 331${after}`,
    `${before}"PASS (hidden)" 230${after}`,
    `${before}"CANARY-77AB pass" 500${after}`,
    `${before}"RETR /pub/yearly "q" report.pdf" 226${after}`,
    `${before}"QUIT" 221${after}`,
  ]
  test('is read for what it surely says', () => {
    expect(proftpdExtended.recognise('', [...lines, ''])).toBeGreaterThan(0.6)
    const { sessions, bad } = hear(proftpdExtended, lines)
    expect(bad).toEqual([])
    expect(sessions.map(shown)).toMatchObject([
      {
        client: '127.0.0.1',
        users: ['alice'],
        logins: { ok: 1, failed: 0 },
        anonymous: false,
        seen: [true, true],
        files: [['RETR', '/pub/yearly "q" report.pdf', null, true]],
      },
    ])
    expect(new Date(sessions[0]?.start ?? 0).toISOString()).toMatch(/^2026-11-21T17:06:30/)
    expect(JSON.stringify(sessions)).not.toContain('77AB')
  })
  test('with two addresses before the command nobody can tell the client', () => {
    const odd = lines.map((text) => text.replace('127.0.0.1', '192.0.2.9 127.0.0.7'))
    expect(proftpdExtended.recognise('', [...odd, ''])).toBeNull()
  })
})

test('the zone of the line counts', () => {
  const given = `127.0.0.1 UNKNOWN - [21/Nov/2026:17:06:30 +0100] "USER a" 331 -`
  expect(shown(hear(proftpdExtended, [given], { timezone: null }).sessions[0])).toMatchObject({
    start: '2026-11-21T16:06:30.000Z',
  })
})
test('a PORT to somebody else is a bounce (documented, not recorded)', () => {
  const { sessions } = hear(proftpdExtended, [line('alice', 'PORT 198,51,100,7,0,25', '500')], {})
  expect(sessions[0]?.signs).toEqual(expect.arrayContaining(['privileged-port']))
})
test('a login after a login is another connection of the same client', () => {
  const login = [line('-', 'USER a', '331'), line('a', 'PASS (hidden)', '230')]
  expect(hear(proftpdExtended, [...login, ...login]).sessions).toHaveLength(2)
})
test('logs of web servers are not ours', () => {
  const web = `203.0.113.5 - - ${time} "GET /index.html HTTP/1.1" 200 512`
  const pure = `203.0.113.5 - ftp ${time} "GET /a.txt" 200 512`
  expect(proftpdExtended.recognise('', [web, web, ''])).toBeNull()
  expect(proftpdExtended.recognise('', [pure, pure, ''])).toBeNull()
  const combined = `${web} "-" "curl/8.0"`
  const garbage = `203.0.113.5 - - ${time} "x" 400 226 "-" 0.1`
  expect(proftpdExtended.recognise('', [combined, garbage, ''])).toBeNull()
})
test('clients by name are left out with a gap', () => {
  const named = line('-', 'USER a', '331').replace('127.0.0.1', 'client.example')
  expect(hear(proftpdExtended, [named])).toMatchObject({
    sessions: [],
    gaps: ['client-not-an-address'],
  })
})
