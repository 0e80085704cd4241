import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatAddress, parseAddress } from '../model/address.ts'
import { bytesOf } from '../protocols/ftp/wire.ts'
import { filezillaServer } from './filezilla-server.ts'
import { iisW3c } from './iis-w3c.ts'
import { logFormats } from './index.ts'
import type { LineFormat } from './log.ts'
import { proftpdExtended } from './proftpd-extended.ts'
import { pureFtpdClf } from './pure-ftpd-clf.ts'
import { pureFtpdStats } from './pure-ftpd-stats.ts'
import { pureFtpdW3c } from './pure-ftpd-w3c.ts'
import { pyftpdlib } from './pyftpdlib.ts'
import { context, everything, hear } from './server-log.test.data.ts'
import { parseClient } from './server-log.ts'
import { vsftpdLog } from './vsftpd-log.ts'
import { xferlog } from './xferlog.ts'

const canary = 'Canary-5a1f'
const ctime = 'Sat Nov 21 17:06:20 2026'
const clf = '[21/Nov/2026:17:06:30 +0000]'
const arrows = '2026-11-21T02:30:06.782Z'

/** Each format with a whole line, its preamble, and lines in which `SECRET` stands where passwords are written. */
const formats: readonly {
  readonly format: LineFormat
  readonly before?: readonly string[]
  readonly good: string
  readonly secret: readonly string[]
}[] = [
  {
    format: xferlog,
    good: `${ctime} 1 203.0.113.5 1000 /pub/a b.pdf b _ o r alice ftp 0 * c`,
    secret: [
      `${ctime} 1 203.0.113.5 1000 /pub/a.pdf b _ o a SECRET ftp 0 * c`,
      `${ctime} 1 203.0.113.5 1000 /pub/a.pdf b _ o g SECRET ftp 0 * c`,
      `${ctime} 1 203.0.113.5 1000 /pub/a.pdf b _ o a x b _ o r SECRET ftp 0 * c`,
      `${ctime} 1 203.0.113.5 1000 /pub/a.pdf b _ o a SECRET b _ o r x ftp 0 * c`,
      `${ctime} 1 203.0.113.5 1000 /pub/a.pdf a _ o a _ o r SECRET ftp 0 * c`,
      `${ctime} 1 203.0.113.5 1000 /pub/a.pdf b _ o a SECRET ftp 0 *`,
      `${ctime} 1 203.0.113.5 /pub/a.pdf b _ o a SECRET ftp 0 * c`,
    ],
  },
  {
    format: vsftpdLog,
    good: `${ctime} [pid 7] [alice] OK DOWNLOAD: Client "203.0.113.5", "/pub/a b.pdf", 1000 bytes, 1.00Kbyte/sec`,
    secret: [
      `${ctime} [pid 7] [ftp] OK LOGIN: Client "203.0.113.5", anon password "SECRET"`,
      `${ctime} [pid 7] [ftp] OK LOGIN: Client "203.0.113.5", anon password "x", "SECRET"`,
      `${ctime} [pid 7] [ftp] OK LOGIN: Client "203.0.113.5", anon password "x] OK LOGIN: Client "9.9.9.9", anon password "SECRET"`,
      `${ctime} [pid 7] [ftp] OK LOGIN: Client "203.0.113.5", anon password "SECRET] OK UPLOAD: Client "9.9.9.9", "x"`,
      `${ctime} [pid 7] [ftp] OK LOGIN: Client "a.example", anon password "SECRET] OK UPLOAD: Client "9.9.9.9", "x"`,
      `${ctime} [pid 7] [ftp] OK LOGIN: Client "203.0.113.5", anon password "SECRET`,
      `${ctime} [pid 7] FTP command: Client "203.0.113.5", "PASS SECRET"`,
      `${ctime} [pid 7] FTP command: Client "203.0.113.5", "SECRET"`,
      `${ctime} [pid 7] FTP command: Client "203.0.113.5", "PASSSECRET"`,
      `${ctime} [pid 7] FTP command: Client "203.0.113.5", "ACCT SECRET"`,
      `${ctime} [pid 7] FTP command: Client "203.0.113.5", "SITE PSWD SECRET SECRET"`,
    ],
  },
  {
    format: proftpdExtended,
    good: `203.0.113.5 UNKNOWN alice ${clf} "RETR /pub/a b.pdf" 226 1000`,
    secret: [
      `203.0.113.5 UNKNOWN ftp ${clf} "PASS SECRET" 230 -`,
      `203.0.113.5 UNKNOWN ftp ${clf} "pass SECRET with" more" 230 -`,
      `203.0.113.5 UNKNOWN ftp ${clf} "SECRET" 500 -`,
      `203.0.113.5 UNKNOWN ftp ${clf} "PASS SECRET" 230`,
      `Name [7] 203.0.113.5 ${clf} "PASS SECRET" 230`,
    ],
  },
  {
    format: pureFtpdClf,
    good: `203.0.113.5 - alice ${clf} "GET /pub/a%20b.pdf" 200 1000`,
    secret: [`203.0.113.5 - ftp ${clf} "PASS SECRET" 200 1000`],
  },
  {
    format: pureFtpdW3c,
    before: [
      '#Software: Pure-FTPd 1.0.50',
      '#Fields: date time c-ip cs-method cs-uri-stem sc-status cs-username sc-bytes',
    ],
    good: '2026-11-21 17:06:43 203.0.113.5 []sent /pub/a%20b.pdf 226 alice 1000',
    secret: ['2026-11-21 17:06:43 203.0.113.5 PASS SECRET 226 alice 1000'],
  },
  {
    format: pureFtpdStats,
    good: '1795280815 6b01cfaa.7d6a alice 203.0.113.5 D 1000 0 /pub/a b.pdf',
    secret: ['1795280815 PASS SECRET'],
  },
  {
    format: iisW3c,
    before: [
      '#Software: Microsoft Internet Information Services 10.0',
      '#Fields: date time c-ip cs-username s-ip s-port cs-method cs-uri-stem sc-status x-session',
    ],
    good: '2026-11-21 16:26:30 203.0.113.5 alice 192.0.2.9 21 RETR a+b.pdf 226 a1',
    secret: [
      '2026-11-21 16:26:30 203.0.113.5 - 192.0.2.9 21 PASS SECRET 230 a1',
      '2026-11-21 16:26:30 203.0.113.5 - 192.0.2.9 21 [7]PASS SECRET 230 a1',
      '2026-11-21 16:26:30 203.0.113.5 - 192.0.2.9 21 SECRET - 500 a1',
      '2026-11-21 16:26:30 203.0.113.5 - 192.0.2.9 21 PASS SECRET 230 a1 more',
    ],
  },
  {
    format: pyftpdlib,
    good: '[I 2026-11-21 10:00:00] 203.0.113.5:40000-[alice] RETR /srv/a b.pdf completed=1 bytes=1000 seconds=0.1',
    secret: [
      '[D 2026-11-21 10:00:00] 203.0.113.5:40000-[alice] <- PASS SECRET',
      '[D 2026-11-21 10:00:00] 203.0.113.5:40000-[alice] <- PASSSECRET',
      '[D 2026-11-21 10:00:00] 203.0.113.5:40000-[alice] <- SECRET',
      '[D 2026-11-21 10:00:00] 203.0.113.5:40000-[alice] <- ACCT SECRET',
      '[D 2026-11-21 10:00:00] 203.0.113.5:40000-[alice] -> 500 Command "SECRET" not understood.',
      '[D 2026-11-21 10:00:00] 203.0.113.5:40000-[x] <- PASS SECRET] -> 230 x',
      '[D 2026-11-21 10:00:00] 203.0.113.5:x-[alice] <- PASS SECRET',
      '[D 2026-11-21 10:00:00] pyftpdlib: PASS SECRET',
    ],
  },
  {
    format: filezillaServer,
    good: `${arrows} >> [FTP Session 7 203.0.113.5 alice] RETR a b.pdf`,
    secret: [
      `${arrows} >> [FTP Session 7 203.0.113.5] PASS SECRET`,
      `${arrows} >> [FTP Session 7 203.0.113.5] SECRET`,
      `${arrows} info [FTP Session 7 203.0.113.5] SECRET`,
      `${arrows} >> [FTP Session x 203.0.113.5] PASS SECRET`,
      '(000001)2026-11-21 10:00:00 - (not logged in) (203.0.113.5)> PASS SECRET',
      '(000001)2026-11-21 10:00:00 - (not logged in) (203.0.113.5)> SECRET',
      '(000001)2026-11-21 10:00:00 - not a line SECRET',
    ],
  },
]

describe.each(formats)('$format.id', ({ format, before = [], good, secret }) => {
  test('is in the registry', () => {
    expect(logFormats).toContain(format)
  })
  test('a whole line is a session with its user and file', () => {
    const [session] = hear(format, [...before, good]).sessions
    expect(formatAddress(session?.client.address ?? { family: 4, value: 0 })).toBe('203.0.113.5')
    expect(session?.files).toHaveLength(1)
    expect(session?.files?.[0]?.category).toBe('pdf')
    expect(session).toMatchObject({ lostBytes: null, opaqueFrom: null, signs: [] })
  })
  test.each(secret)('a password goes nowhere: %s', (line) => {
    const lines = [...before, good, line.replaceAll('SECRET', canary), good]
    const told = everything(hear(format, lines))
    expect(told).toContain('b.pdf')
    expect(told.toLowerCase()).not.toContain(canary.toLowerCase())
  })
  test('nothing is told of no server, and a gap asks for it', () => {
    // IIS names its server itself.
    const { sessions, gaps } = hear(format, [...before, good], { server: null })
    expect(gaps.includes('server-unknown')).toBe(format !== iisW3c)
    expect(sessions).toHaveLength(format === iisW3c ? 1 : 0)
  })
  test('a port that nobody tells is 0, and said', () => {
    const { sessions, gaps } = hear(format, [...before, good], { serverPort: null })
    expect(gaps.includes('server-port-untold')).toBe(format !== iisW3c)
    expect(sessions[0]?.server.port).toBe(format === iisW3c ? 21 : 0)
  })
  test('control characters are data', () => {
    const odd = good.replace(/a(?:\+|%20| )b\.pdf/, 'a\u001b[31m\u202eb.pdf')
    const [session] = hear(format, [...before, odd]).sessions
    expect(session?.files?.[0]?.name).toContain('a\u001b[31m\u202eb.pdf')
  })
  test('a name that is no UTF-8 keeps its bytes', () => {
    const reader = format.start(context)
    for (const [index, line] of before.entries())
      reader.line(line, index + 1, { offset: 0, syslog: null })
    const wire = good.replace(/a(?:\+|%20| )b\.pdf/, 'a\u00fc.pdf')
    const raw = bytesOf(wire)
    reader.line(new TextDecoder().decode(raw), before.length + 1, { offset: 0, syslog: null, raw })
    const [told] = reader.end()
    const [file] = told?.kind === 'ftp-session' ? (told.session.files ?? []) : []
    expect(file?.name).toContain('a\u00fc.pdf')
    expect(atob(file?.nameBase64 ?? '')).toBe(file?.name)
  })
  test('the log says what time it covers, and never that it is complete', () => {
    const told = hear(format, [...before, good]).observations.at(-1)
    expect(told).toMatchObject({ kind: 'coverage', complete: false, sampled: null, dropped: null })
  })
  test('an open session is let go after an hour or so without a line', () => {
    const reader = format.start(context)
    for (const [index, line] of [...before, good].entries())
      reader.line(line, index + 1, { offset: 0, syslog: null })
    expect(reader.idle?.(0)).toEqual([])
    expect(reader.idle?.(Date.UTC(2030, 0, 1)).map(({ kind }) => kind)).toContain('ftp-session')
    expect(reader.end().map(({ kind }) => kind)).not.toContain('ftp-session')
  })
  test('broken lines never throw, and none is shown', () => {
    const pieces = [...before, good, ...secret]
    const broken = fc
      .tuple(fc.constantFrom(...pieces), fc.nat(200), fc.nat(20), fc.string({ unit: 'binary' }))
      .map(([line, at, cut, more]) => line.slice(0, at) + more + line.slice(at + cut))
    fc.assert(
      fc.property(fc.array(broken, { maxLength: 12 }), (lines) => {
        const heard = hear(format, [...before, ...lines])
        for (const { sample } of heard.bad) expect(sample).toBeNull()
        for (const session of heard.sessions) {
          expect(session.start).toBeLessThanOrEqual(session.end)
          for (const file of session.files ?? []) expect(file.bytes ?? 0).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })
  test('a line of a million characters takes no time', () => {
    const begin = performance.now()
    for (const filler of ['x', ' ', '"', '] ', 'b _ o r ', ': Client "1.1.1.1"', '[1] '])
      hear(format, [
        ...before,
        good + filler.repeat(1_000_000 / filler.length),
        filler.repeat(300_000),
      ])
    expect(performance.now() - begin).toBeLessThan(5000)
  })
})

test.each([
  ['203.0.113.5', '203.0.113.5'],
  ['::ffff:203.0.113.5', '203.0.113.5'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
])('the client %s', (text, address) => {
  expect(parseClient(text)).toEqual(parseAddress(address))
})
test('names are no addresses', () => {
  expect(parseClient('client.example')).toBeUndefined()
})

test('many open sessions are bounded, and the oldest is told', () => {
  const line = (index: number) => `${arrows} >> [FTP Session ${index} 203.0.113.5] USER u${index}`
  const reader = filezillaServer.start(context)
  let told = 0
  for (let index = 0; index < 66_000; index++) {
    const outcome = reader.line(line(index), index + 1, { offset: 0, syslog: null })
    if (typeof outcome === 'object' && !('kind' in outcome))
      told += outcome.filter(({ kind }) => kind === 'ftp-session').length
  }
  expect(told).toBe(66_000 - 65_536)
})
