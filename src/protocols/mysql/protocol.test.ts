import { describe, expect, test } from 'vitest'
import { ascii, heard, hex, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { field, frame, zeros } from '../bytes.ts'
import { mysql } from './protocol.ts'
import { productOf } from './software.ts'

const packet = (sequence: number, ...parts: (number | string | Uint8Array)[]) => {
  const payload = frame(...parts)
  return frame(field(payload.length, 3, 'le'), sequence, payload)
}
const greeting = (version: string, capabilities = 0xffff) =>
  packet(
    0,
    ...[10, version, 0, field(77, 4, 'le'), '\x01\x02\x03\x04\x05\x06\x07\x08', 0],
    ...[field(capabilities, 2, 'le'), 0xff, field(2, 2, 'le'), field(0xdfff, 2, 'le'), 21],
    ...[zeros(10), 'abcdefghijkl', 0, 'caching_sha2_password', 0],
  )
const blocked = packet(
  0,
  0xff,
  field(1130, 2, 'le'),
  "Host '192.0.2.9' is not allowed to connect to this MariaDB server",
)
const answers = [
  {
    name: 'MySQL',
    bytes: greeting('8.0.36'),
    product: 'Oracle MySQL 8.0.36',
    details: [
      ['tls', 'offered'],
      ['authentication', 'caching_sha2_password'],
    ],
  },
  {
    name: 'without TLS',
    bytes: greeting('5.7.44-log', 0xf7ff),
    product: 'Oracle MySQL 5.7.44',
    details: [
      ['tls', 'not offered'],
      ['authentication', 'caching_sha2_password'],
    ],
  },
  {
    name: 'MariaDB',
    bytes: greeting('5.5.5-10.11.6-MariaDB-0+deb12u1'),
    product: 'MariaDB MariaDB 10.11.6',
    details: [
      ['tls', 'offered'],
      ['authentication', 'caching_sha2_password'],
    ],
  },
  {
    name: 'not allowed',
    bytes: blocked,
    product: 'MariaDB MariaDB null',
    details: [['refused', 'this address is not allowed to connect']],
  },
  {
    name: 'blocked',
    bytes: packet(
      0,
      0xff,
      field(1129, 2, 'le'),
      "Host 'x' is blocked because of many connection errors; unblock with 'mysqladmin flush-hosts'",
    ),
    product: null,
    details: [['refused', 'this address is blocked after connection errors']],
  },
  {
    name: 'with SQL state',
    bytes: packet(1, 0xff, field(1043, 2, 'le'), '#08S01Bad handshake'),
    product: null,
    details: [['refused', 'error 1043']],
  },
  {
    name: 'X Protocol',
    bytes: hex('05000000 0b 08051a00'),
    product: null,
    details: [['protocol', 'X Protocol']],
  },
]

describe('MySQL', () => {
  test.each(answers)('$name', ({ bytes, product, details }) => {
    const outcome = mysql.hear(heard({ sent: null, bytes }))
    expect(outcome).toMatchObject({ kind: 'is', recognised: { protocol: 'mysql', details } })
    const told = outcome.kind === 'is' ? outcome.recognised.product : null
    expect(told && `${told.vendor} ${told.name} ${told.version}`).toBe(product)
  })

  test('a SQL state is no part of the message', () => {
    expect(mysql.hear(heard({ sent: null, bytes: answers[5]?.bytes ?? blocked }))).toMatchObject({
      recognised: { banner: 'Bad handshake' },
    })
  })

  test('a greeting cut off by the end tells as much as came', () => {
    const bytes = greeting('8.0.36').subarray(0, 30)
    expect(mysql.hear(heard({ sent: null, bytes }))).toEqual({ kind: 'more' })
    expect(mysql.hear(heard({ sent: null, bytes }, true))).toMatchObject({
      kind: 'is',
      recognised: { product: { version: '8.0.36' }, details: [['tls', 'offered']] },
    })
    expect(mysql.hear(heard({ sent: null, bytes: bytes.subarray(0, 15) }, true))).toEqual({
      kind: 'not',
    })
  })

  test.each([
    ['8.0.36-0ubuntu0.22.04.1', 'cpe:2.3:a:oracle:mysql:8.0.36:*:*:*:*:*:*:*'],
    ['8.0.36-28', 'cpe:2.3:a:percona:percona_server:8.0.36:*:*:*:*:*:*:*'],
    ['5.7.44-48-log', 'cpe:2.3:a:percona:percona_server:5.7.44:*:*:*:*:*:*:*'],
    ['5.1.73-rel14.11-log', 'cpe:2.3:a:percona:percona_server:5.1.73:*:*:*:*:*:*:*'],
    ['11.4.2-MariaDB-ubu2404', 'cpe:2.3:a:mariadb:mariadb:11.4.2:*:*:*:*:*:*:*'],
    ['5.7.25-TiDB-v7.5.0', 'cpe:2.3:a:pingcap:tidb:7.5.0:*:*:*:*:*:*:*'],
    ['8.0.30-Vitess', null],
    ['5.5.30 (ProxySQL)', null],
  ])('%s', (printed, name) => {
    const product = productOf(printed)
    expect(product).not.toBeNull()
    expect(product?.cpe).toBe(name)
  })

  test.each([
    ['text', ascii('220 ftp\r\n')],
    ['a version that is no number', greeting('welcome')],
    ['a greeting that claims to be huge', frame(hex('ffff7f 00 0a'), '8.0.36', zeros(200))],
    ['an error with a number that no server has', packet(0, 0xff, field(3, 2, 'le'), 'some text')],
    ['an error with binary text', packet(0, 0xff, field(1130, 2, 'le'), '\x01\x02\x03')],
    ['zeros', zeros(64)],
    ['an error of a later packet', packet(9, 0xff, field(1130, 2, 'le'), 'some text')],
    ['an error that is too short', packet(0, 0xff, field(1130, 2, 'le'), 'ab')],
    ['an error that claims to be huge', frame(hex('ffff00 00 ff 6a04'), 'some text')],
    ['a greeting that is no first packet', frame(hex('460000 01 0a'), '8.0.36', zeros(64))],
    ['a greeting without an end of the version', packet(0, 10, '8.0.36'.padEnd(60, '1'))],
    [
      'a greeting without the zero after the scramble',
      packet(0, 10, '8.0.36', 0, '\x01'.repeat(40)),
    ],
  ])('not MySQL: %s', (_, bytes) => {
    expect(mysql.hear(heard({ sent: null, bytes }, true))).toEqual({ kind: 'not' })
    expect(mysql.hear(heard({ sent: null, bytes }))).toEqual({ kind: 'not' })
  })
})

holdsTheLaws(
  mysql,
  answers.map(({ bytes }) => ({ sent: null, bytes })),
)
