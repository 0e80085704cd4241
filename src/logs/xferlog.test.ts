import { describe, expect, test } from 'vitest'
import { hear, shown } from './server-log.test.data.ts'
import { xferlog } from './xferlog.ts'

/** Recorded from vsftpd 3.0.3, ProFTPD 1.3.8 and Pure-FTPd 1.0.50, folders shortened. */
const vsftpd = [
  'Sat Nov 21 17:06:27 2026 1 127.0.0.1 1000 /pub/yearly_report.pdf b _ o a canary_pass,_"x"_word ftp 0 * c',
  'Sat Nov 21 17:06:27 2026 1 127.0.0.1 0 /pub/missing.zip b _ o a canary_pass,_"x"_word ftp 0 * i',
  'Sat Nov 21 17:06:30 2026 1 127.0.0.1 1000 /pub/yearly_report.pdf b _ o r alice ftp 0 * c',
]
const proftpd = [
  'Sat Nov 21 17:06:30 2026 0 127.0.0.1 1000 /srv/ftp/pub/yearly_report.pdf b _ o a canary pass, "x" word ftp 0 * c',
]
const pureFtpd = [
  'Sat Nov 21 17:07:04 2026 0 127.0.0.1 1000 /srv/ftp/pub/yearly_report.pdf b _ o r ftp ftp 1 * c',
]

describe('recorded', () => {
  test('vsftpd: transfers of one client and user are a session, without what was typed as password', () => {
    const heard = hear(xferlog, vsftpd)
    expect(heard.sessions.map(shown)).toEqual([
      {
        client: '127.0.0.1',
        clientPort: 0,
        server: '192.0.2.21 21',
        product: null,
        start: '2026-11-21T17:06:26.000Z',
        end: '2026-11-21T17:06:27.000Z',
        seen: [false, false],
        users: null,
        logins: null,
        anonymous: true,
        authTls: null,
        encrypted: 'unknown',
        files: [
          ['RETR', '/pub/yearly_report.pdf', 1000, true],
          ['RETR', '/pub/missing.zip', 0, false],
        ],
      },
      {
        client: '127.0.0.1',
        clientPort: 0,
        server: '192.0.2.21 21',
        product: null,
        start: '2026-11-21T17:06:29.000Z',
        end: '2026-11-21T17:06:30.000Z',
        seen: [false, false],
        users: ['alice'],
        logins: null,
        anonymous: false,
        authTls: null,
        encrypted: 'unknown',
        files: [['RETR', '/pub/yearly_report.pdf', 1000, true]],
      },
    ])
    expect(heard.sessions[0]).toMatchObject({ commands: null, dataChannels: null, lostBytes: null })
    expect(heard.gaps).toEqual(['client-port-untold'])
  })
  test('ProFTPD writes a password with its spaces', () => {
    const { sessions, bad } = hear(xferlog, proftpd)
    expect(bad).toEqual([])
    expect(shown(sessions[0])).toMatchObject({
      users: null,
      anonymous: true,
      files: [['RETR', '/srv/ftp/pub/yearly_report.pdf', 1000, true]],
    })
  })
  test('Pure-FTPd calls nobody a real user by the name of ftp', () => {
    expect(shown(hear(xferlog, pureFtpd).sessions[0])).toMatchObject({
      users: ['ftp'],
      anonymous: true,
    })
  })
  test.each([vsftpd, proftpd, pureFtpd])('is recognised by its lines', (...lines) => {
    expect(xferlog.recognise('', lines)).toBeGreaterThan(0.9)
  })
})

/** Documented (wu-ftpd xferlog(5)), not recorded. */
test.each([
  {
    name: 'an upload whose name holds spaces',
    line: 'Sat Nov  1 10:00:00 2026 3 203.0.113.5 118196 /in/my own file.pdf b _ i r bob ftp 1 bob c',
    expected: {
      users: ['bob'],
      anonymous: false,
      files: [['STOR', '/in/my own file.pdf', 118196, true]],
    },
  },
  {
    name: 'the id that a guest gave is dropped',
    line: 'Sat Nov  1 10:00:00 2026 3 203.0.113.5 5 /a.txt a C o g canary ftp 0 * c',
    expected: { users: null, anonymous: false, files: [['RETR', '/a.txt', 5, true]] },
  },
  {
    name: 'a deleted file is no transfer',
    line: 'Sat Nov  1 10:00:00 2026 0 2001:db8::5 5 /a.txt b _ d r bob ftp 0 * c',
    expected: { client: '2001:db8::5', files: undefined },
  },
  {
    name: 'a name that looks like the marks of a real user',
    line: 'Sat Nov  1 10:00:00 2026 0 203.0.113.5 5 /a b _ o r b b _ o r bob ftp 0 * c',
    expected: { users: ['bob'], files: [['RETR', '/a b _ o r b', 5, true]] },
  },
  {
    name: 'an IPv4 address inside IPv6',
    line: 'Sat Nov  1 10:00:00 2026 0 ::ffff:203.0.113.5 5 /a b _ o r bob ftp 0 * c',
    expected: { client: '203.0.113.5' },
  },
])('documented: $name', ({ line, expected }) => {
  expect(shown(hear(xferlog, [line]).sessions[0])).toMatchObject(expected)
})

test.each([
  ['name and password cannot be told apart', '/a b _ o r x b _ o a canary'],
  ['nor where the first mark is that of nobody', '/a b _ o a canary b _ o r bob'],
])('%s: the line is bad, and nothing of it is shown', (_name, middle) => {
  const line = `Sat Nov  1 10:00:00 2026 0 203.0.113.5 5 ${middle} ftp 0 * c`
  expect(hear(xferlog, [line]).bad).toEqual([
    { kind: 'bad', reason: 'ambiguous-line', sample: null },
  ])
})

test('a quarter of an hour without a transfer begins another session', () => {
  const at = (time: string) => `Sat Nov  1 ${time} 2026 0 203.0.113.5 5 /a b _ o r bob ftp 0 * c`
  const { sessions } = hear(xferlog, [at('10:00:00'), at('10:14:00'), at('10:29:01')])
  expect(sessions.map(({ files }) => files?.length)).toEqual([2, 1])
})

test('beyond the files that a session keeps another begins, and none is lost', () => {
  const line = 'Sat Nov  1 10:00:00 2026 0 203.0.113.5 5 /a b _ o r bob ftp 0 * c'
  const { sessions } = hear(
    xferlog,
    Array.from({ length: 1500 }, () => line),
  )
  expect(sessions.map(({ files }) => files?.length)).toEqual([1024, 476])
})
