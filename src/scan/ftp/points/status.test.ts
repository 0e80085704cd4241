import { expect, test } from 'vitest'
import { assessed, proofOf } from '../../testing/ftp-assessing.ts'

const points = ['commands'] as const

test.each([
  ['211-Status of vsFTPd\n Connected to 10.0.0.7\n211 End', 'yes told-before-login'],
  ['211-Status\n Server 7.2.10 on 10.0.0.7\n211 End', 'yes told-before-login'],
  ['211-Status\n Connected to 10.0.0.7\n211 End', 'no nothing-named'],
  ['502 STAT is not known', 'no refused'],
  ['450 Not now', 'unknown not-now'],
  ['530 Please login', 'unknown needs-login'],
])('STAT before a login: %s', async (reply, expected) => {
  const { answer, found } = await assessed({ anonymous: 'no', say: { STAT: reply } }, { points })
  expect(answer('stat-leak')).toBe(expected)
  expect(proofOf(found, 'stat-leak')[0]).toBe('STAT')
})

test('STAT behind a login', async () => {
  const { answer, found } = await assessed({ status: '211-vsFTPd 3.0.3\n211 End' }, { points })
  expect(answer('stat-leak')).toBe('yes told-after-login')
  expect(found.ftp.checks.find(({ id }) => id === 'stat-leak')?.authenticatedAs).toBe('anonymous')
})
