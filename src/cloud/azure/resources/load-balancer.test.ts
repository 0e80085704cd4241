import { expect, test } from 'vitest'
import { formatPorts } from '../../../model/port-set.ts'
import type { JsonObject } from '../../decode.ts'
import { lb, readOne } from '../testing/documents.ts'
import { balancingRule } from '../testing/estates.ts'
import { loadBalancers } from './load-balancer.ts'

test.each<{ name: string; rule: JsonObject; expected: string | null; reasons?: readonly string[] }>(
  [
    { name: 'a port', rule: {}, expected: 'tcp 80; udp  → 8080' },
    { name: 'UDP', rule: { protocol: 'UDP' }, expected: 'tcp ; udp 80 → 8080' },
    { name: 'all protocols', rule: { protocol: 'All' }, expected: 'tcp 80; udp 80 → 8080' },
    {
      name: 'every port',
      rule: { protocol: 'All', frontendPort: 0, backendPort: 0 },
      expected: 'tcp all; udp all → same',
    },
    {
      name: 'a range',
      rule: {
        frontendPort: null,
        frontendPortRangeStart: 500,
        frontendPortRangeEnd: 509,
        backendPort: 22,
      },
      expected: 'tcp 500-509; udp  → 22',
    },
    {
      name: 'a range beside port 0',
      rule: {
        frontendPort: 0,
        frontendPortRangeStart: 500,
        frontendPortRangeEnd: 509,
        backendPort: 22,
      },
      expected: 'tcp 500-509; udp  → 22',
    },
    {
      name: 'ports as text',
      rule: { frontendPort: '80', backendPort: '8080' },
      expected: 'tcp 80; udp  → 8080',
    },
    { name: 'no port', rule: { frontendPort: null }, expected: null, reasons: ['bad-port-range'] },
    {
      name: 'a port out of range',
      rule: { backendPort: 70_000 },
      expected: null,
      reasons: ['bad-port-range'],
    },
    {
      name: 'another protocol',
      rule: { protocol: 'Sctp' },
      expected: null,
      reasons: ['unknown-protocol'],
    },
  ],
)('$name', ({ rule, expected, reasons = [] }) => {
  const read = readOne(loadBalancers, lb('lb', { loadBalancingRules: [balancingRule(rule)] }))
  const [first] = read.item?.rules ?? []
  const shown =
    first && `tcp ${formatPorts(first.what.tcp)}; udp ${formatPorts(first.what.udp)} → ${first.to}`
  expect(shown ?? null).toBe(expected)
  expect(read.reasons).toEqual(reasons)
})

test.each([
  { sku: { name: 'Standard' }, expected: 'standard' },
  { sku: { name: 'basic' }, expected: 'basic' },
  { sku: { name: 'Gateway' }, expected: 'gateway' },
  { sku: null, expected: 'unknown' },
])('kind $expected', ({ sku, expected }) => {
  expect(readOne(loadBalancers, lb('lb', { sku })).item?.sku).toBe(expected)
})
