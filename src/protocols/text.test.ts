import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { heardOf } from '../../test/hearing.ts'
import { wireOf } from './ftp/wire.ts'
import { http } from './http/protocol.ts'
import { ident } from './ident/protocol.ts'
import { imap } from './imap/protocol.ts'
import { irc } from './irc/protocol.ts'
import { nntp } from './nntp/protocol.ts'
import { pop3 } from './pop3/protocol.ts'
import { rtsp } from './rtsp/protocol.ts'
import { sip } from './sip/protocol.ts'
import { smtp } from './smtp/protocol.ts'
import { ssh } from './ssh/protocol.ts'
import { telnet } from './telnet/protocol.ts'
import { firstLine, is, linesOf, readCodedReply } from './text.ts'
import { vnc } from './vnc/protocol.ts'
import { winrm } from './winrm/protocol.ts'

const protocols = [
  ...[ssh, telnet, smtp, pop3, imap, http, winrm],
  ...[rtsp, sip, vnc, nntp, irc, ident],
]

/** What services say, unasked or in answer to a question that is not theirs. */
const sayings: readonly (readonly [of: string, bytes: string])[] = [
  ['ssh', 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n'],
  ['ssh', 'Welcome\r\nSSH-2.0-dropbear\r\n'],
  ['telnet', '\xff\xfd\x18\xff\xfd\x20\xff\xfb\x01'],
  ['telnet', '\xff\xfb\x01\r\nlogin: '],
  ['smtp', '220 mx ESMTP Postfix\r\n'],
  ['smtp', '502 5.5.2 Error: command not recognized\r\n'],
  ['smtp', '220 mx ESMTP Exim 4.96\r\n501 5.5.4 what\r\n'],
  ['pop3', '+OK Dovecot ready.\r\n'],
  ['pop3', '+OK POP3 ready\r\n-ERR what\r\n'],
  ['imap', '* OK Dovecot ready.\r\n'],
  ['imap', '* BYE too many\r\n'],
  ['http', 'HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n<html>login: '],
  ['http', 'HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic realm="Password: "\r\n\r\n'],
  ['rtsp', 'RTSP/1.0 400 Bad Request\r\nCSeq: 1\r\n\r\n'],
  ['sip', 'SIP/2.0 400 Bad Request\r\nServer: kamailio\r\n\r\n'],
  ['vnc', 'RFB 003.008\n'],
  ['nntp', '200 news InterNetNews NNRP server INN 2.6.4 ready (posting ok)\r\n'],
  ['irc', ':irc.example.net NOTICE AUTH :*** Looking up your hostname\r\n'],
  ['irc', 'ERROR :Closing Link: (Too many)\r\n'],
  ['ident', '1,1 : ERROR : NO-USER\r\n'],
  ['ftp', '220 (vsFTPd 3.0.3)\r\n'],
  ['ftp', '220-FileZilla Server 1.7\r\n220 Please visit\r\n'],
  ['ftp', '530 Please login with USER and PASS.\r\n'],
  ['ftp', '211-Features:\r\n EPSV\r\n211 End\r\n'],
  ['ftp', '421 Too many connections from this address\r\n'],
  ['ftp', '500 OOPS: vsftpd: refusing to run with writable root\r\n'],
  ['redis', '-NOAUTH Authentication required.\r\n'],
  ['redis', "-ERR unknown command 'GET'\r\n"],
  ['redis', '-DENIED Redis is running in protected mode\r\n'],
  ['memcached', 'ERROR\r\n'],
  ['rsync', '@RSYNCD: 31.0\n'],
  ['mysql', 'J\0\0\0\n8.0.36\0\x08\0\0\0'],
  ['tls', '\x15\x03\x01\0\x02\x02\x46'],
  ['rdp', '\x03\0\0\x13\x0e\xd0\0\0'],
  ['jpeg', '\xff\xd8\xff\xe0\0\x10JFIF'],
  ['zeros', '\0'.repeat(64)],
  ['ones', '\xff'.repeat(64)],
  ['chargen', ' !"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ\r\n'],
  ['daytime', 'Mon Jan  1 10:00:00 2024\r\n'],
  ['a shell', '# '],
]

describe('strangers', () => {
  const questions = [
    ...protocols.flatMap(({ probe }) => (probe ? [wireOf(probe)] : [])),
    'FEAT\r\n',
    'EHLO portreeve.invalid\r\n',
  ]

  test.each(protocols.map((protocol) => [protocol.id, protocol] as const))('%s', (_, { hear }) => {
    for (const [of, bytes] of sayings)
      for (const sent of [null, ...questions])
        for (const ended of [false, true]) {
          const outcome = hear(heardOf({ sent, bytes, ended }))
          if (outcome.kind === 'is')
            expect([bytes, outcome.recognised.protocol]).toEqual([bytes, of])
        }
  })

  test('each is known by what it says', () => {
    const known = protocols.filter(({ id, probe, hear }) =>
      sayings.some(([of, bytes]) => {
        const sent = probe === null ? null : wireOf(probe)
        return of === id && hear(heardOf({ sent, bytes, ended: true })).kind === 'is'
      }),
    )
    // WinRM is known by its own answers alone, which are its own test's.
    expect(known.length).toBe(protocols.length - 1)
  })

  test('nobody waits for more of a greeting that is another\u2019s', () => {
    const greetings = sayings.filter(([of]) => ['ssh', 'smtp', 'pop3', 'imap', 'nntp'].includes(of))
    for (const [of, bytes] of greetings.filter(([, bytes]) => !bytes.startsWith('Welcome')))
      for (const { id, hear } of protocols.filter(({ id }) => id !== of))
        expect([id, bytes, hear(heardOf({ bytes })).kind]).not.toEqual([id, bytes, 'more'])
  })

  test('all questions differ', () => {
    expect(new Set(questions).size).toBe(questions.length)
  })
})

describe('a first line', () => {
  test.each([
    {
      name: 'whole',
      text: '+OK a\r\nb',
      ended: false,
      is: { kind: 'line', line: '+OK a', rest: 'b' },
    },
    {
      name: 'with LF alone',
      text: '+OK a\n',
      ended: false,
      is: { kind: 'line', line: '+OK a', rest: '' },
    },
    { name: 'not whole', text: '+OK a', ended: false, is: { kind: 'more' } },
    {
      name: 'ended by the end',
      text: '+OK a',
      ended: true,
      is: { kind: 'line', line: '+OK a', rest: '' },
    },
    { name: 'part of a beginning', text: '+O', ended: false, is: { kind: 'more' } },
    { name: 'part of a beginning, at the end', text: '+O', ended: true, is: { kind: 'not' } },
    { name: 'of others', text: '+A', ended: false, is: { kind: 'not' } },
    { name: 'too long', text: `+OK ${'a'.repeat(5000)}`, ended: false, is: { kind: 'not' } },
    {
      name: 'too long, with its end',
      text: `+OK ${'a'.repeat(5000)}\n`,
      ended: false,
      is: { kind: 'not' },
    },
  ])('$name', ({ text, ended, is }) => {
    expect(firstLine(text, ended, '+OK', '-ERR')).toEqual(is)
  })
})

describe('a reply with a code', () => {
  const reply = (code: number, lines: string[], first: string, rest = '') => ({
    kind: 'reply',
    code,
    lines,
    first,
    rest,
  })
  test.each([
    { name: 'of one line', text: '220 a\r\n', is: reply(220, ['a'], '220 a') },
    { name: 'of several', text: '220-a\r\n220 b\r\nc', is: reply(220, ['a', 'b'], '220-a', 'c') },
    { name: 'without text', text: '220\r\n', is: reply(220, [''], '220') },
    { name: 'not whole', text: '220-a\r\n', is: { kind: 'more' } },
    { name: 'a code that is not whole', text: '22', is: { kind: 'more' } },
    { name: 'of two codes', text: '220-a\r\n221 b\r\n', is: { kind: 'not' } },
    { name: 'of four digits', text: '2200 a\r\n', is: { kind: 'not' } },
    { name: 'of no code', text: '600 a\r\n', is: { kind: 'not' } },
    { name: 'of a line too long', text: `220 ${'a'.repeat(5000)}`, is: { kind: 'not' } },
  ])('$name', ({ text, is }) => {
    expect(readCodedReply(text, false)).toEqual(is)
  })

  test('that the end cuts counts with what came', () => {
    expect(readCodedReply('220-a\r\n220-b', true)).toEqual(reply(220, ['a', 'b'], '220-a'))
    expect(readCodedReply('22', true)).toEqual({ kind: 'not' })
  })

  test('of a thousand lines is cut, not waited for', () => {
    const said = readCodedReply('220-a\r\n'.repeat(1000), false)
    expect(said.kind === 'reply' && said.lines.length).toBe(256)
  })
})

test('lines and their rest are the text', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', '\n')), (characters) => {
      const text = characters.join('')
      const { lines, rest } = linesOf(text)
      expect([...lines, rest].join('\n')).toBe(text)
    }),
  )
})

test('what is shown is decoded and bounded, and left out when it is empty', () => {
  const outcome = is({
    protocol: 'x',
    line: 'l'.repeat(9000),
    banner: `caf\xc3\xa9 ${'b'.repeat(9000)}`,
    details: [
      ['a', ''],
      ['b', null],
      ['c', 'd'],
    ],
  })
  if (outcome.kind !== 'is') expect.fail('not found')
  const { banner, evidence, details } = outcome.recognised
  expect(banner).toMatch(/^café b{900,1100}$/)
  expect(evidence[0]?.line.length).toBeLessThanOrEqual(256)
  expect(details).toEqual([['c', 'd']])
  expect(is({ protocol: 'x', line: '', banner: ' ' })).toMatchObject({
    recognised: { banner: null },
  })
})
