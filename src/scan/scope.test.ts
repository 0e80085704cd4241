import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatIp4, ip6FromBigInt, parseAddress } from '../model/address.ts'
import { addresses, contains, intersect, isEmpty, subtract, toCidrs } from '../model/address-set.ts'
import {
  admit,
  alwaysRefused,
  loopbackScope,
  parseScope,
  refusedParts,
  type Scope,
} from './scope.ts'
import { addressOf } from './testing/net-world.ts'

function scope(text: string): Scope {
  const read = parseScope(text)
  if (read.kind === 'wrong') throw new Error(read.errors.join('; '))
  return read.scope
}
const verdict = (of: Scope, text: string): string => {
  const admission = admit(of, addressOf(text), null)
  return admission.kind === 'admitted' ? admission.target.text : admission.reason
}

describe('an address against a scope of everything', () => {
  const everything = scope('0.0.0.0/0\n::/0')
  test.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:db8::1', '2001:db8::1'],
    ['0.0.0.0', 'unspecified'],
    ['::', 'unspecified'],
    ['::ffff:0.0.0.0', 'unspecified'],
    ['169.254.1.1', 'link-local'],
    ['fe80::1', 'link-local'],
    ['169.254.169.254', 'metadata'],
    ['::ffff:169.254.169.254', 'metadata'],
    ['fd00:ec2::254', 'metadata'],
    ['168.63.129.16', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['64:ff9b::a9fe:a9fe', 'metadata'],
    ['64:ff9b:1::a9fe:a9fe', 'metadata'],
    ['64:ff9b:1:a9fe:a9:fe00::', 'metadata'],
    ['2002:a9fe:a9fe::1', 'metadata'],
    ['2001:0:a00:1:0:0:5601:5601', 'metadata'],
    ['2001:0:a9fe:a9fe::1', 'metadata'],
    ['::169.254.169.254', 'metadata'],
    ['2001:db8::5efe:a9fe:a9fe', 'metadata'],
    ['2001:db8::200:5efe:a9fe:a9fe', 'metadata'],
    ['224.0.0.1', 'multicast'],
    ['ff02::1', 'multicast'],
    ['::ffff:224.0.0.1', 'multicast'],
    ['255.255.255.255', 'broadcast-or-reserved'],
    ['240.0.0.1', 'broadcast-or-reserved'],
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
  ])('%s is %s', (text, expected) => {
    expect(verdict(everything, text)).toBe(expected)
  })
})

describe('IPv4 inside IPv6 is judged as IPv4 too', () => {
  const some = scope('10.0.0.0/24\n64:ff9b::/96\n2002::/16\n!10.0.0.9')
  test.each([
    ['64:ff9b::10.0.0.1', '64:ff9b::a00:1'],
    ['64:ff9b::10.0.1.1', 'outside-scope'],
    ['64:ff9b::10.0.0.9', 'excluded'],
    ['::ffff:10.0.0.9', 'excluded'],
    ['2002:a00:1::5', '2002:a00:1::5'],
    ['2002:a00:101::5', 'outside-scope'],
    ['2001:db8::1', 'outside-scope'],
  ])('%s is %s', (text, expected) => {
    expect(verdict(some, text)).toBe(expected)
  })

  test('all of IPv6 is none of IPv4, and an IPv4-mapped entry is the IPv4 that it names', () => {
    for (const wide of ['::/0', '::/64', '::fffe:0:0/95', '::-ffff::'])
      expect([wide, verdict(scope(wide), '::ffff:8.8.8.8')]).toEqual([wide, 'outside-scope'])
    expect(verdict(scope('::/0'), '64:ff9b::8.8.8.8')).toBe('outside-scope')
    expect(verdict(scope('::ffff:8.8.8.0/120'), '8.8.8.8')).toBe('8.8.8.8')
    // To leave out is not to let in: an exclusion counts in every form.
    expect(() => scope('0.0.0.0/0\n!::/0')).toThrow('allows no address')
  })
  test('an exclusion written as IPv4-mapped excludes the IPv4 address', () => {
    expect(verdict(scope('10.0.0.0/24\n!::ffff:10.0.0.7'), '10.0.0.7')).toBe('excluded')
    expect(verdict(scope('::ffff:10.0.0.0/120'), '10.0.0.7')).toBe('10.0.0.7')
  })
})

test('without a scope file only loopback is admitted', () => {
  expect(verdict(loopbackScope, '127.9.9.9')).toBe('127.9.9.9')
  expect(verdict(loopbackScope, '::1')).toBe('::1')
  expect(verdict(loopbackScope, '::ffff:127.0.0.1')).toBe('127.0.0.1')
  expect(verdict(loopbackScope, '192.0.2.1')).toBe('needs-scope-file')
  expect(verdict(loopbackScope, '0.0.0.0')).toBe('unspecified')
})

const ip4 = fc.integer({ min: 0, max: 0xffff_ffff }).map((value) => ({ family: 4, value }) as const)
const ip6 = fc
  .bigInt({ min: 0n, max: 2n ** 128n - 1n })
  .map((value) => ({ family: 6, value: ip6FromBigInt(value) }) as const)

test('what is admitted is in the scope as the sets have it, and never refused', () => {
  const narrow = scope('10.0.0.0/7\n2000::/3\n!2001:db8::/33\n!11.0.0.0/9\n::/16\n64::/16')
  fc.assert(
    fc.property(fc.oneof(ip4, ip6), (address) => {
      const admission = admit(narrow, address, 'name')
      if (admission.kind === 'refused') return
      expect(contains(narrow.admitted, admission.target.address)).toBe(true)
      expect(contains(narrow.excluded, admission.target.address)).toBe(false)
      expect(contains(alwaysRefused, admission.target.address)).toBe(false)
      expect(parseAddress(admission.target.text)).toEqual(admission.target.address)
    }),
  )
})

test('an address is the same in every dress: none is admitted that its IPv4 address is not', () => {
  const narrow = scope('0.0.0.0/0\n::/0\n!10.0.0.0/8\n!192.0.2.0/25')
  fc.assert(
    fc.property(fc.oneof(ip4, fc.constant({ family: 4, value: 0x0a00_0001 } as const)), (plain) => {
      const dotted = formatIp4(plain.value)
      const high = (plain.value >>> 16).toString(16)
      const low = (plain.value & 0xffff).toString(16)
      const dresses = [
        `::ffff:${dotted}`,
        `64:ff9b::${dotted}`,
        `2002:${high}:${low}::1`,
        `::ffff:0:${dotted}`,
      ]
      const bare = admit(narrow, plain, null)
      for (const dress of dresses) {
        const dressed = admit(narrow, addressOf(dress), null)
        expect(dressed.kind).toBe(bare.kind)
      }
    }),
  )
})

describe('a scope file', () => {
  test('takes addresses, CIDRs, ranges, exclusions and comments', () => {
    const read = scope(
      '\ufeff# site\r\n10.0.0.0/24 # office\r\n10.1.0.5-10.1.0.9\n\n[2001:db8::1]\n! 10.0.0.7\n192.0.2.1',
    )
    const written = addresses('10.0.0.0/24', '10.1.0.5-10.1.0.9', '2001:db8::1', '192.0.2.1')
    expect(toCidrs(read.admitted)).toEqual(toCidrs(subtract(written, addresses('10.0.0.7'))))
  })

  test('an exclusion counts wherever it stands', () => {
    expect(verdict(scope('!10.0.0.1\n10.0.0.0/24'), '10.0.0.1')).toBe('excluded')
  })

  test.each([
    ['', ['allows no address']],
    ['# nothing\n', ['allows no address']],
    ['!10.0.0.0/8', ['allows no address']],
    ['10.0.0.1\n!10.0.0.0/8', ['allows no address: all of them are excluded or refused']],
    [
      '10.0.0.1\nexample.org',
      [
        'line 2: "example.org" is a name: a scope lists addresses, because what a name means changes',
      ],
    ],
    ['10.0.0.300', ['line 1: "10.0.0.300" is no address, CIDR or range']],
    [
      '10.1.2.3/8',
      ['line 1: "10.1.2.3/8" has bits behind its prefix: write 10.0.0.0/8 or 10.1.2.3'],
    ],
    ['10.0.0.9-10.0.0.1', ['line 1: "10.0.0.9-10.0.0.1" is no address, CIDR or range']],
    ['fe80::1%eth0', ['line 1: "fe80::1%eth0": zones are not supported']],
    ['010.0.0.1', ['line 1: "010.0.0.1" is no address, CIDR or range']],
    ['!', ['line 1: "" is no address, CIDR or range']],
  ])('%j says what is wrong with it', (text, errors) => {
    expect(parseScope(text)).toEqual({ kind: 'wrong', errors })
  })

  test('says what it lists in vain', () => {
    expect(parseScope('169.254.0.0/30\n10.0.0.1')).toMatchObject({
      notes: ['169.254.0.0/30 is listed, but is link-local and is never scanned'],
    })
  })

  test('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789./-:![]#%a\n ') }), (text) => {
        const read = parseScope(text)
        if (read.kind === 'read')
          expect(isEmpty(intersect(read.scope.admitted, alwaysRefused))).toBe(true)
      }),
    )
  })
})

test('parts that are refused are named by their reasons, and are all that is refused', () => {
  const some = scope('10.0.0.0/24\n!10.0.0.128/25')
  const parts = refusedParts(some, addresses('10.0.0.0/23', '224.0.0.1'))
  expect(parts.map(({ reason, set }) => [reason, ...toCidrs(set)])).toEqual([
    ['multicast', '224.0.0.1/32'],
    ['excluded', '10.0.0.128/25'],
    ['outside-scope', '10.0.1.0/24'],
  ])
})
