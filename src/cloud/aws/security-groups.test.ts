import { expect, test } from 'vitest'
import { toCidrs } from '../../model/address-set.ts'
import { resourceId } from '../../model/resource.ts'
import { documentOf, pointer, type Source } from '../../model/source.ts'
import {
  account,
  card,
  drafted,
  estateOf,
  folder,
  fromGroup,
  gapsIn,
  group,
  network,
  part,
  permission,
} from './documents.test.data.ts'

test('a group with its network, owner and both directions', () => {
  const draft = drafted(
    part('a.json', { SecurityGroups: [group('sg-1', permission('tcp', 22, 22, '10.0.0.0/8'))] }),
  )
  expect(draft.groups).toHaveLength(1)
  expect(draft.groups[0]).toMatchObject({
    id: 'sg-1',
    name: 'sg-1',
    vpcId: 'vpc-1',
    own: { account, region: null },
  })
  expect(draft.groups[0]?.inbound).toHaveLength(1)
  expect(draft.groups[0]?.outbound.map(({ source }) => pointer(source))).toEqual([
    '/SecurityGroups/0/IpPermissionsEgress/0/IpRanges/0',
  ])
})

test('its ARN tells the region', () => {
  const element = {
    ...group('sg-1'),
    SecurityGroupArn: `arn:aws:ec2:ap-south-1:${account}:security-group/sg-1`,
  }
  expect(drafted(part('a.json', { SecurityGroups: [element] })).groups[0]?.own).toEqual({
    account,
    region: 'ap-south-1',
  })
})

test('a group without id is a gap, and its neighbour is read', () => {
  const draft = drafted(part('a.json', { SecurityGroups: [{ GroupName: 'x' }, group('sg-2')] }))
  expect(draft.groups.map(({ id }) => id)).toEqual(['sg-2'])
  expect(gapsIn(draft)).toEqual(['missing-member /SecurityGroups/0'])
})

test('the same group in two documents is one; where they differ all rules are taken, and it is said', () => {
  const same = { SecurityGroups: [group('sg-1', permission('tcp', 22, 22, '0.0.0.0/0'))] }
  const other = { SecurityGroups: [group('sg-1', permission('tcp', 21, 21, '0.0.0.0/0'))] }
  const rules = (documents: object) => {
    const estate = estateOf({ ...documents })
    return {
      rules: estate.filters.get(resourceId('aws', 'sg-1'))?.inbound.length,
      said: estate.gaps.some(({ reason }) => reason === 'duplicate-id'),
    }
  }
  expect(rules({ 'a.json': same, 'b.json': same })).toEqual({ rules: 1, said: false })
  expect(rules({ 'a.json': same, 'b.json': other })).toEqual({ rules: 2, said: true })
})

test('only the group that the network was made with is its default', () => {
  const estate = estateOf({
    'a.json': { SecurityGroups: [group('sg-1'), { ...group('sg-2'), GroupName: 'default' }] },
  })
  expect([...estate.filters.values()].map(({ isDefault }) => isDefault)).toEqual([false, true])
})

test('members of a group are private addresses, and never the internet', () => {
  const groups = [group('sg-1', fromGroup('tcp', 22, 22, { GroupId: 'sg-1' }))]
  const complete = estateOf({
    ...network,
    'describe-security-groups.json': { SecurityGroups: groups },
  })
  const { 'describe-network-interfaces.json': _, ...without } = network
  const absent = estateOf({
    ...without,
    'describe-security-groups.json': { SecurityGroups: groups },
  })
  const id = resourceId('aws', 'sg-1')
  const members = complete.groups.get(id)
  expect(members?.certain.v4).toEqual([0x0a000105, 0x0a000105])
  expect(members?.possible).toBe(members?.certain)
  expect(absent.groups.get(id)?.certain.v4).toEqual([])
  expect(absent.groups.get(id)?.possible.v4.length).toBeGreaterThan(0)
})

test('a member’s public IPv6 address is no address of its group', () => {
  const cards = [
    {
      ...card('eni-1', '10.0.1.5'),
      Ipv6Addresses: [{ Ipv6Address: '2600:1f18::5' }, { Ipv6Address: 'fd00::5' }],
    },
  ]
  const estate = estateOf({
    ...network,
    'describe-network-interfaces.json': { NetworkInterfaces: cards },
  })
  const members = estate.groups.get(resourceId('aws', 'sg-1'))
  expect(members && toCidrs(members.possible)).toEqual(['10.0.1.5/32', 'fd00::5/128'])
})

test.each([
  {
    name: 'a group of the same account that is not there is gone',
    pair: { GroupId: 'sg-9' },
    reason: 'deleted-group',
  },
  {
    name: 'a group of another account was only not read',
    pair: { GroupId: 'sg-9', UserId: '210987654321' },
    reason: 'unresolved-group',
  },
  {
    name: 'a group beyond a peering was only not read',
    pair: { GroupId: 'sg-9', VpcPeeringConnectionId: 'pcx-1', PeeringStatus: 'active' },
    reason: 'unresolved-group',
  },
])('$name', ({ pair, reason }) => {
  const groups = [group('sg-1', fromGroup('tcp', 22, 22, pair))]
  const estate = estateOf({
    ...network,
    'describe-security-groups.json': { SecurityGroups: groups },
  })
  expect(estate.gaps.map((gap) => gap.reason)).toContain(reason)
  expect(estate.groups.get(resourceId('aws', 'sg-9'))?.certain.v4).toEqual([])
})

test('documents in any folder are named as they were given', () => {
  const estate = estateOf({ 'x.json': { SecurityGroups: [group('sg-1')] } })
  expect(documentOf(estate.filters.get(resourceId('aws', 'sg-1'))?.source as Source).document).toBe(
    `${folder}x.json`,
  )
})

test('who is a member is told by the interfaces, also where the group itself was not read', () => {
  const groups = [group('sg-1', fromGroup('tcp', 22, 22, { GroupId: 'sg-9' }))]
  const cards = [
    card('eni-1', '10.0.1.5'),
    card('eni-9', '10.0.1.9', { Groups: [{ GroupId: 'sg-9' }] }),
  ]
  const members = (documents: object) => {
    const estate = estateOf({
      ...network,
      'describe-security-groups.json': { SecurityGroups: groups },
      ...documents,
    })
    const own = estate.groups.get(resourceId('aws', 'sg-9'))
    return { certain: own && toCidrs(own.certain), isExact: own?.certain === own?.possible }
  }
  const all = { NetworkInterfaces: cards }
  expect(members({ 'describe-network-interfaces.json': all })).toEqual({
    certain: ['10.0.1.9/32'],
    isExact: true,
  })
  expect(members({ 'describe-network-interfaces.json': { ...all, NextToken: 'x' } })).toEqual({
    certain: ['10.0.1.9/32'],
    isExact: false,
  })
})
