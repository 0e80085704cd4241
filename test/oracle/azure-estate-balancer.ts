import {
  addressId,
  balancerId,
  cardId,
  type Json,
  network,
  ref,
  relation,
  resource,
  subnetOf,
  vnetOf,
} from './azure-naming.ts'
import type { Plan } from './azure-plan.ts'

const ruleId = (it: { readonly kind: string }, n: number): string =>
  `${balancerId}/${it.kind === 'nat' ? 'inboundNatRules' : 'loadBalancingRules'}/rule-${n}`
const poolId = (n: number): string => `${balancerId}/backendAddressPools/pool-${n}`
const firstConfiguration = (estate: Plan, index: number): string =>
  `${cardId(index % estate.cards.length)}/ipConfigurations/first`
const members = (estate: Plan, indexes: readonly number[]): readonly number[] => [
  ...new Set(indexes.map((index) => index % estate.cards.length)),
]

/** Each rule has a pool of its own; an inbound NAT rule one interface. */
export function balancerReferences(estate: Plan, i: number): Json {
  const { balancer: wanted } = estate
  if (!wanted) return {}
  const own = wanted.rules.map((it, n) => ({ it, n }))
  return {
    ...relation(
      'loadBalancerBackendAddressPools',
      own.flatMap(({ it, n }) =>
        it.kind === 'rule' && wanted.pool === 'interfaces' && members(estate, it.cards).includes(i)
          ? [ref(poolId(n))]
          : [],
      ),
    ),
    ...relation(
      'loadBalancerInboundNatRules',
      own.flatMap(({ it, n }) =>
        it.kind === 'nat' && members(estate, it.cards)[0] === i ? [ref(ruleId(it, n))] : [],
      ),
    ),
  }
}

export function loadBalancer(estate: Plan, wanted: NonNullable<Plan['balancer']>): Json {
  const front = ref(`${balancerId}/frontendIPConfigurations/front`)
  const own = wanted.rules.map((it, n) => ({ it, n }))
  const common = (it: (typeof wanted.rules)[number]): Json => ({
    protocol: it.protocol,
    frontendPort: it.port,
    // With floating IP the packet is not rewritten, its port neither.
    backendPort: it.floating ? it.port : it.back,
    enableFloatingIP: it.floating,
    frontendIPConfiguration: front,
  })
  return resource(
    balancerId,
    'Microsoft.Network/loadBalancers',
    {
      frontendIPConfigurations: [
        {
          ...front,
          name: 'front',
          properties: { publicIPAddress: ref(addressId('ip-front')) },
        },
      ],
      backendAddressPools: own.flatMap(({ it, n }) =>
        it.kind === 'rule' ? [pool(estate, wanted.pool, it.cards, n)] : [],
      ),
      loadBalancingRules: own.flatMap(({ it, n }) =>
        it.kind === 'rule'
          ? [
              {
                id: ruleId(it, n),
                name: `rule-${n}`,
                properties: {
                  ...common(it),
                  backendAddressPool: ref(poolId(n)),
                  backendAddressPools: [ref(poolId(n))],
                },
              },
            ]
          : [],
      ),
      inboundNatRules: own.flatMap(({ it, n }) =>
        it.kind === 'nat'
          ? [
              {
                id: ruleId(it, n),
                name: `rule-${n}`,
                properties: {
                  ...common(it),
                  backendIPConfiguration: ref(firstConfiguration(estate, it.cards[0] ?? 0)),
                },
              },
            ]
          : [],
      ),
      probes: [],
    },
    { sku: { name: wanted.sku, tier: 'Regional' } },
  )
}

export function pool(estate: Plan, kind: string, indexes: readonly number[], n: number): Json {
  const own = members(estate, indexes)
  return {
    id: poolId(n),
    name: `pool-${n}`,
    properties:
      kind === 'interfaces'
        ? { backendIPConfigurations: own.map((i) => ref(firstConfiguration(estate, i))) }
        : {
            loadBalancerBackendAddresses: own.map((i) => {
              const it = estate.cards[i]
              const v = it ? vnetOf(estate, it) : 0
              return {
                name: `member-${i}`,
                properties: {
                  ipAddress: `10.${v}.${it ? subnetOf(estate, it) : 0}.${10 + i}`,
                  virtualNetwork: ref(network('virtualNetworks', `vnet-${v}`)),
                },
              }
            }),
          },
  }
}
