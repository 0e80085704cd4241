import fc from 'fast-check'
import { awsEstate } from './aws-estate.ts'
import { awsOracle } from './aws-simulator.ts'

const estates = fc.sample(awsEstate, { numRuns: 500, seed: 1 })
const t = performance.now()
const count: Record<string, number> = {}
for (const documents of estates) {
  const o = awsOracle(documents)
  const kinds = new Set<string>()
  for (const { address, target } of o.entries)
    for (const source of [
      '1.1.1.1',
      '8.8.8.8',
      '8.8.8.9',
      '8.9.0.1',
      '130.0.0.1',
      '2600:8::1',
      '2600::1',
      '2a00::1',
    ])
      if (source.includes(':') === address.includes(':'))
        for (const port of [0, 19, 20, 21, 22, 25, 80, 443, 1024, 8080, 1, 2, 3, 4, 5])
          kinds.add(
            (address.includes('.200') ? 'LB' : '') +
              o.admits(
                { source, sourcePort: null, destination: address, transport: 'tcp', port },
                target,
              ),
          )
  if (o.entries.length === 0) kinds.add('noentries')
  for (const k of kinds) count[k] = (count[k] ?? 0) + 1
}
console.log(count, performance.now() - t)
