import { expect, test } from 'vitest'
import { addresses, all, empty, toCidrs } from '../model/address-set.ts'
import type { Exposure } from '../model/exposure.ts'
import { gap } from '../model/gap.ts'
import { formatPorts, ports } from '../model/port-set.ts'
import { resourceId } from '../model/resource.ts'
import { transportPorts } from '../model/traffic-set.ts'
import { solve } from './solve.ts'
import {
  acl,
  anything,
  estate,
  group,
  groups,
  leg,
  list,
  mapping,
  ordered,
  path,
  route,
  rule,
  tcp,
} from './testing/estate.ts'

const everywhere = route('0.0.0.0/0', '::/0')
const own = (...stages: Parameters<typeof leg>[0]) =>
  path(['8.1.1.1'], [leg([everywhere, ...stages])])

/** `reachable tcp 20-25 from 0.0.0.0/0`, sorted. */
const lines = (exposures: readonly Exposure[]): readonly string[] =>
  exposures
    .map(
      ({ verdict, transport, ports: on, sources, targetPorts }) =>
        `${verdict} ${transport} ${formatPorts(on)}${on.join() === targetPorts.join() ? '' : `→${formatPorts(targetPorts)}`} from ${toCidrs(sources).join(' ')}`,
    )
    .sort()

test.each<{ name: string; estate: Parameters<typeof solve>[0]; expected: readonly string[] }>([
  {
    name: 'a group admits its ports',
    estate: estate([group('sg', rule('allow', tcp([20, 25]), ['0.0.0.0/0']))], [own(groups('sg'))]),
    expected: ['reachable tcp 20-25 from 0.0.0.0/0'],
  },
  {
    name: 'two halves in two groups are the whole internet',
    estate: estate(
      [
        group('a', rule('allow', tcp(21), ['0.0.0.0/1'])),
        group('b', rule('allow', tcp(21), ['128.0.0.0/1'])),
      ],
      [own(groups('a', 'b'))],
    ),
    expected: ['reachable tcp 21 from 0.0.0.0/0'],
  },
  {
    name: 'private sources alone are no exposure',
    estate: estate([group('sg', rule('allow', tcp(22), ['10.0.0.0/8']))], [own(groups('sg'))]),
    expected: [],
  },
  {
    name: 'no group admits nothing',
    estate: estate([], [own(groups())]),
    expected: [],
  },
  {
    name: 'without a route what filters admit is open but unreachable',
    estate: estate(
      [group('sg', rule('allow', tcp(22), ['0.0.0.0/0']))],
      [path(['8.1.1.1'], [leg([route('10.0.0.0/8'), groups('sg')])])],
    ),
    expected: ['open-but-unreachable tcp 22 from 0.0.0.0/0'],
  },
  {
    name: 'a way that does not exist is told only for ports that no other way tells of',
    estate: estate(
      [
        group(
          'sg',
          rule('allow', tcp(21), ['0.0.0.0/0', '::/0']),
          rule('allow', tcp([21, 22]), ['::/0']),
        ),
      ],
      [
        own(groups('sg')),
        path([], [leg([groups('sg')])], {
          families: 'ip6',
          barrier: { verdict: 'open-but-unreachable', reason: 'no public IPv6 address' },
        }),
      ],
    ),
    expected: ['open-but-unreachable tcp 22 from ::/0', 'reachable tcp 21 from 0.0.0.0/0'],
  },
  {
    name: "the network's own public numbers are no clients, and stay in the printed set",
    estate: estate(
      [group('sg', rule('allow', tcp(21), ['0.0.0.0/0']), rule('allow', tcp(22), ['8.8.8.0/24']))],
      [{ ...own(groups('sg')), inside: addresses('8.8.8.0/24') }],
    ),
    expected: ['reachable tcp 21 from 0.0.0.0/0'],
  },
  {
    name: 'without an address too',
    estate: estate(
      [group('sg', rule('allow', tcp(22), ['0.0.0.0/0']))],
      [
        path([], [leg([groups('sg')])], {
          barrier: { verdict: 'open-but-unreachable', reason: 'no public IPv4 address' },
        }),
      ],
    ),
    expected: ['open-but-unreachable tcp 22 from 0.0.0.0/0'],
  },
  {
    name: 'a route for part of the internet cuts the sources',
    estate: estate(
      [group('sg', rule('allow', tcp(22), ['8.0.0.0/7']))],
      [path(['8.1.1.1'], [leg([route('8.0.0.0/8'), groups('sg')])])],
    ),
    expected: ['reachable tcp 22 from 8.0.0.0/8'],
  },
  {
    name: 'an ordered list decides for each source and port by itself',
    estate: estate(
      [
        list('nsg', [
          rule('deny', tcp(22), ['10.0.0.0/8']),
          rule('deny', tcp(23), ['8.0.0.0/8']),
          rule('allow', tcp([22, 23]), ['0.0.0.0/0']),
        ]),
      ],
      [own(ordered('nsg'))],
    ),
    expected: [
      `reachable tcp 22 from ${toCidrs(addresses('0.0.0.0-9.255.255.255', '11.0.0.0-255.255.255.255')).join(' ')}`,
      `reachable tcp 23 from ${toCidrs(addresses('0.0.0.0-7.255.255.255', '9.0.0.0-255.255.255.255')).join(' ')}`,
    ],
  },
  {
    name: 'of two lists both must admit; what one admits and the other denies is blocked',
    estate: estate(
      [
        list('subnet', [rule('allow', tcp(22), ['0.0.0.0/0'])]),
        list('nic', [rule('allow', tcp(21, 22), ['0.0.0.0/0'])]),
      ],
      [own(ordered('subnet'), ordered('nic'))],
    ),
    expected: ['blocked tcp 21 from 0.0.0.0/0', 'reachable tcp 22 from 0.0.0.0/0'],
  },
  {
    name: 'a list that lets its rest go on asks the stages behind it, and an allow does not',
    estate: estate(
      [
        list(
          'admin',
          [rule('allow', tcp(80), ['0.0.0.0/0']), rule('deny', tcp(22)), rule('next', tcp(21))],
          [],
          'next',
        ),
        list('nsg', [rule('allow', tcp([21, 23]), ['0.0.0.0/0'])]),
      ],
      [own(ordered('admin', ordered('nsg').stage))],
    ),
    expected: ['blocked tcp 22 from 0.0.0.0/0', 'reachable tcp 21, 23, 80 from 0.0.0.0/0'],
  },
  {
    name: 'a stateless list needs the reply: no client port allowed is blocked',
    estate: estate(
      [
        group('sg', rule('allow', tcp(22), ['0.0.0.0/0'])),
        list('acl', [rule('allow', anything)], [rule('allow', tcp([0, 1023]))]),
      ],
      [own(acl('acl'), groups('sg'))],
    ),
    expected: ['blocked tcp 22 from 0.0.0.0/0'],
  },
  {
    name: 'a stateless list with some client ports is reachable from them',
    estate: estate(
      [
        group('sg', rule('allow', tcp(22), ['0.0.0.0/0'])),
        list('acl', [rule('allow', anything)], [rule('allow', tcp([2000, 3000]), ['0.0.0.0/0'])]),
      ],
      [own(acl('acl'), groups('sg'))],
    ),
    expected: ['reachable tcp 22 from 0.0.0.0/0'],
  },
  {
    name: 'an allow limited to a source port is reachable, a deny so limited stops nobody',
    estate: estate(
      [
        list('nsg', [
          rule('deny', tcp(22), [], { sourcePorts: ports(53) }),
          rule('allow', tcp(22), ['0.0.0.0/0'], { sourcePorts: ports([50, 60]) }),
        ]),
      ],
      [own(ordered('nsg'))],
    ),
    expected: ['reachable tcp 22 from 0.0.0.0/0'],
  },
  {
    name: 'two lists without a common source port block',
    estate: estate(
      [
        list('a', [rule('allow', tcp(22), ['0.0.0.0/0'], { sourcePorts: ports(53) })]),
        list('b', [rule('allow', tcp(22), ['0.0.0.0/0'], { sourcePorts: ports(54) })]),
      ],
      [own(ordered('a'), ordered('b'))],
    ),
    expected: ['blocked tcp 22 from 0.0.0.0/0'],
  },
  {
    name: 'a rule for another destination does not apply',
    estate: estate(
      [
        list('nsg', [
          rule('allow', tcp(21), ['0.0.0.0/0'], {
            destination: { kind: 'addresses', set: addresses('10.0.0.6') },
          }),
          rule('allow', tcp(22), ['0.0.0.0/0'], {
            destination: { kind: 'addresses', set: addresses('10.0.0.0/24') },
          }),
        ]),
      ],
      [own(ordered('nsg'))],
    ),
    expected: ['reachable tcp 22 from 0.0.0.0/0'],
  },
  {
    name: 'an unresolved peer of an allow is unknown beside what is certain',
    estate: estate(
      [
        group(
          'sg',
          rule('allow', tcp(22), [], { peer: { kind: 'named', name: 'pl-1' } }),
          rule('allow', tcp(21), ['0.0.0.0/0']),
        ),
      ],
      [own(groups('sg'))],
    ),
    expected: ['reachable tcp 21 from 0.0.0.0/0', 'unknown tcp 22 from 0.0.0.0/0'],
  },
  {
    name: 'an unresolved peer of a deny leaves nothing certain',
    estate: estate(
      [
        list('nsg', [
          rule('deny', tcp(22), [], { peer: { kind: 'named', name: 'tag' } }),
          rule('allow', tcp(22), ['0.0.0.0/0']),
        ]),
      ],
      [own(ordered('nsg'))],
    ),
    expected: ['unknown tcp 22 from 0.0.0.0/0'],
  },
  {
    name: 'a referenced group is never the internet by itself',
    estate: estate(
      [
        group(
          'sg',
          rule('allow', tcp(22), [], { peer: { kind: 'group', id: resourceId('aws', 'sg-x') } }),
        ),
      ],
      [own(groups('sg'))],
      {
        groups: new Map([
          [resourceId('aws', 'sg-x'), { certain: addresses('8.8.8.0/24'), possible: all }],
        ]),
      },
    ),
    expected: [],
  },
  {
    name: 'what only may match is possible',
    estate: estate(
      [
        group(
          'sg',
          rule('allow', tcp(22), ['0.0.0.0/0'], { perhaps: transportPorts({ udp: ports(22) }) }),
        ),
      ],
      [own(groups('sg'))],
    ),
    expected: ['reachable tcp 22 from 0.0.0.0/0', 'unknown udp 22 from 0.0.0.0/0'],
  },
])('$name', ({ estate: given, expected }) => {
  expect(lines(solve(given))).toEqual(expected)
})

const front = { kind: 'load-balancer', id: 'lb', source: rule('allow', tcp(1)).source }
const frontGroup = resourceId('aws', 'sg-lb')
const behind = (
  sender: 'front' | 'client',
  target: Parameters<typeof group>[1],
  lbRule = rule('allow', tcp(80), ['0.0.0.0/0']),
) =>
  estate(
    [group('sg-lb', lbRule), group('sg', target as never)],
    [
      path(
        ['8.2.2.2'],
        [
          leg([everywhere, groups('sg-lb')]),
          leg([groups('sg')], {
            sender:
              sender === 'client'
                ? { kind: 'client', groups: [frontGroup] }
                : {
                    kind: 'front',
                    addresses: { certain: addresses('10.0.9.1'), possible: addresses('10.0.9.1') },
                    groups: [frontGroup],
                    gaps: [],
                  },
          }),
        ],
        {
          entry: { addresses: [{ family: 4, value: 0x08020202 }], names: [], front },
          mappings: [[mapping(80, 8080)]],
        },
      ),
    ],
  )

test.each<{ name: string; estate: Parameters<typeof solve>[0]; expected: readonly string[] }>([
  {
    name: 'a front that replaces the source carries the client through when its own address is admitted',
    estate: behind('front', rule('allow', tcp(8080), ['10.0.9.0/24'])),
    expected: ['reachable tcp 80→8080 from 0.0.0.0/0'],
  },
  {
    name: 'or when its group is named',
    estate: behind(
      'front',
      rule('allow', tcp(8080), [], { peer: { kind: 'group', id: frontGroup } }),
    ),
    expected: ['reachable tcp 80→8080 from 0.0.0.0/0'],
  },
  {
    name: 'the target need not admit the client, and the port behind must be open',
    estate: behind('front', rule('allow', tcp(80), ['0.0.0.0/0'])),
    expected: ['blocked tcp 80→8080 from 0.0.0.0/0'],
  },
  {
    name: 'a front that keeps the source needs the client admitted twice',
    estate: behind('client', rule('allow', tcp(8080), ['8.0.0.0/8'])),
    expected: ['reachable tcp 80→8080 from 8.0.0.0/8'],
  },
  {
    name: 'a rule that names the group of a front that keeps the source admits its clients',
    estate: behind(
      'client',
      rule('allow', tcp(8080), [], { peer: { kind: 'group', id: frontGroup } }),
    ),
    expected: ['reachable tcp 80→8080 from 0.0.0.0/0'],
  },
  {
    name: 'ports without a listener are nothing',
    estate: behind(
      'front',
      rule('allow', tcp(8080), ['10.0.9.0/24']),
      rule('allow', tcp(443), ['0.0.0.0/0']),
    ),
    expected: [],
  },
])('$name', ({ estate: given, expected }) => {
  expect(lines(solve(given))).toEqual(expected)
})

test('the witness, its way and every admitting rule are named', () => {
  const wide = rule('allow', tcp([20, 25]), ['0.0.0.0/0'])
  const partner = rule('allow', tcp([20, 25]), ['9.9.9.0/24'])
  const privateOnly = rule('allow', tcp([20, 25]), ['10.0.0.0/8'])
  const [exposure] = solve(estate([group('sg', privateOnly, wide, partner)], [own(groups('sg'))]))
  expect(exposure?.witness).toMatchObject({
    source: { family: 4, value: 0x08080808 },
    sourcePort: 40_000,
    destination: { family: 4, value: 0x08010101 },
    port: 20,
  })
  expect(exposure?.path.map(({ stage, rule: by }) => [stage, by])).toEqual([
    ['route', null],
    ['security-group', wide.id],
  ])
  expect(exposure?.rules.map(({ rule: by }) => by)).toEqual([wide.id, partner.id])
})

test('a certain witness goes a certain way: its source port is that of the rule that is sure', () => {
  const maybe = rule('allow', tcp(22), [], { peer: { kind: 'named', name: 'tag' } })
  const sure = rule('allow', tcp(22), ['0.0.0.0/0'], { sourcePorts: ports(53) })
  const exposures = solve(estate([list('nsg', [maybe, sure])], [own(ordered('nsg'))]))
  const certain = exposures.find(({ verdict }) => verdict === 'reachable')
  expect(certain?.witness.sourcePort).toBe(53)
  expect(certain?.path.at(-1)?.rule).toBe(sure.id)
})

test('a blocked piece names the rule that stops it', () => {
  const deny = rule('deny', tcp(22))
  const [exposure] = solve(
    estate(
      [
        group('sg', rule('allow', tcp(22), ['0.0.0.0/0'])),
        list('acl', [deny, rule('allow', anything)], [rule('allow', anything)]),
      ],
      [own(acl('acl'), groups('sg'))],
    ),
  )
  expect(exposure).toMatchObject({
    verdict: 'blocked',
    reason: `blocked by network-acl acl rule ${deny.id}`,
  })
})

test('an unknown barrier keeps the sets and carries its gaps', () => {
  const missing = gap('route-tables-absent', 'route tables were not exported', null)
  const [exposure] = solve(
    estate(
      [group('sg', rule('allow', tcp(21), ['0.0.0.0/0']))],
      [
        path(['8.1.1.1'], [leg([groups('sg')])], {
          barrier: { verdict: 'unknown', reason: 'no routes', gaps: [missing] },
        }),
      ],
    ),
  )
  expect(exposure).toMatchObject({ verdict: 'unknown', certainty: 'possible', gaps: [missing] })
  expect(toCidrs(exposure?.sources ?? empty)).toEqual(['0.0.0.0/0'])
})

test('addresses of one target with equal reach share one exposure', () => {
  const sg = group('sg', rule('allow', tcp(21), ['0.0.0.0/0']))
  const exposures = solve(
    estate(
      [sg],
      [
        own(groups('sg')),
        {
          ...own(groups('sg')),
          entry: { addresses: [{ family: 4, value: 0x08010102 }], names: [], front: null },
        },
      ],
    ),
  )
  expect(exposures).toHaveLength(1)
  expect(exposures[0]?.entry.addresses).toHaveLength(2)
})
