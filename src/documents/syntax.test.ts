import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkValue } from './syntax.ts'

const check = (text: string) => checkValue(Buffer.from(text), 0, Buffer.byteLength(text))

test.each([
  { text: '{"a":[1,2]} x', found: { kind: 'value', end: 11 } },
  { text: '[1,]', found: { kind: 'unexpected', at: 3 } },
  { text: '{"a":1,}', found: { kind: 'unexpected', at: 7 } },
  { text: '{"a" 1}', found: { kind: 'unexpected', at: 5 } },
  { text: '{a:1}', found: { kind: 'unexpected', at: 1 } },
  { text: '[1 2]', found: { kind: 'unexpected', at: 3 } },
  { text: '[}', found: { kind: 'unexpected', at: 1 } },
  { text: '[01]', found: { kind: 'unexpected', at: 2 } },
  { text: '[1.]', found: { kind: 'unexpected', at: 3 } },
  { text: '[nul]', found: { kind: 'unexpected', at: 4 } },
  { text: '["a\tb"]', found: { kind: 'unexpected', at: 3 } },
  { text: '["\\x"]', found: { kind: 'unexpected', at: 3 } },
  { text: '["\\u12g4"]', found: { kind: 'unexpected', at: 6 } },
  { text: '["a', found: { kind: 'cut-off' } },
  { text: '[1,', found: { kind: 'cut-off' } },
  { text: '["\\', found: { kind: 'cut-off' } },
  { text: '[-', found: { kind: 'cut-off' } },
  { text: '', found: { kind: 'cut-off' } },
])('$text', ({ text, found }) => {
  expect(check(text)).toEqual(found)
})

const token = fc.constantFrom(
  ...['{', '}', '[', ']', ',', ':', '"', '"a"', '1', '-', '0', '.5', 'e+1', 'true', 'nul', ' '],
  ...['\n', '\\', '\\u00', '"\\u00e9"', 'null', '\t', '{"a":', '[]'],
)

test('it takes for a value exactly what JSON.parse takes', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(token).map((tokens) => tokens.join('')),
        fc.json(),
      ),
      (text) => {
        const found = check(text)
        const isWhole =
          found.kind === 'value' &&
          /^[ \t\r\n]*$/.test(Buffer.from(text).subarray(found.end).toString())
        expect(isWhole).toBe(parses(text))
      },
    ),
    { numRuns: 3000 },
  )
})

test('no prefix of a container is found wrong, only cut off', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, cut) => {
      const wrapped = `[${text}]`
      const prefix = Buffer.from(wrapped).subarray(0, cut % wrapped.length)
      expect(checkValue(prefix, 0, prefix.length).kind).toBe('cut-off')
    }),
  )
})

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
