import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { solve } from '../../exposure/solve.ts'
import { formatAddress } from '../../model/address.ts'
import { formatPorts } from '../../model/port-set.ts'
import { document, readAll } from './testing/documents.ts'

const corpus = new URL('../../../../shared/corpus/azure-two-vms/', import.meta.url)

test.skipIf(!existsSync(corpus))('two machines, one resource a file (needs ../shared)', () => {
  const files = readdirSync(corpus).filter((name) => name.endsWith('.json'))
  const estate = readAll(
    files.map((name) => document(name, JSON.parse(readFileSync(new URL(name, corpus), 'utf8')))),
  )
  const told = solve(estate).map((one) =>
    [
      one.machine?.name,
      one.entry.addresses.map(formatAddress).join() || '-',
      one.transport,
      formatPorts(one.ports),
      one.verdict,
    ].join(' '),
  )
  expect(told).toContain('VM1 40.91.194.198 tcp 22, 8080 reachable')
  expect(told).toContain('VM1 40.91.194.198 udp all reachable')
  // Only VM1's own network may reach VM2, which has no public address.
  expect(
    told.filter(
      (one) => one.startsWith('VM2') && one.endsWith('reachable') && !one.includes(' - '),
    ),
  ).toEqual([])
  expect(estate.gaps.map(({ reason }) => reason)).toEqual(['security-admin-rules-absent'])
})
