import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapeMarkup, escapeText, jsonText } from './escape.ts'

describe('escapeText', () => {
  test.each([
    { name: 'a terminal sequence', in: '\u001b[31mred', out: '\\x1b[31mred' },
    { name: 'a C1 sequence', in: '\u009b31m', out: '\\x9b31m' },
    { name: 'a bell', in: 'a\u0007b', out: 'a\\x07b' },
    { name: 'line ends and tabs', in: 'a\r\n\tb', out: 'a\\r\\n\\tb' },
    { name: 'an override', in: 'a\u202egpj', out: 'a\\u{202e}gpj' },
    { name: 'an isolate', in: '\u2066x\u2069', out: '\\u{2066}x\\u{2069}' },
    { name: 'a byte order mark', in: '\ufeffx', out: '\\u{feff}x' },
    { name: 'a zero width space', in: 'a\u200bb', out: 'a\\u{200b}b' },
    { name: 'a tag character', in: 'a\u{e0041}', out: 'a\\u{e0041}' },
    { name: 'half of a pair', in: 'a\ud800', out: 'a\\u{d800}' },
    { name: 'a line separator', in: 'a\u2028b', out: 'a\\u{2028}b' },
    {
      name: 'ordinary text of any script',
      in: 'Größe 店舗 می‌خواهم 👩‍💻',
      out: 'Größe 店舗 می‌خواهم 👩‍💻',
    },
  ])('$name', ({ in: text, out }) => {
    expect(escapeText(text)).toBe(out)
  })
})

test('escapeMarkup leaves nothing that opens a tag, an entity or ends an attribute', () => {
  expect(escapeMarkup(`<a b="c" d='e'>&`)).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;')
})

test('jsonText parses back to the value and holds nothing that a terminal obeys', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (a, b) => {
      const value = { [a]: b, [b]: [a] }
      const text = jsonText(value)
      expect(JSON.parse(text)).toEqual(value)
      expect(escapeText(text)).toBe(text)
    }),
  )
  expect(jsonText('\u009b\u{e0041}')).toBe('"\\u009b\\udb40\\udc41"')
})
