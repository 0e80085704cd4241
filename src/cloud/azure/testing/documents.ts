/** For tests: Azure resources as `az` prints them, and the other shapes of the same documents. */
import type { DocumentPart } from '../../../model/document.ts'
import type { Estate } from '../../../model/estate.ts'
import { documentSource } from '../../../model/source.ts'
import { isObject, type JsonObject } from '../../decode.ts'
import { armKey } from '../arm-id.ts'
import { emptyDraft } from '../draft.ts'
import { azureReader } from '../index.ts'
import { type Identity, identityOf, type ResourceKind } from '../resource-kind.ts'

export const subscription = '11111111-2222-3333-4444-555555555555'
const group = `/subscriptions/${subscription}/resourceGroups/RG1/providers`

/** `Microsoft.Network/networkInterfaces`, `web` → the full id; further pairs name parts. */
export const id = (type: string, ...names: readonly string[]): string => {
  const [namespace, ...types] = type.split('/')
  return `${group}/${namespace}${types.map((one, i) => `/${one}/${names[i]}`).join('')}`
}
export const network = {
  nsg: (name: string) => id('Microsoft.Network/networkSecurityGroups', name),
  nic: (name: string) => id('Microsoft.Network/networkInterfaces', name),
  configuration: (nic: string, name = 'ipconfig1') =>
    id('Microsoft.Network/networkInterfaces/ipConfigurations', nic, name),
  vnet: (name: string) => id('Microsoft.Network/virtualNetworks', name),
  subnet: (name: string, vnet = 'vnet') =>
    id('Microsoft.Network/virtualNetworks/subnets', vnet, name),
  pip: (name: string) => id('Microsoft.Network/publicIPAddresses', name),
  asg: (name: string) => id('Microsoft.Network/applicationSecurityGroups', name),
  routes: (name: string) => id('Microsoft.Network/routeTables', name),
  vm: (name: string) => id('Microsoft.Compute/virtualMachines', name),
  lb: (name: string) => id('Microsoft.Network/loadBalancers', name),
  frontend: (lb: string, name = 'front') =>
    id('Microsoft.Network/loadBalancers/frontendIPConfigurations', lb, name),
  pool: (lb: string, name = 'pool') =>
    id('Microsoft.Network/loadBalancers/backendAddressPools', lb, name),
}

const resource = (type: string, name: string, rest: JsonObject): JsonObject => ({
  id: id(type, name),
  name,
  type,
  location: 'westeurope',
  ...rest,
})
export const reference = (to: string): JsonObject => ({ id: to })

export function rule(priority: number, rest: JsonObject): JsonObject {
  return {
    name: `rule-${priority}`,
    priority,
    direction: 'Inbound',
    access: 'Allow',
    protocol: 'Tcp',
    sourceAddressPrefix: '*',
    sourceAddressPrefixes: [],
    sourcePortRange: '*',
    sourcePortRanges: [],
    destinationAddressPrefix: '*',
    destinationAddressPrefixes: [],
    destinationPortRanges: [],
    ...rest,
  }
}
export const nsg = (
  name: string,
  rules: readonly JsonObject[],
  rest: JsonObject = {},
): JsonObject =>
  resource('Microsoft.Network/networkSecurityGroups', name, {
    securityRules: rules.map((one) => ({
      ...one,
      id: `${network.nsg(name)}/securityRules/${String(one['name'])}`,
    })),
    ...rest,
  })
export const vnet = (
  name: string,
  subnets: readonly JsonObject[],
  rest: JsonObject = {},
): JsonObject =>
  resource('Microsoft.Network/virtualNetworks', name, {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
    subnets: subnets.map((one) => ({ ...one, id: network.subnet(String(one['name']), name) })),
    virtualNetworkPeerings: [],
    ...rest,
  })
export const subnet = (name: string, rest: JsonObject = {}): JsonObject => ({
  name,
  addressPrefix: '10.0.0.0/24',
  ...rest,
})
export const configuration = (nic: string, address: string, rest: JsonObject = {}): JsonObject => ({
  name: 'ipconfig1',
  id: network.configuration(nic),
  primary: true,
  privateIPAddress: address,
  privateIPAddressVersion: address.includes(':') ? 'IPv6' : 'IPv4',
  subnet: reference(network.subnet('default')),
  ...rest,
})
export const nic = (
  name: string,
  ipConfigurations: readonly JsonObject[],
  rest: JsonObject = {},
): JsonObject =>
  resource('Microsoft.Network/networkInterfaces', name, {
    virtualMachine: reference(network.vm(`vm-${name}`)),
    ipConfigurations,
    ...rest,
  })
export const pip = (name: string, ipAddress: string | null, rest: JsonObject = {}): JsonObject =>
  resource('Microsoft.Network/publicIPAddresses', name, {
    sku: { name: 'Standard', tier: 'Regional' },
    ipAddress,
    publicIPAddressVersion: ipAddress?.includes(':') ? 'IPv6' : 'IPv4',
    publicIPAllocationMethod: 'Static',
    ...rest,
  })
export const vm = (name: string, rest: JsonObject = {}): JsonObject =>
  resource('Microsoft.Compute/virtualMachines', name, rest)
export const lb = (name: string, rest: JsonObject): JsonObject =>
  resource('Microsoft.Network/loadBalancers', name, {
    sku: { name: 'Standard', tier: 'Regional' },
    frontendIPConfigurations: [
      {
        name: 'front',
        id: network.frontend(name),
        publicIPAddress: reference(network.pip('front')),
      },
    ],
    ...rest,
  })
export const other = resource

/** A machine with a public address behind the groups given; the commonest estate. */
export function machine(
  groups: { readonly nic?: readonly JsonObject[]; readonly subnet?: readonly JsonObject[] },
  rest: {
    readonly sku?: string
    readonly subnet?: JsonObject
    readonly configuration?: JsonObject
  } = {},
): readonly JsonObject[] {
  return [
    ...(groups.nic ? [nsg('nic-nsg', groups.nic)] : []),
    ...(groups.subnet ? [nsg('subnet-nsg', groups.subnet)] : []),
    vnet('vnet', [
      subnet('default', {
        ...(groups.subnet ? { networkSecurityGroup: reference(network.nsg('subnet-nsg')) } : {}),
        ...rest.subnet,
      }),
    ]),
    nic(
      'web',
      [
        configuration('web', '10.0.0.4', {
          publicIPAddress: reference(network.pip('web')),
          ...rest.configuration,
        }),
      ],
      groups.nic ? { networkSecurityGroup: reference(network.nsg('nic-nsg')) } : {},
    ),
    pip('web', '20.0.0.4', { sku: { name: rest.sku ?? 'Standard' } }),
  ]
}

export const shapes = ['flattened', 'rest', 'graph', 'single', 'powershell'] as const
export type DocumentShape = (typeof shapes)[number]

/** The same resources in documents of one shape: lists of one type each, or one resource a document. */
export function documentsOf(
  resources: readonly JsonObject[],
  shape: DocumentShape,
): readonly DocumentPart[] {
  if (shape === 'graph') {
    const data = resources
      .map(withProperties)
      .map((one) => ({ ...one, type: String(one['type']).toLowerCase() }))
    return [
      document('graph.json', {
        data,
        count: data.length,
        total_records: data.length,
        skip_token: null,
      }),
    ]
  }
  if (shape === 'single')
    return resources.map((one, i) => document(`${i}.json`, withProperties(one)))
  const lists = Map.groupBy(resources, (one) => typeOf(one))
  return [...lists].map(([type, list]) => {
    const name = `${type.replaceAll('/', '-')}.json`
    if (shape === 'flattened') return document(name, list)
    if (shape === 'rest') return document(name, { value: list.map(withProperties) })
    return document(name, list.map(shouted))
  })
}
const typeOf = ({ id: own }: JsonObject): string =>
  String(own)
    .slice(String(own).lastIndexOf('/providers/') + 11)
    .split('/')
    .filter((_, i) => i === 0 || i % 2 === 1)
    .join('/')

export const document = (name: string, value: unknown): DocumentPart => ({
  document: name,
  value,
  record: null,
  firstIndex: 0,
  last: true,
})

const envelope = new Set(['id', 'name', 'type', 'location', 'sku', 'tags', 'etag', 'zones', 'kind'])

/** As Resource Manager prints it: what is the resource's own stands below `properties`, and so for its parts. */
export function withProperties(value: JsonObject): JsonObject {
  const outer: Record<string, unknown> = {}
  const properties: Record<string, unknown> = {}
  for (const [member, inner] of Object.entries(value)) {
    if (envelope.has(member)) outer[member] = inner
    else properties[member] = nested(inner)
  }
  return Object.keys(properties).length > 0 ? { ...outer, properties } : outer
}
function nested(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nested)
  if (!isObject(value)) return value
  // Parts have names of their own; what has none is a plain value or a reference.
  if ('name' in value && Object.keys(value).length > 1) return withProperties(value)
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, nested(inner)]))
}

/** As PowerShell's ConvertTo-Json prints it: members begin with a capital, and ids come in another case. */
function shouted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shouted)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [
      (member[0] ?? '').toUpperCase() + member.slice(1),
      member === 'id' && typeof inner === 'string'
        ? inner.replace('/resourceGroups/RG1', '/resourcegroups/rg1')
        : shouted(inner),
    ]),
  )
}

export function readAll(parts: readonly DocumentPart[]): Estate {
  const reader = azureReader()
  for (const part of parts)
    if (reader.take(part) !== 'taken') throw new Error(`${part.document} was not taken`)
  return reader.link()
}

/** One resource through its own reader, with the reasons of the gaps that it leaves. */
export function readOne<Item extends Identity>(
  kind: ResourceKind<Item>,
  value: JsonObject,
): { readonly item: Item | null; readonly reasons: readonly string[] } {
  const draft = emptyDraft()
  const element = { value, at: documentSource('one.json'), note: draft.note }
  const own = String(value['id'])
  const item = kind.read(element, identityOf(element, own, armKey(own)), draft)
  return { item, reasons: draft.gaps.map(({ reason }) => reason) }
}
