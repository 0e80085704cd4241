import { expect, test } from 'vitest'
import * as addressSet from '../../model/address-set.ts'
import { internet } from '../../model/public-space.ts'
import { account, estateOf, gapsIn, network, region } from './documents.test.data.ts'

const options = (mode: string) => ({
  VpcBlockPublicAccessOptions: {
    AwsAccountId: account,
    AwsRegion: region,
    InternetGatewayBlockMode: mode,
  },
})
const exclusion = (resource: string, mode: string, State = 'create-complete') => ({
  VpcBlockPublicAccessExclusions: [
    {
      ExclusionId: 'x',
      InternetGatewayExclusionMode: mode,
      ResourceArn: `arn:aws:ec2:${region}:${account}:${resource}`,
      State,
    },
  ],
})
const blocked = (documents: Parameters<typeof estateOf>[0]) => {
  const stage = estateOf(documents).paths[0]?.legs[0]?.stages[0]?.stage
  if (stage?.kind !== 'sources' || stage.stage !== 'public-access-block') return 'no stage'
  const open = (bound: 'certain' | 'possible') => addressSet.overlaps(stage.admits[bound], internet)
  return open('certain') ? 'open' : open('possible') ? 'perhaps' : 'closed'
}
const optionsFile = 'describe-vpc-block-public-access-options.json'
const exclusionsFile = 'describe-vpc-block-public-access-exclusions.json'

test.each([
  { name: 'off', mode: 'off', exclusions: undefined, expected: 'no stage' },
  { name: 'ingress', mode: 'block-ingress', exclusions: undefined, expected: 'closed' },
  {
    name: 'both directions',
    mode: 'block-bidirectional',
    exclusions: undefined,
    expected: 'closed',
  },
  {
    name: 'the network excluded',
    mode: 'block-bidirectional',
    exclusions: exclusion('vpc/vpc-1', 'allow-bidirectional'),
    expected: 'no stage',
  },
  {
    name: 'the subnet excluded',
    mode: 'block-ingress',
    exclusions: exclusion('subnet/subnet-a', 'allow-bidirectional'),
    expected: 'no stage',
  },
  {
    name: 'another subnet excluded',
    mode: 'block-ingress',
    exclusions: exclusion('subnet/subnet-b', 'allow-bidirectional'),
    expected: 'closed',
  },
  {
    name: 'excluded for egress only',
    mode: 'block-bidirectional',
    exclusions: exclusion('vpc/vpc-1', 'allow-egress'),
    expected: 'closed',
  },
  {
    name: 'an exclusion that was deleted',
    mode: 'block-ingress',
    exclusions: exclusion('vpc/vpc-1', 'allow-bidirectional', 'delete-complete'),
    expected: 'closed',
  },
  {
    name: 'a mode nobody knows',
    mode: 'block-sideways',
    exclusions: undefined,
    expected: 'perhaps',
  },
])('$name', ({ mode, exclusions, expected }) => {
  expect(
    blocked({
      ...network,
      [optionsFile]: options(mode),
      ...(exclusions ? { [exclusionsFile]: exclusions } : {}),
    }),
  ).toBe(expected)
})

test('without the exclusions a block may be lifted', () => {
  const { [exclusionsFile]: _, ...without } = network
  expect(blocked({ ...without, [optionsFile]: options('block-ingress') })).toBe('perhaps')
})

test('without the options it is taken to be off, which is said once', () => {
  const { [optionsFile]: _, [exclusionsFile]: __, ...without } = network
  expect(blocked(without)).toBe('no stage')
  expect(gapsIn(estateOf(without))).toEqual(['vpc-block-public-access-options-absent'])
})
