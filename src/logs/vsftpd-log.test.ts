import { describe, expect, test } from 'vitest'
import { readText } from './read.test.data.ts'
import { openLog } from './read.ts'
import { context, hear, shown } from './server-log.test.data.ts'
import { vsftpdLog } from './vsftpd-log.ts'

const at = (second: number, pid: number | null, rest: string) =>
  `Sat Nov 21 17:06:${`${second}`.padStart(2, '0')} 2026 ${pid === null ? '' : `[pid ${pid}] `}${rest}`
const client = 'Client "127.0.0.1"'

/** Recorded from vsftpd 3.0.3 (xferlog_enable, log_ftp_protocol), shortened. */
const protocol = [
  at(18, 32039, `CONNECT: ${client}`),
  at(18, 32039, `FTP response: ${client}, "220 (vsFTPd 3.0.3)"`),
  at(18, 32039, `FTP command: ${client}, "USER ghost"`),
  at(18, 32039, `[ghost] FTP response: ${client}, "331 Please specify the password."`),
  at(18, 32039, `[ghost] FTP command: ${client}, "PASS <password>"`),
  at(19, 32038, `[ghost] FAIL LOGIN: ${client}`),
  at(20, 32039, `[ghost] FTP response: ${client}, "530 Login incorrect."`),
  at(20, 32039, `FTP command: ${client}, "USER anonymous"`),
  at(20, 32039, `[anonymous] FTP response: ${client}, "331 Please specify the password."`),
  at(20, 32039, `[anonymous] FTP command: ${client}, "PASS <password>"`),
  at(20, 32038, `[ftp] OK LOGIN: ${client}, anon password "canary_pass,_"x"_word"`),
  at(20, 32040, `[ftp] FTP response: ${client}, "230 Login successful."`),
  at(20, 32040, `[ftp] FTP command: ${client}, "FEAT"`),
  at(20, 32040, `[ftp] FTP response: ${client}, "211-Features:"`),
  at(20, 32040, `[ftp] FTP response: ${client}, " EPRT??"`),
  at(20, 32040, `[ftp] FTP response: ${client}, "211 End"`),
  at(20, 32040, `[ftp] FTP command: ${client}, "HUNTER2TYPED"`),
  at(20, 32040, `[ftp] FTP response: ${client}, "500 Unknown command."`),
  at(20, 32040, `[ftp] FTP command: ${client}, "PASV"`),
  at(
    20,
    32040,
    `[ftp] FTP response: ${client}, "227 Entering Passive Mode (127,141,27,1,104,139)."`,
  ),
  at(20, 32040, `[ftp] FTP command: ${client}, "RETR /pub/yearly report.pdf"`),
  at(
    20,
    32040,
    `[ftp] FTP response: ${client}, "150 Opening BINARY mode data connection for /pub/yearly report.pdf (1000 bytes)."`,
  ),
  at(
    20,
    32040,
    `[ftp] OK DOWNLOAD: ${client}, "/pub/yearly report.pdf", 1000 bytes, 902.55Kbyte/sec`,
  ),
  at(20, 32040, `[ftp] FTP response: ${client}, "226 Transfer complete."`),
  at(20, 32040, `[ftp] FAIL DOWNLOAD: ${client}, "/pub/missing.zip", 0.00Kbyte/sec`),
  at(20, 32040, `[ftp] OK MKDIR: ${client}, "/upload/x y"`),
  at(20, 32040, `[ftp] FTP response: ${client}, "257 "/upload/x y" created"`),
  at(21, 32040, `[ftp] FTP command: ${client}, "QUIT"`),
  at(21, 32040, `[ftp] FTP response: ${client}, "221 Goodbye."`),
]
/** Recorded as well (dual_log_enable alone). */
const plain = [
  at(24, 32047, `CONNECT: ${client}`),
  at(26, 32046, `[ghost] FAIL LOGIN: ${client}`),
  at(27, 32046, `[ftp] OK LOGIN: ${client}, anon password "canary"`),
  at(
    27,
    32048,
    `[ftp] OK DOWNLOAD: ${client}, "/pub/yearly report.pdf", 1000 bytes, 1567.52Kbyte/sec`,
  ),
  at(27, 32050, `CONNECT: ${client}`),
  at(30, 32049, `[alice] OK LOGIN: ${client}`),
  at(
    30,
    32051,
    `[alice] OK DOWNLOAD: ${client}, "/pub/yearly report.pdf", 1000 bytes, 1130.28Kbyte/sec`,
  ),
]

describe('recorded', () => {
  test('with the protocol: one session, from its greeting to its end', () => {
    const heard = hear(vsftpdLog, protocol)
    expect(heard.bad).toEqual([])
    expect(heard.sessions.map(shown)).toEqual([
      {
        client: '127.0.0.1',
        clientPort: 0,
        server: '192.0.2.21 21',
        product: 'vsftpd',
        start: '2026-11-21T17:06:18.000Z',
        end: '2026-11-21T17:06:21.000Z',
        seen: [true, true],
        users: ['ghost', 'anonymous'],
        logins: { ok: 1, failed: 1 },
        anonymous: true,
        authTls: false,
        encrypted: 'unknown',
        files: [
          ['RETR', '/pub/yearly report.pdf', 1000, true],
          ['RETR', '/pub/missing.zip', 0, false],
        ],
      },
    ])
    const [session] = heard.sessions
    expect(session?.banner).toBe('(vsFTPd 3.0.3)')
    expect(session?.server.product?.version).toBe('3.0.3')
    expect(session?.commands).toEqual({
      USER: 2,
      PASS: 2,
      FEAT: 1,
      PASV: 1,
      RETR: 1,
      QUIT: 1,
      '*': 1,
    })
    expect(session?.dataChannels).toMatchObject([
      {
        mode: 'passive',
        announced: { port: 26763 },
        command: 'RETR',
        outcome: '226',
        complete: true,
      },
    ])
    expect(session?.signs).not.toContain('clear-text-login')
  })
  test('without the protocol: processes are put together, what was not told is null', () => {
    const { sessions } = hear(vsftpdLog, plain)
    expect(sessions.map(shown)).toMatchObject([
      { users: ['ghost', 'ftp'], logins: { ok: 1, failed: 1 }, anonymous: true, authTls: null },
      { users: ['alice'], logins: { ok: 1, failed: 0 }, anonymous: false, seen: [true, false] },
    ])
    expect(sessions.map(({ files }) => files?.length)).toEqual([1, 1])
    expect(sessions[0]).toMatchObject({ commands: null, banner: null, dataChannels: null })
  })
  test('two at once are told apart by their processes', () => {
    const lines = [
      at(1, 11, `CONNECT: ${client}`),
      at(1, 21, `CONNECT: ${client}`),
      at(2, 20, `[bob] OK LOGIN: ${client}`),
      at(2, 10, `[alice] OK LOGIN: ${client}`),
      at(3, 22, `[bob] OK UPLOAD: ${client}, "/b", 7 bytes, 1.00Kbyte/sec`),
      at(3, 12, `[alice] OK UPLOAD: ${client}, "/a", 9 bytes, 1.00Kbyte/sec`),
    ]
    const { sessions } = hear(vsftpdLog, lines)
    expect(sessions.map(({ users, files }) => [users, files?.map(({ name }) => name)])).toEqual(
      expect.arrayContaining([
        [['alice'], ['/a']],
        [['bob'], ['/b']],
      ]),
    )
    expect(sessions).toHaveLength(2)
  })
  test('small numbers of a name space of its own: a connection begins with each CONNECT', () => {
    const one = [
      at(1, 2, `CONNECT: ${client}`),
      at(2, 1, `[bob] OK LOGIN: ${client}`),
      at(3, 3, `[bob] OK DOWNLOAD: ${client}, "/b", 7 bytes, 1.00Kbyte/sec`),
    ]
    const { sessions } = hear(vsftpdLog, [...one, ...one])
    expect(sessions.map(({ logins, files }) => [logins?.ok, files?.length])).toEqual([
      [1, 1],
      [1, 1],
    ])
  })
  test('without process ids', () => {
    const lines = [
      at(1, null, `CONNECT: ${client}`),
      at(2, null, `[bob] OK LOGIN: ${client}`),
      at(3, null, `[bob] OK UPLOAD: ${client}, "/b c", 7 bytes, 1.00Kbyte/sec`),
      at(9, null, `CONNECT: ${client}`),
    ]
    const { sessions } = hear(vsftpdLog, lines)
    expect(
      sessions.map(({ logins, files }) => [logins?.ok ?? null, files?.length ?? null]),
    ).toEqual([
      [1, 1],
      [null, null],
    ])
  })
  test('is recognised', () => {
    expect(vsftpdLog.recognise('', protocol)).toBe(0.97)
    expect(vsftpdLog.recognise('', ['hello', 'world', ''])).toBeNull()
  })
})

test('a date that no calendar has is a bad line where the zone is known', () => {
  const lines = [
    `Sat Nov 21 09:00:00 2026 [pid 3] CONNECT: ${client}`,
    `Tue Feb 31 09:00:00 2026 [pid 3] CONNECT: ${client}`,
  ]
  const { summary } = readText(`${lines.join('\n')}\n`, context)
  expect(summary).toMatchObject({ understood: 1, bad: 1, samples: [{ reason: 'no-time' }] })
})

test('what syslog has of others is passed over', () => {
  const lines = [
    `Nov 21 17:06:20 gate vsftpd[7]: CONNECT: ${client}`,
    'Nov 21 17:06:21 gate vsftpd: pam_unix(vsftpd:auth): authentication failure; ruser=x',
    'Nov 21 17:06:22 gate sshd[9]: Accepted password for x',
    `Nov 21 17:06:23 gate /usr/sbin/vsftpd[7]: [alice] OK LOGIN: ${client}`,
    'Nov 21 17:06:24 gate vsftpd[7]: what is this',
  ]
  const { sessions, summary } = readText(`${lines.join('\n')}\n`, context)
  expect(summary).toMatchObject({ understood: 2, skipped: 2, bad: 1 })
  expect(sessions).toHaveLength(1)
})

test('out of syslog the wrapper has the time', () => {
  const reader = vsftpdLog.start(context)
  const syslog = { time: Date.UTC(2026, 10, 21), host: 'gate', program: 'vsftpd' }
  reader.line(`[alice] OK LOGIN: ${client}`, 1, { offset: 0, syslog })
  const [told] = reader.end()
  expect(told?.kind === 'ftp-session' && shown(told.session)).toMatchObject({
    start: '2026-11-21T00:00:00.000Z',
    users: ['alice'],
  })
  const timeless = vsftpdLog.start({ ...context, year: null })
  const outcome = timeless.line(`[alice] OK LOGIN: ${client}`, 1, {
    offset: 0,
    syslog: { ...syslog, time: null },
  })
  expect(outcome).toMatchObject([{ kind: 'gap', gap: { reason: 'year-unknown' } }])
})

test.each([
  ['RFC 3164 in a file', 'Nov 21 17:06:20 gate vsftpd[7]: '],
  ['RFC 3164 as sent', '<85>Nov 21 17:06:20 gate vsftpd[7]: '],
  ['RFC 5424', '<85>1 2026-11-21T17:06:20Z gate vsftpd 7 - - '],
  ['a time of RFC 3339', '2026-11-21T18:06:20+01:00 gate vsftpd[7]: '],
])("through %s the format is recognised and the time is the wrapper's", (_name, head) => {
  const said = [`CONNECT: ${client}`, `[ftp] OK LOGIN: ${client}, anon password "canary"`]
  const log = openLog(context)
  const bytes = new TextEncoder().encode(said.map((text) => `${head}${text}\n`).join(''))
  const events = [...log.push(bytes), ...log.end()]
  const told = events.flatMap((event) => (event.kind === 'observations' ? event.observations : []))
  const sessions = told.flatMap((one) => (one.kind === 'ftp-session' ? [one.session] : []))
  expect(events[0]).toMatchObject({ kind: 'format', id: 'vsftpd-log', syslog: 'wrapped' })
  expect(sessions.map(shown)).toMatchObject([
    { start: '2026-11-21T17:06:20.000Z', users: ['ftp'], logins: { ok: 1, failed: 0 } },
  ])
  expect(JSON.stringify(events)).not.toContain('canary')
})

test('guessing from one place is told apart by connection, in little time', () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => [
    at(index % 60, 2 * index + 2, `CONNECT: ${client}`),
    at(index % 60, 2 * index + 1, `[root] FAIL LOGIN: ${client}`),
  ]).flat()
  const { sessions } = hear(vsftpdLog, lines)
  expect(sessions).toHaveLength(20_000)
  expect(sessions.every(({ logins }) => logins?.failed === 1)).toBe(true)
})

test('a refused connection ends as it begins (documented: max_per_ip)', () => {
  const line = at(
    1,
    5,
    `CONNECT: ${client}, "Connection refused: too many sessions for this address."`,
  )
  expect(shown(hear(vsftpdLog, [line]).sessions[0])).toMatchObject({ seen: [true, true] })
})

test('what goes on after AUTH TLS is still read, and was encrypted', () => {
  const lines = [
    at(1, 5, `CONNECT: ${client}`),
    at(1, 5, `FTP response: ${client}, "220 Hello."`),
    at(1, 5, `FTP command: ${client}, "AUTH TLS"`),
    at(1, 5, `FTP response: ${client}, "234 Proceed with negotiation."`),
    at(2, 5, `FTP command: ${client}, "XYZZY"`),
    at(2, 5, `FTP response: ${client}, "530 Please login with USER and PASS."`),
    at(2, 5, `FTP command: ${client}, "USER alice"`),
    at(2, 5, `[alice] FTP response: ${client}, "331 Please specify the password."`),
    at(2, 5, `[alice] FTP command: ${client}, "PASS <password>"`),
    at(2, 5, `[alice] FTP response: ${client}, "230 Login successful."`),
  ]
  const [session] = hear(vsftpdLog, lines).sessions
  expect(shown(session)).toMatchObject({
    authTls: true,
    encrypted: 'from-auth',
    users: ['alice'],
    logins: { ok: 1, failed: 0 },
  })
  expect(session?.commands).toEqual({ AUTH: 1, USER: 1, PASS: 1, '*': 1 })
  expect(session?.signs).toEqual([])
})

test.each([
  [
    'a user who writes the end of a line',
    `[x] OK LOGIN: Client "9.9.9.9"] FAIL LOGIN: ${client}`,
    ['x] OK LOGIN: Client "9.9.9.9"'],
  ],
])('%s is a user with an odd name', (_name, rest, users) => {
  expect(hear(vsftpdLog, [at(1, 5, rest)]).sessions[0]?.users).toEqual(users)
  expect(hear(vsftpdLog, [at(1, 5, rest)]).sessions[0]?.logins).toEqual({ ok: 0, failed: 1 })
})
test.each([
  ['user', `[x] OK UPLOAD: Client "9.9.9.9", "y] OK UPLOAD: ${client}, "z", 5 bytes`],
  [
    'password',
    `[ftp] OK LOGIN: ${client}, anon password "canary] OK UPLOAD: Client "9.9.9.9", "z"`,
  ],
])('a %s that makes a line read in two ways is not believed', (_name, rest) => {
  const heard = hear(vsftpdLog, [at(1, 5, rest)])
  expect(heard.sessions).toEqual([])
  expect(heard.bad).toEqual([{ kind: 'bad', reason: 'ambiguous-line', sample: null }])
})
