/** Google VPC Flow Logs: one log entry a line (exports to Cloud Storage), or a list of them (`gcloud logging read`). */
import { flowSpan } from './flow-span.ts'
import { fieldsOf, parseJson } from './flow-values.ts'
import { namesFlows, readEntry } from './google-entry.ts'
import {
  bad,
  type DocumentFormat,
  type LineAbout,
  type LineFormat,
  type LineOutcome,
  type LogContext,
  placeAt,
} from './log.ts'

export const googleVpcFlow: LineFormat = {
  kind: 'lines',
  id: 'google-vpc-flow',
  title: 'Google VPC flow log',
  recognise(_head, lines) {
    const first = lines.find((line) => line.trim() !== '') ?? ''
    return namesFlows(first) && parseJson(first) !== null ? 0.95 : null
  },
  start(context) {
    const entries = entryReader(context)
    return {
      line(text, number, about) {
        return text.trim() === '' ? 'skip' : entries.read(parseJson(text), number, about)
      },
      end: entries.end,
    }
  },
}

export const googleVpcFlowList: DocumentFormat = {
  kind: 'document',
  id: 'google-vpc-flow-list',
  title: 'Google VPC flow log as a list',
  records: null,
  recognise: (head) => (/^\s*\[/.test(head) && namesFlows(head) ? 0.95 : null),
  start(context) {
    const entries = entryReader(context)
    return {
      record: (value, number, about) => entries.read(value, number, about),
      end: entries.end,
    }
  },
}

function entryReader(context: LogContext) {
  const span = flowSpan()
  return {
    read(value: unknown, number: number, about: LineAbout): LineOutcome {
      const fields = fieldsOf(value)
      const flow = fields === null ? 'broken-json' : readEntry(fields)
      if (flow === null) return 'skip'
      if (typeof flow === 'string') {
        span.spoil()
        return bad(flow)
      }
      span.add(flow.start, flow.end)
      return [{ kind: 'flow', flow, at: [placeAt(context, number, about)] }]
    },
    // Sampling leaves flows out: nothing may be said of what is not in the log.
    end: () => span.coverage(null, false, [{ document: context.document }]),
  }
}
