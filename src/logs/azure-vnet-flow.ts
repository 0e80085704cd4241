/** Azure virtual network flow logs (https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview). */
import { interfaceOf, type TupleList, tupleRecords } from './azure-record.ts'
import { readNetworkTuple } from './azure-tuple.ts'
import { below, fieldsOf, listOf, member, textOf } from './flow-values.ts'
import type { DocumentFormat } from './log.ts'

export const azureVnetFlow: DocumentFormat = {
  kind: 'document',
  id: 'azure-vnet-flow',
  title: 'Azure virtual network flow log',
  records: 'records',
  recognise: (head) =>
    /^\s*\{/.test(head) && /"category"\s*:\s*"FlowLogFlowEvent"/.test(head) ? 0.95 : null,
  start: (context) => tupleRecords(context, listsOf, readNetworkTuple),
}

function listsOf(record: unknown): Iterable<TupleList> | null {
  const fields = fieldsOf(record)
  const flows = member(below(fields, 'flowRecords'), 'flows')
  if (!Array.isArray(flows)) return null
  const mac = textOf(member(fields, 'macAddress'))
  return [{ interfaceId: interfaceOf(mac), tuples: tuplesIn(flows) }]
}

function* tuplesIn(flows: readonly unknown[]): Generator<unknown> {
  for (const flow of flows)
    for (const group of listOf(member(fieldsOf(flow), 'flowGroups')))
      yield* listOf(member(fieldsOf(group), 'flowTuples'))
}
