/** Interfaces, their addresses and machines. */
import { balancerReferences } from './azure-estate-balancer.ts'
import {
  addressId,
  asgId,
  balancerId,
  cardId,
  groupId,
  type Json,
  ref,
  resource,
  scope,
  subnetId,
  subnetOf,
  vnetOf,
} from './azure-naming.ts'
import type { Plan } from './azure-plan.ts'

/** The configurations of one interface: name, address inside, and the public address where it has one. */
interface Configuration {
  readonly name: string
  readonly inside: string
  readonly version: 'IPv4' | 'IPv6'
  readonly outside: {
    readonly name: string
    readonly sku: string
    readonly address: string | null
  } | null
}

function configurations(
  estate: Plan,
  it: Plan['cards'][number],
  i: number,
): readonly Configuration[] {
  const [v, s] = [vnetOf(estate, it), subnetOf(estate, it)]
  const dynamic = it.public === 'dynamic'
  return [
    {
      name: 'first',
      inside: `10.${v}.${s}.${10 + i}`,
      version: 'IPv4',
      outside: it.public
        ? {
            name: `ip-${i}`,
            sku: dynamic ? 'Basic' : it.public,
            address: dynamic ? null : `198.41.0.${10 + i}`,
          }
        : null,
    },
    ...(it.second
      ? [
          {
            name: 'second',
            inside: `10.${v}.${s}.${110 + i}`,
            version: 'IPv4' as const,
            outside:
              it.second === 'none'
                ? null
                : { name: `ip-second-${i}`, sku: it.second, address: `198.41.0.${110 + i}` },
          },
        ]
      : []),
    ...(it.six
      ? [
          {
            name: 'six',
            inside: `fd00:${v}::${10 + i}`,
            version: 'IPv6' as const,
            outside: { name: `ip-six-${i}`, sku: it.six, address: `2a05:d018::${10 + i}` },
          },
        ]
      : []),
  ]
}

export const cards = (estate: Plan): readonly Json[] =>
  estate.cards.map((it, i) =>
    resource(cardId(i), 'Microsoft.Network/networkInterfaces', {
      ipConfigurations: configurations(estate, it, i).map((own, n) => ({
        id: `${cardId(i)}/ipConfigurations/${own.name}`,
        name: own.name,
        type: 'Microsoft.Network/networkInterfaces/ipConfigurations',
        properties: {
          primary: n === 0,
          privateIPAddress: own.inside,
          privateIPAddressVersion: own.version,
          privateIPAllocationMethod: 'Dynamic',
          subnet: ref(subnetId(vnetOf(estate, it), subnetOf(estate, it))),
          ...(own.outside ? { publicIPAddress: ref(addressId(own.outside.name)) } : {}),
          ...(it.asg === null ? {} : { applicationSecurityGroups: [ref(asgId(it.asg))] }),
          ...(n === 0 ? balancerReferences(estate, i) : {}),
        },
      })),
      ...(it.group === null
        ? {}
        : { networkSecurityGroup: ref(groupId(it.group % estate.groups.length)) }),
      virtualMachine: ref(`${scope}/Microsoft.Compute/virtualMachines/vm-${i}`),
      primary: true,
    }),
  )

export const addresses = (estate: Plan): readonly Json[] => [
  ...estate.cards.flatMap((it, i) =>
    configurations(estate, it, i).flatMap(({ name, version, outside }) =>
      outside
        ? [
            publicAddress(outside.name, outside.sku, version, outside.address, {
              id: `${cardId(i)}/ipConfigurations/${name}`,
            }),
          ]
        : [],
    ),
  ),
  ...(estate.balancer
    ? [
        publicAddress('ip-front', estate.balancer.sku, 'IPv4', '198.41.1.200', {
          id: `${balancerId}/frontendIPConfigurations/front`,
        }),
      ]
    : []),
]

const publicAddress = (
  name: string,
  sku: string,
  publicIPAddressVersion: string,
  ipAddress: string | null,
  ipConfiguration: Json,
): Json =>
  resource(
    addressId(name),
    'Microsoft.Network/publicIPAddresses',
    {
      ...(ipAddress === null ? {} : { ipAddress }),
      publicIPAddressVersion,
      publicIPAllocationMethod: ipAddress === null ? 'Dynamic' : 'Static',
      ipConfiguration,
    },
    { sku: { name: sku, tier: 'Regional' } },
  )

export const machines = (estate: Plan): readonly Json[] =>
  estate.cards.map((_, i) =>
    resource(
      `${scope}/Microsoft.Compute/virtualMachines/vm-${i}`,
      'Microsoft.Compute/virtualMachines',
      { networkProfile: { networkInterfaces: [ref(cardId(i))] } },
    ),
  )
