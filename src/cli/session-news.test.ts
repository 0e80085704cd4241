import { expect, test } from 'vitest'
import { file, session } from '../store/testing/observations.ts'
import { sessionNews } from './session-news.ts'

const [a, b] = [file('a', 'pdf', 1), file('b', 'key', 2)]
const told = (ok: number, failed: number, files: (typeof a)[] | null, anonymous: boolean | null) =>
  session('198.51.100.7:40000', '10.0.0.5:21', Date.UTC(2026, 10, 21, 12), {
    logins: { ok, failed },
    files,
    anonymous,
  }).session
const at = (line: number) => [{ document: 'log', line, offset: line * 10 }]

test('a telling adds what those before it did not tell', () => {
  const news = sessionNews()
  const none = { sessions: 0, anonymous: 0, files: [], ok: 0, failed: 0 }
  expect(news(told(0, 2, null, null), at(1))).toEqual({ ...none, sessions: 1, failed: 2 })
  expect(news(told(0, 2, null, null), at(1))).toEqual(none)
  expect(news(told(1, 3, [a], true), at(1))).toEqual({
    ...none,
    anonymous: 1,
    files: [a],
    ok: 1,
    failed: 1,
  })
  expect(news(told(1, 3, [a, b], true), at(1))).toEqual({ ...none, files: [b] })
  expect(news(told(1, 3, [a, b], true), at(1))).toEqual(none)
})
test('another session, and one without a place, is new', () => {
  const news = sessionNews()
  for (const place of [at(1), at(2), [], []])
    expect(news(told(1, 0, [a], true), place)).toMatchObject({ sessions: 1, files: [a], ok: 1 })
})
