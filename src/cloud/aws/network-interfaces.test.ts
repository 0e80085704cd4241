import { expect, test } from 'vitest'
import { type Address, formatAddress } from '../../model/address.ts'
import type { Estate } from '../../model/estate.ts'
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

const shown = (address: Address | null) => (address ? formatAddress(address) : null)
const read = (...cards: readonly object[]) => drafted(part('a.json', { NetworkInterfaces: cards }))
const entries = (estate: Estate) =>
  estate.paths.flatMap(({ entry, legs }) =>
    entry.addresses.map(
      (address) => `${formatAddress(address)} → ${shown(legs[0]?.destination ?? null)}`,
    ),
  )

test('an interface with all its addresses', () => {
  const draft = read({
    ...card('eni-1', '10.0.1.5', {
      Attachment: { InstanceId: 'i-1', DeviceIndex: 0 },
      TagSet: [{ Key: 'Name', Value: 'web' }],
    }),
    PrivateIpAddresses: [
      { Primary: true, PrivateIpAddress: '10.0.1.5', Association: { PublicIp: '198.41.0.5' } },
      { PrivateIpAddress: '10.0.1.6' },
      { PrivateIpAddress: '10.0.1.7', Association: { PublicIp: '198.41.0.7' } },
    ],
    Ipv6Addresses: [{ Ipv6Address: '2600:1f18::5' }],
    Ipv6Prefixes: [{ Ipv6Prefix: '2600:1f18:0:0:1::/80' }],
  })
  const [one] = draft.interfaces
  expect(one).toMatchObject({
    own: { account, region },
    name: 'web',
    instanceId: 'i-1',
    isPrimary: true,
    groupIds: ['sg-1'],
    prefixes6: ['2600:1f18:0:0:1::/80'],
  })
  expect(one?.pairs.map((pair) => [shown(pair.private), shown(pair.public)])).toEqual([
    ['10.0.1.5', '198.41.0.5'],
    ['10.0.1.6', null],
    ['10.0.1.7', '198.41.0.7'],
  ])
  expect(one?.ip6.map(formatAddress)).toEqual(['2600:1f18::5'])
  expect(gapsIn(draft)).toEqual([])
})

test('a public address that only the interface itself names', () => {
  const [one] = read({
    ...card('eni-1', '10.0.1.5'),
    Association: { PublicIp: '198.41.0.5' },
  }).interfaces
  expect(one?.pairs.map((pair) => shown(pair.public))).toEqual(['198.41.0.5'])
})

test('broken addresses and missing groups are gaps with their place', () => {
  const draft = read({ ...card('eni-1', '10.0.1'), PrivateIpAddresses: [], Groups: undefined })
  expect(gapsIn(draft)).toContain('bad-address /NetworkInterfaces/0/PrivateIpAddress')
  const { Groups: _, ...without } = card('eni-1', '10.0.1.5')
  const other = read(without)
  expect(other.interfaces[0]?.groupIds).toBeNull()
  expect(gapsIn(other)).toEqual(['missing-member /NetworkInterfaces/0'])
})

test('each pair of addresses is an entry of its own, and a family without one has a path that says so', () => {
  const cards = [
    {
      ...card('eni-1', '10.0.1.5', {}, '198.41.0.5'),
      Ipv6Addresses: [{ Ipv6Address: '2600:1f18::5' }, { Ipv6Address: 'fd00::5' }],
    },
    card('eni-2', '10.0.1.6'),
  ]
  const estate = estateOf({
    ...network,
    'describe-network-interfaces.json': { NetworkInterfaces: cards },
  })
  expect(entries(estate)).toEqual(['198.41.0.5 → 10.0.1.5', '2600:1f18::5 → 2600:1f18::5'])
  expect(
    estate.paths
      .filter(({ target }) => target === 'aws:eni-2')
      .map(({ families, barrier }) => [families, barrier?.reason]),
  ).toEqual([
    ['ip4', 'no public IPv4 address'],
    ['ip6', 'no public IPv6 address'],
  ])
  expect([...estate.targets.values()].map(({ internetFacing }) => internetFacing)).toEqual([
    'yes',
    'no',
  ])
})

test('interfaces of NAT and transit gateways are no targets', () => {
  const cards = [
    card('eni-nat', '10.0.1.9', { InterfaceType: 'nat_gateway', Groups: [] }, '198.41.0.9'),
    card('eni-tgw', '10.0.1.10', { InterfaceType: 'transit_gateway', Groups: [] }),
  ]
  const estate = estateOf({
    ...network,
    'describe-network-interfaces.json': { NetworkInterfaces: cards },
  })
  expect([...estate.targets.keys()]).toEqual(['aws:sg-1'])
})

test('interfaces in equal places share their stages, whoever they are', () => {
  const cards = [
    card('eni-1', '10.0.1.5', {}, '198.41.0.5'),
    card('eni-2', '10.0.1.6', {}, '198.41.0.6'),
  ]
  const estate = estateOf({
    ...network,
    'describe-network-interfaces.json': { NetworkInterfaces: cards },
  })
  const [a, b] = estate.paths.filter(({ families }) => families === 'ip4')
  expect(a?.legs[0]?.stages).toBe(b?.legs[0]?.stages)
  expect(a?.gaps).toBe(b?.gaps)
})
