/** Route tables with their user-defined routes: `az network route-table list`. */

import type { Source } from '../../../model/source.ts'
import type { Placed } from '../element.ts'
import { children, has, text, texts } from '../element.ts'
import { type Identity, type ResourceKind, withoutDetails } from '../resource-kind.ts'

export interface Route {
  readonly name: string
  /** A CIDR or a service tag. */
  readonly prefix: Placed<string> | null
  /** Lower case: `internet`, `none`, `virtualappliance`, `virtualnetworkgateway`, `vnetlocal`. */
  readonly nextHop: string
  readonly at: Source
}
export interface RouteTable extends Identity {
  readonly routes: readonly Route[]
}

export const routeTables: ResourceKind<RouteTable> = {
  collection: 'route-tables',
  types: ['microsoft.network/routetables'],
  read: (element, identity) => {
    if (!has(element, 'routes'))
      return withoutDetails(element, 'route table', '`az network route-table list`')
    return {
      ...identity,
      routes: children(element, 'routes').map((route) => ({
        name: text(route, 'name') ?? '',
        prefix: texts(route, 'addressPrefix')[0] ?? null,
        nextHop: (text(route, 'nextHopType') ?? '').toLowerCase(),
        at: route.at,
      })),
    }
  },
}
