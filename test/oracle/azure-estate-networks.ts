import {
  asgId,
  groupId,
  type Json,
  network,
  ref,
  resource,
  subnetId,
  tableId,
} from './azure-naming.ts'
import type { Plan } from './azure-plan.ts'

export const vnets = (estate: Plan): readonly Json[] =>
  estate.vnets.map((it, v) =>
    resource(network('virtualNetworks', `vnet-${v}`), 'Microsoft.Network/virtualNetworks', {
      addressSpace: {
        addressPrefixes: [`10.${v}.0.0/16`, `fd00:${v}::/48`, ...(it.extra ? [it.extra] : [])],
      },
      subnets: it.subnets.map((own, s) => ({
        id: subnetId(v, s),
        name: `subnet-${s}`,
        type: 'Microsoft.Network/virtualNetworks/subnets',
        properties: {
          addressPrefix: `10.${v}.${s}.0/24`,
          ...(own.group === null
            ? {}
            : { networkSecurityGroup: ref(groupId(own.group % estate.groups.length)) }),
          ...(own.table === null ? {} : { routeTable: ref(tableId(own.table)) }),
        },
      })),
      virtualNetworkPeerings: it.peer
        ? [
            {
              id: `${network('virtualNetworks', `vnet-${v}`)}/virtualNetworkPeerings/peer`,
              name: 'peer',
              properties: {
                peeringState: it.connected,
                allowVirtualNetworkAccess: true,
                remoteVirtualNetwork: ref(network('virtualNetworks', 'vnet-elsewhere')),
                remoteAddressSpace: { addressPrefixes: [it.peer] },
                remoteVirtualNetworkAddressSpace: { addressPrefixes: [it.peer] },
              },
            },
          ]
        : [],
    }),
  )

export const tables = (estate: Plan): readonly Json[] =>
  estate.tables.map((routes, i) =>
    resource(tableId(i), 'Microsoft.Network/routeTables', {
      disableBgpRoutePropagation: false,
      routes: routes.map(({ block, hop }, n) => ({
        id: `${tableId(i)}/routes/route-${n}`,
        name: `route-${n}`,
        type: 'Microsoft.Network/routeTables/routes',
        properties: {
          addressPrefix: block,
          nextHopType: hop,
          ...(hop === 'VirtualAppliance' ? { nextHopIpAddress: '10.0.250.4' } : {}),
        },
      })),
    }),
  )

export const asgs = (): readonly Json[] =>
  [0, 1].map((i) => resource(asgId(i), 'Microsoft.Network/applicationSecurityGroups', {}))
