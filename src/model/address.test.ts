import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatAddress,
  formatIp4,
  formatIp6,
  ip6Domain,
  ip6FromBigInt,
  ip6ToBigInt,
  parseAddress,
  parseIp4,
  parseIp6,
} from './address.ts'

const anyIp6 = fc
  .array(fc.oneof(fc.constant(0), fc.constantFrom(1, 0xffff), fc.nat({ max: 0xffff })), {
    minLength: 8,
    maxLength: 8,
  })
  .map((groups) => String.fromCharCode(...groups))
const anyIp4 = fc.nat({ max: 0xffff_ffff })

describe('IPv4', () => {
  test.each([
    ['0.0.0.0', 0],
    ['0.0.0.1', 1],
    ['10.1.2.3', 0x0a01_0203],
    ['128.0.0.0', 0x8000_0000],
    ['255.255.255.255', 0xffff_ffff],
  ])('%s is an address', (text, value) => {
    expect(parseIp4(text)).toBe(value)
    expect(formatIp4(value)).toBe(text)
  })

  test.each([
    '',
    '.',
    '1',
    '1.2.3',
    '1.2.3.',
    '.1.2.3',
    '1..2.3',
    '1.2.3.4.',
    '1.2.3.4.5',
    '256.0.0.1',
    '1.2.3.999',
    '01.2.3.4',
    '1.2.3.04',
    '00.0.0.0',
    '0x1.2.3.4',
    '1.2.3.-4',
    '+1.2.3.4',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '1.2.3.4\n',
    '1,2,3,4',
    '١.٢.٣.٤',
    '1.2.3.4/32',
    'localhost',
  ])('%j is none', (text) => {
    expect(parseIp4(text)).toBeUndefined()
  })

  test('what is written is read again', () => {
    fc.assert(
      fc.property(anyIp4, (value) => {
        expect(parseIp4(formatIp4(value))).toBe(value)
      }),
    )
  })
})

describe('IPv6', () => {
  test.each([
    // given, as RFC 5952 writes it
    ['::', '::'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
    ['2001:DB8::A', '2001:db8::a'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['0:0:1:0:0:0:1:0', '0:0:1::1:0'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['1:0:0:2:0:0:3:4', '1::2:0:0:3:4'],
    ['fe80::1', 'fe80::1'],
    ['::ffff:1.2.3.4', '::ffff:102:304'],
    ['::1.2.3.4', '::102:304'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
    ['ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ])('%s is %s', (text, written) => {
    const value = parseIp6(text)
    expect(value).toBeDefined()
    expect(formatIp6(value as string)).toBe(written)
  })

  test.each([
    '',
    ':',
    ':::',
    '1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '1:2:3:4::5:6:7:8',
    '1::2::3',
    '::1::',
    ':1:2:3:4:5:6:7:8',
    ':1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:',
    '1:',
    ':1',
    '12345::',
    '00001::',
    'g::',
    '::-1',
    'fe80::1%eth0',
    'fe80::1%1',
    '::%',
    '[::1]',
    ' ::1',
    '::1 ',
    '::1\n',
    '::1/128',
    '::1.2.3',
    '::1.2.3.04',
    '::256.2.3.4',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::ffff:1.2.3.4.5',
    '0x1::',
    '１::',
    `${'0'.repeat(40)}:`,
  ])('%j is none', (text) => {
    expect(parseIp6(text)).toBeUndefined()
  })

  test('what is written is read again, however it is spelled', () => {
    fc.assert(
      fc.property(anyIp6, (value) => {
        const written = formatIp6(value)
        expect(parseIp6(written)).toBe(value)
        expect(parseIp6(written.toUpperCase())).toBe(value)
        const full = Array.from(value, (group) =>
          group.charCodeAt(0).toString(16).padStart(4, '0'),
        ).join(':')
        expect(parseIp6(full)).toBe(value)
      }),
    )
  })

  test('no shorter spelling of the same form is read as the same address', () => {
    fc.assert(
      fc.property(anyIp6, (value) => {
        const written = formatIp6(value)
        expect(written).not.toMatch(/(^|:)0\d|[A-F]|::.*::/)
        // RFC 5952 §4.2.2: a single zero group is not shortened, a run of two is.
        const runs = [...value.matchAll(/\0{2,}/g)]
        expect(written.includes('::')).toBe(runs.length > 0)
      }),
    )
  })

  test('order and steps agree with the numbers', () => {
    fc.assert(
      fc.property(anyIp6, anyIp6, (a, b) => {
        const [x, y] = [ip6ToBigInt(a), ip6ToBigInt(b)]
        expect(a < b).toBe(x < y)
        expect(ip6FromBigInt(x)).toBe(a)
        if (a !== ip6Domain.max) expect(ip6ToBigInt(ip6Domain.next(a))).toBe(x + 1n)
        if (a !== ip6Domain.min) expect(ip6ToBigInt(ip6Domain.prev(a))).toBe(x - 1n)
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['::ffff', '::1:0'],
    ['::ffff:ffff:ffff:ffff', '0:0:0:1::'],
    ['0:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '1::'],
  ])('a step from %s carries over to %s', (from, to) => {
    const [a, b] = [parseIp6(from) as string, parseIp6(to) as string]
    expect(ip6Domain.next(a)).toBe(b)
    expect(ip6Domain.prev(b)).toBe(a)
  })
})

describe('either family', () => {
  test.each([
    { text: '10.0.0.1', family: 4 },
    { text: '::10.0.0.1', family: 6 },
    { text: '::', family: 6 },
  ])('$text is IPv$family', ({ text, family }) => {
    expect(parseAddress(text)?.family).toBe(family)
  })

  test('an IPv4 address inside IPv6 stays an IPv6 address', () => {
    const address = parseAddress('::ffff:10.0.0.1')
    expect(address && formatAddress(address)).toBe('::ffff:a00:1')
  })

  test.each(['', 'example.org', '10.0.0', '1:2'])('%j is neither', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })

  test('any text is read or refused, never thrown at', () => {
    const near = fc.string({
      unit: fc.constantFrom(...'0123456789abcdefF:.%/- \u0000'),
      maxLength: 50,
    })
    fc.assert(
      fc.property(fc.oneof(near, fc.string({ unit: 'binary' })), (text) => {
        const address = parseAddress(text)
        if (address) expect(parseAddress(formatAddress(address))).toEqual(address)
      }),
      { numRuns: 2000 },
    )
  })
})
