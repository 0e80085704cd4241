import { expect, test } from 'vitest'
import { account, card, group, part, subnet } from './documents.test.data.ts'
import { awsReader } from './index.ts'
import { regionOfZone } from './resource-file.ts'

const linked = (documents: Readonly<Record<string, unknown>>) => {
  const reader = awsReader()
  for (const [name, value] of Object.entries(documents)) reader.take(part(name, value))
  return reader.link()
}
const placesOf = (documents: Readonly<Record<string, unknown>>, collection: string) =>
  linked(documents)
    .coverage.filter((one) => one.collection === collection && one.state === 'complete')
    .map(({ account, region }) => `${account ?? '?'} ${region ?? '?'}`)

const cards = { NetworkInterfaces: [card('eni-1', '10.0.1.5')] }
const empty = { InternetGateways: [] }
const here = `${account} eu-west-1`

test.each([
  {
    name: 'content',
    documents: { 'a.json': cards },
    collection: 'network-interfaces',
    expected: [here],
  },
  {
    name: 'folders',
    documents: { '210987654321/us-east-1/a.json': empty },
    collection: 'internet-gateways',
    expected: ['210987654321 us-east-1'],
  },
  {
    name: 'content before folders',
    documents: { '210987654321/us-east-1/a.json': cards },
    collection: 'network-interfaces',
    expected: [here],
  },
  {
    name: 'shared ids',
    documents: {
      'a.json': cards,
      'b.json': {
        NetworkInterfaces: [
          card('eni-2', '10.0.1.6', {
            OwnerId: '210987654321',
            VpcId: 'vpc-2',
            SubnetId: 'subnet-c',
            Groups: [],
          }),
        ],
      },
      'c.json': {
        InternetGateways: [{ InternetGatewayId: 'igw-1', Attachments: [{ VpcId: 'vpc-2' }] }],
      },
    },
    collection: 'internet-gateways',
    expected: ['210987654321 eu-west-1'],
  },
  {
    name: 'the only place in the folder',
    documents: {
      'x/a.json': cards,
      'x/b.json': empty,
      'y/c.json': {
        Subnets: [
          {
            ...subnet('subnet-z', '10.9.0.0/24'),
            OwnerId: '210987654321',
            VpcId: 'vpc-9',
            AvailabilityZone: 'us-east-1a',
          },
        ],
      },
    },
    collection: 'internet-gateways',
    expected: [here],
  },
  {
    name: 'the only place in the run',
    documents: { 'x/a.json': cards, 'y/b.json': empty },
    collection: 'internet-gateways',
    expected: [here],
  },
  {
    name: 'nothing, where two places are known',
    documents: {
      'x/a.json': cards,
      'y/b.json': empty,
      'z/c.json': {
        Subnets: [
          {
            ...subnet('subnet-z', '10.9.0.0/24'),
            OwnerId: '210987654321',
            VpcId: 'vpc-9',
            AvailabilityZone: 'us-east-1a',
          },
        ],
      },
    },
    collection: 'internet-gateways',
    expected: ['? ?'],
  },
])('a place by $name', ({ documents, collection, expected }) => {
  expect(placesOf(documents, collection)).toEqual(expected)
})

test('security groups say their account, and their network tells the region', () => {
  const documents = { 'x/a.json': { SecurityGroups: [group('sg-1')] }, 'y/b.json': cards }
  const [filter] = [...linked(documents).filters.values()]
  expect(filter?.resource).toMatchObject({ account, region: 'eu-west-1' })
})

test('where nothing tells, the place is not known', () => {
  const [filter] = [
    ...linked({
      'a.json': { SecurityGroups: [{ ...group('sg-1'), OwnerId: undefined }] },
    }).filters.values(),
  ]
  expect(filter?.resource).toMatchObject({ account: null, region: null })
})

test.each([
  ['eu-west-1a', 'eu-west-1'],
  ['us-gov-west-1b', 'us-gov-west-1'],
  ['us-west-2-lax-1a', 'us-west-2'],
  ['nonsense', null],
])('zone %s stands in %s', (zone, expected) => {
  expect(regionOfZone(zone)).toBe(expected)
})
