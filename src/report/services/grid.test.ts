import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textWidth } from '../width.ts'
import { type Column, cut, cutBefore, grid, luxury } from './grid.ts'

interface Row {
  readonly name: string
  readonly size: number
  readonly note: string
}
const columns: readonly Column<Row>[] = [
  { title: 'NAME', least: 4, cell: ({ name }) => ({ text: name }) },
  { title: 'SIZE', align: 'right', cell: ({ size }) => ({ text: String(size) }) },
  { title: 'NOTE', spare: luxury, cell: ({ note }) => ({ text: note }) },
  {
    title: 'WORD',
    cell: ({ size }, form) => ({ text: form === 'long' ? `${size} things` : `${size} t` }),
  },
]
const rows: readonly Row[] = [
  { name: 'a', size: 1, note: '' },
  { name: 'bigger name', size: 1000, note: 'hm' },
]
const drawn = (width: number, own = rows): readonly string[] =>
  [...grid(own, columns, { width, paint: (_, text) => text })].map((line) => line.slice(0, -1))

test.each([
  {
    name: 'long forms where there is room',
    width: 80,
    lines: [
      'NAME         SIZE  NOTE  WORD',
      'a               1        1 things',
      'bigger name  1000  hm    1000 things',
    ],
  },
  {
    name: 'short forms and a spare column less, then long forms again where room is left',
    width: 30,
    lines: [
      'NAME         SIZE  WORD',
      'a               1  1 things',
      'bigger name  1000  1000 things',
    ],
  },
  {
    name: 'cells are cut last',
    width: 21,
    lines: ['NAME     SIZE  WORD', 'a           1  1 t', 'bigger…  1000  1000 t'],
  },
])('$name', ({ width, lines }) => {
  expect(drawn(width)).toEqual(lines)
})

test('a column in which nothing stands is left out', () => {
  expect(drawn(80, [{ name: 'a', size: 1, note: '' }])[0]).toBe('NAME  SIZE  WORD')
})

test('a text is cut to its columns, wide characters and all', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, width) => {
      const short = cut(text, width)
      expect(textWidth(short)).toBeLessThanOrEqual(width)
      if (textWidth(text) <= width) expect(short).toBe(text)
    }),
  )
})

test.each([
  { columns: 30, text: 'Microsoft FTP Service 10.0' },
  { columns: 18, text: 'Microsoft FT… 10.0' },
  { columns: 9, text: 'Mic… 10.0' },
  { columns: 6, text: 'Micro…' },
])('of a product in $columns columns the version stays as long as it can', ({ columns, text }) => {
  expect(cutBefore('Microsoft FTP Service', '10.0', columns)).toBe(text)
})
