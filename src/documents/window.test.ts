import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryIo } from './testing/memory.ts'
import { Window } from './window.ts'

test('a place is the count of line breaks and of characters, whatever is still held', async () => {
  const text = fc.array(fc.constantFrom('a', '\n', '\n\n', 'é', '東', '😀', '\r\n', 'bcdefgh'))
  const asked = fc.array(fc.record({ step: fc.nat(40), back: fc.nat(9) }))
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 30 }), asked, async (words, piece, steps) => {
      const bytes = Buffer.from(words.join(''))
      const window = new Window(await memoryIo({ f: bytes }, { pieces: [piece] }).open('f'), 16)
      let at = 0
      for (const { step, back } of steps) {
        await window.fill(at, at, step + 1)
        at = Math.min(at + step, window.end)
        const earlier = Math.max(at - back, window.base)
        expect(window.placeOf(at)).toEqual(countPlace(bytes, at))
        expect(window.placeOf(earlier)).toEqual(countPlace(bytes, earlier))
        const held = window.bytes.subarray(0, window.end - window.base)
        expect(held).toEqual(bytes.subarray(window.base, window.end))
      }
    }),
  )
})

test('room that one large value needed is given back', async () => {
  const source = await memoryIo({ f: Buffer.alloc(100_000) }, { pieces: [100] }).open('f')
  const window = new Window(source, 64)
  await window.fill(0, 0, 50_000)
  expect(window.bytes.length).toBeGreaterThan(50_000)
  await window.fill(50_000, 50_000, 1000)
  expect(window.bytes.length).toBeLessThan(10_000)
})

/** Bytes that continue a character belong to the column of its first. */
function countPlace(bytes: Buffer, at: number): { readonly line: number; readonly column: number } {
  let line = 1
  let column = 1
  for (const byte of bytes.subarray(0, at))
    if (byte === 0x0a) {
      line++
      column = 1
    } else if ((byte & 0xc0) !== 0x80) column++
  return { line, column }
}
