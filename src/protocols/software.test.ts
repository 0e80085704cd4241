import { expect, test } from 'vitest'
import { findSoftware, type SoftwareMark } from './software.ts'

const marks: readonly SoftwareMark[] = [
  { text: /^A_(\d)(p\d)?/, vendor: 'V', name: 'A', cpe: { vendor: 'v', product: 'a' } },
  { text: /^A/, vendor: 'V', name: 'A', confidence: 0.5, cpe: null },
  {
    text: /^B (\d)/,
    vendor: 'V',
    name: 'B',
    cpe: { part: 'o', vendor: 'v', product: 'b', versioned: 'no' },
  },
]

test.each([
  {
    name: 'version and patch level',
    text: 'A_9p1',
    is: {
      version: '9p1',
      cpe: 'cpe:2.3:a:v:a:9:p1:*:*:*:*:*:*',
      confidence: 0.9,
      from: ['banner'],
    },
  },
  { name: 'the first mark wins', text: 'A_9', is: { version: '9', confidence: 0.9 } },
  { name: 'a name alone', text: 'Ax', is: { version: null, cpe: null, confidence: 0.5 } },
  {
    name: 'a version that is not the product\u2019s',
    text: 'B 1',
    is: { version: '1', cpe: 'cpe:2.3:o:v:b:*:*:*:*:*:*:*:*' },
  },
])('$name', ({ text, is }) => {
  expect(findSoftware(marks, text, 'banner')).toMatchObject(is)
})

test('what nobody knows is null', () => {
  expect(findSoftware(marks, 'C', 'banner')).toBeNull()
})
