import { describe, expect, test } from 'vitest'
import { ascii, heard, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { memcached } from './protocol.ts'

const sent = memcached.probe
const answers = [
  {
    name: 'its version',
    sent,
    bytes: ascii('VERSION 1.6.18\r\n'),
    version: '1.6.18',
    details: [['authentication', 'none']],
  },
  {
    name: 'a login is wanted',
    sent,
    bytes: ascii('CLIENT_ERROR unauthenticated\r\n'),
    version: undefined,
    details: [['authentication', 'required']],
  },
]
const doubtful = { sent: ascii('GET / HTTP/1.0\r\n\r\n'), bytes: ascii('ERROR\r\nERROR\r\n') }

describe('memcached', () => {
  test.each(answers)('$name', ({ version, details, ...exchange }) => {
    const outcome = memcached.hear(heard(exchange))
    expect(outcome).toMatchObject({ kind: 'is', recognised: { protocol: 'memcached', details } })
    expect(outcome.kind === 'is' && outcome.recognised.product?.version).toBe(version)
  })

  test('an error in answer to somebody else’s question leads to ours', () => {
    expect(memcached.hear(heard(doubtful))).toEqual({ kind: 'ask', send: sent })
  })

  test.each([
    ['an error in answer to ours', 'ERROR\r\n'],
    ['a version in words', 'VERSION unknown\r\n'],
    ['another error', 'CLIENT_ERROR bad\r\n'],
    ['text without end', `VERSION ${'1'.repeat(500)}`],
    ['text', '220 ready\r\n'],
  ])('not memcached: %s', (_, text) => {
    expect(memcached.hear(heard({ sent, bytes: ascii(text) }, true))).toEqual({ kind: 'not' })
    expect(memcached.hear(heard({ sent, bytes: ascii(text) }))).toEqual({ kind: 'not' })
  })
})

holdsTheLaws(memcached, [...answers, doubtful])
