import { expect, test } from 'vitest'
import {
  account,
  card,
  drafted,
  estateOf,
  gapsIn,
  network,
  part,
  region,
} from './documents.test.data.ts'

const instance = (id: string, more: object = {}) => ({
  InstanceId: id,
  ImageId: 'ami-1',
  Placement: { AvailabilityZone: `${region}b` },
  State: { Name: 'running' },
  VpcId: 'vpc-1',
  SubnetId: 'subnet-a',
  NetworkInterfaces: [],
  Tags: [{ Key: 'Name', Value: 'web' }],
  ...more,
})
const reservation = (...instances: readonly object[]) => ({
  ReservationId: 'r-1',
  OwnerId: account,
  Instances: instances,
})
const {
  AvailabilityZone: _zone,
  OwnerId: _owner,
  ...embedded
} = card('eni-7', '10.0.1.7', {}, '198.41.0.7')

test('the interfaces inside stand where the document says the instance stands', () => {
  const draft = drafted(
    part('a.json', {
      Reservations: [reservation(instance('i-1', { NetworkInterfaces: [embedded] }))],
    }),
  )
  expect(draft.instances[0]).toMatchObject({
    id: 'i-1',
    name: 'web',
    state: 'running',
    own: { account, region },
  })
  expect(draft.instances[0]?.interfaces[0]).toMatchObject({
    id: 'eni-7',
    instanceId: 'i-1',
    own: { account, region },
  })
})

test.each([
  { name: 'reservations', value: { Reservations: [reservation(instance('i-1'))] } },
  { name: 'reservations as a list', value: [reservation(instance('i-1'))] },
  { name: 'instances as a list', value: [instance('i-1')] },
  { name: 'a list for each reservation', value: [[instance('i-1')]] },
  { name: 'one instance', value: instance('i-1') },
])('$name', ({ value }) => {
  expect(drafted(part('a.json', value)).instances.map(({ id }) => id)).toEqual(['i-1'])
})

test('interfaces of instances stand in where describe-network-interfaces is absent, and are then not all', () => {
  const { 'describe-network-interfaces.json': _, ...without } = network
  const estate = estateOf({
    ...without,
    'describe-instances.json': {
      Reservations: [reservation(instance('i-1', { NetworkInterfaces: [embedded] }))],
    },
  })
  expect([...estate.targets.values()][0]?.machine).toMatchObject({
    kind: 'instance',
    id: 'i-1',
    name: 'web',
  })
  expect(estate.coverage.find(({ collection }) => collection === 'network-interfaces')?.state).toBe(
    'partial',
  )
})

test('an instance that names no interface is taken for its only one, and that is said', () => {
  const estate = estateOf({
    'describe-instances.json': [
      instance('i-1', {
        NetworkInterfaces: undefined,
        PrivateIpAddress: '10.0.1.7',
        PublicIpAddress: '198.41.0.7',
        SecurityGroups: [{ GroupId: 'sg-1' }],
      }),
    ],
  })
  expect(gapsIn(estate)).toContain('interfaces-abridged /0')
  expect(
    [...estate.targets.values()].map(({ resource, filters }) => [
      resource.kind,
      resource.id,
      filters,
    ]),
  ).toEqual([['instance', 'i-1', ['aws:sg-1']]])
})

test('a stopped instance keeps its paths, with a note', () => {
  const estate = estateOf({
    ...network,
    'describe-network-interfaces.json': {
      NetworkInterfaces: [
        card('eni-1', '10.0.1.5', { Attachment: { InstanceId: 'i-1', DeviceIndex: 0 } }),
      ],
    },
    'describe-instances.json': {
      Reservations: [reservation(instance('i-1', { State: { Name: 'stopped' } }))],
    },
  })
  expect([...estate.targets.values()].map(({ note }) => note)).toEqual(['i-1 is stopped'])
})

test('one id for interfaces of two instances is a gap, and both are looked at', () => {
  const estate = estateOf({
    'describe-instances.json': {
      Reservations: [
        reservation(
          instance('i-1', { NetworkInterfaces: [embedded] }),
          instance('i-2', {
            NetworkInterfaces: [
              { ...embedded, PrivateIpAddress: '10.0.1.8', PrivateIpAddresses: [] },
            ],
          }),
        ),
      ],
    },
  })
  expect([...estate.targets.values()].map(({ resource }) => resource.id)).toEqual([
    'eni-7',
    'eni-7',
  ])
  expect(estate.gaps.map(({ reason }) => reason)).toContain('duplicate-id')
})
