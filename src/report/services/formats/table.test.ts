import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addresses } from '../../../model/address-set.ts'
import { ports } from '../../../model/port-set.ts'
import type { Sighting } from '../../../model/sighting.ts'
import { textWidth } from '../../width.ts'
import { hostileFindings, hostileLook, hostileSightings, hostileText } from '../testing/hostile.ts'
import {
  coverage,
  finding,
  findings,
  look,
  probe,
  scanOptions,
  service,
  sightings,
  summary,
  written,
} from '../testing/sample.ts'
import { table } from './table.ts'

const page = (
  options: Partial<typeof scanOptions> = {},
  ...rest: Parameters<typeof written> extends [unknown, ...infer R] ? Partial<R> : never
): string => written(table.start(look, { ...scanOptions, ...options }), ...rest)

test('at 80 columns', () => {
  expect(`\n${page()}`).toBe(`
FTP SERVERS (5)
ADDRESS        PORT  PRODUCT                 TLS       ANON  WRITE   FINDINGS
203.0.113.5      21  vsftpd 3.0.3            none      yes   yes     critical +2
203.0.113.5   60021  ProFTPD 1.3.8b          required  no    ?       low
203.0.113.9     990  Microsoft FTP Se… 10.0  implicit  ?     ?       medium
203.0.113.10   2121  Welcome to the file e…  offered   yes   likely  high
2001:db8:85a3::8a2e:370:7334
                 21  Pure-FTPd               offered   no    no      none

OTHER SERVICES (5)
ADDRESS        PORT  SERVICE    PRODUCT        TLS  SAYS                FINDINGS
203.0.113.5      22  ssh        OpenSSH 9.2p1       SSH-2.0-OpenSSH_9…  -
203.0.113.9      21  smtp       Postfix smtpd       mail.example.org…   info
203.0.113.10    443  https      nginx 1.24.0   1.3  title: Shop – Übe…  -
203.0.113.12   8443  undecided                      (silent)            -
203.0.113.13  1-300  open                           (told nothing)      -

NOT LOOKED AT
  banned (2 ports): it answered and then refused or fell silent, so it was left
    alone
    tcp 2121, 8443 at 203.0.113.9
  not probed (1 port): no packet was sent, so nothing is known
    tcp 60021 at 203.0.113.9

NOT KNOWN
  Bounce was not tried: give --bounce-address

5 FTP servers (2 anonymous, 2 writable, 1 without TLS) · 4 other services · 300
  ports open that told nothing
Findings: 1 critical, 3 high, 1 medium, 1 low, 1 info; 2 could not be told, 1
  exempt
17 addresses × 7 ports: 309 open, 4 closed, 2 filtered, 2 banned, 1 not probed ·
  4.2 s
Every answer with its proof: --details
`)
})

test('at 140 columns', () => {
  expect(`\n${page({ width: 140 })}`).toBe(`
FTP SERVERS (5)
ADDRESS                        PORT  NAME               PRODUCT                           TLS       ANON  WRITE   FILES  FINDINGS
203.0.113.5                      21  files.example.com  vsftpd 3.0.3                      none      yes   yes         2  1 critical, 2 high
203.0.113.5                   60021  files.example.com  ProFTPD 1.3.8b                    required  no    ?           ?  1 low
203.0.113.9                     990                     Microsoft FTP Service 10.0        implicit  ?     ?           ?  1 medium
203.0.113.10                   2121                     Welcome to the file exchange of…  offered   yes   likely      0  1 high
2001:db8:85a3::8a2e:370:7334     21                     Pure-FTPd                         offered   no    no          ?  none

OTHER SERVICES (5)
ADDRESS        PORT  NAME               SERVICE    PRODUCT        TLS  SAYS                                         FINDINGS
203.0.113.5      22  files.example.com  ssh        OpenSSH 9.2p1       SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3       -
203.0.113.9      21                     smtp       Postfix smtpd       mail.example.org ESMTP Postfix (Debian/GNU)  1 info
203.0.113.10    443                     https      nginx 1.24.0   1.3  title: Shop – Übersicht                      -
203.0.113.12   8443                     undecided                      (silent)                                     -
203.0.113.13  1-300                     open                           (told nothing)                               -

NOT LOOKED AT
  banned (2 ports): it answered and then refused or fell silent, so it was left alone
    tcp 2121, 8443 at 203.0.113.9
  not probed (1 port): no packet was sent, so nothing is known
    tcp 60021 at 203.0.113.9

NOT KNOWN
  Bounce was not tried: give --bounce-address

5 FTP servers (2 anonymous, 2 writable, 1 without TLS) · 4 other services · 300 ports open that told nothing
Findings: 1 critical, 3 high, 1 medium, 1 low, 1 info; 2 could not be told, 1 exempt
17 addresses × 7 ports: 309 open, 4 closed, 2 filtered, 2 banned, 1 not probed · 4.2 s
Every answer with its proof: --details
`)
})

test('one server in detail', () => {
  const [only] = sightings.filter((it) => it.kind === 'service')
  if (!only) throw new Error('no service')
  const text = page({ details: true }, [only, coverage()], findings.slice(0, 3))
  expect(`\n${text.slice(text.indexOf('IN DETAIL'))}`).toBe(`
IN DETAIL

203.0.113.5:21  vsftpd 3.0.3  files.example.com
  greeting  (vsFTPd 3.0.3)
  told by   banner, wording, 93 % sure
  cpe       cpe:2.3:a:vsftpd_project:vsftpd:3.0.3:*:*:*:*:*:*:*
  features  EPSV, MDTM, UTF8
  writable  /incoming
  ✗ critical  Anybody may write to a directory  ftp-server-writable-directory
  ✗ high      Anybody may log in  ftp-server-anonymous-login
  ✗ high      Passwords travel in clear  ftp-server-clear-text-login
  1 Product
    product is known                yes             named in greeting  [1]
  2 Encryption
    TLS on request (AUTH TLS)       no              refused  [4-5]
    TLS from the first byte         no              speaks in clear  [1]
    TLS is required                 no              TLS not offered  [5]
    anonymous login in clear        yes             logged in  [6-9]
    account login in clear          yes             TLS not offered  [5]
    could not tell, not asked: takes an old TLS version, takes a weak cipher,
      certificate is valid, certificate has its name, obeys commands sent before
      TLS
  3 Anonymous access
    anonymous login                 yes             logged in  [6-9]
    anonymous may list              yes             listed  [12]
    a directory is writable         yes             made and removed as
                                                    anonymous  [13-16]
  4 Bounce
    bounce to another address       could not tell  no second address
    bounce to a port below 1024     could not tell  not asked
  5 Passive answers
    passive address is its own      no              other address  [11]
    passive ports are predictable   could not tell  not asked
  6 Commands
    SITE EXEC                       no              refused  [18]
    could not tell, not asked: SITE CPFR and CPTO, SITE CHMOD, STAT tells of the
      system
  7 Hosted files
    hosts files                     yes             listed  [12]
      /pub/annual-report.pdf, 118196 bytes (pdf)
      /pub/backup.zip (archive)
  8 Guessing                        could not tell  not asked
  Proof
     1 ← 220 (vsFTPd 3.0.3)
     4 → AUTH TLS
     5 ← 530 Please login with USER and PASS.
     6 → USER anonymous
     7 ← 331 Please specify the password.
     8 → PASS ***
     9 ← 230 Login successful.
    11 ← 227 Entering Passive Mode (10,0,0,5,200,12).
    12 · data channel: 214 bytes of listing
    13 → MKD /incoming/portreeve-1f
    14 ← 257 "/incoming/portreeve-1f" created
    15 → RMD /incoming/portreeve-1f
    16 ← 250 Remove directory operation successful.
    18 ← 214 CHMOD UMASK HELP

1 FTP server (1 anonymous, 1 writable, 1 without TLS)
Findings: 1 critical, 2 high
17 addresses × 7 ports: 1 open · 4.2 s
`)
})

test('where nothing bounds the page every column is there, and names are whole', () => {
  const text = page({ width: 0 })
  expect(text).toContain('CERT UNTIL')
  expect(text).toContain('Microsoft FTP Service 10.0')
})

test('colour only where it is asked for, and it changes no letter', () => {
  const coloured = page({ colour: true, details: true })
  expect(coloured).toContain('\u001b[')
  expect(stripVTControlCharacters(coloured)).toBe(page({ details: true }))
})

describe('what was not seen', () => {
  const closed = probe('203.0.113.5', 'closed', 21)
  const answering = (port: number, protocol: string) =>
    ({ kind: 'service', service: service('203.0.113.5', port, protocol) }) as const
  const ssh = answering(22, 'ssh')
  const undecided = answering(8443, 'unknown')
  const bare = answering(21, 'ftp')
  test.each([
    {
      name: 'inside coverage there is none',
      seen: [closed, coverage()],
      says: 'No FTP server was found on what was looked at.',
    },
    {
      name: 'among what answers',
      seen: [ssh, coverage()],
      says: 'No FTP server was found among 1 open port on what was looked at.',
    },
    {
      name: 'what told nothing of itself may be one',
      seen: [ssh, undecided, coverage()],
      says: 'No FTP server was seen among 2 open ports, but what answers at 1 of them could not be told.',
    },
    {
      name: 'so may a port of which nothing is known but that it is open',
      seen: [ssh, probe('203.0.113.6', 'open', 21), coverage()],
      says: 'No FTP server was seen among 2 open ports, but what answers at 1 of them could not be told.',
    },
    {
      name: 'one that was only recognised is one',
      seen: [bare, coverage()],
      says: '1 FTP server (1 not assessed)\n',
    },
    {
      name: 'outside of it there may be some',
      seen: [closed, coverage(false)],
      says: 'No FTP server was seen, but not everything was looked at: there may be some.',
    },
    {
      name: 'without coverage nothing is said of what is not there',
      seen: [closed],
      says: 'there may be some.',
    },
    {
      name: 'a banned port may be one',
      seen: [closed, coverage(), probe('203.0.113.5', 'banned', 990)],
      says: 'there may be some.',
    },
  ])('$name', ({ seen, says }) => {
    expect(page({ width: 0 }, seen, [])).toContain(says)
  })

  test('addresses that were looked at on different ports are no product', () => {
    const audit = [
      { ...coverage(), addresses: addresses('203.0.113.5/32'), ports: ports(21) },
      { ...coverage(), addresses: addresses('203.0.113.6/32'), ports: ports([22, 25]) },
    ] as readonly Sighting[]
    const says = (seen: readonly Sighting[]) => page({ width: 0 }, seen, []).split('\n').at(-2)
    expect(says(audit)).toBe('2 addresses, each at its own ports: 0 open · 4.2 s')
    expect(says(audit.slice(1))).toBe('1 address × 4 ports: 0 open · 4.2 s')
  })

  test('of a server that was not assessed nothing is told', () => {
    const text = page({ width: 0 }, [bare, coverage()], [])
    expect(text).toMatch(/^FTP SERVERS \(1\)\n.*\n203\.0\.113\.5 +21 +(\? +){5}-\n\n1 FTP/)
    expect(text).not.toContain('--details')
  })

  test('findings of none are none only inside coverage', () => {
    const pass = finding('203.0.113.5', 22, findings[0]?.check ?? expect.fail(), 'pass')
    expect(page({}, [ssh, coverage()], [pass])).toContain('Findings: none on what was looked at\n')
    expect(page({}, [ssh, coverage(false)], [pass])).toContain('Findings: none so far\n')
  })

  test('ports that were not looked at are named with the reason', () => {
    const many = Array.from({ length: 30 }, (_, i) => probe(`203.0.113.${i}`, 'not-probed', 990))
    const text = page({ width: 0 }, [...many, probe('203.0.113.5', 'error', 21), coverage()], [])
    expect(text).toContain('not probed (30 ports): no packet was sent, so nothing is known\n')
    expect(text).toContain('tcp 990 at 203.0.113.0, 203.0.113.1,')
    expect(text).toContain('and 22 more\n')
    expect(text).toContain('error (1 port): this machine could not look\n')
  })

  test('of very many addresses some are named and all ports are counted', () => {
    const many = Array.from({ length: 6000 }, (_, i) =>
      probe(`203.0.${Math.floor(i / 250)}.${i % 250}`, 'not-probed', 990),
    )
    const text = page({ width: 0 }, many, [])
    expect(text).toContain('not probed (6,000 ports)')
    expect(text).toContain('and 4,992 more\n')
    expect(text).toContain('and 1,000 ports at other addresses\n')
  })

  test('a run that was ended says so, and how much is left', () => {
    const text = page({ width: 0 }, [closed, coverage(false)], [], {
      ...summary,
      stopped: 'interrupted',
    })
    expect(text).toContain(
      'The scan ended before its time (interrupted): what is not listed here may not have been looked at.',
    )
    expect(text).toContain('17 addresses × 7 ports: 0 open, 1 closed, 118 not looked at · 4.2 s')
  })
})

test('no line is wider than the page, and each service has one, whatever comes from outside', () => {
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 40, max: 200 }), (text, width) => {
      const options = { ...scanOptions, width, details: true }
      const out = written(
        table.start(hostileLook(text), options),
        [...sightings, ...hostileSightings(text)],
        [...findings, ...hostileFindings(text)],
      )
      for (const line of out.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(width)
      const rows = out.split('\n').filter((line) => /^203\.0\.113\.\d+ /.test(line))
      if (width >= 60) expect(rows).toHaveLength(10)
    }),
    { numRuns: 60 },
  )
})
