import fc from 'fast-check'
import { expect, test } from 'vitest'
import { documentOf, pointer, type Source } from '../../model/source.ts'
import { account, drafted, gapsIn, group, part, permission } from './documents.test.data.ts'
import { awsReader, resources } from './index.ts'

const groups = { SecurityGroups: [group('sg-1', permission('tcp', 22, 22, '0.0.0.0/0'))] }
const state = (parts: readonly Parameters<typeof part>[], collection: string) => {
  const reader = awsReader()
  for (const one of parts) reader.take(part(...one))
  return reader.link().coverage.find((one) => one.collection === collection)?.state
}

test.each([
  { name: 'a response', value: groups, places: ['/SecurityGroups/0'] },
  { name: 'a list of elements', value: groups.SecurityGroups, places: ['/0'] },
  { name: 'one element', value: groups.SecurityGroups[0], places: [''] },
  { name: 'a list of lists', value: [groups.SecurityGroups], places: ['/0/0'] },
])('$name', ({ value, places }) => {
  const draft = drafted(part('a.json', value))
  expect(draft.groups.map(({ at }) => pointer(at))).toEqual(places)
})

test('parts of a large document count on from their first element', () => {
  const draft = drafted(
    part('a.json', groups, { last: false }),
    part(
      'a.json',
      { SecurityGroups: [group('sg-2', permission('tcp', 1, 1, '1.1.1.1/32'))] },
      { firstIndex: 7_000 },
    ),
  )
  expect(draft.groups[1]?.inbound.map(({ source }) => pointer(source))).toEqual([
    '/SecurityGroups/7000/IpPermissions/0/IpRanges/0',
  ])
})

test('records of one document keep their number', () => {
  const draft = drafted(part('a.ndjson', groups.SecurityGroups[0], { record: 4 }))
  expect(documentOf(draft.groups[0]?.at as Source).record).toBe(4)
})

test.each([
  { name: 'whole', parts: [['a.json', groups]], expected: 'complete' },
  { name: 'empty', parts: [['a.json', { SecurityGroups: [] }]], expected: 'complete' },
  {
    name: 'a page with another to come',
    parts: [['a.json', { ...groups, NextToken: 'x' }]],
    expected: 'partial',
  },
  {
    name: 'all pages',
    parts: [
      ['a.json', { ...groups, NextToken: 'x' }],
      ['b.json', { SecurityGroups: [group('sg-2')] }],
    ],
    expected: 'complete',
  },
  {
    name: 'an empty token',
    parts: [['a.json', { ...groups, NextToken: '' }]],
    expected: 'complete',
  },
  { name: 'no last part', parts: [['a.json', groups, { last: false }]], expected: 'partial' },
  {
    name: 'both parts',
    parts: [
      ['a.json', groups, { last: false }],
      ['a.json', { SecurityGroups: [group('sg-2')] }, { firstIndex: 1 }],
    ],
    expected: 'complete',
  },
] satisfies readonly {
  name: string
  parts: readonly Parameters<typeof part>[]
  expected: string
}[])('coverage of $name is $expected', ({ parts, expected }) => {
  expect(state(parts, 'security-groups')).toBe(expected)
})

test('what was never given is absent', () => {
  expect(state([['a.json', groups]], 'route-tables')).toBe('absent')
})

test.each([
  {
    name: 'Azure',
    value: { id: '/subscriptions/x', type: 'Microsoft.Network/networkSecurityGroups' },
  },
  { name: 'Google', value: [{ kind: 'compute#firewall', name: 'x' }] },
  { name: 'CloudFormation', value: { Resources: {} } },
  { name: 'EventBridge rules', value: { Rules: [{ Name: 'x', Arn: 'arn:aws:events:x' }] } },
  { name: 'an ECS cluster', value: { Clusters: [{ clusterArn: 'x' }] } },
  { name: 'text', value: 'SecurityGroups' },
  { name: 'a list of texts', value: ['sg-1'] },
  { name: 'an empty list', value: [] },
  { name: 'an empty object', value: {} },
  { name: 'nothing', value: null },
])('$name is not AWS’s to read', ({ value }) => {
  expect(awsReader().take(part('a.json', value))).toBe('not-mine')
})

test.each(['Regions', 'Tags', 'VpcEndpoints', 'KeyPairs'])(
  '%s are taken without a word',
  (member) => {
    const reader = awsReader()
    expect(reader.take(part('a.json', { [member]: [{}] }))).toBe('taken')
    expect(reader.link().gaps).toEqual([])
  },
)

test('a member of the wrong type and an element that is none are gaps with their place', () => {
  expect(gapsIn(drafted(part('a.json', { SecurityGroups: 'x' })))).toEqual([
    'wrong-type /SecurityGroups',
  ])
  expect(gapsIn(drafted(part('a.json', { SecurityGroups: [1, group('sg-1')] })))).toEqual([
    'wrong-type /SecurityGroups/0',
  ])
})

test('members that two services print go by what their elements are', () => {
  const arn = `arn:aws:elasticloadbalancing:eu-west-1:${account}:listener/app/x/1/2`
  const draft = drafted(
    part('a.json', {
      Listeners: [
        {
          ListenerArn: arn,
          LoadBalancerArn: 'arn:x',
          Port: 80,
          Protocol: 'HTTP',
          DefaultActions: [],
        },
      ],
    }),
    part('b.json', {
      Listeners: [
        {
          ListenerArn: `arn:aws:globalaccelerator::${account}:accelerator/a/listener/b`,
          PortRanges: [{ FromPort: 80, ToPort: 81 }],
          Protocol: 'TCP',
        },
      ],
    }),
  )
  expect(draft.listeners).toHaveLength(1)
  expect(draft.acceleratorListeners).toHaveLength(1)
})

test('each collection has one name', () => {
  const names = resources.map(({ collection }) => collection)
  expect(new Set(names).size).toBe(names.length)
})

test('no document makes it throw', () => {
  const members = resources.flatMap((resource) => resource.members)
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom(...members),
        fc.oneof(
          fc.jsonValue(),
          fc.array(
            fc.dictionary(
              fc.constantFrom(
                'GroupId',
                'RuleArn',
                'Key',
                'Value',
                'ListenerArn',
                'VpcId',
                'SubnetId',
                'Routes',
                'Instances',
                'LoadBalancerArn',
                'Target',
                'Cidr',
                'Tags',
                'Associations',
                'DBInstanceIdentifier',
                'Engine',
                'Actions',
                'Conditions',
              ),
              fc.jsonValue(),
            ),
          ),
        ),
      ),
      (value) => {
        const reader = awsReader()
        reader.take(part('a.json', value))
        reader.take(part('b.json', Object.values(value)))
        expect(() => reader.link()).not.toThrow()
      },
    ),
    { numRuns: 300 },
  )
})
