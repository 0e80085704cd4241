import fc from 'fast-check'
import { expect, test } from 'vitest'
import { flowSpan } from './flow-span.ts'

const minute = 60_000
const told = (records: readonly (readonly [start: number, end: number])[], complete = true) => {
  const span = flowSpan()
  for (const [start, end] of records) span.add(start * minute, end * minute)
  return span
    .coverage(1, complete, [])
    .map((one) =>
      one.kind === 'coverage'
        ? [(one.from ?? 0) / minute, (one.to ?? 0) / minute, one.complete]
        : [],
    )
}

test.each([
  { name: 'nothing', records: [], spans: [] },
  { name: 'one record', records: [[0, 1]], spans: [[0, 1, true]] },
  {
    name: 'records that follow each other',
    records: [
      [0, 1],
      [11, 12],
      [5, 6],
    ],
    spans: [[0, 12, true]],
  },
  {
    name: 'a silence of more than ten minutes',
    records: [
      [0, 1],
      [11.1, 12],
    ],
    spans: [
      [0, 1, true],
      [11.1, 12, true],
    ],
  },
  { name: 'a long record', records: [[3, 203]], spans: [[3, 203, true]] },
  { name: 'a record that ends before it begins', records: [[5, 3]], spans: [[5, 5, true]] },
] as const)('$name', ({ records, spans }) => {
  expect(told(records)).toEqual(spans)
})

test('what is not complete is one span', () => {
  const records = [
    [0, 1],
    [500, 501],
  ] as const
  expect(told(records, false)).toEqual([[0, 501, false]])
})

test('the same in any order, and nothing beyond the records', () => {
  const record = fc
    .tuple(fc.nat(500), fc.nat(40))
    .map(([start, length]) => [start, start + length] as const)
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), (records) => {
      const spans = told(records)
      expect(told(records.toReversed())).toEqual(spans)
      for (const [start, end] of records)
        expect(spans.some(([from, to]) => Number(from) <= start && end <= Number(to))).toBe(true)
      for (const [i, [from]] of spans.entries())
        if (i > 0) expect(Number(from) - Number(spans[i - 1]?.[1])).toBeGreaterThan(10)
      expect(records.some(([start]) => start === spans[0]?.[0])).toBe(true)
      expect(Math.max(...records.map(([, end]) => end))).toBe(spans.at(-1)?.[1])
    }),
  )
})
