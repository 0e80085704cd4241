import { expect, test } from 'vitest'
import type { Estate } from '../../model/estate.ts'
import { resourceId } from '../../model/resource.ts'
import { account, estateOf, gapsIn, group, permission } from './documents.test.data.ts'

const rule = (id: string, more: object) => ({
  SecurityGroupRuleId: id,
  GroupId: 'sg-1',
  GroupOwnerId: account,
  IsEgress: false,
  IpProtocol: 'tcp',
  FromPort: 22,
  ToPort: 22,
  Tags: [],
  ...more,
})
const inbound = (estate: Estate) => estate.filters.get(resourceId('aws', 'sg-1'))?.inbound ?? []

test('equal content is one rule, with the id of its own; what only one document has is kept', () => {
  const estate = estateOf({
    'a.json': {
      SecurityGroups: [
        group(
          'sg-1',
          permission('tcp', 22, 22, '0.0.0.0/0', '::/0'),
          permission('tcp', 80, 80, '0.0.0.0/0'),
        ),
      ],
    },
    'b.json': {
      SecurityGroupRules: [
        rule('sgr-1', { CidrIpv4: '0.0.0.0/0' }),
        rule('sgr-2', { CidrIpv6: '0:0:0:0:0:0:0:0/0' }),
        rule('sgr-3', { FromPort: 443, ToPort: 443, CidrIpv4: '10.0.0.0/8' }),
        rule('sgr-4', {
          IsEgress: true,
          IpProtocol: '-1',
          FromPort: -1,
          ToPort: -1,
          CidrIpv4: '0.0.0.0/0',
        }),
      ],
    },
  })
  expect(inbound(estate).map(({ id }) => id)).toEqual(['sgr-1', 'sgr-2', null, 'sgr-3'])
  expect(estate.filters.get(resourceId('aws', 'sg-1'))?.outbound.map(({ id }) => id)).toEqual([
    'sgr-4',
  ])
})

test('rules alone make a group', () => {
  const estate = estateOf({
    'b.json': {
      SecurityGroupRules: [
        rule('sgr-1', { PrefixListId: 'pl-1' }),
        rule('sgr-2', { ReferencedGroupInfo: { GroupId: 'sg-2', UserId: account } }),
        rule('sgr-2', { ReferencedGroupInfo: { GroupId: 'sg-2', UserId: account } }),
      ],
    },
  })
  expect(inbound(estate).map(({ id, peer }) => [id, peer.kind])).toEqual([
    ['sgr-1', 'named'],
    ['sgr-2', 'group'],
  ])
})

test.each([
  { name: 'without a peer', more: {}, gap: 'missing-member /SecurityGroupRules/0' },
  {
    name: 'with a peer nobody knows',
    more: { NewPeer: 'x' },
    gap: 'unknown-member /SecurityGroupRules/0/NewPeer',
  },
  {
    name: 'with a broken CIDR',
    more: { CidrIpv4: '1.2.3' },
    gap: 'bad-cidr /SecurityGroupRules/0/CidrIpv4',
  },
])('a rule $name may admit anybody', ({ more, gap }) => {
  const estate = estateOf({ 'b.json': { SecurityGroupRules: [rule('sgr-1', more)] } })
  expect(inbound(estate).map(({ peer }) => peer.kind)).toEqual(['unknown'])
  expect(gapsIn(estate)).toContain(gap)
})
