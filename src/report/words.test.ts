import { describe, expect, test } from 'vitest'
import { addresses, empty, subtract } from '../model/address-set.ts'
import { allPorts, ports } from '../model/port-set.ts'
import { internet } from '../model/public-space.ts'
import { everyPort } from '../model/traffic-set.ts'
import { address, exposure } from './testing/fixture.ts'
import {
  percent,
  portsPhrase,
  sourcesPhrase,
  stepPhrase,
  verdictPhrase,
  witnessPhrase,
} from './words.ts'

describe('sources', () => {
  test.each([
    { name: 'IPv4', in: addresses('0.0.0.0/0'), out: 'all of IPv4' },
    { name: 'both', in: addresses('0.0.0.0/0', '::/0'), out: 'all of IPv4 and IPv6' },
    { name: 'two halves', in: addresses('0.0.0.0/1', '128.0.0.0/1'), out: 'all of IPv4' },
    { name: 'public space alone', in: internet, out: 'all of IPv4 and IPv6' },
    { name: 'half', in: addresses('0.0.0.0/1'), out: '0.0.0.0/1 (56 % of IPv4)' },
    { name: 'one address', in: addresses('198.51.100.7'), out: '198.51.100.7' },
    { name: 'one network', in: addresses('198.51.100.0/24'), out: '198.51.100.0/24' },
    { name: 'a private network', in: addresses('10.0.0.0/8'), out: '10.0.0.0/8' },
    {
      name: 'all of IPv4 and a network',
      in: addresses('0.0.0.0/0', '2600::/12'),
      out: 'all of IPv4 and 0.19 % of IPv6',
    },
    {
      name: 'all but one address',
      in: subtract(addresses('0.0.0.0/0'), addresses('8.8.8.8')),
      out: '99.99 % of IPv4',
    },
    {
      name: 'scattered private networks',
      in: addresses('10.0.0.0/24', '10.0.2.0/24', '10.0.4.0/24', '10.0.6.0/24'),
      out: '4 ranges of private space',
    },
    { name: 'nobody', in: empty, out: 'nobody' },
  ])('$name', ({ in: set, out }) => {
    expect(sourcesPhrase(set)).toBe(out)
  })
})

test.each([
  { in: 1 - 2 ** -32, out: '99.99 %' },
  { in: 1 - Number.EPSILON, out: '99.99 %' },
  { in: 1, out: '100 %' },
  { in: 0.999, out: '99.9 %' },
  { in: 0.37, out: '37 %' },
  { in: 0.0039, out: '0.39 %' },
  { in: 1e-9, out: 'less than 0.01 %' },
])('$in is $out', ({ in: share, out }) => {
  expect(percent(share)).toBe(out)
})

test.each([
  { transport: 'tcp', in: ports([20, 21]), out: 'tcp 20-21' },
  { transport: 'tcp', in: allPorts, out: 'every TCP port' },
  { transport: 'udp', in: ports(53, [137, 138]), out: 'udp 53, 137-138' },
  { transport: 'icmp', in: ports(8 * 256), out: 'ICMP 8/0' },
  { transport: 'icmp', in: ports([3 * 256, 3 * 256 + 255]), out: 'ICMP 3' },
  { transport: 'icmpv6', in: allPorts, out: 'all ICMPv6' },
  { transport: 'other', in: ports([50, 51]), out: 'protocol 50-51' },
  { transport: 'other', in: everyPort.other, out: 'every other protocol' },
  {
    transport: 'tcp',
    in: ports(1, 3, 5, 7, 9, 11, 13, 15, 17, 19),
    out: 'tcp 1, 3, 5, 7, 9, 11, 13, 15 and 2 more',
  },
] as const)('$out', ({ transport, in: set, out }) => {
  expect(portsPhrase(transport, set)).toBe(out)
})

test('a witness is said as a packet', () => {
  const { witness } = exposure({ key: 'x' })
  expect(witnessPhrase(witness)).toBe('8.8.8.8:40000 → 203.0.113.5:21/tcp')
  expect(
    witnessPhrase({ ...witness, source: address('2600::1'), destination: address('2001:db8::5') }),
  ).toBe('[2600::1]:40000 → [2001:db8::5]:21/tcp')
  expect(witnessPhrase({ ...witness, transport: 'icmp', sourcePort: null, port: 8 * 256 })).toBe(
    '8.8.8.8 → 203.0.113.5 ICMP 8/0',
  )
})

test.each([
  { filter: 'sg-1', rule: 'sgr-2', out: 'sg-1 sgr-2' },
  {
    filter: '/subscriptions/A/nsg',
    rule: '/subscriptions/a/nsg/rules/ftp',
    out: '/subscriptions/a/nsg/rules/ftp',
  },
  { filter: null, rule: 'listener 443', out: 'listener 443' },
  { filter: 'sg-1', rule: null, out: 'sg-1' },
])('a step is $out', ({ filter, rule, out }) => {
  expect(stepPhrase({ leg: 0, stage: 'x', filter, rule, source: null })).toBe(out)
})

test('a verdict says where and why', () => {
  expect(verdictPhrase(exposure({ key: 'x' }))).toBe('reachable at 203.0.113.5')
  expect(
    verdictPhrase(
      exposure({
        key: 'x',
        verdict: 'open-but-unreachable',
        reason: 'no public address',
        entry: { addresses: [], names: [], front: null },
      }),
    ),
  ).toBe('open but unreachable: no public address')
})
