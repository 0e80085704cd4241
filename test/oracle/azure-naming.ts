import type { Plan } from './azure-plan.ts'

export type Json = { readonly [member: string]: unknown }

export const scope =
  '/subscriptions/0b5e9a1c-0000-4000-8000-000000000001/resourceGroups/Rg-One/providers'
export const network = (kind: string, name: string): string =>
  `${scope}/Microsoft.Network/${kind}/${name}`
export const ref = (id: string): { readonly id: string } => ({ id })

export const subnetId = (vnet: number, subnet: number): string =>
  `${network('virtualNetworks', `vnet-${vnet}`)}/subnets/subnet-${subnet}`
export const groupId = (i: number): string => network('networkSecurityGroups', `nsg-${i}`)
export const cardId = (i: number): string => network('networkInterfaces', `nic-${i}`)
export const addressId = (name: string): string => network('publicIPAddresses', name)
export const tableId = (i: number): string => network('routeTables', `rt-${i}`)
export const balancerId = network('loadBalancers', 'lb-1')
export const asgId = (i: number): string => network('applicationSecurityGroups', `asg-${i}`)

export const resource = (id: string, type: string, properties: Json, more: Json = {}): Json => ({
  id,
  name: id.split('/').at(-1),
  type,
  location: 'westeurope',
  resourceGroup: 'Rg-One',
  ...more,
  properties: { provisioningState: 'Succeeded', ...properties },
})

export const vnetOf = (estate: Plan, it: Plan['cards'][number]): number =>
  it.vnet % estate.vnets.length
export const subnetOf = (estate: Plan, it: Plan['cards'][number]): number =>
  it.subnet % (estate.vnets[vnetOf(estate, it)]?.subnets.length ?? 1)

/** Azure prints such a member only where there is something to print. */
export const relation = (member: string, list: readonly Json[]): Json =>
  list.length > 0 ? { [member]: list } : {}
