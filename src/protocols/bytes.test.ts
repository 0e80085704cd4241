import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hex } from '../../test/protocol-laws.ts'
import { begins, equal, field, frame, isPrintable, slice, uint, untilZero } from './bytes.ts'

describe('reads', () => {
  test.each([
    ['network order', '01 02 03 04', 0, 4, 'be', 0x01020304],
    ['the other order', '01 02 03 04', 0, 4, 'le', 0x04030201],
    ['unsigned', 'ff ff ff ff', 0, 4, 'be', 0xffffffff],
    ['of three bytes', '00 01 02 03', 1, 3, 'le', 0x030201],
    ['beyond the end', '01 02', 1, 2, 'be', undefined],
    ['before the start', '01 02', -1, 1, 'be', undefined],
  ] as const)('%s', (_, bytes, at, size, order, value) => {
    expect(uint(hex(bytes), at, size, order)).toBe(value)
  })

  test('a number written is the number read', async () => {
    await fc.assert(
      fc.property(
        fc.nat({ max: 0xffffffff }),
        fc.constantFrom(1, 2, 3, 4),
        fc.constantFrom('be', 'le'),
        (number, size, order) => {
          const value = number % 256 ** size
          expect(uint(field(value, size, order), 0, size, order)).toBe(value)
        },
      ),
    )
  })

  test('no read goes beyond the end, wherever it begins', async () => {
    await fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: -50, max: 0xffffffff }),
        (bytes, at, size) => {
          const part = slice(bytes, at, size)
          const fits = at >= 0 && size >= 0 && at + size <= bytes.length
          expect(part?.length).toBe(fits ? size : undefined)
          const text = untilZero(bytes, at, 8)
          if (text) expect(bytes[at + text.length]).toBe(0)
          expect(text?.includes(0) ?? false).toBe(false)
        },
      ),
    )
  })

  test('a text must end within its limit', () => {
    expect(untilZero(hex('41 42 00'), 0, 2)).toEqual(hex('41 42'))
    expect(untilZero(hex('41 42 00'), 0, 1)).toBeUndefined()
    expect(untilZero(hex('41 42'), 0, 9)).toBeUndefined()
    expect(untilZero(hex('41 00'), 3, 9)).toBeUndefined()
  })

  test.each([
    ['', 'partly'],
    ['01', 'partly'],
    ['01 99', 'partly'],
    ['01 99 03', 'yes'],
    ['01 99 03 04', 'yes'],
    ['02', 'no'],
    ['01 99 04', 'no'],
  ])('%s against 01 ?? 03: %s', (bytes, answer) => {
    expect(begins(hex(bytes), [1, null, 3])).toBe(answer)
  })

  test('a frame is its parts in order', () => {
    expect(frame(1, 'A\xff', hex('0203'))).toEqual(hex('01 41 ff 02 03'))
    expect(field(-1, 4)).toEqual(hex('ffffffff'))
    expect(field(-2, 2, 'le')).toEqual(hex('feff'))
    expect(equal(frame('AB'), hex('4142'))).toBe(true)
    expect(equal(frame('AB'), hex('41'))).toBe(false)
    expect(equal(null, hex(''))).toBe(false)
    expect(isPrintable(frame('A b~'))).toBe(true)
    expect(isPrintable(frame('A\t'))).toBe(false)
    expect(isPrintable(hex(''))).toBe(false)
  })
})
