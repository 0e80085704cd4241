import { describe, expect, test } from 'vitest'
import { ascii, heard, hex, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { field, frame } from '../bytes.ts'
import { cassandra } from './protocol.ts'

const sent = cassandra.probe
const text = (value: string) => frame(field(value.length, 2), value)
const answer = (opcode: number, body: Uint8Array, stream = '5056') =>
  frame(0x84, 0, hex(stream), opcode, field(body.length, 4), body)
const supported = (...entries: readonly (readonly [string, readonly string[]])[]) =>
  frame(
    field(entries.length, 2),
    ...entries.flatMap(([name, values]) => [
      text(name),
      field(values.length, 2),
      ...values.map(text),
    ]),
  )
const answers = [
  {
    name: 'Cassandra',
    bytes: answer(
      6,
      supported(
        ['PROTOCOL_VERSIONS', ['3/v3', '4/v4', '5/v5']],
        ['COMPRESSION', ['snappy', 'lz4']],
        ['CQL_VERSION', ['3.4.6']],
      ),
    ),
    product: 'Cassandra',
    details: [
      ['CQL', '3.4.6'],
      ['protocol', '3/v3, 4/v4, 5/v5'],
    ],
  },
  {
    name: 'ScyllaDB',
    bytes: answer(6, supported(['SCYLLA_NR_SHARDS', ['4']], ['CQL_VERSION', ['3.3.1']])),
    product: 'ScyllaDB',
    details: [['CQL', '3.3.1']],
  },
  {
    name: 'an older one',
    bytes: answer(
      0,
      frame(field(10, 4), text('Invalid or unsupported protocol version: 4')),
      '0000',
    ),
    product: undefined,
    details: [],
  },
]

describe('Cassandra', () => {
  test.each(answers)('$name', ({ bytes, product, details }) => {
    const outcome = cassandra.hear(heard({ sent, bytes }))
    expect(outcome).toMatchObject({ kind: 'is', recognised: { protocol: 'cassandra', details } })
    expect(outcome.kind === 'is' && outcome.recognised.product?.name).toBe(product)
  })

  test.each([
    ['an echo', sent ?? hex('')],
    ['another stream', answer(6, supported(['CQL_VERSION', ['3']]), '0001')],
    ['options without CQL', answer(6, supported(['X', ['3']]))],
    ['counts beyond the end', answer(6, hex('0001 0001 61 ffff'))],
    ['an error that is no text', answer(0, frame(field(10, 4), text('\x01\x02')))],
    ['flags of the future', hex('84 e0 5056 06')],
    ['an empty body', hex('84 00 5056 06 00000000')],
    ['a huge body', hex('84 00 5056 06 7fffffff')],
    ['another opcode', hex('84 00 5056 03 00000004')],
    ['a version before the first', hex('80 00 5056 06')],
    ['a version of the far future', hex('87 00 5056 06')],
    ['a name beyond the end', answer(6, hex('0001 00ff 61'))],
    ['text', ascii('\x84hello')],
  ])('not Cassandra: %s', (_, bytes) => {
    expect(cassandra.hear(heard({ sent, bytes }, true))).toEqual({ kind: 'not' })
    expect(cassandra.hear(heard({ sent, bytes }))).toEqual({ kind: 'not' })
  })
})

holdsTheLaws(
  cassandra,
  answers.map(({ bytes }) => ({ sent, bytes })),
)
