import { expect, test } from 'vitest'
import { allPorts, ports } from '../model/port-set.ts'
import { icmpTypes } from './icmp.ts'

test.each([
  { name: 'echo request', in: ports(8 * 256), out: [[8, 0]] },
  { name: 'every message', in: allPorts, out: [[-1, -1]] },
  { name: 'every code of a type', in: ports([3 * 256, 3 * 256 + 255]), out: [[3, -1]] },
  {
    name: 'two types',
    in: ports([0, 511]),
    out: [
      [0, -1],
      [1, -1],
    ],
  },
  {
    name: 'all but the first code',
    in: ports([257, 259]),
    out: [
      [1, 1],
      [1, 2],
      [1, 3],
    ],
  },
  { name: 'nothing', in: [], out: [] },
])('$name', ({ in: messages, out }) => {
  expect(icmpTypes(messages)).toEqual(out)
})
