/** Small random estates as `az … list`, Resource Manager or Resource Graph print them. */
import fc from 'fast-check'
import type { NamedDocument } from './packet.ts'

type Json = { readonly [member: string]: unknown }

const scope = '/subscriptions/0b5e9a1c-0000-4000-8000-000000000001/resourceGroups/Rg-One/providers'
const network = (kind: string, name: string): string => `${scope}/Microsoft.Network/${kind}/${name}`
const ref = (id: string): { readonly id: string } => ({ id })

const subnetId = (vnet: number, subnet: number): string =>
  `${network('virtualNetworks', `vnet-${vnet}`)}/subnets/subnet-${subnet}`
const groupId = (i: number): string => network('networkSecurityGroups', `nsg-${i}`)
const cardId = (i: number): string => network('networkInterfaces', `nic-${i}`)
const addressId = (name: string): string => network('publicIPAddresses', name)
const tableId = (i: number): string => network('routeTables', `rt-${i}`)
const balancerId = network('loadBalancers', 'lb-1')
const asgId = (i: number): string => network('applicationSecurityGroups', `asg-${i}`)

// ---- rules ----

const sourcePrefix = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('*', '*', 'Internet', 'internet', 'Any', '0.0.0.0/0') },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      '0.0.0.0/1',
      '128.0.0.0/1',
      '8.0.0.0/8',
      '8.8.8.0/24',
      '8.8.8.8',
      '10.0.0.0/8',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom('::/0', '2600::/12', '2000::/3') },
  { weight: 2, arbitrary: fc.constantFrom('VirtualNetwork', 'AzureLoadBalancer', 'AzureCloud') },
)
const source = fc.oneof(
  { weight: 6, arbitrary: sourcePrefix.map((one) => ({ one, many: [] as string[], group: null })) },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.constantFrom('0.0.0.0/1', '128.0.0.0/1', '8.8.8.0/24', '10.0.0.0/8', '2600::/12'), {
        minLength: 1,
        maxLength: 3,
      })
      .map((many) => ({ one: null, many, group: null })),
  },
  { weight: 1, arbitrary: fc.nat(1).map((group) => ({ one: null, many: [] as string[], group })) },
)
const destination = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .constantFrom('*', '*', '*', 'VirtualNetwork')
      .map((one) => ({ one, group: null })),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(
        '10.0.0.0/8',
        '10.0.0.10',
        '10.0.0.0/24',
        '10.9.0.0/16',
        '198.41.0.0/16',
        'Internet',
        'fd00::/8',
      )
      .map((one) => ({ one, group: null })),
  },
  { weight: 1, arbitrary: fc.nat(1).map((group) => ({ one: null, group })) },
)
const portRange = fc.constantFrom(
  '*',
  '21',
  '20-25',
  '22',
  '80',
  '80-443',
  '0-65535',
  '1024-65535',
  '8080',
)
const ports = fc.oneof(
  { weight: 4, arbitrary: portRange.map((one) => ({ one, many: [] as string[] })) },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.constantFrom('21', '20-25', '22', '80', '443-8080'), { minLength: 1, maxLength: 2 })
      .map((many) => ({ one: null, many })),
  },
)
const clients = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ one: '*', many: [] as string[] }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { one: '20', many: [] as string[] },
      { one: '1024-65535', many: [] as string[] },
      { one: '0-1023', many: [] as string[] },
      { one: null, many: ['20', '40000-50000'] },
    ),
  },
)
const anything = { one: '*', many: [] as string[] }
const what = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ protocol: fc.constantFrom('Tcp', 'TCP', 'tcp', 'Udp'), ports, clients }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ protocol: fc.constant('*'), ports, clients: fc.constant(anything) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      protocol: fc.constantFrom('Icmp', 'Esp', 'Ah'),
      ports: fc.constant(anything),
      clients: fc.constant(anything),
    }),
  },
)
const rule = fc.record({
  what,
  source,
  destination,
  access: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
  priority: fc.integer({ min: 100, max: 115 }),
  direction: fc.constantFrom(...Array.from({ length: 9 }, () => 'Inbound'), 'Outbound'),
})
type Rule = typeof rule extends fc.Arbitrary<infer Value> ? Value : never

// ---- the estate ----

const rarely = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value })
const sometimes = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(value, { freq: 2, nil: null })

const routeTable = fc.uniqueArray(
  fc.record({
    block: fc.constantFrom(
      '0.0.0.0/0',
      '8.0.0.0/8',
      '8.8.8.0/24',
      '10.8.0.0/16',
      '::/0',
      '2600::/12',
    ),
    hop: fc.constantFrom(
      'Internet',
      'Internet',
      'None',
      'VirtualAppliance',
      'VirtualNetworkGateway',
    ),
  }),
  { selector: ({ block }) => block, minLength: 1, maxLength: 3 },
)
const vnet = fc.record({
  extra: fc.constantFrom(null, null, null, '8.8.8.0/24', '2600:8::/32'),
  peer: fc.constantFrom(null, null, null, '8.9.0.0/16', '10.200.0.0/16'),
  connected: fc.constantFrom('Connected', 'Connected', 'Disconnected'),
  subnets: fc.array(fc.record({ group: sometimes(fc.nat(4)), table: rarely(fc.nat(1)) }), {
    minLength: 1,
    maxLength: 2,
  }),
})
const card = fc.record({
  vnet: fc.nat(2),
  subnet: fc.nat(1),
  group: fc.oneof({ weight: 3, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.constant(null) }),
  public: fc.constantFrom('Standard', 'Standard', 'Basic', 'Basic', 'dynamic', null),
  six: rarely(fc.constantFrom('Standard', 'Basic')),
  second: rarely(fc.constantFrom('Standard', 'none')),
  asg: sometimes(fc.nat(1)),
})
const balancer = fc.record({
  sku: fc.constantFrom('Standard', 'Basic'),
  rules: fc.uniqueArray(
    fc.record({
      kind: fc.constantFrom('nat', 'rule', 'rule'),
      protocol: fc.constantFrom('Tcp', 'Tcp', 'Udp'),
      port: fc.constantFrom(21, 80, 443, 8080),
      back: fc.constantFrom(21, 22, 80, 8080),
      floating: fc.constantFrom(false, false, true),
      cards: fc.array(fc.nat(4), { minLength: 1, maxLength: 2 }),
    }),
    { selector: ({ protocol, port }) => `${protocol} ${port}`, minLength: 1, maxLength: 3 },
  ),
  pool: fc.constantFrom('interfaces', 'interfaces', 'addresses'),
})

type Presence = 'complete' | 'absent' | 'partial'
const presence = (missing: readonly Presence[]): fc.Arbitrary<Presence> =>
  fc.oneof(
    { weight: 20, arbitrary: fc.constant<Presence>('complete') },
    { weight: 1, arbitrary: fc.constantFrom<Presence>(...missing) },
  )

const plan = fc.record({
  shape: fc.constantFrom('az', 'az', 'arm', 'graph'),
  vnets: fc.oneof(
    { weight: 3, arbitrary: fc.array(vnet, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(vnet, { minLength: 2, maxLength: 3 }) },
  ),
  groups: fc.array(fc.array(rule, { minLength: 1, maxLength: 5, size: 'max' }), {
    minLength: 1,
    maxLength: 5,
    size: 'max',
  }),
  printsDefaults: fc.boolean(),
  tables: fc.array(routeTable, { minLength: 2, maxLength: 2 }),
  cards: fc.array(card, { minLength: 1, maxLength: 5, size: 'max' }),
  balancer: sometimes(balancer),
  presence: fc.record({
    groups: presence(['absent', 'partial']),
    cards: presence(['absent', 'partial']),
    addresses: presence(['absent', 'partial']),
    vnets: presence(['absent', 'partial']),
  }),
})
type Plan = typeof plan extends fc.Arbitrary<infer Value> ? Value : never

export const azureEstate: fc.Arbitrary<readonly NamedDocument[]> = plan.map(write)

// ---- writing the documents ----

function write(estate: Plan): readonly NamedDocument[] {
  const { presence: has } = estate
  const print = (name: string, items: readonly Json[], state: Presence = 'complete') =>
    printed(estate.shape, name, items, state)
  return [
    ...print('network-nsg-list', groups(estate), has.groups),
    ...print('network-nic-list', cards(estate), has.cards),
    ...print('network-public-ip-list', addresses(estate), has.addresses),
    ...print('network-vnet-list', vnets(estate), has.vnets),
    ...print('network-route-table-list', tables(estate)),
    ...print('network-asg-list', asgs()),
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

const resource = (id: string, type: string, properties: Json, more: Json = {}): Json => ({
  id,
  name: id.split('/').at(-1),
  type,
  location: 'westeurope',
  resourceGroup: 'Rg-One',
  ...more,
  properties: { provisioningState: 'Succeeded', ...properties },
})

const vnetOf = (estate: Plan, it: Plan['cards'][number]): number => it.vnet % estate.vnets.length
const subnetOf = (estate: Plan, it: Plan['cards'][number]): number =>
  it.subnet % (estate.vnets[vnetOf(estate, it)]?.subnets.length ?? 1)

// ---- network security groups ----

function groups(estate: Plan): readonly Json[] {
  return estate.groups.map((rules, i) =>
    resource(groupId(i), 'Microsoft.Network/networkSecurityGroups', {
      securityRules: onePriorityOnce(rules).map((it, n) => securityRule(groupId(i), it, n)),
      ...(estate.printsDefaults ? { defaultSecurityRules: defaults(groupId(i)) } : {}),
      ...relation(
        'networkInterfaces',
        estate.cards.flatMap((it, n) =>
          it.group !== null && it.group % estate.groups.length === i ? [ref(cardId(n))] : [],
        ),
      ),
      ...relation(
        'subnets',
        estate.vnets.flatMap((it, v) =>
          it.subnets.flatMap((own, s) =>
            own.group !== null && own.group % estate.groups.length === i
              ? [ref(subnetId(v, s))]
              : [],
          ),
        ),
      ),
    }),
  )
}
/** Azure prints such a member only where there is something to print. */
const relation = (member: string, list: readonly Json[]): Json =>
  list.length > 0 ? { [member]: list } : {}

const onePriorityOnce = (rules: readonly Rule[]): readonly Rule[] => {
  const seen = new Set<string>()
  return rules.filter(({ priority, direction }) => {
    const key = `${direction} ${priority}`
    return !seen.has(key) && seen.add(key)
  })
}

const securityRule = (group: string, it: Rule, n: number): Json => ({
  id: `${group}/securityRules/rule-${n}`,
  name: `rule-${n}`,
  type: 'Microsoft.Network/networkSecurityGroups/securityRules',
  properties: {
    protocol: it.what.protocol,
    access: it.access,
    priority: it.priority,
    direction: it.direction,
    sourceAddressPrefix: it.source.one,
    sourceAddressPrefixes: it.source.many,
    ...(it.source.group === null
      ? {}
      : { sourceApplicationSecurityGroups: [ref(asgId(it.source.group))] }),
    sourcePortRange: it.what.clients.one,
    sourcePortRanges: it.what.clients.many,
    destinationAddressPrefix: it.destination.one,
    destinationAddressPrefixes: [],
    ...(it.destination.group === null
      ? {}
      : { destinationApplicationSecurityGroups: [ref(asgId(it.destination.group))] }),
    destinationPortRange: it.what.ports.one,
    destinationPortRanges: it.what.ports.many,
  },
})

const defaults = (group: string): readonly Json[] =>
  [
    ['AllowVnetInBound', 'Allow', 65_000, 'VirtualNetwork', 'VirtualNetwork'],
    ['AllowAzureLoadBalancerInBound', 'Allow', 65_001, 'AzureLoadBalancer', '*'],
    ['DenyAllInBound', 'Deny', 65_500, '*', '*'],
  ].map(([name, access, priority, from, to]) => ({
    id: `${group}/defaultSecurityRules/${name}`,
    name,
    type: 'Microsoft.Network/networkSecurityGroups/defaultSecurityRules',
    properties: {
      protocol: '*',
      access,
      priority,
      direction: 'Inbound',
      sourceAddressPrefix: from,
      sourceAddressPrefixes: [],
      sourcePortRange: '*',
      sourcePortRanges: [],
      destinationAddressPrefix: to,
      destinationAddressPrefixes: [],
      destinationPortRange: '*',
      destinationPortRanges: [],
    },
  }))

// ---- networks ----

const vnets = (estate: Plan): readonly Json[] =>
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

const tables = (estate: Plan): readonly Json[] =>
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

const asgs = (): readonly Json[] =>
  [0, 1].map((i) => resource(asgId(i), 'Microsoft.Network/applicationSecurityGroups', {}))

// ---- interfaces, their addresses and machines ----

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

const cards = (estate: Plan): readonly Json[] =>
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

const addresses = (estate: Plan): readonly Json[] => [
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

const machines = (estate: Plan): readonly Json[] =>
  estate.cards.map((_, i) =>
    resource(
      `${scope}/Microsoft.Compute/virtualMachines/vm-${i}`,
      'Microsoft.Compute/virtualMachines',
      { networkProfile: { networkInterfaces: [ref(cardId(i))] } },
    ),
  )

// ---- the load balancer ----

const ruleId = (it: { readonly kind: string }, n: number): string =>
  `${balancerId}/${it.kind === 'nat' ? 'inboundNatRules' : 'loadBalancingRules'}/rule-${n}`
const poolId = (n: number): string => `${balancerId}/backendAddressPools/pool-${n}`
const firstConfiguration = (estate: Plan, index: number): string =>
  `${cardId(index % estate.cards.length)}/ipConfigurations/first`
const members = (estate: Plan, indexes: readonly number[]): readonly number[] => [
  ...new Set(indexes.map((index) => index % estate.cards.length)),
]

/** Each rule has a pool of its own; an inbound NAT rule one interface. */
function balancerReferences(estate: Plan, i: number): Json {
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

function loadBalancer(estate: Plan, wanted: NonNullable<Plan['balancer']>): Json {
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

function pool(estate: Plan, kind: string, indexes: readonly number[], n: number): Json {
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
