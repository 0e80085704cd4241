import { expect, test } from 'vitest'
import { formatPorts, ports } from '../model/port-set.ts'
import { defaultThresholds } from '../model/public-space.ts'
import { resourceId } from '../model/resource.ts'
import { transportPorts } from '../model/traffic-set.ts'
import { solvedEstate } from './facts.ts'
import { solve } from './solve.ts'
import { estate, group, groups, leg, path, route, rule, tcp } from './testing/estate.ts'

const given = estate(
  [
    group('a', rule('allow', tcp(21), ['0.0.0.0/0'])),
    group('b', rule('allow', tcp(22), ['8.0.0.0/8'])),
  ],
  [path(['8.1.1.1'], [leg([route('0.0.0.0/0'), groups('a', 'b')])])],
)
const facts = solvedEstate(given, solve(given), defaultThresholds)
const through = (id: string, what?: Parameters<typeof facts.exposuresThrough>[1]) =>
  facts.exposuresThrough(resourceId('aws', id), what).map((one) => formatPorts(one.ports))

test('of several groups on one interface each answers for what its own rules admit', () => {
  expect(through('a')).toEqual(['21'])
  expect(through('b')).toEqual(['22'])
})

test('only the exposures on the ports in question', () => {
  expect(through('a', transportPorts({ tcp: ports(21) }))).toEqual(['21'])
  expect(through('a', transportPorts({ tcp: ports(22) }))).toEqual([])
})
