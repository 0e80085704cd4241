/** One network, one subnet, one interface with a public address: the ground on which single Azure cases stand. */
import type { NamedDocument } from './packet.ts'

type Json = { readonly [member: string]: unknown }

const group = '/subscriptions/0b5e9a1c-0000-4000-8000-000000000001/resourceGroups/rg/providers'
export const arm = (kind: string, name: string): string =>
  `${group}/Microsoft.Network/${kind}/${name}`
export const ref = (id: string): Json => ({ id })

export const publicAddress = '198.41.0.10'
export const publicAddress6 = '2a05:d018::10'
export const frontAddress = '198.41.1.200'
export const interfaceId = arm('networkInterfaces', 'nic')
export const configurationId = `${interfaceId}/ipConfigurations/first`
const networkId = arm('virtualNetworks', 'vnet')
const subnetId = `${networkId}/subnets/subnet`
const tableId = arm('routeTables', 'table')
const balancerId = arm('loadBalancers', 'lb')
export const applicationGroup = (name: string): string => arm('applicationSecurityGroups', name)

export interface Scene {
  /** Rules of the group on the interface, and on the subnet; absent is no group. */
  readonly onInterface?: readonly Json[]
  readonly onSubnet?: readonly Json[]
  /** Kind of the public address; null is none. */
  readonly sku?: 'Standard' | 'Basic' | null
  readonly routes?: readonly (readonly [prefix: string, nextHopType: string])[]
  readonly prefixes?: readonly string[]
  readonly peers?: readonly string[]
  readonly memberOf?: string
  readonly balancer?: Json
  /** Documents beside, or instead of, those above; a null value takes one away. */
  readonly documents?: Readonly<Record<string, unknown>>
}

/** An inbound rule; what is not said is `*`. */
export const rule = (
  priority: number,
  access: 'Allow' | 'Deny',
  protocol: string,
  ports: string | readonly string[],
  more: Json = {},
): Json => ({
  name: `rule-${priority}`,
  priority,
  access,
  protocol,
  direction: 'Inbound',
  sourceAddressPrefix: '*',
  sourceAddressPrefixes: [],
  sourcePortRange: '*',
  sourcePortRanges: [],
  destinationAddressPrefix: '*',
  destinationAddressPrefixes: [],
  destinationPortRange: typeof ports === 'string' ? ports : null,
  destinationPortRanges: typeof ports === 'string' ? [] : ports,
  ...more,
})
export const from = (prefix: string): Json => ({ sourceAddressPrefix: prefix })

const securityGroup = (name: string, rules: readonly Json[], more: Json): Json => ({
  id: arm('networkSecurityGroups', name),
  name,
  type: 'Microsoft.Network/networkSecurityGroups',
  location: 'westeurope',
  securityRules: rules.map((it) => ({
    id: `${arm('networkSecurityGroups', name)}/securityRules/${String(it['name'])}`,
    ...it,
  })),
  ...more,
})

const publicIp = (name: string, sku: string, ipAddress: string, user: string): Json => ({
  id: arm('publicIPAddresses', name),
  name,
  type: 'Microsoft.Network/publicIPAddresses',
  location: 'westeurope',
  ipAddress,
  publicIPAddressVersion: ipAddress.includes(':') ? 'IPv6' : 'IPv4',
  publicIPAllocationMethod: 'Static',
  ipConfiguration: ref(user),
  sku: { name: sku, tier: 'Regional' },
})

export function documentsOf(scene: Scene): readonly NamedDocument[] {
  const sku = scene.sku === undefined ? 'Standard' : scene.sku
  const groups = [
    ...(scene.onInterface
      ? [securityGroup('on-nic', scene.onInterface, { networkInterfaces: [ref(interfaceId)] })]
      : []),
    ...(scene.onSubnet
      ? [securityGroup('on-subnet', scene.onSubnet, { subnets: [ref(subnetId)] })]
      : []),
  ]
  const addresses = [
    ...(sku
      ? [
          publicIp('ip', sku, publicAddress, configurationId),
          publicIp('ip6', sku, publicAddress6, `${interfaceId}/ipConfigurations/six`),
        ]
      : []),
    ...(scene.balancer
      ? [
          publicIp(
            'front',
            'Standard',
            frontAddress,
            `${balancerId}/frontendIPConfigurations/front`,
          ),
        ]
      : []),
  ]
  const written: Readonly<Record<string, unknown>> = {
    ...(groups.length > 0 ? { 'nsg-list.json': groups } : {}),
    'nic-list.json': [networkInterface(scene, sku !== null)],
    ...(addresses.length > 0 ? { 'public-ip-list.json': addresses } : {}),
    'vnet-list.json': [virtualNetwork(scene)],
    ...(scene.routes ? { 'route-table-list.json': [routeTable(scene.routes)] } : {}),
    ...(scene.balancer ? { 'lb-list.json': [scene.balancer] } : {}),
    'asg-list.json': ['web', 'other'].map((name) => ({
      id: applicationGroup(name),
      name,
      type: 'Microsoft.Network/applicationSecurityGroups',
      location: 'westeurope',
    })),
    ...scene.documents,
  }
  return Object.entries(written).flatMap(([document, value]) =>
    value === null ? [] : [{ document, value }],
  )
}

const networkInterface = (scene: Scene, hasAddress: boolean): Json => ({
  id: interfaceId,
  name: 'nic',
  type: 'Microsoft.Network/networkInterfaces',
  location: 'westeurope',
  ipConfigurations: [
    configuration('first', '10.1.0.10', 'IPv4', hasAddress ? 'ip' : null, {
      ...(scene.memberOf
        ? { applicationSecurityGroups: [ref(applicationGroup(scene.memberOf))] }
        : {}),
      ...(scene.balancer
        ? { loadBalancerBackendAddressPools: [ref(`${balancerId}/backendAddressPools/pool`)] }
        : {}),
    }),
    configuration('six', 'fd00:1::10', 'IPv6', hasAddress ? 'ip6' : null, {}),
  ],
  ...(scene.onInterface
    ? { networkSecurityGroup: ref(arm('networkSecurityGroups', 'on-nic')) }
    : {}),
  virtualMachine: ref(`${group}/Microsoft.Compute/virtualMachines/vm`),
})

const configuration = (
  name: string,
  privateIPAddress: string,
  privateIPAddressVersion: string,
  publicName: string | null,
  more: Json,
): Json => ({
  id: `${interfaceId}/ipConfigurations/${name}`,
  name,
  type: 'Microsoft.Network/networkInterfaces/ipConfigurations',
  primary: name === 'first',
  privateIPAddress,
  privateIPAddressVersion,
  privateIPAllocationMethod: 'Dynamic',
  subnet: ref(subnetId),
  ...(publicName ? { publicIPAddress: ref(arm('publicIPAddresses', publicName)) } : {}),
  ...more,
})

const virtualNetwork = (scene: Scene): Json => ({
  id: networkId,
  name: 'vnet',
  type: 'Microsoft.Network/virtualNetworks',
  location: 'westeurope',
  addressSpace: { addressPrefixes: scene.prefixes ?? ['10.1.0.0/16', 'fd00:1::/48'] },
  subnets: [
    {
      id: subnetId,
      name: 'subnet',
      type: 'Microsoft.Network/virtualNetworks/subnets',
      addressPrefix: '10.1.0.0/24',
      ...(scene.onSubnet
        ? { networkSecurityGroup: ref(arm('networkSecurityGroups', 'on-subnet')) }
        : {}),
      ...(scene.routes ? { routeTable: ref(tableId) } : {}),
    },
  ],
  virtualNetworkPeerings: (scene.peers ?? []).map((prefix, i) => ({
    id: `${networkId}/virtualNetworkPeerings/peer-${i}`,
    name: `peer-${i}`,
    peeringState: 'Connected',
    allowVirtualNetworkAccess: true,
    remoteVirtualNetwork: ref(arm('virtualNetworks', `elsewhere-${i}`)),
    remoteAddressSpace: { addressPrefixes: [prefix] },
    remoteVirtualNetworkAddressSpace: { addressPrefixes: [prefix] },
  })),
})

const routeTable = (routes: NonNullable<Scene['routes']>): Json => ({
  id: tableId,
  name: 'table',
  type: 'Microsoft.Network/routeTables',
  location: 'westeurope',
  disableBgpRoutePropagation: false,
  routes: routes.map(([addressPrefix, nextHopType], i) => ({
    id: `${tableId}/routes/route-${i}`,
    name: `route-${i}`,
    addressPrefix,
    nextHopType,
    ...(nextHopType === 'VirtualAppliance' ? { nextHopIpAddress: '10.1.9.4' } : {}),
  })),
})

/** A balancer with one front; `rules` go to the pool that the interface is in, `nat` to the interface itself. */
export const balancer = (
  sku: 'Standard' | 'Basic',
  rules: readonly (readonly [protocol: string, port: number, back: number, floating?: boolean])[],
  nat: readonly (readonly [protocol: string, port: number, back: number])[] = [],
): Json => {
  const front = ref(`${balancerId}/frontendIPConfigurations/front`)
  const pool = ref(`${balancerId}/backendAddressPools/pool`)
  return {
    id: balancerId,
    name: 'lb',
    type: 'Microsoft.Network/loadBalancers',
    location: 'westeurope',
    sku: { name: sku, tier: 'Regional' },
    frontendIPConfigurations: [
      { ...front, name: 'front', publicIPAddress: ref(arm('publicIPAddresses', 'front')) },
    ],
    backendAddressPools: [
      { ...pool, name: 'pool', backendIPConfigurations: [ref(configurationId)] },
    ],
    loadBalancingRules: rules.map(([protocol, frontendPort, backendPort, floating], i) => ({
      id: `${balancerId}/loadBalancingRules/rule-${i}`,
      name: `rule-${i}`,
      protocol,
      frontendPort,
      backendPort,
      enableFloatingIP: floating ?? false,
      frontendIPConfiguration: front,
      backendAddressPool: pool,
      backendAddressPools: [pool],
    })),
    inboundNatRules: nat.map(([protocol, frontendPort, backendPort], i) => ({
      id: `${balancerId}/inboundNatRules/nat-${i}`,
      name: `nat-${i}`,
      protocol,
      frontendPort,
      backendPort,
      enableFloatingIP: false,
      frontendIPConfiguration: front,
      backendIPConfiguration: ref(configurationId),
    })),
  }
}
