import { expect, test } from 'vitest'
import { ftpFacts } from './testing/sample.ts'
import { bannerLine, durationPhrase, isoSeconds, tlsManner } from './words.ts'

test.each([
  { time: 0, text: '1970-01-01T00:00:00Z' },
  { time: Date.UTC(2026, 10, 21, 9, 0, 0) + 999, text: '2026-11-21T09:00:00Z' },
])('$text', ({ time, text }) => {
  expect(isoSeconds(time)).toBe(text)
})

test.each([
  { milliseconds: 40, text: '0.0 s' },
  { milliseconds: 4230, text: '4.2 s' },
  { milliseconds: 9960, text: '10 s' },
  { milliseconds: 65_000, text: '1 min 5 s' },
  { milliseconds: 7_380_000, text: '2 h 3 min' },
])('$milliseconds ms is $text', ({ milliseconds, text }) => {
  expect(durationPhrase(milliseconds)).toBe(text)
})

test.each([
  { implicit: 'yes', required: 'yes', explicit: 'unknown', manner: 'implicit' },
  { implicit: 'no', required: 'yes', explicit: 'yes', manner: 'required' },
  { implicit: 'no', required: 'no', explicit: 'yes', manner: 'offered' },
  { implicit: 'no', required: 'no', explicit: 'no', manner: 'none' },
  { implicit: 'unknown', required: 'no', explicit: 'no', manner: null },
  { implicit: 'no', required: 'unknown', explicit: 'unknown', manner: null },
] as const)('$implicit, $required, $explicit is $manner', (row) => {
  const facts = ftpFacts({
    'implicit-tls': [row.implicit, 'x'],
    'tls-required': [row.required, 'x'],
    'explicit-tls': [row.explicit, 'x'],
  })
  expect(tlsManner(facts)).toBe(row.manner)
})

test.each([
  { banner: null, line: null },
  { banner: '', line: null },
  { banner: '\r\n  hello \r\nyou', line: 'hello' },
])('the first line of $banner that says something', ({ banner, line }) => {
  expect(bannerLine({ banner })).toBe(line)
})
