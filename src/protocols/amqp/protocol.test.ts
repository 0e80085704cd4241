import { describe, expect, test } from 'vitest'
import { ascii, heard, hex, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { field, frame, zeros } from '../bytes.ts'
import { amqp } from './protocol.ts'
import { readTable } from './table.ts'

const sent = amqp.probe
const long = (text: string | Uint8Array) => frame(field(text.length, 4), text)
const text = (name: string, value: string) => frame(name.length, name, 'S', long(value))
const capabilities = frame(12, 'capabilities', 'F', long(frame(18, 'publisher_confirms', 't', 1)))
const start = (end: number, ...fields: readonly Uint8Array[]) => {
  const payload = frame(
    hex('000a 000a 00 09'),
    long(frame(...fields)),
    long('PLAIN AMQPLAIN'),
    long('en_US'),
  )
  return frame(1, field(0, 2), field(payload.length, 4), payload, end)
}
const rabbit = [
  capabilities,
  text('cluster_name', 'rabbit@mq1'),
  text('product', 'RabbitMQ'),
  text('version', '3.12.1'),
]
const answers = [
  {
    name: 'RabbitMQ',
    sent,
    bytes: start(0xce, ...rabbit),
    product: 'cpe:2.3:a:vmware:rabbitmq:3.12.1:*:*:*:*:*:*:*',
    details: [
      ['version', '0-9-1'],
      ['mechanisms', 'PLAIN AMQPLAIN'],
      ['cluster', 'rabbit@mq1'],
    ],
  },
  {
    name: 'one that says nothing of itself',
    sent,
    bytes: start(0xce),
    product: null,
    details: [
      ['version', '0-9-1'],
      ['mechanisms', 'PLAIN AMQPLAIN'],
    ],
  },
  {
    name: 'the header of 1.0',
    sent,
    bytes: hex('414d5150 00010000'),
    product: null,
    details: [['version', '1.0']],
  },
  {
    name: '1.0 with SASL',
    sent,
    bytes: hex('414d5150 03010000'),
    product: null,
    details: [['version', '1.0 with SASL']],
  },
  {
    name: 'the header in answer to HTTP',
    sent: ascii('GET / HTTP/1.0\r\n\r\n'),
    bytes: hex('414d5150 00000901'),
    product: null,
    details: [['version', '0-9-1']],
  },
]

describe('AMQP', () => {
  test.each(answers)('$name', ({ product, details, ...exchange }) => {
    const outcome = amqp.hear(heard(exchange))
    expect(outcome).toMatchObject({ kind: 'is', recognised: { protocol: 'amqp', details } })
    expect(outcome.kind === 'is' && (outcome.recognised.product?.cpe ?? null)).toBe(product)
  })

  test('the product is the banner', () => {
    const banners = answers.slice(0, 2).map(({ bytes }) => {
      const outcome = amqp.hear(heard({ sent, bytes }))
      return outcome.kind === 'is'
        ? [outcome.recognised.banner, outcome.recognised.evidence[0]?.line]
        : []
    })
    expect(banners).toEqual([
      ['RabbitMQ 3.12.1', 'Connection.Start of RabbitMQ'],
      [null, 'Connection.Start'],
    ])
  })

  test('a table is read up to what is not understood', () => {
    expect([...readTable(frame(text('a', 'b'), 1, 'x', '?', text('c', 'd')))]).toEqual([['a', 'b']])
    expect([...readTable(hex('01 61 53 ffffffff'))]).toEqual([])
  })

  test.each([
    ['a frame without its end', start(0, ...rabbit)],
    ['another method', hex('01 0000 00000004 000a 0033 ce')],
    ['a huge frame', frame(hex('01 0000 7fffffff 000a 000a 00 09'), zeros(20))],
    ['a table beyond the end', hex('01 0000 0000000f 000a 000a 00 09 000000ff 00000000 00 ce')],
    ['mechanisms beyond the end', hex('01 0000 0000000f 000a 000a 00 09 00000000 000000ff 00 ce')],
    ['a frame that is too short', hex('01 0000 0000000c 000a 000a 00 09')],
    ['an id that is none', hex('414d5150 04')],
    ['a word', ascii('AMQPLAIN is a mechanism')],
    ['text', ascii('HTTP/1.1 400 Bad Request\r\n')],
  ])('not AMQP: %s', (_, bytes) => {
    expect(amqp.hear(heard({ sent, bytes }, true))).toEqual({ kind: 'not' })
    expect(amqp.hear(heard({ sent, bytes }))).toEqual({ kind: 'not' })
  })
})

holdsTheLaws(amqp, answers)
