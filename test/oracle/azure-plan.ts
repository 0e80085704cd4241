/** What a random Azure estate is made of, before it is written as documents. */

import fc from 'fast-check'

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
export const source = fc.oneof(
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
export const destination = fc.oneof(
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
export const ports = fc.oneof(
  { weight: 4, arbitrary: portRange.map((one) => ({ one, many: [] as string[] })) },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.constantFrom('21', '20-25', '22', '80', '443-8080'), { minLength: 1, maxLength: 2 })
      .map((many) => ({ one: null, many })),
  },
)
export const clients = fc.oneof(
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
export const what = fc.oneof(
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
export const rule = fc.record({
  what,
  source,
  destination,
  access: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
  priority: fc.integer({ min: 100, max: 115 }),
  direction: fc.constantFrom(...Array.from({ length: 9 }, () => 'Inbound'), 'Outbound'),
})
export type Rule = typeof rule extends fc.Arbitrary<infer Value> ? Value : never

// ---- the estate ----
const rarely = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value })
const sometimes = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(value, { freq: 2, nil: null })

export const routeTable = fc.uniqueArray(
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
export const vnet = fc.record({
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
export const balancer = fc.record({
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

export type Presence = 'complete' | 'absent' | 'partial'
export const presence = (missing: readonly Presence[]): fc.Arbitrary<Presence> =>
  fc.oneof(
    { weight: 20, arbitrary: fc.constant<Presence>('complete') },
    { weight: 1, arbitrary: fc.constantFrom<Presence>(...missing) },
  )

export const plan = fc.record({
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
    tables: presence(['absent', 'partial']),
    asgs: presence(['absent']),
  }),
})
export type Plan = typeof plan extends fc.Arbitrary<infer Value> ? Value : never
