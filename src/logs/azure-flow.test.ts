/**
 * Records from https://learn.microsoft.com/azure/network-watcher/nsg-flow-logs-overview#sample-log-records and
 * https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview#sample-log-record, shortened: documented, not recorded.
 */
import { describe, expect, test } from 'vitest'
import { line, readBytes, readText } from './read.test.data.ts'

const resource =
  '/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000000/RESOURCEGROUPS/FABRIKAMRG/PROVIDERS/MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/FABRIAKMVM1-NSG'
const groupRecord = (version: 1 | 2, tuples: readonly string[], mac = '000D3AF87856') => ({
  time: '2018-11-13T12:00:35.3899262Z',
  systemId: 'a0fca5ce-022c-47b1-9735-89943b42f2fa',
  category: 'NetworkSecurityGroupFlowEvent',
  resourceId: resource,
  operationName: 'NetworkSecurityGroupFlowEvents',
  properties: {
    Version: version,
    flows: [{ rule: 'DefaultRule_DenyAllInBound', flows: [{ mac, flowTuples: tuples }] }],
  },
})
const networkRecord = (tuples: readonly string[]) => ({
  time: '2022-09-14T09:00:52.5625085Z',
  flowLogVersion: 4,
  flowLogGUID: '66aa66aa-bb77-cc88-dd99-00ee00ee00ee',
  macAddress: '112233445566',
  category: 'FlowLogFlowEvent',
  flowLogResourceID: resource,
  targetResourceID: resource,
  operationName: 'FlowLogFlowEvent',
  flowRecords: {
    flows: [
      {
        aclID: '00aa00aa-bb11-cc22-dd33-44ee44ee44ee',
        flowGroups: [{ rule: 'DefaultRule_AllowInternetOutBound', flowTuples: tuples }],
      },
    ],
  },
})
const document = (...records: readonly object[]) => JSON.stringify({ records })

describe('NSG flow logs', () => {
  test('version 2: states, decisions, counts of both directions', () => {
    const { format, flows, gaps, coverage } = readText(
      document(
        groupRecord(2, [
          '1542110377,94.102.49.190,10.5.16.4,28746,443,U,I,D,B,,,,',
          '1542110402,13.67.143.118,10.5.16.4,55072,21,T,I,A,B,,,,',
        ]),
        groupRecord(2, ['1542110424,10.5.16.4,13.67.143.117,59831,443,T,O,A,E,1,66,1,66']),
        groupRecord(2, [
          '1542110437,10.5.16.4,13.67.143.117,59932,443,T,O,A,C,1021,588096,8005,4610880',
        ]),
      ),
    )
    expect(format).toBe('azure-nsg-flow')
    expect(gaps).toEqual([])
    expect(flows.map(line)).toEqual([
      '000d3af87856 94.102.49.190:28746>10.5.16.4:443 udp nullp nullb reject by src',
      '000d3af87856 13.67.143.118:55072>10.5.16.4:21 tcp nullp nullb accept by src',
      '000d3af87856 10.5.16.4:59831>13.67.143.117:443 tcp 2p 132b accept by src',
      '000d3af87856 10.5.16.4:59932>13.67.143.117:443 tcp 9026p 5198976b accept by src',
    ])
    expect(flows[0]).toMatchObject({ start: 1_542_110_377_000, end: 1_542_110_377_000, sampled: 1 })
    expect(coverage).toMatchObject([
      { from: 1_542_110_377_000, to: 1_542_110_437_000, complete: true },
    ])
  })

  test('version 1 has no counts and does not say who began', () => {
    const { flows } = readText(
      document(groupRecord(1, ['1487282421,42.119.146.95,10.1.0.4,51529,5358,T,I,D'])),
    )
    expect(flows.map(line)).toEqual([
      '000d3af87856 42.119.146.95:51529>10.1.0.4:5358 tcp nullp nullb reject by unknown',
    ])
  })
})

test('each flow of an NSG flow log is of its own interface', () => {
  const tuple = '1542110402,13.67.143.118,10.5.16.4,55072,21,T,I,A,B,,,,'
  const record = groupRecord(2, [])
  const flows = ['000D3AF87856', '000D3AF8ABCD', undefined].map((mac) => ({
    ...(mac && { mac }),
    flowTuples: [tuple],
  }))
  const text = document({
    ...record,
    macAddress: '00-0D-3A-F8-00-01',
    properties: {
      Version: 2,
      flows: [
        { rule: 'DefaultRule', flows },
        { rule: 'Other', flows: [] },
      ],
    },
  })
  expect(readText(text).flows.map(({ observer }) => observer.id)).toEqual([
    '000d3af87856',
    '000d3af8abcd',
    '000d3af80001',
  ])
})

test('an hour that is still being written: whole blocks are read, and a gap says that more comes', () => {
  const record = groupRecord(2, ['1542110402,13.67.143.118,10.5.16.4,55072,21,T,I,A,B,,,,'])
  const text = `{"records":[${JSON.stringify(record)},\r\n${JSON.stringify(record)}`
  const { flows, gaps, summary } = readText(text)
  expect(flows).toHaveLength(2)
  expect(gaps).toEqual(['truncated-document'])
  expect(summary.bad).toBe(0)
})

describe('virtual network flow logs', () => {
  test.each(['X', 'NX', 'NX_HW_NOT_SUPPORTED', 'NX_SW_NOT_READY', 'NX_NOT_ACCEPTED', ''])(
    'encryption of the virtual network (%j) changes nothing',
    (encryption) => {
      const text = `1663146003606,10.0.0.6,192.0.2.180,23956,443,6,O,E,${encryption},3,767,2,1580`
      const { flows, gaps } = readText(document(networkRecord([text])))
      expect([flows.length, gaps]).toEqual([1, []])
    },
  )

  test('states, IANA numbers and encryption', () => {
    const { format, flows, gaps } = readText(
      document(
        networkRecord([
          '1663146003599,10.0.0.6,192.0.2.180,23956,443,6,O,B,NX,0,0,0,0',
          '1663146003606,10.0.0.6,192.0.2.180,23956,443,6,O,E,NX,3,767,2,1580',
          '1663145998065,101.33.218.153,10.0.0.6,55188,22,6,I,D,NX,0,0,0,0',
          '1663146003607,2001:db8::6,2001:db8::7,1024,53,17,O,C,X_UDR_NOT_SUPPORTED,1,80,1,120',
        ]),
      ),
    )
    expect(format).toBe('azure-vnet-flow')
    expect(gaps).toEqual([])
    expect(flows.map(line)).toEqual([
      '112233445566 10.0.0.6:23956>192.0.2.180:443 tcp nullp nullb accept by src',
      '112233445566 10.0.0.6:23956>192.0.2.180:443 tcp 5p 2347b accept by src',
      '112233445566 101.33.218.153:55188>10.0.0.6:22 tcp nullp nullb reject by src',
      '112233445566 [2001:db8::6]:1024>[2001:db8::7]:53 udp 2p 200b accept by src',
    ])
    expect(flows[0]?.start).toBe(1_663_146_003_599)
  })
})

test.each([
  {
    name: 'pretty-printed',
    text: JSON.stringify({ records: [networkRecord([tuple()])] }, null, 2),
  },
  { name: 'two documents behind each other', text: document(networkRecord([tuple()])).repeat(2) },
])('$name, in pieces of one byte', ({ text }) => {
  const { flows, observations } = readBytes(new TextEncoder().encode(text), {}, {}, [1])
  expect(flows.length).toBe(text.match(/flowTuples/g)?.length)
  const [first] = observations
  if (first?.kind !== 'flow') throw new Error('a flow is wanted')
  const [place] = first.at
  expect(text.slice(place?.offset, (place?.offset ?? 0) + 1)).toBe('{')
  expect(text.slice(0, place?.offset).split('\n').length).toBe(text.includes('\n') ? 3 : 1)
})

function tuple(): string {
  return '1663146003606,10.0.0.6,192.0.2.180,23956,443,6,O,E,NX,3,767,2,1580'
}

describe('what is broken is told', () => {
  test.each([
    { tuple: 'x' },
    { tuple: tuple().replace(',6,', ',999,') },
    { tuple: tuple().replace('10.0.0.6', '10.0.0.600') },
    { tuple: tuple().replace('23956', '70000') },
    { tuple: tuple().replace(',E,', ',Z,') },
    { tuple: tuple().replace('1663146003606', '-1') },
  ])('a tuple such as $tuple', ({ tuple: broken }) => {
    const { flows, gaps, coverage } = readText(document(networkRecord([broken, tuple()])))
    expect(flows.length).toBe(1)
    expect(gaps).toEqual(['bad-flow-tuples'])
    expect(coverage).toMatchObject([{ complete: false }])
  })

  test('a record of another kind, a record that is no JSON, and a document that is cut', () => {
    const good = JSON.stringify(networkRecord([tuple()]))
    const text = `{"records":[${good},{"category":"other"},{"a":},${good},{"cut`
    const { flows, gaps, summary } = readText(text)
    expect(flows.length).toBe(2)
    expect(summary).toMatchObject({ lines: 4, understood: 2, bad: 2 })
    expect(summary.samples.map(({ reason }) => reason)).toEqual([
      'not-a-flow-record',
      'broken-json',
    ])
    expect(gaps).toEqual(['truncated-document', 'bad-log-records'])
  })
})
