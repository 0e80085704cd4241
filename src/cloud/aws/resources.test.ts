import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatAddress } from '../../model/address.ts'
import { toCidrs } from '../../model/address-set.ts'
import {
  account,
  drafted,
  estateOf,
  gapsIn,
  group,
  network,
  part,
  permission,
  region,
} from './documents.test.data.ts'
import { resources } from './index.ts'
import type { ResourceFile } from './resource-file.ts'

const read = (value: unknown, document = 'a.json') => drafted(part(document, value))

test('every response member that is read has a place in coverage', () => {
  const collections = new Set(estateOf(network).coverage.map(({ collection }) => collection))
  expect(resources.filter(({ collection }) => !collections.has(collection))).toEqual([])
})

const isResource = (value: unknown): value is ResourceFile =>
  typeof value === 'object' && value !== null && 'collection' in value && 'matches' in value

test('every resource that a file here exports is in the registry', async () => {
  const files = readdirSync(import.meta.dirname).filter((file) => /^[a-z-]+\.ts$/.test(file))
  const modules = await Promise.all(
    files.map((file): Promise<Record<string, unknown>> => import(join(import.meta.dirname, file))),
  )
  const exported = modules.flatMap((module) => Object.values(module)).filter(isResource)
  const names = (list: readonly ResourceFile[]) => list.map(({ collection }) => collection).sort()
  expect(names(exported)).toEqual(names(resources))
})

describe('subnets', () => {
  test('both families, zone and owner', () => {
    const draft = read({
      Subnets: [
        {
          SubnetId: 'subnet-a',
          VpcId: 'vpc-1',
          CidrBlock: '10.0.1.0/24',
          AvailabilityZone: `${region}c`,
          OwnerId: account,
          Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: '2600:1f18::/64' }],
        },
      ],
    })
    expect(draft.subnets[0]).toMatchObject({
      vpcId: 'vpc-1',
      zone: `${region}c`,
      own: { account, region },
    })
    expect(toCidrs(draft.subnets[0]?.cidrs ?? { v4: [], v6: [], key: 0 })).toEqual([
      '10.0.1.0/24',
      '2600:1f18::/64',
    ])
  })
  test('a broken block is a gap', () => {
    expect(gapsIn(read({ Subnets: [{ SubnetId: 's', CidrBlock: '10.0.1.0/99' }] }))).toEqual([
      'bad-cidr /Subnets/0/CidrBlock',
    ])
  })
})

describe('internet gateways', () => {
  test.each([
    { state: 'available', vpcIds: ['vpc-1'] },
    { state: 'attached', vpcIds: ['vpc-1'] },
    { state: 'detaching', vpcIds: [] },
    { state: 'detached', vpcIds: [] },
  ])('$state', ({ state, vpcIds }) => {
    const draft = read({
      InternetGateways: [
        { InternetGatewayId: 'igw-1', Attachments: [{ VpcId: 'vpc-1', State: state }] },
      ],
    })
    expect(draft.internetGateways[0]?.vpcIds).toEqual(vpcIds)
  })
})

describe('elastic addresses', () => {
  test('the private address they stand on, and where', () => {
    const draft = read({
      Addresses: [
        {
          PublicIp: '198.41.0.6',
          AllocationId: 'eipalloc-1',
          NetworkInterfaceId: 'eni-1',
          PrivateIpAddress: '10.0.1.6',
          NetworkBorderGroup: 'us-west-2-lax-1',
          NetworkInterfaceOwnerId: account,
        },
        { PublicIp: 'x', AllocationId: 'eipalloc-2' },
      ],
    })
    expect(
      draft.elasticAddresses.map(({ own, interfaceId, privateAddress }) => [
        own,
        interfaceId,
        privateAddress && formatAddress(privateAddress),
      ]),
    ).toEqual([[{ account, region: 'us-west-2' }, 'eni-1', '10.0.1.6']])
    expect(gapsIn(draft)).toEqual(['bad-address /Addresses/1/PublicIp'])
  })
})

describe('prefix lists', () => {
  const namedIn = (documents: Record<string, unknown>) => {
    const rule = { ...permission('tcp', 22, 22), PrefixListIds: [{ PrefixListId: 'pl-1' }] }
    const known = estateOf({
      'groups.json': { SecurityGroups: [group('sg-1', rule)] },
      ...documents,
    }).names.get('pl-1')
    return {
      certain: toCidrs(known?.set.certain ?? { v4: [], v6: [], key: 0 }),
      gap: known?.gap?.reason ?? null,
    }
  }
  test.each([
    {
      name: 'entries',
      documents: {
        'get-managed-prefix-list-entries-pl-1.json': { Entries: [{ Cidr: '8.8.8.0/24' }] },
      },
      certain: ['8.8.8.0/24'],
      gap: null,
    },
    {
      name: 'no entries at all',
      documents: { 'get-managed-prefix-list-entries-pl-1.json': { Entries: [] } },
      certain: [],
      gap: null,
    },
    {
      name: 'pages',
      documents: {
        'entries-pl-1.json': { Entries: [{ Cidr: '8.8.8.0/24' }], NextToken: 'x' },
        'entries-pl-1-2.json': { Entries: [{ Cidr: '9.9.9.0/24' }] },
      },
      certain: ['8.8.8.0/24', '9.9.9.0/24'],
      gap: null,
    },
    {
      name: 'a first page only',
      documents: { 'entries-pl-1.json': { Entries: [{ Cidr: '8.8.8.0/24' }], NextToken: 'x' } },
      certain: ['8.8.8.0/24'],
      gap: 'unresolved-prefix-list',
    },
    {
      name: 'describe-prefix-lists',
      documents: {
        'a.json': {
          PrefixLists: [{ PrefixListId: 'pl-1', PrefixListName: 's3', Cidrs: ['52.92.0.0/22'] }],
        },
      },
      certain: ['52.92.0.0/22'],
      gap: null,
    },
    {
      name: 'a name only',
      documents: {
        'a.json': {
          PrefixLists: [{ PrefixListId: 'pl-1', PrefixListName: 'office', OwnerId: account }],
        },
      },
      certain: [],
      gap: 'unresolved-prefix-list',
    },
    { name: 'nothing', documents: {}, certain: [], gap: 'unresolved-prefix-list' },
    {
      name: 'entries of another list',
      documents: { 'entries-pl-2.json': { Entries: [{ Cidr: '8.8.8.0/24' }] } },
      certain: [],
      gap: 'unresolved-prefix-list',
    },
  ])('$name', ({ documents, certain, gap }) => {
    expect(namedIn(documents)).toEqual({ certain, gap })
  })
  test('entries in a file that names no list are a gap', () => {
    expect(gapsIn(read({ Entries: [{ Cidr: '8.8.8.0/24' }] }))).toEqual(['prefix-list-not-named'])
  })
  test('a broken entry is a gap', () => {
    expect(gapsIn(read({ Entries: [{ Cidr: '8.8.8.0' + '/33' }] }, 'pl-1.json'))).toEqual([
      'bad-cidr /Entries/0/Cidr',
    ])
  })
})

describe('listeners and their rules', () => {
  const arn = `arn:aws:elasticloadbalancing:${region}:${account}:listener/app/web/1/2`
  const actionsOf = (...actions: readonly object[]) => {
    const draft = read({
      Listeners: [
        {
          ListenerArn: arn,
          LoadBalancerArn: 'arn:lb',
          Port: 80,
          Protocol: 'HTTP',
          DefaultActions: actions,
        },
      ],
    })
    return {
      actions: draft.listeners[0]?.actions.map((action) =>
        action.kind === 'forward' ? action.groupArns.join() : action.kind,
      ),
      gaps: gapsIn(draft),
    }
  }
  test.each([
    {
      name: 'forward',
      actions: [{ Type: 'forward', TargetGroupArn: 'a' }],
      expected: ['a'],
      gaps: [],
    },
    {
      name: 'weighted',
      actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: 'a', Weight: 1 },
              { TargetGroupArn: 'b', Weight: 0 },
            ],
          },
        },
      ],
      expected: ['a'],
      gaps: [],
    },
    {
      name: 'all of weight 0',
      actions: [
        { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: 'a', Weight: 0 }] } },
      ],
      expected: ['a'],
      gaps: [],
    },
    { name: 'redirect', actions: [{ Type: 'redirect' }], expected: ['ends-here'], gaps: [] },
    {
      name: 'authentication first',
      actions: [{ Type: 'authenticate-oidc' }, { Type: 'forward', TargetGroupArn: 'a' }],
      expected: ['a'],
      gaps: [],
    },
    {
      name: 'an action nobody knows',
      actions: [{ Type: 'dance' }],
      expected: ['ends-here'],
      gaps: ['unknown-action /Listeners/0/DefaultActions/0'],
    },
    {
      name: 'a forward to nothing',
      actions: [{ Type: 'forward' }],
      expected: [''],
      gaps: ['missing-member /Listeners/0/DefaultActions/0'],
    },
  ])('$name', ({ actions, expected, gaps }) => {
    expect(actionsOf(...actions)).toEqual({ actions: expected, gaps })
  })
  test('a rule belongs to its listener, in its order, for its sources', () => {
    const draft = read({
      Rules: [
        {
          RuleArn: `${arn.replace(':listener/', ':listener-rule/')}/3`,
          Priority: '7',
          Conditions: [
            { Field: 'source-ip', SourceIpConfig: { Values: ['8.8.8.0/24', '2600::/32'] } },
          ],
          Actions: [],
        },
        {
          RuleArn: `${arn.replace(':listener/', ':listener-rule/')}/4`,
          Priority: 'default',
          Conditions: [],
          Actions: [],
        },
      ],
    })
    expect(
      draft.listenerRules.map(({ listenerArn, priority, sources, onlySources }) => [
        listenerArn,
        priority,
        sources && toCidrs(sources),
        onlySources,
      ]),
    ).toEqual([
      [arn, 7, ['8.8.8.0/24', '2600::/32'], true],
      [arn, Infinity, null, false],
    ])
  })
})

describe('target groups', () => {
  const targets = {
    TargetHealthDescriptions: [
      { Target: { Id: 'i-1', Port: 80 }, TargetHealth: { State: 'unused' } },
    ],
  }
  test.each([
    { document: 'describe-target-health-web.json', name: 'web' },
    { document: 'x/ELBv2-Describe-Target-Health-my-web-2.json.gz', name: 'my-web-2' },
    {
      document:
        'elbv2-describe-target-health/arn%3Aaws%3Aelasticloadbalancing%3Aeu-west-1%3A1%3Atargetgroup%2Fweb%2F9',
      name: 'web',
    },
  ])('$document is of $name', ({ document, name }) => {
    expect(
      read(targets, document).targetHealth.map(({ groupName, targetId, port }) => [
        groupName,
        targetId,
        port,
      ]),
    ).toEqual([[name, 'i-1', 80]])
  })
  test.each(['describe-target-health.json', 'targets.json'])(
    '%s does not say of which',
    (document) => {
      const draft = read(targets, document)
      expect(draft.targetHealth).toEqual([])
      expect(gapsIn(draft)).toEqual(['target-group-not-named'])
    },
  )
  test('no targets is an answer', () => {
    expect(
      read({ TargetHealthDescriptions: [] }, 'describe-target-health-web.json').healthRead.map(
        ({ id }) => id,
      ),
    ).toEqual(['web'])
  })
  test('whether the client’s address is kept', () => {
    const attributes = {
      Attributes: [
        { Key: 'stickiness.enabled', Value: 'false' },
        { Key: 'preserve_client_ip.enabled', Value: 'false' },
      ],
    }
    expect(
      read(attributes, 'describe-target-group-attributes-web.json').attributes.map(
        ({ ownerName, value }) => [ownerName, value],
      ),
    ).toEqual([['web', 'false']])
    expect(gapsIn(read(attributes))).toEqual(['target-group-not-named /Attributes/1'])
    expect(
      gapsIn(
        read(
          { Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '60' }] },
          'describe-load-balancer-attributes-web.json',
        ),
      ),
    ).toEqual([])
  })
})

describe('load balancers', () => {
  const one = (more: object) =>
    read({
      LoadBalancers: [
        {
          LoadBalancerArn: `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/net/n/1`,
          Scheme: 'internet-facing',
          Type: 'network',
          ...more,
        },
      ],
    }).balancers[0]
  test.each([
    {
      more: { IpAddressType: 'ipv4' },
      expected: { families: 'ip4', kind: 'network', description: 'ELB net/n/1', name: 'n' },
    },
    { more: { IpAddressType: 'dualstack' }, expected: { families: 'both' } },
    { more: { IpAddressType: 'dualstack-without-public-ipv4' }, expected: { families: 'ip6' } },
    { more: { Type: undefined }, expected: { kind: 'network' } },
    { more: { Scheme: 'internal' }, expected: { scheme: 'internal' } },
  ])('$more', ({ more, expected }) => {
    expect(one(more)).toMatchObject(expected)
  })
  test('gateway load balancers publish nothing', () => {
    expect(one({ Type: 'gateway' })).toBeUndefined()
  })
})

describe('databases', () => {
  const zones = [
    { SubnetIdentifier: 'subnet-a', SubnetAvailabilityZone: { Name: `${region}a` } },
    { SubnetIdentifier: 'subnet-b', SubnetAvailabilityZone: { Name: `${region}b` } },
  ]
  const subnetsOf = (more: object) =>
    read({
      DBInstances: [
        {
          DBInstanceIdentifier: 'db',
          Engine: 'mysql',
          DBSubnetGroup: { VpcId: 'vpc-1', Subnets: zones },
          ...more,
        },
      ],
    }).databases[0]?.subnetIds
  test.each([
    {
      name: 'it stands in its own zone',
      more: { AvailabilityZone: `${region}b` },
      expected: ['subnet-b'],
    },
    {
      name: 'with a standby it may move',
      more: { AvailabilityZone: `${region}b`, MultiAZ: true },
      expected: ['subnet-a', 'subnet-b'],
    },
    { name: 'without a zone it may be anywhere', more: {}, expected: ['subnet-a', 'subnet-b'] },
  ])('$name', ({ more, expected }) => {
    expect(subnetsOf(more)).toEqual(expected)
  })
})

test('gateways that let nothing in, and peerings, are read for coverage', () => {
  const estate = estateOf({
    ...network,
    'nat.json': { NatGateways: [{ NatGatewayId: 'nat-1', VpcId: 'vpc-1' }] },
    'eigw.json': {
      EgressOnlyInternetGateways: [{ EgressOnlyInternetGatewayId: 'eigw-1', Attachments: [] }],
    },
    'pcx.json': {
      VpcPeeringConnections: [
        { VpcPeeringConnectionId: 'pcx-1', AccepterVpcInfo: { VpcId: 'vpc-1' } },
      ],
    },
  })
  const states = ['nat-gateways', 'egress-only-internet-gateways', 'vpc-peering-connections'].map(
    (name) => estate.coverage.find(({ collection }) => collection === name)?.state,
  )
  expect(states).toEqual(['complete', 'complete', 'complete'])
  expect(estate.gaps).toEqual([])
})
