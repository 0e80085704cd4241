/** Records of Azure's flow logs: the tuples of a record, whatever lists they are nested in. */

import { gap } from '../model/gap.ts'
import type { Observation } from '../model/observation.ts'
import { documentSource } from '../model/source.ts'
import type { TupleReader } from './azure-tuple.ts'
import { flowSpan } from './flow-span.ts'
import { bad, type LogContext, placeAt, type RecordReader } from './log.ts'

/** Tuples of one interface. */
export interface TupleList {
  readonly interfaceId: string
  readonly tuples: Iterable<unknown>
}

export function tupleRecords(
  context: LogContext,
  /** Null for a record of another kind. */
  listsOf: (record: unknown) => Iterable<TupleList> | null,
  readTuple: TupleReader,
): RecordReader {
  const span = flowSpan()
  let badTuples = 0
  return {
    record(value, number, about) {
      const lists = listsOf(value)
      if (lists === null) {
        span.spoil()
        return bad('not-a-flow-record')
      }
      const out: Observation[] = []
      const at = [placeAt(context, number, about)]
      for (const { interfaceId, tuples } of lists)
        for (const tuple of tuples) {
          const flow = typeof tuple === 'string' ? readTuple(tuple, interfaceId) : null
          if (flow === null) {
            badTuples++
            span.spoil()
            continue
          }
          span.add(flow.start, flow.end)
          out.push({ kind: 'flow', flow, at })
        }
      return out
    },
    end() {
      const { document } = context
      const coverage = span.coverage(1, true, [{ document }])
      if (badTuples === 0) return coverage
      const message = `${badTuples} flow tuples could not be read and were passed over`
      return [
        ...coverage,
        { kind: 'gap', gap: gap('bad-flow-tuples', message, documentSource(document)) },
      ]
    },
  }
}

/** `000D3AF87856` and `00-0D-3A-F8-78-56` are one interface. */
export const interfaceOf = (mac: string | null): string =>
  mac === null ? 'unknown' : mac.replace(/[:-]/g, '').toLowerCase()
