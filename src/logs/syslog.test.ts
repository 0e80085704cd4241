import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseZone, utc } from './local-time.ts'
import { unwrapSyslog } from './syslog.ts'
import { yearlessClock } from './yearless-clock.ts'

const read = (line: string, year: number | null = 2026, zone = utc) => {
  const found = unwrapSyslog(line, yearlessClock(year, zone))
  return (
    found && { ...found, time: found.time === null ? null : new Date(found.time).toISOString() }
  )
}

test.each([
  [
    'RFC 3164 with its priority (§5.4, example 1)',
    "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
    {
      text: "'su root' failed for lonvick on /dev/pts/8",
      time: '2026-10-11T22:14:15.000Z',
      host: 'mymachine',
      program: 'su',
      pid: null,
    },
  ],
  [
    'as programs send it, without the host',
    '<94>Nov 21 18:57:27 pure-ftpd: (?@203.0.113.5) [INFO] Logout.',
    {
      text: '(?@203.0.113.5) [INFO] Logout.',
      time: '2026-11-21T18:57:27.000Z',
      host: null,
      program: 'pure-ftpd',
      pid: null,
    },
  ],
  [
    'as daemons write it to files',
    'Nov  1 17:06:20 gate vsftpd[32040]: [alice] OK LOGIN: Client "203.0.113.5"',
    {
      text: '[alice] OK LOGIN: Client "203.0.113.5"',
      time: '2026-11-01T17:06:20.000Z',
      host: 'gate',
      program: 'vsftpd',
      pid: '32040',
    },
  ],
  [
    'with a time of RFC 3339',
    '2026-11-21T17:06:20.123456+01:00 gate proftpd[7]: text: more',
    {
      text: 'text: more',
      time: '2026-11-21T16:06:20.123Z',
      host: 'gate',
      program: 'proftpd',
      pid: '7',
    },
  ],
  [
    'RFC 5424 with structured data (§6.5, example 3)',
    '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"] \ufeffAn application event',
    {
      text: 'An application event',
      time: '2003-10-11T22:14:15.003Z',
      host: 'mymachine.example.com',
      program: 'evntslog',
      pid: null,
    },
  ],
  [
    'RFC 5424 without (§6.5, example 1)',
    "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su 12 ID47 - 'su root' failed",
    {
      text: "'su root' failed",
      time: '2003-10-11T22:14:15.003Z',
      host: 'mymachine.example.com',
      program: 'su',
      pid: '12',
    },
  ],
  [
    'RFC 5424 with quotes and brackets inside of quotes, and nothing else known',
    '<34>1 - - - - - [a b="\\"]\\]"][c d="]"] x',
    { text: 'x', time: null, host: null, program: null, pid: null },
  ],
])('%s', (_name, line, expected) => {
  expect(read(line)).toEqual(expected)
})

test('the time of RFC 3164 needs a year and a zone', () => {
  const line = 'Nov  1 17:06:20 gate vsftpd: x'
  expect(read(line, null)?.time).toBeNull()
  expect(unwrapSyslog(line, yearlessClock(2026, null))?.time).toBeNull()
  expect(read(line, 2026, parseZone('Asia/Kolkata'))?.time).toBe('2026-11-01T11:36:20.000Z')
})
test('29 February is of leap years', () => {
  expect(read('Feb 29 17:06:20 gate ftpd: x', 2026)?.time).toBeNull()
  expect(read('Feb 29 17:06:20 gate ftpd: x', 2028)?.time).toBe('2028-02-29T17:06:20.000Z')
})

test.each([
  'Sat Nov 21 17:06:20 2026 [pid 32040] CONNECT: Client "203.0.113.5"',
  '2023-07-16T02:18:53.318Z << [FTP Session 2856 64.62.197.239] 220 welcome',
  '2026-11-21 17:06:43 127.0.0.1 []sent /a 226 ftp 1000',
  '<34>1 2003-10-11T22:14:15.003Z host su - - [never closed',
  'Foo 21 17:06:20 gate vsftpd: x',
  '',
])('%j is not wrapped', (line) => {
  expect(read(line)).toBeNull()
})

test('whatever comes, it never throws, and the text is an end of the line', () => {
  const heads = [
    '<34>Oct 11 22:14:15 h p[1]: ',
    '<1>1 - h p - - ',
    '2026-11-21T17:06:20Z h p: ',
    '',
  ]
  const lines = fc.tuple(fc.constantFrom(...heads), fc.string({ unit: 'binary' }))
  fc.assert(
    fc.property(lines, ([head, rest]) => {
      const found = read(head + rest)
      if (found) expect((head + rest).endsWith(found.text)).toBe(true)
    }),
  )
})
