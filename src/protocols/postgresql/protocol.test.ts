import { describe, expect, test } from 'vitest'
import { ascii, heard, hex, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { field, frame } from '../bytes.ts'
import { postgresql } from './protocol.ts'

const error = (...fields: readonly string[]) => {
  const body = frame(...fields.map((text) => `${text}\0`), 0)
  return frame('E', field(body.length + 4, 4), body)
}
const start = hex('00000009 0003 0000 00')
const noUser = error(
  ...['SFATAL', 'VFATAL', 'C28000', 'Mno PostgreSQL user name specified in startup packet'],
  ...['Fpostmaster.c', 'L2351', 'RProcessStartupPacket'],
)
const answers = [
  {
    name: 'a refusal after a start without TLS',
    sent: start,
    bytes: noUser,
    product: 'PostgreSQL',
    details: [['tls', 'not offered']],
  },
  {
    name: 'a refusal in another language',
    sent: start,
    bytes: error(
      'SFATAL',
      'VFATAL',
      'C28000',
      'M\u00c3\u00a9',
      'Fbackend_startup.c',
      'L1',
      'RProcessStartupPacket',
    ),
    product: 'PostgreSQL',
    details: [['tls', 'not offered']],
  },
  {
    name: 'a pooler',
    sent: start,
    bytes: error('SFATAL', 'C08P01', 'Mno username supplied'),
    product: 'PgBouncer',
    details: [['tls', 'not offered']],
  },
  {
    name: 'too many clients',
    sent: postgresql.probe,
    bytes: error(
      'SFATAL',
      'C53300',
      'Msorry, too many clients already',
      'Fproc.c',
      'L1',
      'RInitProcess',
    ),
    product: null,
    details: [],
  },
  {
    name: 'an old server that was sent HTTP',
    sent: ascii('GET / HTTP/1.0\r\n\r\n'),
    bytes: ascii(
      'EFATAL:  unsupported frontend protocol 65363.19778: server supports 1.0 to 3.0\n\0',
    ),
    product: null,
    details: [],
  },
]
const letter = (text: string) => ({ sent: postgresql.probe, bytes: ascii(text) })

describe('PostgreSQL', () => {
  test.each(answers)('$name', ({ product, details, ...exchange }) => {
    const outcome = postgresql.hear(heard(exchange))
    expect(outcome).toMatchObject({ kind: 'is', recognised: { protocol: 'postgresql', details } })
    expect(outcome.kind === 'is' && (outcome.recognised.product?.name ?? null)).toBe(product)
  })

  test.each([
    [['Mx', 'RProcessStartupPacket'], 'PostgreSQL'],
    [['Mx', 'Fauth.c'], 'PostgreSQL'],
    [['Mno PostgreSQL user name'], 'PostgreSQL'],
    [['Mno username supplied', 'Fclient.c'], undefined],
    [['Mx', 'Fmain.c', 'Rrun'], undefined],
  ])('%s: %s', (fields, name) => {
    const bytes = error('SFATAL', 'C28000', ...fields)
    const outcome = postgresql.hear(heard({ sent: start, bytes }))
    expect(outcome.kind === 'is' && outcome.recognised.product?.name).toBe(name)
  })

  test('TLS offered: a letter, and nothing after it', () => {
    expect(postgresql.hear(heard(letter('S')))).toEqual({ kind: 'more' })
    expect(postgresql.hear(heard(letter('S'), true))).toMatchObject({
      kind: 'is',
      recognised: { details: [['tls', 'offered']] },
    })
  })

  test('TLS not offered: the start without a user follows on the same connection', () => {
    expect(postgresql.hear(heard(letter('N')))).toEqual({ kind: 'ask', send: start })
  })

  test.each([
    ['a greeting that begins with S', letter('SSH-2.0-x\r\n')],
    ['a greeting that begins with N', letter('NO\r\n')],
    ['N and the end', letter('N')],
    ['S to another question', { sent: ascii('QUIT\r\n'), bytes: ascii('S') }],
    ['an error in words', letter('ERROR\r\n')],
    ['an error that is too short', { sent: start, bytes: hex('45 00000008 53410000') }],
    ['an error that is too long', { sent: start, bytes: hex('45 0000ffff 5346') }],
    [
      'an error without a severity',
      { sent: start, bytes: error('MFATAL', 'C08P01', 'Mx', 'Hsome hint') },
    ],
    [
      'an error whose fields are none',
      { sent: start, bytes: error('SFATAL', '1C08P01', 'Mx', 'Hsome hint') },
    ],
    ['an error without a code', { sent: start, bytes: error('SFATAL', 'Mno way to say a code') }],
  ])('not PostgreSQL: %s', (_, exchange) => {
    expect(postgresql.hear(heard(exchange, true))).toEqual({ kind: 'not' })
    if (exchange.bytes.length > 1) expect(postgresql.hear(heard(exchange))).toEqual({ kind: 'not' })
  })
})

holdsTheLaws(postgresql, [...answers, letter('S'), letter('N')])
