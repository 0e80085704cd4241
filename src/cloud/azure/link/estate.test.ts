import { describe, expect, test } from 'vitest'
import { solve } from '../../../exposure/solve.ts'
import * as addressSet from '../../../model/address-set.ts'
import type { Estate } from '../../../model/estate.ts'
import { formatPorts } from '../../../model/port-set.ts'
import { clientsOf, internet, notInternet } from '../../../model/public-space.ts'
import type { JsonObject } from '../../decode.ts'
import {
  configuration,
  document,
  documentsOf,
  id,
  machine,
  network,
  nic,
  nsg,
  other,
  pip,
  readAll,
  reference,
  rule,
  subnet,
  vm,
  vnet,
} from '../testing/documents.ts'
import {
  adminRule,
  balanced,
  behindFirewall,
  behindGateway,
  natCollections,
  open,
} from '../testing/estates.ts'

const read = (resources: readonly JsonObject[]) => readAll(documentsOf(resources, 'flattened'))
const without = (resources: readonly JsonObject[], type: string) =>
  resources.filter((one) => one['type'] !== `Microsoft.Network/${type}`)
const targetOf = (estate: Estate, name: string) =>
  [...estate.targets.values()].find(({ resource }) => resource.name === name)
/** Verdicts and gaps of TCP from the IPv4 internet. */
const verdicts = (estate: Estate) =>
  solve(estate)
    .filter(
      ({ transport, sources }) =>
        transport === 'tcp' && addressSet.overlaps(sources, addressSet.allIp4),
    )
    .map((one) =>
      `${one.target.name} ${formatPorts(one.ports)} ${one.verdict} ${one.gaps.map(({ reason }) => reason).join()}`.trim(),
    )
    .sort()
const open4 = (port: string) => open(port, { sourceAddressPrefix: '0.0.0.0/0' })

describe('a missing document leaves the verdict open', () => {
  const whole = machine({ nic: [open4('21')], subnet: [open4('21')] })
  test.each([
    { name: 'nothing is missing', given: whole, expected: ['web 21 reachable'] },
    {
      name: 'no virtual network: the subnet may have a group',
      given: without(whole, 'virtualNetworks'),
      expected: ['web 21 unknown virtual-networks-absent'],
    },
    {
      name: 'no virtual network, but the group says that it stands on the subnet',
      given: without(whole, 'virtualNetworks').map((one) =>
        one['name'] === 'subnet-nsg'
          ? { ...one, subnets: [reference(network.subnet('default'))] }
          : one,
      ),
      expected: ['web 21 reachable'],
    },
    {
      name: 'another virtual network was given',
      given: [...without(whole, 'virtualNetworks'), vnet('other', [])],
      expected: ['web 21 unknown virtual-networks-not-read'],
    },
    {
      name: 'the group of the interface',
      given: whole.filter(({ name }) => name !== 'nic-nsg'),
      expected: ['web 21 unknown network-security-groups-not-read'],
    },
    {
      name: 'the address, whose value alone is not known',
      given: without(whole, 'publicIPAddresses'),
      expected: ['web 21 unknown public-ip-addresses-absent'],
    },
    {
      name: 'the address, where its kind decides',
      given: without(machine({}), 'publicIPAddresses'),
      expected: ['web all unknown public-address-not-read,public-ip-addresses-absent'],
    },
    {
      name: 'the route table among others',
      given: [
        ...machine(
          { nic: [open4('21')] },
          { subnet: { routeTable: reference(network.routes('rt')) } },
        ),
        other('Microsoft.Network/routeTables', 'another', { routes: [] }),
      ],
      // What a table has a route for counts as the virtual network, which a default rule lets in.
      expected: [
        'web 0-20, 22-65535 unknown route-tables-not-read',
        'web 21 unknown route-tables-not-read',
      ],
    },
    {
      name: 'all route tables: the default is taken',
      given: machine(
        { nic: [open4('21')] },
        { subnet: { routeTable: reference(network.routes('rt')) } },
      ),
      expected: ['web 21 reachable'],
    },
  ])('$name', ({ given, expected }) => {
    expect(verdicts(read(given)).filter((one) => one.startsWith('web'))).toEqual(expected)
  })
})

test('that route tables were taken at their default is said once', () => {
  const subnetWithTable = { subnet: { routeTable: reference(network.routes('rt')) } }
  const reasons = read(machine({ nic: [open4('21')] }, subnetWithTable)).gaps.map(
    ({ reason }) => reason,
  )
  expect(reasons.filter((one) => one === 'route-tables-absent')).toHaveLength(1)
})

describe('groups attached to nothing', () => {
  const lonely = nsg('lonely', [open4('21')])
  const rest = machine({ nic: [] })
  test.each<{
    name: string
    given: readonly JsonObject[]
    kind: string
    expected: readonly string[]
  }>([
    {
      name: 'with all interfaces and networks known',
      given: [...rest, lonely],
      kind: 'unattached',
      expected: ['lonely 21 unattached'],
    },
    {
      name: 'alone',
      given: [lonely],
      kind: 'unknown',
      expected: ['lonely 21 unknown network-interfaces-absent,virtual-networks-absent'],
    },
    {
      name: 'without networks',
      given: [...without(rest, 'virtualNetworks'), lonely],
      kind: 'unknown',
      expected: ['lonely 21 unknown virtual-networks-absent'],
    },
    {
      name: 'naming an interface that was not given',
      given: [
        ...rest,
        nsg('lonely', [open4('21')], { networkInterfaces: [reference(network.nic('gone'))] }),
      ],
      kind: 'unknown',
      expected: ['lonely 21 unknown network-interfaces-not-read,network-interfaces-partial'],
    },
    {
      name: 'while an interface is in a network that was not given',
      given: [
        ...rest,
        lonely,
        nic(
          'far',
          [configuration('far', '10.0.0.9', { subnet: reference(network.subnet('x', 'far')) })],
          {
            networkSecurityGroup: reference(network.nsg('nic-nsg')),
          },
        ),
      ],
      kind: 'unknown',
      expected: ['lonely 21 unknown virtual-networks-partial'],
    },
    {
      name: 'on a subnet without interfaces',
      given: [
        ...rest.filter(({ name }) => name !== 'vnet'),
        vnet('vnet', [
          subnet('default'),
          subnet('empty', { networkSecurityGroup: reference(network.nsg('lonely')) }),
        ]),
        lonely,
      ],
      kind: 'unattached',
      expected: ['lonely 21 unattached'],
    },
    {
      name: 'on a subnet with something else in it',
      given: [
        ...rest.filter(({ name }) => name !== 'vnet'),
        vnet('vnet', [
          subnet('default'),
          subnet('apps', {
            networkSecurityGroup: reference(network.nsg('lonely')),
            delegations: [{ name: 'web' }],
          }),
        ]),
        lonely,
      ],
      kind: 'unknown',
      expected: ['lonely 21 unknown subnet-members-not-read'],
    },
  ])('$name: $kind', ({ given, kind, expected }) => {
    const estate = read(given)
    expect(verdicts(estate)).toEqual(expected)
    const lonelyKey = [...estate.filters.values()].find(
      ({ resource }) => resource.name === 'lonely',
    )?.resource.key
    expect(lonelyKey && estate.attachments.get(lonelyKey)?.kind).toBe(kind)
  })

  test('a group that stands before an interface names it, through the subnet as well', () => {
    const estate = read(machine({ nic: [], subnet: [] }))
    const kinds = [...estate.attachments.values()]
    expect(kinds).toEqual([
      { kind: 'attached', targets: [targetOf(estate, 'web')?.resource.key] },
      { kind: 'attached', targets: [targetOf(estate, 'web')?.resource.key] },
    ])
  })
})

describe('targets', () => {
  test('what is known of a machine with a public address', () => {
    const estate = read([
      ...machine({ nic: [] }),
      vm('vm-web', {
        powerState: 'VM deallocated',
        networkProfile: { networkInterfaces: [reference(network.nic('web'))] },
      }),
    ])
    expect(targetOf(estate, 'web')).toMatchObject({
      resource: { kind: 'network-interface', id: network.nic('web') },
      machine: { kind: 'virtual-machine', id: network.vm('vm-web'), name: 'vm-web' },
      internetFacing: 'yes',
      closedByPlatform: null,
      note: 'the machine is deallocated',
      filters: [`azure:${network.nsg('nic-nsg').toLowerCase()}`],
    })
  })
  test('a machine that runs has nothing to say of it', () => {
    const estate = read([...machine({ nic: [] }), vm('vm-web', { powerState: 'VM running' })])
    expect(targetOf(estate, 'web')?.note).toBeNull()
  })
  test.each([
    {
      sku: 'Standard',
      closed: 'a Standard public address is closed without a network security group',
    },
    { sku: 'Basic', closed: null },
  ])('without a group a $sku address is closed: $closed', ({ sku, closed }) => {
    expect(targetOf(read(machine({}, { sku })), 'web')).toMatchObject({
      filters: [],
      closedByPlatform: closed,
    })
  })
  test('filters are unknown while the subnet is', () => {
    expect(targetOf(read(without(machine({}), 'virtualNetworks')), 'web')?.filters).toBe('unknown')
  })
  test('a machine behind a balancer faces the internet', () => {
    expect(targetOf(read(balanced({})), 'web')?.internetFacing).toBe('yes')
    const unread = balanced({}).filter(({ name }) => name !== 'lb')
    expect(targetOf(read(unread), 'web')?.internetFacing).toBe('unknown')
    expect(
      targetOf(read(machine({}, { configuration: { publicIPAddress: null } })), 'web')
        ?.internetFacing,
    ).toBe('no')
  })
  test('a Bastion host is a note on the machines of its network', () => {
    const estate = read([
      ...machine({ nic: [] }),
      other('Microsoft.Network/bastionHosts', 'jump', {
        ipConfigurations: [{ name: 'b', subnet: reference(network.subnet('AzureBastionSubnet')) }],
      }),
    ])
    expect(targetOf(estate, 'web')?.note).toContain('Bastion host jump')
  })
})

describe('names', () => {
  const setOf = (estate: Estate, name: string) => {
    const found = estate.names.get(`${network.subnet('default').toLowerCase()}|${name}`)
    if (!found) throw new Error(`${name} has no meaning here`)
    return found
  }
  test('VirtualNetwork is the space of the network and of its connected peers', () => {
    const peering = (remote: string, rest: JsonObject) => ({
      name: remote,
      remoteVirtualNetwork: reference(network.vnet(remote)),
      peeringState: 'Connected',
      allowVirtualNetworkAccess: true,
      ...rest,
    })
    const estate = read([
      vnet('vnet', [subnet('default')], {
        virtualNetworkPeerings: [
          peering('known', {}),
          peering('unread', { remoteAddressSpace: { addressPrefixes: ['10.2.0.0/16'] } }),
          peering('closed', {
            allowVirtualNetworkAccess: false,
            remoteAddressSpace: { addressPrefixes: ['10.3.0.0/16'] },
          }),
          peering('gone', {
            peeringState: 'Disconnected',
            remoteAddressSpace: { addressPrefixes: ['10.4.0.0/16'] },
          }),
        ],
      }),
      vnet('known', [], { addressSpace: { addressPrefixes: ['10.1.0.0/16'] } }),
    ])
    const { set, gap } = setOf(estate, 'virtualnetwork')
    // Azure's own address for probes and DNS belongs to the tag.
    expect(addressSet.toCidrs(set.certain)).toEqual([
      '10.0.0.0/15',
      '10.2.0.0/16',
      '168.63.129.16/32',
    ])
    expect(set.possible).toEqual(set.certain)
    expect(gap).toBeNull()
    expect(addressSet.isSubset(clientsOf('azure'), setOf(estate, 'internet').set.certain)).toBe(
      true,
    )
  })
  test.each<{ name: string; subnets: readonly JsonObject[]; peerings: readonly JsonObject[] }>([
    {
      name: 'its own gateway',
      subnets: [subnet('default'), subnet('GatewaySubnet')],
      peerings: [],
    },
    {
      name: "a peer's gateway",
      subnets: [subnet('default')],
      peerings: [
        {
          name: 'hub',
          peeringState: 'Connected',
          useRemoteGateways: true,
          remoteVirtualNetwork: reference(network.vnet('hub')),
          remoteAddressSpace: { addressPrefixes: ['10.9.0.0/16'] },
        },
      ],
    },
  ])(
    'behind $name there may be any private network, and no public one',
    ({ subnets, peerings }) => {
      const { set } = setOf(
        read([vnet('vnet', subnets, { virtualNetworkPeerings: peerings })]),
        'virtualnetwork',
      )
      expect(addressSet.isSubset(notInternet, set.possible)).toBe(true)
      expect(addressSet.overlaps(set.possible, clientsOf('azure'))).toBe(false)
      expect(addressSet.contains(set.certain, { family: 4, value: 192 * 2 ** 24 })).toBe(false)
    },
  )
  // Two meanings: without the default route, and with it.
  test.each<{ name: string; prefixes: readonly string[]; meanings: readonly string[] }>([
    { name: 'a part of the internet', prefixes: ['40.0.0.0/8'], meanings: ['four'] },
    { name: 'a default route', prefixes: ['0.0.0.0/0'], meanings: ['', 'four'] },
    {
      name: 'a default route in halves',
      prefixes: ['0.0.0.0/1', '128.0.0.0/1'],
      meanings: ['', 'four'],
    },
    {
      name: 'a default route and a part',
      prefixes: ['0.0.0.0/0', '40.0.0.0/8'],
      meanings: ['four', 'four'],
    },
    {
      name: 'a part, and a default route of the other family',
      prefixes: ['40.0.0.0/8', '::/0'],
      meanings: ['four', 'four six'],
    },
  ])('user-defined routes: $name', ({ prefixes, meanings }) => {
    const estate = read([
      vnet('vnet', [subnet('default', { routeTable: reference(network.routes('rt')) })]),
      nic('web', [configuration('web', '10.0.0.4')]),
      other('Microsoft.Network/routeTables', 'rt', {
        routes: prefixes.map((addressPrefix, i) => ({
          name: `r${i}`,
          addressPrefix,
          nextHopType: 'VirtualAppliance',
        })),
      }),
    ])
    const leg = estate.paths[0]?.legs[0]
    const scopes = [leg?.scope, leg?.orScope].filter((scope) => scope != null)
    const four = addressSet.addresses('40.1.2.3')
    const six = addressSet.addresses('2a01::1')
    const held = scopes.map((scope) => {
      const tag = estate.names.get(`${scope}|virtualnetwork`)
      const rest = estate.names.get(`${scope}|internet`)
      if (!tag || !rest) throw new Error('no meaning')
      expect(tag.gap?.reason ?? null).toBe(
        scopes.length > 1 ? 'virtual-network-tag-default-route' : null,
      )
      // Each meaning is exact, and Internet is what VirtualNetwork is not, but for the cloud's own address.
      expect(tag.set.possible).toEqual(tag.set.certain)
      const clients = clientsOf('azure')
      expect(addressSet.intersect(rest.set.certain, clients)).toEqual(
        addressSet.subtract(clients, tag.set.certain),
      )
      expect(rest.set.possible).toEqual(rest.set.certain)
      return [
        addressSet.overlaps(tag.set.certain, four) ? 'four' : '',
        addressSet.overlaps(tag.set.certain, six) ? 'six' : '',
      ]
        .join(' ')
        .trim()
    })
    expect(held).toEqual(meanings)
  })
  test('what interfaces have in a network that was not given is its own', () => {
    const estate = read([
      nsg('nic-nsg', [open4('21')]),
      nic('web', [configuration('web', '10.0.0.4')]),
      nic('far', [configuration('far', '10.0.7.4', { subnet: reference(network.subnet('two')) })]),
      nic('other', [
        configuration('other', '10.0.0.9', { subnet: reference(network.subnet('x', 'another')) }),
      ]),
    ])
    const { set } = setOf(estate, 'virtualnetwork')
    expect(addressSet.toCidrs(set.certain)).toEqual([
      '10.0.0.4/32',
      '10.0.7.4/32',
      '168.63.129.16/32',
    ])
    expect(addressSet.isSubset(notInternet, set.possible)).toBe(true)
    expect(addressSet.overlaps(set.possible, clientsOf('azure'))).toBe(false)
  })
  test('service tags come from the file, with their regions', () => {
    const tags = {
      changeNumber: 1,
      cloud: 'Public',
      values: [
        {
          name: 'AzureCloud.westeurope',
          id: 'AzureCloud.westeurope',
          properties: { addressPrefixes: ['20.0.0.0/8', '2603:1000::/24'] },
        },
      ],
    }
    const given = machine({ nic: [open('21', { sourceAddressPrefix: 'AzureCloud.WestEurope' })] })
    const known = readAll([...documentsOf(given, 'flattened'), document('tags.json', tags)])
    expect(known.names.get('azurecloud.westeurope')?.gap).toBeNull()
    expect(verdicts(known)).toEqual(['web 21 reachable'])
    const unknown = read(given)
    expect(unknown.names.get('azurecloud.westeurope')?.gap?.message).toContain(
      'anyone with an Azure account',
    )
    expect(verdicts(unknown)).toEqual(['web 21 unknown unresolved-service-tag'])
  })
})

describe('application security groups', () => {
  test.each([
    { name: 'all interfaces known: nobody', complete: true, expected: [] },
    {
      name: 'some interfaces known: perhaps somebody else, never this one',
      complete: false,
      expected: [],
    },
  ])('that no interface is in, with $name', ({ complete, expected }) => {
    const given = machine({
      nic: [
        open('21', {
          sourceAddressPrefix: '0.0.0.0/0',
          destinationAddressPrefix: null,
          destinationApplicationSecurityGroups: [reference(network.asg('ghost'))],
        }),
      ],
    })
    const estate = readAll(documentsOf(given, complete ? 'flattened' : 'single'))
    expect(verdicts(estate).filter((one) => one.startsWith('web'))).toEqual(expected)
    const [members] = estate.groups.values()
    expect(members && addressSet.isEmpty(members.possible)).toBe(complete)
  })
  const group = (member: string, complete: boolean) => {
    const given = [
      ...machine(
        {
          nic: [
            open('21', {
              sourceAddressPrefix: '0.0.0.0/0',
              destinationAddressPrefix: null,
              destinationApplicationSecurityGroups: [reference(network.asg('db'))],
            }),
          ],
        },
        {
          configuration: {
            applicationSecurityGroups: member === 'web' ? [reference(network.asg('db'))] : [],
          },
        },
      ),
      nic('db', [
        configuration('db', '10.0.0.5', {
          applicationSecurityGroups: [reference(network.asg('db'))],
        }),
      ]),
    ]
    return readAll(documentsOf(given, complete ? 'flattened' : 'single'))
  }
  const ofWeb = (estate: Estate) => verdicts(estate).filter((one) => one.startsWith('web'))
  test('speak of their members, whether all interfaces are known or not', () => {
    for (const complete of [true, false]) {
      expect(ofWeb(group('web', complete))).toEqual(['web 21 reachable'])
      expect(ofWeb(group('db', complete))).toEqual([])
    }
  })
  test('may hold addresses of scale set instances that were not listed', () => {
    const model = other('Microsoft.Compute/virtualMachineScaleSets', 'set', {
      virtualMachineProfile: {
        networkProfile: {
          networkInterfaceConfigurations: [
            {
              name: 'nic',
              ipConfigurations: [
                { name: 'ip', applicationSecurityGroups: [reference(network.asg('db'))] },
              ],
            },
          ],
        },
      },
    })
    const estate = read([...machine({ nic: [] }), model])
    const [members] = estate.groups.values()
    expect(members && addressSet.isEmpty(members.certain)).toBe(true)
    expect(members && addressSet.isEmpty(members.possible)).toBe(false)
  })
  test('never hold public addresses', () => {
    for (const { possible } of group('web', false).groups.values())
      expect(addressSet.overlaps(possible, internet)).toBe(false)
  })
})

describe('scale sets', () => {
  const set = id('Microsoft.Compute/virtualMachineScaleSets', 'set')
  const model = (rest: JsonObject) =>
    other('Microsoft.Compute/virtualMachineScaleSets', 'set', {
      orchestrationMode: 'Uniform',
      virtualMachineProfile: {
        networkProfile: {
          networkInterfaceConfigurations: [
            {
              name: 'nic',
              primary: true,
              networkSecurityGroup: reference(network.nsg('nic-nsg')),
              ipConfigurations: [
                {
                  name: 'ip',
                  primary: true,
                  subnet: reference(network.subnet('default')),
                  ...rest,
                },
              ],
            },
          ],
        },
      },
    })
  const base = [
    nsg('nic-nsg', [
      open4('21'),
      rule(200, { destinationPortRange: '8080', sourceAddressPrefix: '0.0.0.0/0' }),
    ]),
    vnet('vnet', [subnet('default')]),
  ]
  const instanceIp = {
    id: `${set}/virtualMachines/0/networkInterfaces/nic/ipConfigurations/ip/publicIPAddresses/pub`,
    name: 'pub',
    ipAddress: '20.0.0.50',
    publicIPAddressVersion: 'IPv4',
    sku: { name: 'Standard' },
  }
  test('the model stands for instances that were not listed', () => {
    const estate = read([
      ...base,
      model({ publicIPAddressConfiguration: { name: 'pub' } }),
      instanceIp,
    ])
    expect(verdicts(estate)).toEqual(['set/nic 21, 8080 reachable'])
    expect(targetOf(estate, 'set/nic')).toMatchObject({
      machine: { kind: 'scale-set', name: 'set' },
      internetFacing: 'yes',
    })
    const alone = read([...base, model({ publicIPAddressConfiguration: { name: 'pub' } })])
    expect(verdicts(alone)).toEqual([
      'set/nic 21, 8080 unknown scale-set-public-ip-addresses-absent',
    ])
  })
  test('instances that were listed stand for themselves', () => {
    const instance = {
      ...nic(
        'nic',
        [
          configuration('nic', '10.0.0.8', {
            id: `${set}/virtualMachines/0/networkInterfaces/nic/ipConfigurations/ip`,
            name: 'ip',
          }),
        ],
        {
          networkSecurityGroup: reference(network.nsg('nic-nsg')),
          virtualMachine: reference(`${set}/virtualMachines/0`),
        },
      ),
      id: `${set}/virtualMachines/0/networkInterfaces/nic`,
    }
    const estate = read([
      ...base,
      model({ publicIPAddressConfiguration: { name: 'pub' } }),
      instance,
      instanceIp,
    ])
    expect(verdicts(estate)).toEqual(['nic 21, 8080 reachable'])
    expect(targetOf(estate, 'nic')?.machine).toMatchObject({
      kind: 'scale-set-instance',
      name: 'set_0',
    })
  })
  test('a balancer with a NAT pool leads to them', () => {
    const pool = id('Microsoft.Network/loadBalancers/inboundNatPools', 'lb', 'nat')
    const estate = read([
      ...base,
      model({
        loadBalancerInboundNatPools: [reference(pool)],
        loadBalancerBackendAddressPools: [reference(network.pool('lb'))],
      }),
      ...balanced({
        balancer: {
          loadBalancingRules: [],
          inboundNatPools: [
            {
              name: 'nat',
              id: pool,
              protocol: 'Tcp',
              frontendPortRangeStart: 50_000,
              frontendPortRangeEnd: 50_099,
              backendPort: 21,
              frontendIPConfiguration: reference(network.frontend('lb')),
            },
          ],
          backendAddressPools: [
            {
              name: 'pool',
              id: network.pool('lb'),
              backendIPConfigurations: [
                reference(`${set}/virtualMachines/0/networkInterfaces/nic/ipConfigurations/ip`),
              ],
            },
          ],
        },
      }).filter(({ name }) => name === 'lb' || name === 'front'),
    ])
    expect(verdicts(estate)).toContain('set/nic 50000-50099 reachable inbound-nat-port-not-printed')
  })
})

describe('fronts whose members were not read', () => {
  test('a balancer is itself what may be reached', () => {
    const estate = read(without(balanced({}), 'networkInterfaces'))
    expect(verdicts(estate).filter((one) => one.startsWith('lb'))).toEqual([
      'lb 80 unknown network-interfaces-absent',
    ])
  })
  test('a firewall is itself what may be reached', () => {
    const estate = read(without(behindFirewall({ firewall: natCollections }), 'networkInterfaces'))
    expect(verdicts(estate)).toContain('fw 2222 unknown backend-not-read')
  })
  test('an application gateway answers', () => {
    const estate = read(without(behindGateway([]), 'networkInterfaces'))
    expect(verdicts(estate)).toContain('gw 443 reachable')
  })
  test('a redirect ends at the gateway', () => {
    const given = behindGateway([open('8080', { access: 'Deny' })]).map((one) =>
      one['name'] === 'gw' && 'httpListeners' in one
        ? {
            ...one,
            requestRoutingRules: [
              {
                name: 'redirect',
                httpListener: reference(
                  id('Microsoft.Network/applicationGateways/httpListeners', 'gw', 'https'),
                ),
                redirectConfiguration: reference(
                  id('Microsoft.Network/applicationGateways/redirectConfigurations', 'gw', 'r'),
                ),
              },
            ],
          }
        : one,
    )
    expect(verdicts(read(given))).toContain('gw 443 reachable')
  })
})

test('a machine whose interfaces were not given is not known to be closed', () => {
  const profile = { networkProfile: { networkInterfaces: [reference(network.nic('web'))] } }
  const estate = read([vm('alone', profile)])
  expect(verdicts(estate)).toEqual(['alone all unknown network-interfaces-absent'])
  expect(estate.gaps.map(({ reason }) => reason)).toContain('network-interfaces-absent')
  const known = read([...machine({ nic: [] }), vm('vm-web', profile)])
  expect(verdicts(known)).toEqual([])
})

test('a public address of an interface that was not given is a gap', () => {
  const estate = read([
    pip('p', '20.0.0.4', { ipConfiguration: reference(network.configuration('gone')) }),
  ])
  expect(estate.gaps.map(({ reason }) => reason)).toContain('network-interfaces-absent')
})

test('the appliances of a gateway load balancer may stop what comes', () => {
  const gateway = reference(network.frontend('gateway'))
  const given = machine({ nic: [open4('21')] }, { configuration: { gatewayLoadBalancer: gateway } })
  expect(verdicts(read(given))).toEqual(['web 21 unknown through-gateway-load-balancer'])
})

test('a firewall in a virtual hub has the addresses that it prints', () => {
  const hub = {
    ...natCollections,
    ipConfigurations: null,
    virtualHub: reference(id('Microsoft.Network/virtualHubs', 'hub')),
    hubIPAddresses: { publicIPs: { addresses: [{ address: '20.0.0.8' }] } },
  }
  // The firewall's own subnet is the hub's, whose addresses are not known.
  expect(verdicts(read(behindFirewall({ firewall: hub }))).join()).toContain('web 2222 unknown')
})

describe('security admin rules', () => {
  test('the effective list of a network is all that holds for it', () => {
    const given = machine({ nic: [open4('20-25')] })
    const list = (name: string) =>
      document(`list-effective-security-admin-rules-${name}.json`, {
        skipToken: '',
        value: [adminRule('Deny', ['22'])],
      })
    const its = readAll([...documentsOf(given, 'rest'), list('vnet')])
    expect(verdicts(its)).toEqual(['web 20-21, 23-25 reachable', 'web 22 blocked'])
    const others = readAll([...documentsOf(given, 'rest'), list('other')])
    expect(verdicts(others).join()).toContain('web 22 unknown')
    expect(others.gaps.map(({ reason }) => reason)).toContain('security-admin-rules-scope-unknown')
  })
  test('rules of any subscription make the assumption idle', () => {
    const reasons = read([...machine({ nic: [] }), adminRule('Deny', ['22'])]).gaps
    expect(reasons.map(({ reason }) => reason)).not.toContain('security-admin-rules-absent')
  })
  test('that none were given is an assumption, said once for each subscription', () => {
    const reasons = read(machine({ nic: [] })).gaps.map(({ reason }) => reason)
    expect(reasons).toEqual(['security-admin-rules-absent'])
  })
})

test('interfaces with the same chain share its stages', () => {
  const estate = read([
    ...machine({ nic: [open4('21')] }),
    nic(
      'other',
      [configuration('other', '10.0.0.9', { publicIPAddress: reference(network.pip('other')) })],
      { networkSecurityGroup: reference(network.nsg('nic-nsg')) },
    ),
    pip('other', '20.0.0.5'),
  ])
  const stages = estate.paths
    .filter(({ entry }) => entry.addresses.length > 0)
    .map(({ legs }) => legs[0]?.stages)
  expect(stages).toHaveLength(2)
  expect(stages[0]).toBe(stages[1])
})
