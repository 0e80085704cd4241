import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapeText } from './escape.ts'
import { padEnd, textWidth, wrap } from './width.ts'

test.each([
  { in: 'web-1', out: 5 },
  { in: '', out: 0 },
  { in: '店舗', out: 4 },
  { in: 'ｆｕｌｌ', out: 8 },
  { in: 'e\u0301', out: 1 },
  { in: '한국', out: 4 },
  { in: '👩‍💻', out: 2 },
  { in: '✗ →', out: 3 },
])('the width of $in is $out', ({ in: text, out }) => {
  expect(textWidth(text)).toBe(out)
})

test('padding counts columns and not characters', () => {
  expect(padEnd('店', 4)).toBe('店  ')
})

describe('wrap', () => {
  test('breaks at spaces', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three'])
  })
  test('breaks a word only where it alone is too long', () => {
    expect(wrap('a 0123456789', 4)).toEqual(['a', '0123', '4567', '89'])
  })
  test.each([0, Number.POSITIVE_INFINITY])('does not break at %d columns', (columns) => {
    expect(wrap('one two three', columns)).toEqual(['one two three'])
  })
  test('no line is wider than the page, and nothing but spaces is lost', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 2, max: 30 }),
        (raw, columns) => {
          const text = escapeText(raw)
          const lines = wrap(text, columns)
          for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns)
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
        },
      ),
    )
  })
})
