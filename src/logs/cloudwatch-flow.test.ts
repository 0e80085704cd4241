/**
 * Forms of https://docs.aws.amazon.com/cli/latest/reference/logs/filter-log-events.html, …/get-log-events.html and
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html: documented, not recorded.
 */
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { parseFormat } from './aws-fields.ts'
import { bareContext, gathered, line, readBytes, readText } from './read.test.data.ts'
import { type LogEvent, readLog } from './read.ts'

const accepted =
  '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK'
const quiet = '2 123456789010 eni-1235b8ca123456789 - - - - - - - 1418530100 1418530130 - NODATA'
const skipped = quiet.replace('NODATA', 'SKIPDATA')
const flow =
  'eni-1235b8ca123456789 172.31.16.139:20641>172.31.16.21:22 tcp 20p 4249b accept by unknown'
const control = 'CWL CONTROL MESSAGE: Checking health of destination Firehose.'

/** As AWS wants it. */
const ofAws = (names: string) => names.replace(/\S+/g, (name) => `\${${name}}`)

const event = (message: string) => ({
  logStreamName: 'eni-1235b8ca123456789-all',
  timestamp: 1_418_530_010_000,
  message,
  ingestionTime: 1_418_530_075_000,
  eventId: '35689263648391837472973739781728019701390240798247944192',
})
const subscription = (...texts: readonly string[]) => ({
  messageType: texts[0]?.startsWith('CWL') ? 'CONTROL_MESSAGE' : 'DATA_MESSAGE',
  owner: '123456789010',
  logGroup: 'flows',
  logStream: 'eni-1235b8ca123456789-all',
  subscriptionFilters: ['Destination'],
  logEvents: texts.map((message, id) => ({ id: `${id}`, timestamp: 1_418_530_010_000, message })),
})

describe.each([
  {
    id: 'cloudwatch-flow-events',
    write: (texts: readonly string[]) => ({ events: texts.map(event), searchedLogStreams: [] }),
  },
  {
    id: 'cloudwatch-flow-events',
    write: (texts: readonly string[]) => ({
      nextForwardToken: 'f/1',
      events: texts.map(event),
      nextBackwardToken: 'b/1',
    }),
  },
  { id: 'cloudwatch-flow-list', write: (texts: readonly string[]) => texts.map(event) },
  {
    id: 'cloudwatch-flow-subscription',
    write: (texts: readonly string[]) => subscription(...texts),
  },
])('$id', ({ id, write }) => {
  const text = (...lines: readonly string[]) => JSON.stringify(write(lines), null, 2)
  test('each message is a line of the log', () => {
    const { format, flows, gaps, coverage, summary } = readText(text(accepted, quiet))
    expect(format).toBe(id)
    expect(flows.map(line)).toEqual([flow])
    expect(gaps).toEqual([])
    expect(coverage).toMatchObject([
      { from: 1_418_530_010_000, to: 1_418_530_130_000, complete: false, sampled: 1 },
    ])
    expect(summary).toMatchObject({ lines: 2, understood: 1, skipped: 1, bad: 0 })
  })
  test('what AWS left out is a gap', () => {
    expect(readText(text(accepted, skipped)).gaps).toEqual(['flow-records-skipped'])
  })
  test('a format of its own is read where its fields are given, and else named as a gap', () => {
    const custom = 'eni-1235b8ca123456789 203.0.113.9 10.0.0.5 40000 21 6 1418530010 1418530070 OK'
    const fields = parseFormat(
      ofAws('interface-id srcaddr dstaddr srcport dstport protocol start end log-status'),
    )
    const without = readText(text(custom, custom))
    expect([without.format, without.flows]).toEqual([id, []])
    expect(without.gaps).toEqual(['flow-fields-unknown', 'bad-log-records'])
    const { flows, gaps } = readText(text(custom, custom), { fields })
    expect(gaps).toEqual([])
    expect(flows.map(line)).toEqual(
      Array(2).fill(
        'eni-1235b8ca123456789 203.0.113.9:40000>10.0.0.5:21 tcp nullp nullb unknown by unknown',
      ),
    )
  })
  test('logs of anything else are not taken for flows', () => {
    expect(readText(text('START RequestId: 1', 'REPORT RequestId: 1')).format).toBeNull()
  })
  test('an event without a message is bad', () => {
    const broken = text(accepted, accepted).replace(
      /"message": "2 (?![\s\S]*"message")/,
      '"m": "2 ',
    )
    expect(readText(broken).summary).toMatchObject({ understood: 1, bad: 1 })
  })
})

test('documents of a subscription behind each other, with the check of its health', async () => {
  const documents = [subscription(control), subscription(accepted, quiet), subscription(accepted)]
  const texts = documents.map((one) => JSON.stringify(one))
  for (const between of ['', '\n'])
    for (const cut of [1, 1000]) {
      const all = readBytes(Buffer.from(texts.join(between)), {}, {}, [cut])
      expect(all.flows.map(line)).toEqual([flow, flow])
      expect(all.gaps).toEqual([])
    }
  // As Firehose delivers them: each document compressed by itself.
  async function* delivered(): AsyncGenerator<Uint8Array> {
    yield Buffer.concat(texts.map((text) => gzipSync(text)))
  }
  const events: LogEvent[] = []
  for await (const one of readLog(delivered(), bareContext)) events.push(one)
  expect(gathered(events).flows.map(line)).toEqual([flow, flow])
})

describe('lines that CloudWatch Logs exported', () => {
  const custom = '203.0.113.9 10.0.0.5 40000 21 6 1418530010 1418530070 ACCEPT'
  const names = 'srcaddr,dstaddr,srcport,dstport,protocol,start,end,action'
  test.each(['', '2014-12-14T04:06:50.000Z ', '2014-12-14T04:06:50+00:00 eni-1235b8-all '])(
    'in a format of its own, behind %j',
    (before) => {
      const { flows, gaps } = readText(`${before}${custom}\n`.repeat(2), {
        fields: parseFormat(names),
      })
      expect(gaps).toEqual([])
      expect(flows.map(line)).toEqual(
        Array(2).fill(' 203.0.113.9:40000>10.0.0.5:21 tcp nullp nullb accept by unknown'),
      )
    },
  )
  test('without its format they are a gap', () => {
    const { format, gaps } = readText(`2014-12-14T04:06:50.000Z ${custom}\n`)
    expect([format, gaps]).toEqual(['aws-vpc-flow', ['flow-fields-unknown', 'bad-log-lines']])
  })
})

test.each(['', 'version', ofAws('srcaddr').slice(0, -1), 'select * from flows', 'a b c srcaddr'])(
  '%j is no format',
  (text) => {
    expect(parseFormat(text)).toBeNull()
  },
)
