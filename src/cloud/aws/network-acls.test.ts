import { expect, test } from 'vitest'
import { toCidrs } from '../../model/address-set.ts'
import { resourceId } from '../../model/resource.ts'
import { pointer } from '../../model/source.ts'
import { acl, drafted, estateOf, gapsIn, network, part } from './documents.test.data.ts'

const entry = (more: object) => ({
  Egress: false,
  RuleNumber: 100,
  RuleAction: 'allow',
  Protocol: '6',
  CidrBlock: '0.0.0.0/0',
  ...more,
})
const read = (...entries: readonly object[]) => {
  const draft = drafted(part('a.json', { NetworkAcls: [acl('acl-1', ['subnet-a'], entries)] }))
  return {
    rules: draft.acls[0]?.inbound ?? [],
    outbound: draft.acls[0]?.outbound ?? [],
    gaps: gapsIn(draft),
  }
}

test('entries are ordered rules of either direction', () => {
  const { rules, outbound, gaps } = read(
    entry({ PortRange: { From: 22, To: 23 } }),
    entry({ RuleNumber: 90, RuleAction: 'deny', Protocol: '-1', CidrBlock: '10.0.0.0/8' }),
    entry({
      Egress: true,
      Protocol: '17',
      PortRange: { From: 1024, To: 65_535 },
      CidrBlock: undefined,
      Ipv6CidrBlock: '::/0',
    }),
  )
  expect(
    rules.map(({ action, order, what, source }) => [action, order, what.tcp, pointer(source)]),
  ).toEqual([
    ['allow', 100, [22, 23], '/NetworkAcls/0/Entries/0'],
    ['deny', 90, [0, 65_535], '/NetworkAcls/0/Entries/1'],
  ])
  expect(
    outbound.map(({ what, peer }) => [what.udp, peer.kind === 'addresses' && toCidrs(peer.set)]),
  ).toEqual([[[1024, 65_535], ['::/0']]])
  expect(gaps).toEqual([])
})

test.each([
  {
    name: 'all of ICMP',
    more: { Protocol: '1', IcmpTypeCode: { Type: -1, Code: -1 } },
    icmp: [0, 65_535],
  },
  {
    name: 'one type',
    more: { Protocol: '1', IcmpTypeCode: { Type: 8, Code: -1 } },
    icmp: [2048, 2303],
  },
  {
    name: 'one code',
    more: { Protocol: '1', IcmpTypeCode: { Type: 3, Code: 4 } },
    icmp: [772, 772],
  },
])('$name', ({ more, icmp }) => {
  expect(read(entry(more)).rules.map(({ what }) => what.icmp)).toEqual([icmp])
})

test('TCP without ports, no CIDR, no number: gaps, and never an allow that is certain', () => {
  const { rules, gaps } = read(
    entry({}),
    entry({ PortRange: { From: 1, To: 2 }, CidrBlock: 'x' }),
    entry({ PortRange: { From: 1, To: 2 }, RuleNumber: null }),
  )
  expect(
    rules.map(({ what, perhaps, peer, action, order }) => [
      what.tcp.length,
      perhaps?.tcp ?? null,
      peer.kind,
      action,
      order,
    ]),
  ).toEqual([
    [0, [0, 65_535], 'addresses', 'allow', 100],
    [2, null, 'unknown', 'allow', 100],
    [2, null, 'addresses', 'deny', 32_767],
  ])
  expect(gaps).toEqual([
    'bad-port-range /NetworkAcls/0/Entries/0',
    'bad-cidr /NetworkAcls/0/Entries/1/CidrBlock',
    'missing-member /NetworkAcls/0/Entries/2',
  ])
})

test('a subnet’s list stands before its interfaces', () => {
  const stages = (documents: Parameters<typeof estateOf>[0]) =>
    estateOf(documents).paths[0]?.legs[0]?.stages.map(({ stage }) => stage.stage)
  expect(stages(network)).toEqual(['route', 'network-acl', 'security-group'])
  const { 'describe-network-acls.json': _, ...without } = network
  expect(stages(without)).toEqual(['route', 'security-group'])
  expect(estateOf(without).gaps.map(({ reason }) => reason)).toEqual(['network-acls-absent'])
})

test('it is an ordered filter that denies what no entry matches', () => {
  const filter = estateOf(network).filters.get(resourceId('aws', 'acl-1'))
  expect(filter).toMatchObject({
    combination: { kind: 'ordered', otherwise: 'deny' },
    isDefault: false,
  })
})
