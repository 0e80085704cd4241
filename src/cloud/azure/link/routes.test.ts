import { describe, expect, test } from 'vitest'
import * as addressSet from '../../../model/address-set.ts'
import { internet, notInternet } from '../../../model/public-space.ts'
import {
  document,
  documentsOf,
  machine,
  network,
  other,
  readAll,
  reference,
} from '../testing/documents.ts'

const stageOf = (routes: readonly (readonly [string, string])[], tags: readonly string[] = []) => {
  const given = [
    ...machine({ nic: [] }, { subnet: { routeTable: reference(network.routes('rt')) } }),
    other('Microsoft.Network/routeTables', 'rt', {
      routes: routes.map(([addressPrefix, nextHopType], i) => ({
        name: `r${i}`,
        addressPrefix,
        nextHopType,
      })),
    }),
  ]
  const file = {
    changeNumber: 1,
    cloud: 'Public',
    values: tags.map((name) => ({ name, properties: { addressPrefixes: ['8.8.0.0/16'] } })),
  }
  const estate = readAll([...documentsOf(given, 'rest'), document('tags.json', file)])
  const stage = estate.paths[0]?.legs[0]?.stages[0]?.stage
  if (stage?.kind !== 'sources') throw new Error('no route stage')
  return stage
}
const inside = addressSet.addresses('8.8.8.8')
const outside = addressSet.addresses('9.9.9.9')
const fate = (stage: ReturnType<typeof stageOf>, set: addressSet.AddressSet): string =>
  addressSet.overlaps(stage.admits.certain, set)
    ? 'admitted'
    : addressSet.overlaps(stage.admits.possible, set)
      ? 'perhaps'
      : 'stopped'

describe('where replies go', () => {
  test.each<{
    name: string
    routes: readonly (readonly [string, string])[]
    tags?: readonly string[]
    inside: string
    outside: string
  }>([
    { name: 'no route of its own', routes: [], inside: 'admitted', outside: 'admitted' },
    {
      name: 'a default route to the internet',
      routes: [['0.0.0.0/0', 'Internet']],
      inside: 'admitted',
      outside: 'admitted',
    },
    {
      name: 'a default route to nowhere',
      routes: [['0.0.0.0/0', 'None']],
      inside: 'stopped',
      outside: 'stopped',
    },
    {
      name: 'the longest prefix wins',
      routes: [
        ['8.8.8.0/24', 'None'],
        ['8.0.0.0/8', 'VirtualAppliance'],
        ['0.0.0.0/0', 'Internet'],
      ],
      inside: 'stopped',
      outside: 'admitted',
    },
    {
      name: 'in any order',
      routes: [
        ['0.0.0.0/0', 'Internet'],
        ['8.0.0.0/8', 'VirtualAppliance'],
        ['8.8.8.0/24', 'None'],
      ],
      inside: 'stopped',
      outside: 'admitted',
    },
    {
      name: 'an appliance',
      routes: [['0.0.0.0/0', 'VirtualAppliance']],
      inside: 'perhaps',
      outside: 'perhaps',
    },
    {
      name: 'a gateway',
      routes: [['8.0.0.0/8', 'VirtualNetworkGateway']],
      inside: 'perhaps',
      outside: 'admitted',
    },
    {
      name: 'an unknown next hop',
      routes: [['8.0.0.0/8', 'Elsewhere']],
      inside: 'perhaps',
      outside: 'admitted',
    },
    {
      name: 'private prefixes only',
      routes: [['10.0.0.0/8', 'None']],
      inside: 'admitted',
      outside: 'admitted',
    },
    {
      name: 'a known tag',
      routes: [['Storage', 'None']],
      tags: ['Storage'],
      inside: 'stopped',
      outside: 'admitted',
    },
    {
      name: 'a prefix within a tag',
      routes: [
        ['Storage', 'None'],
        ['8.8.8.8/32', 'Internet'],
      ],
      tags: ['Storage'],
      inside: 'admitted',
      outside: 'admitted',
    },
    {
      name: 'the very prefix of a tag',
      routes: [
        ['Storage', 'None'],
        ['8.8.0.0/16', 'Internet'],
      ],
      tags: ['Storage'],
      inside: 'admitted',
      outside: 'admitted',
    },
    {
      name: 'an unknown tag to nowhere',
      routes: [['Storage', 'None']],
      inside: 'perhaps',
      outside: 'perhaps',
    },
    {
      name: 'an unknown tag to the internet',
      routes: [
        ['0.0.0.0/0', 'None'],
        ['Storage', 'Internet'],
      ],
      inside: 'perhaps',
      outside: 'perhaps',
    },
  ])('$name', ({ routes, tags = [], inside: own, outside: rest }) => {
    const stage = stageOf(routes, tags)
    expect({ inside: fate(stage, inside), outside: fate(stage, outside) }).toEqual({
      inside: own,
      outside: rest,
    })
    expect(addressSet.isSubset(notInternet, stage.admits.certain)).toBe(true)
    const isExact = addressSet.equal(stage.admits.certain, stage.admits.possible)
    expect(stage.gaps.length > 0).toBe(!isExact)
  })

  test('what decides is named with the addresses that it decides', () => {
    const stage = stageOf([
      ['0.0.0.0/0', 'None'],
      ['8.8.8.0/24', 'Internet'],
    ])
    expect(
      stage.because.map(({ rule, set }) => [
        rule,
        addressSet.overlaps(set, inside),
        addressSet.overlaps(set, outside),
      ]),
    ).toEqual([
      ['r1', true, false],
      ['r0', false, true],
    ])
    expect(addressSet.overlaps(stage.admits.certain, internet)).toBe(true)
  })
})
