import { describe, expect, test } from 'vitest'
import { ascii, heard, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { redis } from './protocol.ts'

const bulk = (...lines: readonly string[]) => {
  const text = lines.map((line) => `${line}\r\n`).join('')
  return ascii(`$${text.length}\r\n${text}\r\n`)
}
const info = redis.probe
const get = ascii('GET / HTTP/1.0\r\n\r\n')
const none = ['authentication', 'none'] as const
const answers = [
  {
    name: 'Redis',
    sent: info,
    bytes: bulk(
      '# Server',
      'redis_version:7.0.15',
      'redis_git_sha1:00000000',
      'redis_mode:standalone',
      'os:Linux 6.1.0 x86_64',
      'executable:/usr/bin/redis-server',
    ),
    product: 'cpe:2.3:a:redis:redis:7.0.15:*:*:*:*:*:*:*',
    details: [none, ['mode', 'standalone'], ['system', 'Linux 6.1.0 x86_64']],
  },
  {
    name: 'Valkey',
    sent: info,
    bytes: bulk(
      '# Server',
      'redis_version:7.2.4',
      'server_name:valkey',
      'valkey_version:8.0.1',
      'server_mode:cluster',
    ),
    product: 'cpe:2.3:a:lfprojects:valkey:8.0.1:*:*:*:*:*:*:*',
    details: [none, ['mode', 'cluster']],
  },
  {
    name: 'Valkey that keeps its version to itself',
    sent: info,
    bytes: bulk('redis_version:7.2.4', 'server_name:valkey'),
    product: 'cpe:2.3:a:lfprojects:valkey:*:*:*:*:*:*:*:*',
    details: [none],
  },
  {
    name: 'KeyDB',
    sent: info,
    bytes: bulk('redis_version:6.3.4', 'executable:/usr/local/bin/keydb-server'),
    product: 'cpe:2.3:a:snap:keydb:6.3.4:*:*:*:*:*:*:*',
    details: [none],
  },
  {
    name: 'Dragonfly',
    sent: info,
    bytes: bulk('redis_version:7.4.0', 'dragonfly_version:df-v1.24.0'),
    product: 'cpe:2.3:a:dragonflydb:dragonfly:1.24.0:*:*:*:*:*:*:*',
    details: [none],
  },
  {
    name: 'a password',
    sent: info,
    bytes: ascii('-NOAUTH Authentication required.\r\n'),
    product: null,
    details: [['authentication', 'required']],
  },
  {
    name: 'protected mode',
    sent: null,
    bytes: ascii(
      '-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user.\r\n',
    ),
    product: null,
    details: [none, ['protected mode', 'yes']],
  },
  {
    name: 'INFO renamed',
    sent: info,
    bytes: ascii("-ERR unknown command 'INFO'\r\n"),
    product: null,
    details: [none],
  },
  {
    name: 'a user who may not',
    sent: info,
    bytes: ascii("-NOPERM this user has no permissions to run the 'info' command\r\n"),
    product: null,
    details: [['authentication', 'default user restricted']],
  },
  {
    name: 'HTTP',
    sent: get,
    bytes: ascii("-ERR wrong number of arguments for 'get' command\r\n"),
    product: null,
    details: [none],
  },
  {
    name: 'a foreign word',
    sent: ascii('HELP\r\n'),
    bytes: ascii("-ERR unknown command 'HELP', with args beginning with: \r\n"),
    product: null,
    details: [none],
  },
]
const doubtful = [
  { sent: ascii('FEAT\r\n'), bytes: ascii("-ERR unknown command 'FEAT'\r\n") },
  { sent: ascii('PING\r\n'), bytes: ascii('+PONG\r\n') },
]

describe('Redis', () => {
  test.each(answers)('$name', ({ product, details, ...exchange }) => {
    const outcome = redis.hear(heard(exchange))
    expect(outcome).toMatchObject({ kind: 'is', recognised: { protocol: 'redis', details } })
    expect(outcome.kind === 'is' && (outcome.recognised.product?.cpe ?? null)).toBe(product)
  })

  test('an error that others word so as well is settled by a question of our own', () => {
    for (const exchange of doubtful)
      expect(redis.hear(heard(exchange))).toEqual({ kind: 'ask', send: info })
  })

  test('facts that were cut off by the end still tell the version', () => {
    const bytes = answers[0]?.bytes.subarray(0, 60) ?? ascii('')
    expect(redis.hear(heard({ sent: info, bytes }))).toEqual({ kind: 'more' })
    expect(redis.hear(heard({ sent: info, bytes }, true))).toMatchObject({
      recognised: { product: { version: '7.0.15' } },
    })
  })

  test.each([
    ['POP3 that greets', '+OK POP3 ready\r\n'],
    ['POP3 that knows nothing', '-ERR Unknown command.\r\n'],
    ['POP3 that says little', '-ERR\r\n'],
    ['a text of some length', '$12\r\nhello, world\r\n'],
    ['a length that is none', '$-1\r\n'],
    ['a huge length', '$99999\r\nredis_version:1\r\n'],
    ['a line without end', `-${'x'.repeat(2000)}`],
  ])('not Redis: %s', (_, text) => {
    expect(redis.hear(heard({ sent: info, bytes: ascii(text) }, true))).toEqual({ kind: 'not' })
    expect(redis.hear(heard({ sent: info, bytes: ascii(text) }))).toEqual({ kind: 'not' })
  })
})

holdsTheLaws(redis, [...answers, ...doubtful])
