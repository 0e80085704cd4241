/** Lines recorded from pyftpdlib 1.5.7 unless they say otherwise. */
import { describe, expect, test } from 'vitest'
import { pyftpdlib } from './pyftpdlib.ts'
import { hear, serverAddress, shown } from './server-log.test.data.ts'

const at = (second: number, text: string, user = ''): string =>
  `[I 2026-11-21 18:40:${second}] 203.0.113.5:51948-[${user}] ${text}`
const opened = at(34, 'FTP session opened (connect)')
const closed = at(50, 'FTP session closed (disconnect).', 'alice')
const start = [
  '[I 2026-11-21 18:40:33] concurrency model: async',
  '[I 2026-11-21 18:40:33] masquerade (NAT) address: None',
  '[I 2026-11-21 18:40:33] passive ports: None',
  '[I 2026-11-21 18:40:33] >>> starting FTP server on 192.0.2.88:2188, pid=11924 <<<',
]

describe('at its usual level', () => {
  const lines = [
    ...start,
    opened,
    at(35, "USER 'ghost' failed login."),
    at(36, "USER 'alice' logged in.", 'alice'),
    at(37, 'RETR /srv/ftp/a b.pdf completed=1 bytes=6 seconds=0.001', 'alice'),
    at(38, 'STOR /srv/ftp/up.zip completed=0 bytes=1000 seconds=1.5e-05', 'alice'),
    at(39, 'MKD /srv/ftp/d 257', 'alice'),
    at(40, "CWD /srv/ftp/nowhere 550 'No such file or directory.'", 'alice'),
    at(41, 'Previous account information was flushed, send password.'),
    closed,
  ]

  test('a connection is one session, with what the log has words for', () => {
    const { sessions, gaps, bad } = hear(pyftpdlib, lines)
    expect(sessions.map(shown)).toEqual([
      {
        client: '203.0.113.5',
        clientPort: 51_948,
        server: '192.0.2.88 2188',
        product: 'pyftpdlib',
        start: '2026-11-21T18:40:34.000Z',
        end: '2026-11-21T18:40:50.000Z',
        seen: [true, true],
        users: ['ghost', 'alice'],
        logins: { ok: 1, failed: 1 },
        anonymous: false,
        authTls: null,
        encrypted: 'unknown',
        files: [
          ['RETR', '/srv/ftp/a b.pdf', 6, true],
          ['STOR', '/srv/ftp/up.zip', 1000, false],
        ],
      },
    ])
    expect(sessions[0]).toMatchObject({ commands: null, dataChannels: null })
    expect([gaps, bad]).toEqual([[], []])
  })
  test('two connections of one client are told apart by their ports', () => {
    const other = lines.map((line) => line.replace(':51948-', ':51956-'))
    const woven = lines.flatMap((line, index) => [line, other[index] ?? ''])
    expect(hear(pyftpdlib, woven).sessions.map(({ client }) => client.port)).toEqual([
      51_948, 51_956,
    ])
  })
  test('a port that comes again is another connection', () => {
    expect(hear(pyftpdlib, [...lines, ...lines.slice(4)]).sessions).toHaveLength(2)
    expect(hear(pyftpdlib, [opened, opened]).sessions).toHaveLength(2)
  })
  test.each([
    ['0.0.0.0:2188', 2188],
    [':::2188', 2188],
  ])('a server on every address (%s) tells its port alone', (host, port) => {
    const listening = `[I 2026-11-21 18:40:33] >>> starting FTP server on ${host}, pid=1 <<<`
    const [session] = hear(pyftpdlib, [listening, opened]).sessions
    expect(session?.server).toMatchObject({ address: serverAddress, port })
  })
})

describe('at level DEBUG', () => {
  const debug = (text: string, user = '') =>
    `[D 2026-11-21 18:40:36] 203.0.113.5:51972-[${user}] ${text}`
  const lines = [
    ...start,
    "[D 2026-11-21 18:40:33] banner: 'pyftpdlib 1.5.7 ready.'",
    '[I 2026-11-21 18:40:36] 203.0.113.5:51972-[] FTP session opened (connect)',
    debug('-> 220 pyftpdlib 1.5.7 ready.'),
    debug('<- USER anonymous'),
    debug('-> 331 Username ok, send password.'),
    debug('<- PASS ******', 'anonymous'),
    debug('-> 230 Login successful.', 'anonymous'),
    "[I 2026-11-21 18:40:36] 203.0.113.5:51972-[anonymous] USER 'anonymous' logged in.",
    debug('<- PASV', 'anonymous'),
    debug('-> 227 Entering passive mode (192,0,2,88,183,135).', 'anonymous'),
    debug('<- RETR a b.pdf', 'anonymous'),
    debug('-> 150 File status okay. About to open data connection.', 'anonymous'),
    '[D 2026-11-21 18:40:36] [debug] call: close() (<pyftpdlib.handlers.PassiveDTP listening 192.0.2.88:0 at 0x7f697f66fc10>)',
    "[D 2026-11-21 18:40:36] [debug] starting transfer using send() (<DTPHandler(id=140091105150480, addr='203.0.113.5:51972', user='anonymous', receiving-file=<_io.BufferedReader name='/srv/ftp/a b.pdf'>, bytes-trans=0)>)",
    debug('-> 226 Transfer complete.', 'anonymous'),
    '[I 2026-11-21 18:40:36] 203.0.113.5:51972-[anonymous] RETR /srv/ftp/a b.pdf completed=1 bytes=6 seconds=0.0',
    debug('<- RETR missing.zip', 'anonymous'),
    debug('-> 550 No such file or directory.', 'anonymous'),
    '[E 2026-11-21 18:40:36] Traceback (most recent call last):',
    '      File "handlers.py", line 1, in handle',
    debug('<- QUIT', 'anonymous'),
    debug('-> 221 Goodbye.', 'anonymous'),
    '[I 2026-11-21 18:40:36] 203.0.113.5:51972-[anonymous] FTP session closed (disconnect).',
  ]
  test('commands, channels and files are told, each file once', () => {
    const { sessions, bad } = hear(pyftpdlib, lines)
    expect(bad).toEqual([])
    expect(sessions).toHaveLength(1)
    expect(sessions[0]).toMatchObject({
      server: { product: { name: 'pyftpdlib', version: '1.5.7' } },
      banner: 'pyftpdlib 1.5.7 ready.',
      logins: { ok: 1, failed: 0 },
      anonymous: true,
      authTls: false,
      commands: { USER: 1, PASS: 1, PASV: 1, RETR: 2, QUIT: 1 },
      dataChannels: [{ mode: 'passive', announced: { port: 46_983 }, outcome: '226' }],
      files: [
        { name: 'a b.pdf', bytes: 6, complete: true },
        { name: 'missing.zip', bytes: null, complete: false },
      ],
    })
  })
  test('is recognised, like the start of a server that nobody visited', () => {
    expect(pyftpdlib.recognise('', lines)).toBe(0.87)
    expect(pyftpdlib.recognise('', start)).toBe(0.96)
    expect(pyftpdlib.recognise('', ['GET / HTTP/1.1', 'x'])).toBeNull()
  })
})

/** The words before the connection as programs set them (documented, not recorded). */
test.each([
  ['of several processes', '[I 2026-11-21 18:40:34 4711] ', '18:40:34.000'],
  ['of logging.Formatter', '2026-11-21 18:40:34,123 - pyftpdlib - INFO - ', '18:40:34.123'],
  ['with the level last', '2026-11-21T18:40:34 INFO: ', '18:40:34.000'],
])('a prefix %s', (_name, prefix, time) => {
  const lines = ['>>> starting FTP server on 192.0.2.88:2188, pid=1 <<<', opened].map(
    (line) => prefix + line.replace(/^\[.*?\] /, ''),
  )
  expect(pyftpdlib.recognise('', lines)).not.toBeNull()
  const { sessions, bad } = hear(pyftpdlib, lines)
  expect(bad).toEqual([])
  expect(sessions.map(({ start: begin }) => new Date(begin).toISOString())).toEqual([
    `2026-11-21T${time}Z`,
  ])
})
test('without times nothing is told, and a gap says so', () => {
  const bare = (line: string) => line.replace(/^\[.*?\] /, 'INFO:pyftpdlib:')
  const { sessions, gaps, bad } = hear(pyftpdlib, [...start, opened, closed].map(bare))
  expect([sessions, gaps, bad]).toEqual([[], ['time-untold'], []])
})
test('out of syslog the wrapper has the time', () => {
  const reader = pyftpdlib.start({
    ...{ server: serverAddress ?? null, network: 'n', timezone: null, year: null, document: 'log' },
  })
  const syslog = { time: Date.UTC(2026, 10, 21), host: 'gate', program: 'python3' }
  reader.line('203.0.113.5:51948-[] FTP session opened (connect)', 1, { offset: 0, syslog })
  const [told] = reader.end()
  expect(told).toMatchObject({ kind: 'ftp-session', session: { start: syslog.time } })
})

describe('what a client types forges nothing', () => {
  test.each([
    ['a user who looks like a reply', 'x] -> 230 ok', '<- PASS ******'],
    ['the same before a message', 'x] -> 230 ok', 'Control connection timed out.'],
    ['a user who looks like a login', "x] USER 'root' logged in.", '<- PASS ******'],
    [
      'a user who looks like the end',
      'x] FTP session closed (disconnect).',
      "USER 'x' failed login.",
    ],
    [
      'a user who looks like a transfer',
      'x] RETR /a completed=1 bytes=1 seconds=1',
      '<- PASS ******',
    ],
    ['a folder that looks like a reply', 'alice', 'MKD /srv/a] -> 230 x 257'],
    [
      'a file that looks like another',
      'alice',
      'STOR /srv/a] RETR /b completed=1 bytes=9 seconds=1',
    ],
  ])('%s', (_name, user, text) => {
    const asked = ['<- USER x', '-> 331 Username ok, send password.', '<- PASS ******']
    const before = [opened, ...asked.map((said) => at(35, said))]
    const { sessions } = hear(pyftpdlib, [...before, at(40, text, user)])
    expect(sessions).toHaveLength(1)
    expect(sessions[0]?.logins?.ok ?? 0).toBe(0)
    expect(sessions[0]?.files ?? []).toEqual([])
    expect(sessions[0]?.endSeen).toBe(false)
  })
  test('a name may hold the words that follow it', () => {
    const name = '/srv/a completed=1 bytes=7 seconds=1.pdf'
    const { sessions } = hear(pyftpdlib, [
      at(40, `STOR ${name} completed=0 bytes=9 seconds=0.2`, 'alice'),
    ])
    expect(shown(sessions[0])?.files).toEqual([['STOR', name, 9, false]])
  })
})
