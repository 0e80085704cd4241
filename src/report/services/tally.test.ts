import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAddress } from '../../model/address.ts'
import { formatPorts } from '../../model/port-set.ts'
import type { Sighting } from '../../model/sighting.ts'
import { scanTally } from './tally.ts'
import { coverage, probe, service } from './testing/sample.ts'

const tallied = (...seen: readonly Sighting[]) => {
  const tally = scanTally()
  for (const one of seen) tally.take(one)
  return tally
}
const answers = (port: number): Sighting => ({
  kind: 'service',
  service: service('203.0.113.1', port, 'ssh'),
})

test('an open port counts once, told by a probe, by a service, or by both', () => {
  const tally = tallied(
    probe('203.0.113.1', 'open', 21),
    answers(21),
    answers(22),
    probe('203.0.113.1', 'open', [20, 23]),
  )
  expect(tally.ports().open).toBe(4)
  expect(
    tally.silent().map(({ address, silent }) => [formatAddress(address), formatPorts(silent)]),
  ).toEqual([['203.0.113.1', '20, 23']])
})

test.each([
  { name: 'all of it', seen: [coverage(), probe('203.0.113.1', 'filtered', 21)], whole: true },
  { name: 'no coverage', seen: [answers(21)], whole: false },
  { name: 'a run that broke off', seen: [coverage(false)], whole: false },
  { name: 'one of two runs that broke off', seen: [coverage(), coverage(false)], whole: false },
  { name: 'a ban', seen: [coverage(), probe('203.0.113.1', 'banned', 21)], whole: false },
  { name: 'not probed', seen: [coverage(), probe('203.0.113.1', 'not-probed', 21)], whole: false },
  { name: 'own trouble', seen: [coverage(), probe('203.0.113.1', 'error', 21)], whole: false },
])('$name: everything was looked at: $whole', ({ seen, whole }) => {
  expect(tallied(...seen).isWhole()).toBe(whole)
})

test('ports that nobody looked at are named by address, in whatever order they came', () => {
  const seen = [
    probe('203.0.113.2', 'not-probed', 21),
    probe('203.0.113.1', 'not-probed', 21),
    probe('203.0.113.2', 'not-probed', [22, 23]),
  ]
  fc.assert(
    fc.property(fc.shuffledSubarray(seen, { minLength: seen.length }), (order) => {
      const named = tallied(...order)
        .unseen('not-probed')
        .map(({ address, ports }) => `${formatAddress(address)} ${formatPorts(ports)}`)
      expect(named.sort()).toEqual(['203.0.113.1 21', '203.0.113.2 21-23'])
    }),
  )
  expect(tallied(...seen).ports()['not-probed']).toBe(4)
})
