/**
 * The whole answer as one JSON document, for programs. Written piece by piece: at half a million findings the parts that
 * repeat (checks, resources, address sets, places) are made once and joined as text.
 */
import type { Audit } from '../../model/audit.ts'
import type { Status } from '../../model/finding.ts'
import { inChunks } from '../chunks.ts'
import { jsonText } from '../escape.ts'
import type { Format, ReportOptions } from '../format.ts'
import { exposuresByKey, findingsByKey, gapsByKey, sortedCoverage } from '../order.ts'
import { printer } from '../printer.ts'

export const json: Format = {
  name: 'json',
  description: 'everything, as one JSON document for programs',
  render: (audit, options) => inChunks(document(audit, options)),
}

/** CIDRs stand beside the share up to this many; the complete list is in the table of address sets. */
const inlineCidrs = 32

function* document(audit: Audit, { version }: ReportOptions): Generator<string> {
  const print = printer(inlineCidrs)
  yield `{"portreeve":${jsonText(version)},"summary":${jsonText(summary(audit))},"coverage":`
  yield* list(sortedCoverage(audit), ({ provider, account, region, collection, state }) =>
    jsonText({ provider, account, region, collection, state }),
  )
  yield ',\n"exposures":'
  yield* list(exposuresByKey(audit), print.exposure)
  yield ',\n"findings":'
  yield* list(findingsByKey(audit), print.finding)
  yield ',\n"gaps":'
  yield* list(gapsByKey(audit), print.gap)
  yield ',\n"addressSets":{'
  let separator = '\n'
  for (const [key, cidrs] of print.addressSets()) {
    yield `${separator}"${key}":${jsonText(cidrs)}`
    separator = ',\n'
  }
  yield '}}\n'
}

function* list<T>(items: readonly T[], print: (item: T) => string): Generator<string> {
  yield '['
  for (let i = 0; i < items.length; i++) yield `${i === 0 ? '\n' : ',\n'}${print(items[i] as T)}`
  yield ']'
}

function summary({ estate, findings, interfaces }: Audit): unknown {
  const counts: Record<Status, number> = {
    fail: 0,
    pass: 0,
    manual: 0,
    unknown: 0,
    'not-applicable': 0,
  }
  for (const { status } of findings) counts[status]++
  return {
    accounts: estate.accounts.length,
    interfaces,
    filters: estate.filters.size,
    findings: counts,
  }
}
