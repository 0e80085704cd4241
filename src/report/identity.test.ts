import { expect, test } from 'vitest'
import { publicId, rememberedIds } from './identity.ts'

test('an id is the head of the SHA-256 of the key', () => {
  // echo -n abc | sha256sum (FIPS 180-4 example)
  expect(publicId('abc')).toBe('ba7816bf8f01cfea')
})

test('a remembered id is the same id', () => {
  const id = rememberedIds()
  const thing = { key: 'abc' }
  expect([id(thing), id(thing), id({ key: 'abc' })]).toEqual(Array(3).fill(publicId('abc')))
})
