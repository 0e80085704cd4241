import { expect, test } from 'vitest'
import { assessed, proofOf } from '../../testing/ftp-assessing.ts'

const points = ['tls'] as const

test.each([
  {
    name: 'answered inside TLS',
    fake: { tls: 'offered', injection: 'answered' },
    answer: 'yes answered-inside-tls',
  },
  { name: 'forgotten', fake: { tls: 'offered' }, answer: 'no forgotten' },
  { name: 'no TLS to inject into', fake: {}, answer: 'unknown no-explicit-tls' },
] as const)('$name', async ({ fake, answer }) => {
  const assessment = await assessed({ ...fake, anonymous: 'no' }, { points })
  expect(assessment.answer('starttls-injection')).toBe(answer)
})

test('answered in clear is no answer inside', async () => {
  const { answer } = await assessed(
    { tls: 'offered', injection: 'in-clear', anonymous: 'no' },
    { points },
  )
  expect(answer('starttls-injection')).toMatch(/^no (?:answered-in-clear|handshake-broken)$/)
})

test('is asked on a connection of its own', async () => {
  const { found, server } = await assessed({ tls: 'offered', anonymous: 'no' }, { points })
  const alone = server.heard.filter(({ on }) => on === 2).map(({ line }) => line)
  expect(alone).toEqual(['AUTH TLS', 'NOOP', 'QUIT'])
  expect(proofOf(found, 'starttls-injection').slice(0, 3)).toEqual([
    'AUTH TLS',
    'FEAT',
    '234 go on',
  ])
})
