import { describe, expect, test } from 'vitest'
import { assessed, proofOf } from '../../testing/ftp-assessing.ts'
import { judgePorts } from './passive.ts'

const points = ['passive'] as const

describe('the host that 227 names', () => {
  test.each([
    { name: 'the server', host: null, answer: 'yes same-address', field: 'same' },
    { name: 'an inner address', host: '10.1.2.3', answer: 'no private-address', field: 'differs' },
    { name: 'a third party', host: '198.51.100.7', answer: 'no other-address', field: 'differs' },
    { name: 'nobody', host: '0.0.0.0', answer: 'unknown unspecified-address', field: 'unknown' },
  ])('$name', async ({ host, answer, field }) => {
    const assessment = await assessed({ passiveHost: host }, { points })
    expect(assessment.answer('passive-same-address')).toBe(answer)
    expect(assessment.found.ftp.passiveAddress).toBe(field)
    expect(proofOf(assessment.found, 'passive-same-address')[0]).toBe('PASV')
  })

  test('without PASV nothing is known', async () => {
    const { answer } = await assessed({ pasv: 'refused' }, { points })
    expect(answer('passive-same-address')).toBe('unknown pasv-refused')
  })

  test('on IPv6 there is no 227', async () => {
    const { answer } = await assessed({ host: '::1' }, { points })
    expect(answer('passive-same-address')).toBe('unknown ipv6-has-no-pasv')
  })
})

describe('passive ports', () => {
  test('in a row', async () => {
    const { answer } = await assessed({ passivePorts: 50_000 }, { points })
    expect(answer('passive-ports-predictable')).toBe('yes ascending-by-one')
  })

  test.each([
    [
      [50_000, 50_001, 50_002],
      ['yes', 'ascending-by-one'],
    ],
    [
      [50_000, 50_001, 50_003, 50_004],
      ['no', 'not-in-a-row'],
    ],
    [
      [50_002, 50_001, 50_000],
      ['no', 'not-in-a-row'],
    ],
    [
      [50_000, 50_000, 50_000],
      ['unknown', 'always-the-same-port'],
    ],
    [
      [50_000, 50_001],
      ['unknown', 'too-few-ports'],
    ],
  ])('%j', (ports, expected) => {
    expect(judgePorts(ports)).toEqual(expected)
  })
})
