import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type JsonPiece, jsonRecords } from './read-json.ts'

function pieces(
  text: string,
  member: string | null,
  cuts: readonly number[] = [Number.POSITIVE_INFINITY],
  maxBytes?: number,
): { readonly found: readonly JsonPiece[]; readonly complete: boolean } {
  const bytes = Buffer.from(text)
  const records = jsonRecords(member, maxBytes)
  const found: JsonPiece[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = cuts[turn % cuts.length] ?? 1
    found.push(...records.push(bytes.subarray(at, at + size)))
    at += size
  }
  return { found, complete: records.complete }
}
const valuesOf = (found: readonly JsonPiece[]): unknown[] =>
  found.map(({ text }) => JSON.parse(text ?? 'null') as unknown)

/** Texts that look like the borders between elements. */
const hostile = fc.constantFrom(
  'a',
  '"',
  '\\',
  '\\"',
  '}',
  ']',
  '{"records":[{}]}',
  ',',
  'ł→😀',
  '\n',
)
/** JSON.parse of V8 14 mistakes an escape in a name for a name that is a backslash, once it has seen one. */
const name = hostile.filter((text) => !text.includes('\\'))
const element = fc.oneof(
  fc.dictionary(name, fc.oneof(hostile, fc.nat(), fc.array(hostile, { maxLength: 3 }))),
  fc.array(fc.oneof(hostile, fc.record({ records: fc.array(hostile) })), { maxLength: 3 }),
)
const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 })

test('the elements of the list, however the bytes are cut and whatever they hold', () => {
  const form = fc.record({
    elements: fc.array(element, { maxLength: 8 }),
    before: fc.dictionary(fc.constantFrom('x', 'y', 'z"records'), element, { maxKeys: 2 }),
    indent: fc.constantFrom(0, 2),
    isMember: fc.boolean(),
    copies: fc.integer({ min: 1, max: 2 }),
    cuts,
  })
  fc.assert(
    fc.property(form, ({ elements, before, indent, isMember, copies, cuts: sizes }) => {
      const value = isMember ? { ...before, records: elements, after: before } : elements
      const text = `${JSON.stringify(value, null, indent)}\n`.repeat(copies)
      const { found, complete } = pieces(text, isMember ? 'records' : null, sizes)
      expect(complete).toBe(true)
      expect(valuesOf(found)).toEqual(Array.from({ length: copies }, () => elements).flat())
      for (const { offset, line, text: own } of found) {
        const before = Buffer.from(text).subarray(0, offset).toString('utf8')
        expect(text.slice(before.length).startsWith(own ?? '')).toBe(true)
        expect(line).toBe(before.split('\n').length)
      }
    }),
    { numRuns: 500 },
  )
})

test('a list of another name, or further down, is not it', () => {
  const text = '{"other":[{"a":1}],"x":{"records":[{"b":2}]},"records":[{"c":3}]}'
  expect(valuesOf(pieces(text, 'records').found)).toEqual([{ c: 3 }])
})

test('an element that is too large is passed over', () => {
  const text = JSON.stringify([{ a: 1 }, { a: 'x'.repeat(100) }, { a: 2 }])
  for (const sizes of [[1], [7], [Number.POSITIVE_INFINITY]])
    expect(pieces(text, null, sizes, 40).found.map((piece) => piece.text)).toEqual([
      '{"a":1}',
      null,
      '{"a":2}',
    ])
})

test.each([{ text: '[{"a":1}' }, { text: '[{"a":1},{"b' }, { text: '[{"a":1},"' }])(
  'what is cut off is not complete: $text',
  ({ text }) => {
    const { found, complete } = pieces(text, null)
    expect(valuesOf(found)).toEqual([{ a: 1 }])
    expect(complete).toBe(false)
  },
)
