import { expect, test } from 'vitest'
import { ftpCheckIds } from '../../model/service.ts'
import { startAnswers } from './answers.ts'
import { shortFacts } from './facts.ts'

test('what was observed is not replaced by what was not', () => {
  const answers = startAnswers()
  answers.give('bounce', 'unknown', 'not-asked')
  answers.give('bounce', 'no', 'refused', [7, 3, 7, 0])
  answers.give('bounce', 'unknown', 'reset', [9])
  expect(answers.of('bounce')).toEqual({
    id: 'bounce',
    answer: 'no',
    reason: 'refused',
    lines: [3, 7],
    authenticatedAs: null,
  })
  answers.give('bounce', 'yes', 'connection-arrived', [11], 'anonymous')
  expect(answers.of('bounce')?.answer).toBe('yes')
})

test('what nobody answered is unknown, with the reason', () => {
  const all = startAnswers().all((id) => `why-${id}`)
  expect(all.map(({ id }) => id)).toEqual(ftpCheckIds)
  expect(new Set(all.map(({ answer }) => answer))).toEqual(new Set(['unknown']))
  expect(all[0]?.reason).toBe('why-product')
})

test.each([
  ['yes', 'proved', 'proved'],
  ['yes', 'inferred-from-mode-bits', 'inferred'],
  ['no', 'perm-facts', 'no'],
  ['unknown', 'mkdir-refused', 'unknown'],
] as const)('writable %s for %s is %s', (answer, reason, field) => {
  const answers = startAnswers()
  answers.give('writable', answer, reason)
  expect(shortFacts(answers.all(() => 'x')).writable).toBe(field)
})
