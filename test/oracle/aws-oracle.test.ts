import fc from 'fast-check'
import { expect, test } from 'vitest'
import { awsReader } from '../../src/cloud/aws/index.ts'
import { awsEstate } from './aws-estate.ts'
import { awsOracle } from './aws-simulator.ts'
import { disagreement, type Grid } from './comparison.ts'
import { oracleRuns, oracleSeed } from './parameters.ts'
import { solveDocuments } from './product.ts'

/** An address on either side of every border that the estates' blocks draw, and every port that their ranges tell apart. */
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
    '2a05:d018::99',
  ],
  ports: [
    ['tcp', [0, 19, 20, 21, 22, 25, 80, 443, 1024, 8080]],
    ['udp', [21, 80, 8080]],
    ['icmp', [8 * 256, 3 * 256 + 4, 0]],
    ['icmpv6', [128 * 256, 256]],
    ['other', [47]],
  ],
}

test('on AWS the solver and a walk from gate to gate admit the same packets', {
  timeout: 300_000,
}, () => {
  fc.assert(
    fc.property(awsEstate, (documents) => {
      const exposures = solveDocuments(awsReader(), documents)
      const oracle = awsOracle(documents)
      expect(disagreement({ documents, oracle, exposures, grid })).toBeNull()
    }),
    { numRuns: oracleRuns, seed: oracleSeed },
  )
})
