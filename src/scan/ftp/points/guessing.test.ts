import { expect, test } from 'vitest'
import { assessed, proofOf } from '../../testing/ftp-assessing.ts'

const asked = {
  points: ['guessing'],
  lockout: 'ask',
  timeouts: { connect: 1000, reply: 3000, total: 30_000 },
} as const

test.each([
  {
    name: 'six failures at once',
    fake: { patience: 100 },
    answer: 'no six-failures-at-once',
    failures: 6,
  },
  {
    name: 'the connection ends',
    fake: { patience: 3 },
    answer: 'yes connection-ended',
    failures: 3,
  },
  {
    name: 'each failure costs a second',
    fake: { patience: 100, delay: 1050 },
    answer: 'yes delayed',
    failures: 6,
  },
  {
    name: 'nobody is asked for a password',
    fake: { say: { USER: '530 not you' } },
    answer: 'unknown refused-at-user',
    failures: 0,
  },
] as const)(
  '$name',
  async ({ fake, answer, failures }) => {
    const assessment = await assessed({ anonymous: 'no', ...fake }, asked)
    expect(assessment.answer('guessing-resisted')).toBe(answer)
    const names = assessment.sent.filter((line) => line.startsWith('PASS') && !line.endsWith('@'))
    expect(names).toHaveLength(failures)
    expect(new Set(names).size).toBeLessThanOrEqual(1)
  },
  20_000,
)

test('goes over TLS where logins in clear are refused', async () => {
  const { answer, server } = await assessed(
    { anonymous: 'no', tls: 'required', patience: 2 },
    { ...asked, points: ['guessing', 'login'] },
  )
  expect(answer('guessing-resisted')).toBe('yes connection-ended')
  expect(server.heard.filter(({ line, tls }) => line.startsWith('PASS') && !tls)).toEqual([])
})

test('is not tried unasked', async () => {
  const { answer, sent } = await assessed({ anonymous: 'no' }, { points: ['guessing'] })
  expect(answer('guessing-resisted')).toBe('unknown not-asked')
  expect(sent.filter((line) => line.startsWith('PASS'))).toHaveLength(1)
})

test('its last line says how many and how slow', async () => {
  const { found } = await assessed({ anonymous: 'no', patience: 2 }, asked)
  expect(proofOf(found, 'guessing-resisted').at(-1)).toMatch(
    /^failed logins: 2, \d+ ms each, then the connection ended$/,
  )
})
