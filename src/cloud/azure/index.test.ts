import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { solve } from '../../exposure/solve.ts'
import { isSubset } from '../../model/address-set.ts'
import { pointer } from '../../model/source.ts'
import { isObject } from '../decode.ts'
import { azureReader } from './index.ts'
import {
  configuration,
  document,
  documentsOf,
  machine,
  network,
  nic,
  nsg,
  readAll,
  rule,
  shapes,
  subscription,
  vm,
  vnet,
  withProperties,
} from './testing/documents.ts'
import {
  adminRule,
  balanced,
  behindFirewall,
  behindGateway,
  member,
  natCollections,
  open,
} from './testing/estates.ts'

const group = nsg('n', [rule(100, { destinationPortRange: '21' })])
const stateOf = (estate: ReturnType<typeof readAll>, collection: string) =>
  estate.coverage.find((one) => one.collection === collection)?.state

describe('what is Azure and what is not', () => {
  test.each([
    { name: 'a list', value: [group], expected: 'taken' },
    { name: 'a page', value: { value: [withProperties(group)] }, expected: 'taken' },
    { name: 'an empty page', value: { value: [] }, expected: 'taken' },
    { name: 'one resource', value: withProperties(group), expected: 'taken' },
    {
      name: 'a resource that nobody reads',
      value: { id: `/subscriptions/${subscription}/resourceGroups/x` },
      expected: 'taken',
    },
    {
      name: 'a tag file',
      value: { changeNumber: 1, cloud: 'Public', values: [] },
      expected: 'taken',
    },
    { name: 'an empty list', value: [], expected: 'not-mine' },
    { name: 'text', value: 'azure', expected: 'not-mine' },
    { name: 'null', value: null, expected: 'not-mine' },
    {
      name: 'what AWS prints',
      value: { SecurityGroups: [{ GroupId: 'sg-1' }] },
      expected: 'not-mine',
    },
    {
      name: 'what Google prints',
      value: [{ id: '123', selfLink: 'https://www.googleapis.com/compute/v1/x' }],
      expected: 'not-mine',
    },
    {
      name: 'a template',
      value: {
        $schema: 'x',
        resources: [{ type: 'Microsoft.Network/networkSecurityGroups', name: 'n' }],
      },
      expected: 'not-mine',
    },
    { name: 'another list of data', value: { data: [] }, expected: 'not-mine' },
  ])('$name: $expected', ({ value, expected }) => {
    expect(azureReader().take(document('a.json', value))).toBe(expected)
  })
})

describe('coverage', () => {
  test.each([
    { name: 'a list is complete', parts: [document('a', [group])], expected: 'complete' },
    { name: 'one resource is partial', parts: [document('a', group)], expected: 'partial' },
    {
      name: 'a next link is left over',
      parts: [document('a', { value: [group], nextLink: 'https://management.azure.com/x' })],
      expected: 'partial',
    },
    {
      name: 'the last page follows',
      parts: [
        document('a', { value: [nsg('a', [])], nextLink: 'https://management.azure.com/x' }),
        document('b', { value: [group], nextLink: '' }),
      ],
      expected: 'complete',
    },
    {
      name: 'a skip token is left over',
      parts: [document('a', { data: [group], count: 1, $skipToken: 'abc' })],
      expected: 'partial',
    },
    {
      name: 'rows are missing',
      parts: [document('a', { data: [group], count: 1, total_records: 2, skip_token: null })],
      expected: 'partial',
    },
    {
      name: 'all rows of two pages are there',
      parts: [
        document('a', { data: [nsg('a', [])], count: 1, total_records: 2, skip_token: 'abc' }),
        document('b', { data: [group], count: 1, total_records: 2, skip_token: null }),
      ],
      expected: 'complete',
    },
    {
      name: 'the document breaks off',
      parts: [{ ...document('a', [group]), last: false }],
      expected: 'partial',
    },
    {
      name: 'NDJSON is one resource a record',
      parts: [{ ...document('a', group), record: 0 }],
      expected: 'partial',
    },
  ])('$name: $expected', ({ parts, expected }) => {
    expect(stateOf(readAll(parts), 'network-security-groups')).toBe(expected)
    expect(stateOf(readAll(parts), 'network-interfaces')).toBe('absent')
  })

  test('interfaces that a group names and that were not given make a list partial', () => {
    const naming = nsg('n', [], { networkInterfaces: [{ id: network.nic('missing') }] })
    const estate = readAll(
      documentsOf([naming, nic('web', [configuration('web', '10.0.0.4')])], 'flattened'),
    )
    expect(stateOf(estate, 'network-interfaces')).toBe('partial')
  })
})

test('a document in parts keeps the places of its elements', () => {
  const reader = azureReader()
  const part = { record: null, document: 'big.json', last: false }
  expect(reader.take({ ...part, value: { value: [nsg('a', [])] }, firstIndex: 0 })).toBe('taken')
  expect(reader.take({ ...part, value: { value: [group] }, firstIndex: 1 })).toBe('taken')
  expect(reader.take({ ...part, value: { value: [] }, firstIndex: 2, last: true })).toBe('taken')
  const estate = reader.link()
  const places = [...estate.filters.values()].flatMap(({ inbound }) =>
    inbound.filter(({ order }) => order === 100).map(({ source }) => pointer(source)),
  )
  expect(places).toEqual(['/value/1/securityRules/0/sourceAddressPrefix'])
  expect(stateOf(estate, 'network-security-groups')).toBe('complete')
})

test('a list in parts keeps the places of its elements', () => {
  const reader = azureReader()
  const part = { record: null, document: 'big.json', last: false }
  reader.take({ ...part, value: [nsg('a', [])], firstIndex: 0 })
  reader.take({ ...part, value: [group], firstIndex: 7, last: true })
  const [, second] = [...reader.link().filters.values()]
  expect(second && pointer(second.source)).toBe('/7')
})

test('accounts, ids and names are as they were first spelled', () => {
  const estate = readAll([
    document('a', [{ ...group, id: String(group['id']).toUpperCase() }]),
    document('b', [vnet('vnet', [])]),
  ])
  const [filter] = [...estate.filters.values()]
  expect(estate.accounts).toEqual([{ provider: 'azure', id: subscription }])
  expect(filter?.resource).toMatchObject({
    key: `azure:${network.nsg('n').toLowerCase()}`,
    id: network.nsg('n').toUpperCase(),
    name: 'n',
    account: subscription,
    region: 'westeurope',
    kind: 'network-security-group',
  })
})

test('hostile and broken documents are gaps, never errors', () => {
  const broken = [
    [group, 7, null, 'x'],
    { value: [{ ...group, securityRules: 'all' }] },
    [
      {
        ...group,
        securityRules: [1, { direction: 3, access: {}, priority: 'high', protocol: [] }],
      },
    ],
    JSON.parse(
      `[{"id": "${network.nic('x')}", "__proto__": {"ipConfigurations": 1}, "ipConfigurations": {}}]`,
    ),
    [nic('x', [{ privateIPAddress: '999.1.1.1', subnet: 'nowhere', publicIPAddress: 9 }])],
    [
      vnet('v', [{ name: 'a', addressPrefix: 'x' }], {
        addressSpace: [],
        virtualNetworkPeerings: [{}],
      }),
    ],
    [{ ...group, securityRules: null }],
    [
      { id: '/subscriptions/' },
      { id: `/subscriptions/${subscription}/providers//` },
      { name: 'no id', type: 'Microsoft.Network/x' },
      group,
    ],
    { values: [{ name: 'Tag', properties: { addressPrefixes: ['x', 1, null] } }], cloud: 'Public' },
  ]
  for (const value of broken) {
    const reader = azureReader()
    expect(reader.take(document('a.json', value))).toBe('taken')
    expect(() => reader.link()).not.toThrow()
  }
})

const anyJson = fc.oneof(
  fc.constantFrom<unknown>(null, '', '*', 0, -1, 70_000, true, [], {}, [[]], 'x'.repeat(50), {
    id: 7,
  }),
  fc.jsonValue(),
)
const places = (value: unknown, path: readonly (string | number)[] = []): (string | number)[][] =>
  typeof value === 'object' && value !== null
    ? [
        [...path],
        ...Object.entries(value).flatMap(([member, inner]) => places(inner, [...path, member])),
      ]
    : [[...path]]
function replaced(
  value: unknown,
  [first, ...rest]: readonly (string | number)[],
  by: unknown,
): unknown {
  if (first === undefined) return by
  if (Array.isArray(value))
    return value.map((one, i) => (String(i) === first ? replaced(one, rest, by) : one))
  return isObject(value) ? { ...value, [first]: replaced(value[String(first)], rest, by) } : by
}

test('whatever stands anywhere in a document, reading and solving end', () => {
  const estates = [
    [
      ...machine({ nic: [open('21')], subnet: [open('21')] }),
      vm('vm-web', { powerState: 'VM running' }),
    ],
    balanced({}),
    behindGateway([]),
    behindFirewall({ firewall: natCollections }),
    [...machine({ nic: [open('21')] }), adminRule('Deny', ['22']), member],
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...estates),
      fc.constantFrom(...shapes),
      fc.nat(),
      anyJson,
      (given, shape, at, by) => {
        const parts = documentsOf(given, shape)
        const part = parts[at % parts.length]
        if (!part) return
        const all = places(part.value)
        const broken = { ...part, value: replaced(part.value, all[at % all.length] ?? [], by) }
        const reader = azureReader()
        for (const one of parts) reader.take(one === part ? broken : one)
        const estate = reader.link()
        solve(estate)
        for (const { set } of estate.names.values())
          expect(isSubset(set.certain, set.possible)).toBe(true)
        for (const { target } of estate.paths) expect(estate.targets.has(target)).toBe(true)
      },
    ),
    { numRuns: 1500 },
  )
})
