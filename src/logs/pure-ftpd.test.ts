import { describe, expect, test } from 'vitest'
import { pureFtpdClf } from './pure-ftpd-clf.ts'
import { pureFtpdStats } from './pure-ftpd-stats.ts'
import { pureFtpdW3c } from './pure-ftpd-w3c.ts'
import { hear, shown } from './server-log.test.data.ts'

/** Recorded from Pure-FTPd 1.0.50, folders shortened. */
const recorded = [
  {
    format: pureFtpdClf,
    lines: [
      '127.0.0.1 - ftp [21/Nov/2026:17:06:34 -0000] "GET /srv/ftp/pub/yearly%20report.pdf" 200 1000',
      '127.0.0.1 - alice [21/Nov/2026:17:06:38 -0000] "GET /home/alice/pub/yearly%20report.pdf" 200 1000',
    ],
    starts: ['2026-11-21T17:06:34.000Z', '2026-11-21T17:06:38.000Z'],
    version: null,
  },
  {
    format: pureFtpdW3c,
    lines: [
      '#Software: Pure-FTPd 1.0.50',
      '#Version: 1.0',
      '#Date: 2026-11-21 17:06:38',
      '#Fields: date time c-ip cs-method cs-uri-stem sc-status cs-username sc-bytes',
      '2026-11-21 17:06:43 127.0.0.1 []sent /srv/ftp/pub/yearly%20report.pdf 226 ftp 1000',
      '2026-11-21 17:06:49 127.0.0.1 []sent /home/alice/pub/yearly%20report.pdf 226 alice 1000',
    ],
    starts: ['2026-11-21T17:06:43.000Z', '2026-11-21T17:06:49.000Z'],
    version: '1.0.50',
  },
  {
    format: pureFtpdStats,
    lines: [
      '1795280815 6b01cfaa.7d6a ftp 127.0.0.1 D 1000 0 /srv/ftp/pub/yearly report.pdf',
      '1795280820 6b01cfaf.7d6c alice 127.0.0.1 D 1000 0 /home/alice/pub/yearly report.pdf',
    ],
    starts: ['2026-11-21T17:06:50.000Z', '2026-11-21T17:06:55.000Z'],
    version: null,
  },
]

describe.each(recorded)('recorded: $format.id', ({ format, lines, starts, version }) => {
  test('tells transfers, and nothing that it does not know', () => {
    const { sessions, bad, gaps } = hear(format, lines, { timezone: null })
    expect(bad).toEqual([])
    expect(gaps).toEqual(['client-port-untold'])
    expect(sessions.map(shown)).toMatchObject([
      {
        start: starts[0],
        product: 'Pure-FTPd',
        users: ['ftp'],
        anonymous: true,
        logins: null,
        files: [['RETR', '/srv/ftp/pub/yearly report.pdf', 1000, null]],
      },
      {
        start: starts[1],
        users: ['alice'],
        anonymous: false,
        files: [['RETR', '/home/alice/pub/yearly report.pdf', 1000, null]],
      },
    ])
    expect(sessions[0]?.server.product?.version).toBe(version)
    expect(sessions[0]).toMatchObject({ commands: null, authTls: null, dataChannels: null })
  })
  test('is recognised', () => {
    expect(format.recognise('', lines)).toBeGreaterThan(0.9)
    for (const other of recorded.filter((row) => row.format !== format))
      expect(other.format.recognise('', lines)).toBeNull()
  })
})

test.each([
  ['as it is written', '+0530', null, '2026-11-21T11:30:00.000Z'],
  ['as it is written', '-0530', null, '2026-11-21T22:30:00.000Z'],
  [
    'as it is written where the zone given fits it',
    '+0530',
    'Asia/Kolkata',
    '2026-11-21T11:30:00.000Z',
  ],
  ['turned round where only that fits', '-0530', 'Asia/Kolkata', '2026-11-21T11:30:00.000Z'],
  ['as it is written where neither fits', '-0530', 'UTC', '2026-11-21T22:30:00.000Z'],
])('the zone of CLF is read %s: %s, %s', (_how, offset, timezone, start) => {
  const line = `203.0.113.5 - bob [21/Nov/2026:17:00:00 ${offset}] "PUT /a" 200 7`
  expect(shown(hear(pureFtpdClf, [line], { timezone }).sessions[0])).toMatchObject({
    start,
    files: [['STOR', '/a', 7, null]],
  })
})
test('stats names its connections: the start is told, and files of one are together', () => {
  const line = (second: number, session: string) =>
    `${1795280815 + second} 6b01cfaa.${session} bob 203.0.113.5 U 5 1 /a b`
  const { sessions } = hear(pureFtpdStats, [line(0, '1'), line(1, '2'), line(2, '1')])
  expect(sessions.map(({ files, startSeen }) => [files?.length, startSeen])).toEqual([
    [1, true],
    [2, true],
  ])
})
test('percent sequences are bytes, and what is none stays', () => {
  const line = (name: string) =>
    `203.0.113.5 - bob [21/Nov/2026:17:00:00 +0000] "PUT ${name}" 200 7`
  const { sessions } = hear(pureFtpdClf, [line('/%C3%BCber'), line('/a%ff%zz')])
  expect(sessions[0]?.files).toMatchObject([
    { name: '/über', nameBase64: null },
    { name: '/a\u00ff%zz', nameBase64: btoa('/a\u00ff%zz') },
  ])
})
