import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toCidrs } from '../../model/address-set.ts'
import type { Peer } from '../../model/estate.ts'
import { formatPorts } from '../../model/port-set.ts'
import { pointer } from '../../model/source.ts'
import { noTransportPorts, type TransportPorts, transports } from '../../model/traffic-set.ts'
import { drafted, fromGroup, gapsIn, group, part, permission } from './documents.test.data.ts'

const shown = (peer: Peer): string =>
  peer.kind === 'addresses'
    ? toCidrs(peer.set).join()
    : peer.kind === 'group'
      ? peer.id
      : peer.kind === 'named'
        ? peer.name
        : peer.kind === 'unknown'
          ? `unknown ${peer.gap.reason}`
          : peer.peers.map(shown).join()
const ports = (what: TransportPorts | null): string =>
  what === null
    ? ''
    : transports
        .filter((transport) => what[transport].length > 0)
        .map((transport) => `${transport} ${formatPorts(what[transport])}`)
        .join('; ')
const read = (...permissions: readonly object[]) => {
  const draft = drafted(part('a.json', { SecurityGroups: [group('sg-1', ...permissions)] }))
  return { rules: draft.groups[0]?.inbound ?? [], gaps: gapsIn(draft) }
}

const everything = 'tcp all; udp all; icmp all; icmpv6 all; other 0, 2-5, 7-16, 18-57, 59-255'

test.each([
  { words: ['tcp', 20, 25], what: 'tcp 20-25' },
  { words: ['6', 21, 21], what: 'tcp 21' },
  { words: [6, 21, 21], what: 'tcp 21' },
  { words: ['TCP', 21, 21], what: 'tcp 21' },
  { words: ['udp', 53, 53], what: 'udp 53' },
  { words: ['17', 53, 53], what: 'udp 53' },
  { words: ['-1', null, null], what: everything },
  { words: ['-1', -1, -1], what: everything },
  { words: ['-1', 22, 22], what: everything },
  { words: ['icmp', -1, -1], what: 'icmp all' },
  { words: ['1', 8, -1], what: 'icmp 2048-2303' },
  { words: ['icmp', 3, 4], what: 'icmp 772' },
  { words: ['58', -1, -1], what: 'icmpv6 all' },
  { words: ['icmpv6', 128, 0], what: 'icmpv6 32768' },
  { words: ['50', null, null], what: 'other 50' },
  { words: ['47', -1, -1], what: 'other 47' },
])('$words is $what', ({ words: [protocol, from, to], what }) => {
  const { rules, gaps } = read({
    ...permission('tcp', 1, 1, '0.0.0.0/0'),
    IpProtocol: protocol,
    FromPort: from,
    ToPort: to,
  })
  expect(rules.map((rule) => [ports(rule.what), rule.perhaps])).toEqual([[what, null]])
  expect(gaps).toEqual([])
})

test.each([
  { name: 'from beyond to', words: ['tcp', 25, 20], perhaps: 'tcp all', reason: 'bad-port-range' },
  { name: 'out of range', words: ['tcp', 0, 65_536], perhaps: 'tcp all', reason: 'bad-port-range' },
  { name: 'below zero', words: ['udp', -1, -1], perhaps: 'udp all', reason: 'bad-port-range' },
  { name: 'no number', words: ['tcp', '22', '22'], perhaps: 'tcp all', reason: 'bad-port-range' },
  { name: 'a fraction', words: ['tcp', 22.5, 23], perhaps: 'tcp all', reason: 'bad-port-range' },
  { name: 'no ports', words: ['tcp', null, null], perhaps: 'tcp all', reason: 'bad-port-range' },
  { name: 'one port only', words: ['tcp', 22, null], perhaps: 'tcp all', reason: 'bad-port-range' },
  {
    name: 'an ICMP type beyond 255',
    words: ['icmp', 300, 0],
    perhaps: 'icmp all',
    reason: 'bad-port-range',
  },
  { name: 'no protocol', words: [null, 22, 22], perhaps: everything, reason: 'unknown-protocol' },
  {
    name: 'a protocol nobody knows',
    words: ['quux', 1, 2],
    perhaps: everything,
    reason: 'unknown-protocol',
  },
  { name: 'protocol 256', words: ['256', 1, 2], perhaps: everything, reason: 'unknown-protocol' },
])(
  '$name is a gap, and only perhaps a rule',
  ({ words: [protocol, from, to], perhaps, reason }) => {
    const { rules, gaps } = read({
      ...permission('tcp', 1, 1, '0.0.0.0/0'),
      IpProtocol: protocol,
      FromPort: from,
      ToPort: to,
    })
    expect(
      rules.map((rule) => ({ sure: noTransportPorts(rule.what), perhaps: ports(rule.perhaps) })),
    ).toEqual([{ sure: true, perhaps }])
    expect(gaps).toEqual([`${reason} /SecurityGroups/0/IpPermissions/0`])
  },
)

test('one rule is one peer of one permission, each with its exact place', () => {
  const { rules, gaps } = read(permission('tcp', 80, 80, '10.0.0.0/8'), {
    ...permission('tcp', 20, 25, '10.0.0.0/8', '0.0.0.0/0', '::/0'),
    PrefixListIds: [{ PrefixListId: 'pl-1', Description: 'office' }],
    UserIdGroupPairs: [{ GroupId: 'sg-2', UserId: '1' }],
  })
  expect(rules.map((rule) => [shown(rule.peer), pointer(rule.source), rule.name])).toEqual([
    ['10.0.0.0/8', '/SecurityGroups/0/IpPermissions/0/IpRanges/0', null],
    ['10.0.0.0/8', '/SecurityGroups/0/IpPermissions/1/IpRanges/0', null],
    ['0.0.0.0/0', '/SecurityGroups/0/IpPermissions/1/IpRanges/1', null],
    ['::/0', '/SecurityGroups/0/IpPermissions/1/Ipv6Ranges/0', null],
    ['pl-1', '/SecurityGroups/0/IpPermissions/1/PrefixListIds/0', 'office'],
    ['aws:sg-2', '/SecurityGroups/0/IpPermissions/1/UserIdGroupPairs/0', null],
  ])
  expect(gaps).toEqual([])
})

test.each([
  {
    name: 'a broken CIDR',
    more: { IpRanges: [{ CidrIp: '0.0.0.0/33' }] },
    peer: 'unknown bad-cidr',
    gap: 'bad-cidr /SecurityGroups/0/IpPermissions/0/IpRanges/0',
  },
  {
    name: 'a range without CIDR',
    more: { IpRanges: [{}] },
    peer: 'unknown bad-cidr',
    gap: 'bad-cidr /SecurityGroups/0/IpPermissions/0/IpRanges/0',
  },
  {
    name: 'a range that is no object',
    more: { IpRanges: ['10.0.0.0/8'] },
    peer: 'unknown wrong-type',
    gap: 'wrong-type /SecurityGroups/0/IpPermissions/0/IpRanges/0',
  },
  {
    name: 'a member nobody knows',
    more: { NewPeers: ['x'] },
    peer: 'unknown unknown-member',
    gap: 'unknown-member /SecurityGroups/0/IpPermissions/0/NewPeers',
  },
  {
    name: 'a peer list that is no list',
    more: { IpRanges: { CidrIp: '10.0.0.0/8' } },
    peer: 'unknown unknown-member',
    gap: 'unknown-member /SecurityGroups/0/IpPermissions/0/IpRanges',
  },
  {
    name: 'a prefix list without id',
    more: { PrefixListIds: [{}] },
    peer: 'unknown missing-member',
    gap: 'missing-member /SecurityGroups/0/IpPermissions/0/PrefixListIds/0',
  },
])('$name may be anybody, and is a gap with its place', ({ more, peer, gap }) => {
  const { rules, gaps } = read({ ...permission('tcp', 22, 22), ...more })
  expect(rules.map((rule) => shown(rule.peer))).toEqual([peer])
  expect(gaps).toEqual([gap])
})

test('what is empty says nothing', () => {
  expect(
    read({ ...permission('tcp', 22, 22), NewPeers: [], Other: null, More: {}, Text: '' }),
  ).toEqual({ rules: [], gaps: [] })
})

test('a bad permission never loses its neighbours', () => {
  const { rules, gaps } = read(
    permission('tcp', 30, 20, '0.0.0.0/0'),
    permission('tcp', 22, 22, '300.0.0.0/8', '10.0.0.0/8'),
    permission('tcp', 443, 443, '0.0.0.0/0'),
  )
  expect(rules).toHaveLength(4)
  expect(gaps).toHaveLength(2)
})

test.each([
  {
    name: 'an active peering',
    pair: { GroupId: 'sg-9', PeeringStatus: 'active', VpcPeeringConnectionId: 'pcx-1' },
    peer: 'aws:sg-9',
    gaps: [],
  },
  {
    name: 'a peering that is gone',
    pair: { GroupId: 'sg-9', PeeringStatus: 'deleted', VpcPeeringConnectionId: 'pcx-1' },
    peer: '',
    gaps: ['peering-not-active /SecurityGroups/0/IpPermissions/0/UserIdGroupPairs/0'],
  },
  {
    name: 'a group without id',
    pair: { GroupName: 'classic' },
    peer: 'aws:?classic',
    gaps: ['group-without-id /SecurityGroups/0/IpPermissions/0/UserIdGroupPairs/0'],
  },
])('$name', ({ pair, peer, gaps }) => {
  const found = read(fromGroup('tcp', 22, 22, pair))
  expect(found.rules.map((rule) => shown(rule.peer))).toEqual([peer])
  expect(found.gaps).toEqual(gaps)
})

test('reading never throws, whatever stands in a permission', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (permissions, member) => {
      const element = { ...group('sg-1'), IpPermissions: permissions }
      expect(
        drafted(part('a.json', { SecurityGroups: [element, member] })).groups.length,
      ).toBeGreaterThan(0)
      const inside = { ...permission('tcp', 1, 2), IpRanges: member, UserIdGroupPairs: [member] }
      expect(() => read(inside)).not.toThrow()
    }),
  )
})
