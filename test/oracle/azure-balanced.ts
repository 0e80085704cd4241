/** Ways through load balancers: the client's address stays, the port may change. */
import { arrives } from './azure-arrival.ts'
import {
  child,
  find,
  key,
  list,
  type Node,
  type Seat,
  seats,
  skuOf,
  text,
  type World,
} from './azure-world.ts'
import type { Way } from './oracle.ts'

export function balancerWays(world: World): readonly Way[] {
  return world.balancers.items.flatMap((balancer) => [
    ...list(balancer, 'inboundNatRules').flatMap((rule) =>
      seats(world)
        .filter(({ configuration }) => natTargets(rule, configuration))
        .flatMap((seat) => balancedWays(world, balancer, rule, seat)),
    ),
    ...list(balancer, 'loadBalancingRules').flatMap((rule) =>
      seats(world)
        .filter((seat) => poolsOf(rule).some((pool) => inPool(balancer, pool, seat)))
        .flatMap((seat) => balancedWays(world, balancer, rule, seat)),
    ),
  ])
}

const natTargets = (rule: Node, configuration: Node): boolean =>
  key(child(rule, 'backendIPConfiguration')) === key(configuration) ||
  list(configuration, 'loadBalancerInboundNatRules').some((own) => key(own) === key(rule))

const poolsOf = (rule: Node): readonly string[] => [
  ...new Set([
    ...(child(rule, 'backendAddressPool') ? [key(child(rule, 'backendAddressPool'))] : []),
    ...list(rule, 'backendAddressPools').map(key),
  ]),
]

function inPool(balancer: Node, id: string, { configuration }: Seat): boolean {
  const pool = list(balancer, 'backendAddressPools').find((own) => key(own) === id)
  const subnet = key(child(configuration, 'subnet'))
  return (
    list(configuration, 'loadBalancerBackendAddressPools').some((own) => key(own) === id) ||
    list(pool ?? {}, 'backendIPConfigurations').some((own) => key(own) === key(configuration)) ||
    list(pool ?? {}, 'loadBalancerBackendAddresses').some(
      (own) =>
        text(own, 'ipAddress') === text(configuration, 'privateIPAddress') &&
        subnet.startsWith(`${key(child(own, 'virtualNetwork'))}/`),
    )
  )
}

function balancedWays(world: World, balancer: Node, rule: Node, seat: Seat): readonly Way[] {
  const front = list(balancer, 'frontendIPConfigurations').find(
    (own) => key(own) === key(child(rule, 'frontendIPConfiguration')),
  )
  const reference = front && child(front, 'publicIPAddress')
  const outside = reference && find(world.publicAddresses, key(reference))
  if (!outside || text(outside, 'ipAddress') === '') return []
  const address = text(outside, 'ipAddress')
  const floating = rule['enableFloatingIP'] === true
  return [
    {
      address,
      target: text(seat.card, 'id'),
      admits: (packet) =>
        packet.transport === text(rule, 'protocol').toLowerCase() &&
        packet.port === Number(rule['frontendPort'])
          ? arrives(
              world,
              { seat, front: floating ? address : null },
              skuOf(balancer),
              packet,
              Number(rule['backendPort']),
            )
          : 'no',
    },
  ]
}
