/**
 * AWS VPC flow logs as they come out of CloudWatch Logs: what `aws logs filter-log-events` and `get-log-events` print, a list of
 * such events, and the documents of subscription filters, one or many behind each other as Firehose puts them
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html). Each message is one line of the log.
 */
import type { Observation } from '../model/observation.ts'
import { awsVpcFlow } from './aws-vpc-flow.ts'
import { fieldsOf, member } from './flow-values.ts'
import { bad, type DocumentFormat, type LogContext, type RecordReader } from './log.ts'

export const cloudwatchEvents: DocumentFormat = {
  kind: 'document',
  id: 'cloudwatch-flow-events',
  title: 'AWS VPC flow log, events of CloudWatch Logs',
  records: 'events',
  recognise: (head) => (/^\s*\{/.test(head) && /"events"\s*:\s*\[/.test(head) ? sure(head) : null),
  start: (context) => messages(context),
}

export const cloudwatchEventList: DocumentFormat = {
  kind: 'document',
  id: 'cloudwatch-flow-list',
  title: 'AWS VPC flow log, a list of events of CloudWatch Logs',
  records: null,
  recognise: (head) =>
    /^\s*\[/.test(head) && /"timestamp"\s*:\s*\d/.test(head) ? sure(head) : null,
  start: (context) => messages(context),
}

export const cloudwatchSubscription: DocumentFormat = {
  kind: 'document',
  id: 'cloudwatch-flow-subscription',
  title: 'AWS VPC flow log, documents of a CloudWatch Logs subscription',
  records: 'logEvents',
  recognise: (head) =>
    /^\s*\{/.test(head) && /"messageType"\s*:\s*"(?:DATA|CONTROL)_MESSAGE"/.test(head)
      ? sure(head)
      : null,
  start: (context) => messages(context),
}

/** Logs of everything else come in the same form: the messages tell. */
function sure(head: string): number | null {
  const found = [...head.matchAll(/"message"\s*:\s*("(?:[^"\\]|\\.){0,4096}")/g)]
  const texts = found.slice(0, 64).map(([, text = '']) => textOf(text))
  const lines = texts.filter((text) => !isControl(text))
  return lines.length === 0 ? null : awsVpcFlow.recognise('', lines)
}

function textOf(json: string): string {
  try {
    return String(JSON.parse(json))
  } catch {
    return ''
  }
}

/** CloudWatch asks with such a message whether a destination can be reached. */
const isControl = (message: string): boolean => message.startsWith('CWL CONTROL MESSAGE')

function messages(context: LogContext): RecordReader {
  const reader = awsVpcFlow.start(context)
  return {
    record(value, number, about) {
      const message = member(fieldsOf(value), 'message')
      if (typeof message !== 'string') return bad('no-message')
      return isControl(message) ? 'skip' : reader.line(message.trimEnd(), number, about)
    },
    // Which events were asked for, and what a filter left out, is not told.
    end: () => reader.end().map(incomplete),
  }
}

const incomplete = (told: Observation): Observation =>
  told.kind === 'coverage' ? { ...told, complete: false } : told
