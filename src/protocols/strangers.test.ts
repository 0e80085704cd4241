/** Nobody takes another's answer for his own, not even in answer to his own question. */
import { describe, expect, test } from 'vitest'
import { ascii, heard, hex } from '../../test/protocol-laws.ts'
import { ajp13 } from './ajp13/protocol.ts'
import { amqp } from './amqp/protocol.ts'
import { cassandra } from './cassandra/protocol.ts'
import { dns } from './dns/protocol.ts'
import { ldap } from './ldap/protocol.ts'
import { memcached } from './memcached/protocol.ts'
import { mongodb } from './mongodb/protocol.ts'
import { mqtt } from './mqtt/protocol.ts'
import { mysql } from './mysql/protocol.ts'
import { oracle } from './oracle/protocol.ts'
import { postgresql } from './postgresql/protocol.ts'
import { rdp } from './rdp/protocol.ts'
import { redis } from './redis/protocol.ts'
import { rmi } from './rmi/protocol.ts'
import { rsync } from './rsync/protocol.ts'
import { smb } from './smb/protocol.ts'
import { sqlserver } from './sqlserver/protocol.ts'
import { x11 } from './x11/protocol.ts'

const protocols = [
  ...[rdp, smb, mysql, postgresql, sqlserver, redis, mongodb, memcached],
  ...[dns, ldap, mqtt, amqp, rsync, x11, oracle, ajp13, rmi, cassandra],
]

const answers: readonly (readonly [of: string, bytes: Uint8Array])[] = [
  ['ftp', ascii('220 (vsFTPd 3.0.3)\r\n')],
  ['smtp', ascii('220 mail.example.org ESMTP Postfix\r\n')],
  ['pop3', ascii('+OK Dovecot ready.\r\n')],
  ['pop3 that refuses', ascii('-ERR Unknown command.\r\n')],
  ['imap', ascii('* OK [CAPABILITY IMAP4rev1] ready.\r\n')],
  ['ssh', ascii('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n')],
  ['http', ascii('HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nConnection: close\r\n\r\n<html>')],
  ['http 1.0', ascii('HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html></html>')],
  ['rtsp', ascii('RTSP/1.0 400 Bad Request\r\n\r\n')],
  ['sip', ascii('SIP/2.0 400 Bad Request\r\n\r\n')],
  ['vnc', ascii('RFB 003.008\n')],
  ['telnet', hex('fffd18 fffd20 fffd23 fffd27')],
  ['tls alert', hex('15 0301 0002 0246')],
  ['tls hello', hex('16 0303 004a 02 000046 0303 00000000000000000000')],
  ['irc', ascii(':irc.example NOTICE AUTH :*** Looking up your hostname\r\n')],
  ['nntp', ascii('200 news.example InterNetNews NNRP server ready\r\n')],
  ['zeros', new Uint8Array(64)],
  ['ones', new Uint8Array(64).fill(0xff)],
  ['one letter', ascii('N')],
  ['a line of nothing', ascii('\r\n')],
  ['rdp', hex('0300 0013 0ed0 0000 1234 00 02 1f 0800 02000000')],
  [
    'smb',
    hex(`00000048 fe534d42 4000 0000 00000000 0000 0100 01${'00'.repeat(47)} 4100 0100 1103 0000`),
  ],
  ['mysql', hex('45000000 ff 6a04').fill(0x41, 7)],
  [
    'mysql',
    hex(
      `4a000000 0a 382e302e333600 4d000000 0102030405060708 00 ffff ff 0200 ffdf 15 ${'00'.repeat(10)} ${'61'.repeat(12)} 00 63616368696e675f736861325f70617373776f726400`,
    ),
  ],
  ['postgresql', ascii('E\0\0\0\x29SFATAL\0C08P01\0Mno username supplied\0\0')],
  [
    'sqlserver',
    hex(
      '0401 0025 0000 0100 00 0015 0006 01 001b 0001 02 001c 0001 03 001d 0000 ff 0f001043 0000 00 00',
    ),
  ],
  ['redis', ascii('-NOAUTH Authentication required.\r\n')],
  ['redis', ascii('$23\r\nredis_version:7.0.15\r\n\r\n')],
  [
    'mongodb',
    hex(
      `35000000 01000000 45565250 01000000 08000000 ${'00'.repeat(12)} 01000000 11000000 016f6b00 000000000000f03f 00`,
    ),
  ],
  ['memcached', ascii('VERSION 1.6.18\r\n')],
  ['memcached', ascii('ERROR\r\n')],
  ['dns', hex('001e 5056 8005 0001 0000 0000 0000 0776657273696f6e0462696e6400 0010 0003')],
  ['ldap', hex('300d 02025056 6507 0a0100 0400 0400')],
  ['mqtt', hex('2002 0000')],
  ['amqp', hex('414d5150 00000901')],
  ['rsync', ascii('@RSYNCD: 31.0\n')],
  ['x11', hex('0016 0b00 0000 0600 4e6f2070726f746f636f6c20737065636966696564 0a 0000')],
  ['oracle', hex('0008 0000 0b00 0000')],
  ['ajp13', hex('4142 0001 09')],
  ['rmi', hex('4e 0009 3139322e302e322e37 0000c350')],
  ['cassandra', hex('84 00 5056 06 00000016 0001 000b 43514c5f56455253494f4e 0001 0003 332e34')],
]

describe('strangers', () => {
  test.each(protocols.map((protocol) => [protocol.id, protocol] as const))('%s', (id, protocol) => {
    for (const [of, bytes] of answers)
      for (const sent of [null, protocol.probe, ascii('GET / HTTP/1.0\r\n\r\n')])
        for (const ended of [false, true]) {
          const outcome = protocol.hear(heard({ sent, bytes }, ended))
          if (of !== id && outcome.kind === 'is')
            expect.fail(`${id} takes what ${of} says for its own`)
        }
  })

  test('each is known by its own answer', () => {
    const unknown = protocols.filter(({ id, probe, hear }) =>
      answers.every(
        ([of, bytes]) => of !== id || hear(heard({ sent: probe, bytes })).kind !== 'is',
      ),
    )
    expect(unknown.map(({ id }) => id)).toEqual([])
  })

  test('nobody asks a service that has greeted in words a question of bytes', () => {
    for (const { id, probe, hear } of protocols)
      for (const [of, bytes] of answers.slice(0, 11)) {
        const outcome = hear(heard({ sent: probe, bytes }))
        expect(`${id} hears ${of}: ${outcome.kind}`).toBe(`${id} hears ${of}: not`)
      }
  })

  test('ids are folders, and all questions differ', () => {
    expect(new Set(protocols.map(({ id }) => id)).size).toBe(protocols.length)
    const questions = protocols.flatMap(({ probe }) => (probe ? [probe.join()] : []))
    expect(new Set(questions).size).toBe(questions.length)
  })
})
