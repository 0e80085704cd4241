import { expect, test } from 'vitest'
import { assessed, proofOf } from '../../testing/ftp-assessing.ts'

test.each([
  ['211-Status of vsFTPd 3.0.3\n Connected to 10.0.0.7\n211 End', 'yes answered-before-login'],
  ['530 Please login', 'no refused'],
  ['502 STAT is not known', 'no refused'],
  ['211 OK', 'unknown nothing-told'],
  ['450 Not now', 'unknown nothing-told'],
])('STAT before a login: %s', async (reply, expected) => {
  const { answer, found } = await assessed({ say: { STAT: reply } }, { points: ['commands'] })
  expect(answer('stat-leak')).toBe(expected)
  expect(proofOf(found, 'stat-leak')[0]).toBe('STAT')
})
