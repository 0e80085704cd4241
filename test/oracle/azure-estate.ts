/** Small random estates as `az … list`, Resource Manager or Resource Graph print them. */

import type fc from 'fast-check'
import { loadBalancer } from './azure-estate-balancer.ts'
import { addresses, cards, machines } from './azure-estate-cards.ts'
import { groups } from './azure-estate-groups.ts'
import { asgs, tables, vnets } from './azure-estate-networks.ts'
import type { Json } from './azure-naming.ts'
import { type Plan, type Presence, plan } from './azure-plan.ts'
import type { NamedDocument } from './packet.ts'

export const azureEstate: fc.Arbitrary<readonly NamedDocument[]> = plan.map(write)

function write(estate: Plan): readonly NamedDocument[] {
  const { presence: has } = estate
  const print = (name: string, items: readonly Json[], state: Presence = 'complete') =>
    printed(estate.shape, name, items, state)
  return [
    ...print('network-nsg-list', groups(estate), has.groups),
    ...print('network-nic-list', cards(estate), has.cards),
    ...print('network-public-ip-list', addresses(estate), has.addresses),
    ...print('network-vnet-list', vnets(estate), has.vnets),
    ...print('network-route-table-list', tables(estate), has.tables),
    ...print('network-asg-list', asgs(), has.asgs),
    ...print('network-lb-list', estate.balancer ? [loadBalancer(estate, estate.balancer)] : []),
    ...print('vm-list', machines(estate)),
  ]
}

/** An empty list says nothing of what it is a list of, so none is written. */
function printed(
  shape: string,
  name: string,
  items: readonly Json[],
  state: Presence,
): readonly NamedDocument[] {
  if (state === 'absent' || items.length === 0) return []
  const document = `${name}.json`
  if (state === 'partial')
    return [
      {
        document,
        value: {
          value: items.slice(0, Math.ceil(items.length / 2)),
          nextLink: 'https://management.azure.com/more',
        },
      },
    ]
  switch (shape) {
    case 'az':
      return [{ document, value: items.map(flattened) }]
    case 'arm':
      return [{ document, value: { value: items } }]
    default:
      return [
        {
          document,
          value: {
            count: items.length,
            data: items,
            total_records: items.length,
            skip_token: null,
          },
        },
      ]
  }
}

/** As the `az` command prints: `properties` dissolved at every level. */
function flattened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(flattened)
  if (typeof value !== 'object' || value === null) return value
  const { properties, ...rest } = value as Json
  const all = { ...rest, ...(typeof properties === 'object' ? properties : {}) }
  return Object.fromEntries(Object.entries(all).map(([member, own]) => [member, flattened(own)]))
}
