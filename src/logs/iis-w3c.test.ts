import { describe, expect, test } from 'vitest'
import { iisW3c } from './iis-w3c.ts'
import { hear, shown } from './server-log.test.data.ts'

/** Documented (learn.microsoft.com), not recorded: IIS 7.5 and later. */
const header = [
  '#Software: Microsoft Internet Information Services 10.0',
  '#Version: 1.0',
  '#Date: 2026-11-21 16:26:30',
  '#Fields: date time c-ip c-port cs-username s-ip s-port cs-method cs-uri-stem sc-status sc-win32-status sc-substatus x-session x-fullpath',
]
const id = '5242ddb2-95f5-43b1-b19d-6173e04ac6f0'
const row = (second: number, user: string, port: number, rest: string, path = '-') =>
  `2026-11-21 16:26:${second} 203.0.113.5 49152 ${user} 192.0.2.99 ${port} ${rest} 0 0 ${id} ${path}`
const rows = [
  row(30, '-', 2121, 'ControlChannelOpened - -'),
  row(30, '-', 2121, 'USER anonymous 331'),
  row(30, '-', 2121, 'PASS guest@canary.example 530'),
  row(31, '-', 2121, 'USER alice 331'),
  row(31, 'WEB\\alice', 2121, 'PASS *** 230', '/'),
  row(31, 'WEB\\alice', 2121, 'PASV - 227'),
  row(32, 'WEB\\alice', 57348, 'DataChannelOpened - -'),
  row(32, 'WEB\\alice', 57348, 'DataChannelClosed - -'),
  row(33, 'WEB\\alice', 2121, 'RETR yearly+report.pdf 226', '/pub/yearly+report.pdf'),
  row(34, 'WEB\\alice', 2121, 'QUIT - 221'),
  row(34, 'WEB\\alice', 2121, 'ControlChannelClosed - -'),
]

describe('IIS 7.5 and later', () => {
  test('a session from its opening to its closing, with both ends told', () => {
    const { sessions, bad, gaps } = hear(iisW3c, [...header, ...rows], {
      server: null,
      timezone: null,
    })
    expect(bad).toEqual([])
    expect(gaps).toEqual([])
    expect(sessions.map(shown)).toEqual([
      {
        client: '203.0.113.5',
        clientPort: 49152,
        server: '192.0.2.99 2121',
        product: 'Microsoft FTP Service',
        start: '2026-11-21T16:26:30.000Z',
        end: '2026-11-21T16:26:34.000Z',
        seen: [true, true],
        users: ['anonymous', 'alice'],
        logins: { ok: 1, failed: 1 },
        anonymous: false,
        authTls: false,
        encrypted: 'unknown',
        files: [['RETR', 'yearly+report.pdf', null, true]],
      },
    ])
    expect(sessions[0]?.dataChannels).toBeNull()
  })
  test('is recognised, and web logs are not', () => {
    expect(iisW3c.recognise('', [...header, ...rows])).toBe(0.97)
    expect(iisW3c.recognise('', header)).toBe(0.8)
    const web = [
      '#Software: Microsoft Internet Information Services 10.0',
      '#Fields: date time s-ip cs-method cs-uri-stem sc-status',
      '2026-11-21 16:26:30 192.0.2.1 GET /a 200',
      '2026-11-21 16:26:30 192.0.2.1 POST /a 200',
    ]
    expect(iisW3c.recognise('', web)).toBeNull()
  })
  test('other fields from the middle of a file on, and headers that come again', () => {
    const [software = '', version = '', date = ''] = header
    const fewer = '#Fields: time c-ip x-session cs-method cs-uri-stem sc-status'
    const { sessions, bad } = hear(iisW3c, [
      ...header,
      ...rows.slice(0, 5),
      ...[software, version, '#Date: 2026-11-22 00:00:01', fewer],
      `00:00:02 203.0.113.5 ${id} RETR a.pdf 226`,
      ...[software, version, date.replace('21 ', '23 '), ...header.slice(3)],
      rows[10]?.replace('2026-11-21', '2026-11-23') ?? '',
    ])
    expect(bad).toEqual([])
    expect(sessions.map(shown)).toMatchObject([
      {
        start: '2026-11-21T16:26:30.000Z',
        end: '2026-11-21T16:26:31.000Z',
        logins: { ok: 1, failed: 1 },
      },
      { start: '2026-11-22T00:00:02.000Z', files: [['RETR', 'a.pdf', null, true]] },
    ])
  })
  test('zeros that a crash left are no bad lines', () => {
    const { bad, skipped } = hear(iisW3c, [...header, ...rows, '\0'.repeat(4096), '\0\r'])
    expect([bad, skipped]).toEqual([[], header.length + 2])
  })
  test('the end of a connection that began before the log is no connection', () => {
    expect(hear(iisW3c, [...header, ...rows.slice(-1)]).sessions).toEqual([])
  })
  test('rows before the fields are named are bad', () => {
    expect(
      hear(iisW3c, rows.slice(0, 2)).bad.map(({ reason, sample }) => [reason, sample]),
    ).toEqual([
      ['wrong-number-of-fields', null],
      ['wrong-number-of-fields', null],
    ])
  })
})

test('IIS 6: numbers in brackets, times without a date, the password of nobody', () => {
  const { sessions } = hear(iisW3c, [
    '#Software: Microsoft Internet Information Services 6.0',
    '#Date: 2026-11-21 16:26:30',
    '#Fields: time c-ip cs-method cs-uri-stem sc-status',
    '16:26:30 203.0.113.5 [1]USER anonymous 331',
    '16:26:30 203.0.113.5 [2]USER bob 331',
    '16:26:31 203.0.113.5 [1]PASS canary@example 230',
    '16:26:32 203.0.113.5 [1]sent /a.txt 226',
    '16:26:33 203.0.113.5 [1]QUIT - 257',
    '16:26:34 203.0.113.5 [2]PASS - 530',
  ])
  expect(sessions.map(shown)).toMatchObject([
    {
      server: '192.0.2.21 21',
      users: ['anonymous'],
      anonymous: true,
      seen: [false, true],
      files: [['RETR', '/a.txt', null, true]],
    },
    { users: ['bob'], logins: { ok: 0, failed: 1 }, end: '2026-11-21T16:26:34.000Z' },
  ])
})
