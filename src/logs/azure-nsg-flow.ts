/** Azure NSG flow logs, versions 1 and 2 (https://learn.microsoft.com/azure/network-watcher/nsg-flow-logs-overview). */
import { interfaceOf, type TupleList, tupleRecords } from './azure-record.ts'
import { readGroupTuple } from './azure-tuple.ts'
import { below, fieldsOf, listOf, member, textOf } from './flow-values.ts'
import type { DocumentFormat } from './log.ts'

export const azureNsgFlow: DocumentFormat = {
  kind: 'document',
  id: 'azure-nsg-flow',
  title: 'Azure NSG flow log',
  records: 'records',
  recognise: (head) =>
    /^\s*\{/.test(head) && /"category"\s*:\s*"NetworkSecurityGroupFlowEvent"/.test(head)
      ? 0.95
      : null,
  start: (context) => tupleRecords(context, listsOf, readGroupTuple),
}

function listsOf(record: unknown): Iterable<TupleList> | null {
  const fields = fieldsOf(record)
  const rules = member(below(fields, 'properties'), 'flows')
  if (!Array.isArray(rules)) return null
  return lists(rules, textOf(member(fields, 'macAddress')))
}

/** One record may be of several interfaces: each flow names its own. */
function* lists(rules: readonly unknown[], macOfRecord: string | null): Generator<TupleList> {
  for (const rule of rules)
    for (const flow of listOf(member(fieldsOf(rule), 'flows'))) {
      const mac = textOf(member(fieldsOf(flow), 'mac')) ?? macOfRecord
      yield {
        interfaceId: interfaceOf(mac),
        tuples: listOf(member(fieldsOf(flow), 'flowTuples')),
      }
    }
}
