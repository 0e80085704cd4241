// all disagreements by rule over N estates, then shrink first of the chosen rule
import fc from 'fast-check'
import { disagreement } from './comparison.ts'
import { solveDocuments } from './product.ts'

const which = process.argv[2] ?? 'aws'
const n = Number(process.argv[3] ?? 300)
const only = process.argv[4]
const { awsEstate } = await import('./aws-estate.ts')
const { awsOracle } = await import('./aws-simulator.ts')
const { azureEstate } = await import('./azure-estate.ts')
const { azureOracle } = await import('./azure-simulator.ts')
const reader =
  which === 'aws'
    ? (await import('../../src/cloud/aws/index.ts')).awsReader
    : (await import('../../src/cloud/azure/index.ts')).azureReader
const skip = process.env['SKIP']
const estate = (which === 'aws' ? awsEstate : azureEstate).filter(
  (d) => !skip || !d.some((x) => x.document.includes(skip)),
)
const oracle = which === 'aws' ? awsOracle : azureOracle
const grid = (await import(which === 'aws' ? './aws-grid.scratch.ts' : './azure-grid.scratch.ts'))
  .grid
const short = (v: unknown) =>
  JSON.stringify(v)
    .replaceAll(/\/subscriptions\/[^"]*?\/providers\/Microsoft\.\w+\/(\w+)\//g, '~$1/')
    .replaceAll(
      /,?"(type|location|resourceGroup|provisioningState|OwnerId|name|privateIPAllocationMethod|State|RouteTableAssociationId|NetworkAclAssociationId|AvailabilityZone|Description|IpPermissionsEgress|VpcPeeringConnectionId)":("[^"]*"|\[[^\]]*\]\}?\]?)/g,
      '',
    )
    .replaceAll(/,?"\w+":(\[\]|null)/g, '')
    .replaceAll('"', '')
const judge = (documents: any) => {
  try {
    return disagreement({
      documents,
      oracle: oracle(documents),
      exposures: solveDocuments(reader(), documents),
      grid,
    })
  } catch (e: any) {
    return { rule: 'throws', detail: e.stack }
  }
}
const kind = (d: any) =>
  d && d.rule + (d.detail?.expected ? ` expected ${d.detail.expected} got ${d.detail.got}` : '')
const seed = Number(process.env['ORACLE_SEED'] ?? 1)
const tally: Record<string, number> = {}
const t = performance.now()
for (const d of fc.sample(estate, { numRuns: n, seed })) {
  const k = String(kind(judge(d)))
  tally[k] = (tally[k] ?? 0) + 1
}
console.log(tally, Math.round(performance.now() - t), 'ms')
const rest = Object.keys(tally).filter((k) => k !== 'null' && (!only || k.includes(only)))
if (rest.length && process.argv[5] !== 'no') {
  const wanted = rest[0]
  const result = fc.check(
    fc.property(estate, (d) => {
      const j = judge(d)
      return !(j && kind(j) === wanted)
    }),
    { numRuns: 100000, seed, interruptAfterTimeLimit: 60000 },
  )
  const docs = result.counterexample?.[0]
  if (docs) {
    for (const x of docs as any[])
      if (!/vm-list|asg-list|describe-vpcs|describe-subnets/.test(x.document))
        console.log(x.document, short(x.value))
    console.log(short(judge(docs)))
  }
}
