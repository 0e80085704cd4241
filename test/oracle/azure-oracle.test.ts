import fc from 'fast-check'
import { expect, test } from 'vitest'
import { azureReader } from '../../src/cloud/azure/index.ts'
import { azureEstate } from './azure-estate.ts'
import { azureOracle } from './azure-simulator.ts'
import { disagreement, type Grid } from './comparison.ts'
import { oracleRuns, oracleSeed } from './parameters.ts'
import { solveDocuments } from './product.ts'

/** ICMPv6 and other protocols are left out: what Azure's rules say of them is not documented. */
const grid: Grid = {
  sources: [
    '1.1.1.1',
    '8.8.8.8',
    '8.8.8.9',
    '8.9.0.1',
    '130.0.0.1',
    '2600:8::1',
    '2600::1',
    '2a00::1',
  ],
  ports: [
    ['tcp', [0, 19, 20, 21, 22, 25, 80, 443, 1024, 8080]],
    ['udp', [21, 80, 8080]],
    ['icmp', [8 * 256]],
  ],
}

test('on Azure the solver and a walk from gate to gate admit the same packets', {
  timeout: 300_000,
}, () => {
  fc.assert(
    fc.property(azureEstate, (documents) => {
      const exposures = solveDocuments(azureReader(), documents)
      const oracle = azureOracle(documents)
      expect(disagreement({ documents, oracle, exposures, grid })).toBeNull()
    }),
    { numRuns: oracleRuns, seed: oracleSeed },
  )
})
