/** Entries from https://cloud.google.com/vpc/docs/about-flow-logs-records, filled in: documented, not recorded. */
import { describe, expect, test } from 'vitest'
import { line, readText } from './read.test.data.ts'

const instance = (name: string) => ({
  project_id: 'my-project',
  region: 'europe-west3',
  vm_name: name,
  zone: 'europe-west3-a',
})
const entry = (payload: object = {}) => ({
  insertId: '1abc',
  jsonPayload: {
    bytes_sent: '756',
    connection: {
      dest_ip: '10.156.0.2',
      dest_port: 21,
      protocol: 6,
      src_ip: '203.0.113.7',
      src_port: 49152,
    },
    dest_instance: instance('files'),
    end_time: '2026-11-21T09:00:05.123456789Z',
    packets_sent: '9',
    reporter: 'DEST',
    start_time: '2026-11-21T09:00:01.5Z',
    ...payload,
  },
  logName: 'projects/my-project/logs/compute.googleapis.com%2Fvpc_flows',
  receiveTimestamp: '2026-11-21T09:00:10.1Z',
  resource: {
    labels: { location: 'europe-west3-a', project_id: 'my-project', subnetwork_name: 'default' },
    type: 'gce_subnetwork',
  },
  timestamp: '2026-11-21T09:00:10.1Z',
})

describe.each([
  {
    form: 'lines',
    id: 'google-vpc-flow',
    write: (all: object[]) => all.map((one) => JSON.stringify(one)).join('\n'),
  },
  {
    form: 'a list',
    id: 'google-vpc-flow-list',
    write: (all: object[]) => JSON.stringify(all, null, 2),
  },
])('$form', ({ id, write }) => {
  test('ends, counts, times, reporter', () => {
    const { format, flows, gaps, coverage } = readText(
      write([
        entry(),
        entry({ reporter: 'SRC', src_instance: instance('web') }),
        entry({ dest_instance: undefined }),
      ]),
    )
    expect(format).toBe(id)
    expect(gaps).toEqual([])
    expect(flows.map(line)).toEqual([
      'my-project/europe-west3-a/files#DEST 203.0.113.7:49152>10.156.0.2:21 tcp 9p 756b accept by unknown',
      'my-project/europe-west3-a/web#SRC 203.0.113.7:49152>10.156.0.2:21 tcp 9p 756b unknown by unknown',
      'my-project/europe-west3-a/default#DEST 203.0.113.7:49152>10.156.0.2:21 tcp 9p 756b accept by unknown',
    ])
    expect(flows[0]).toMatchObject({
      start: Date.parse('2026-11-21T09:00:01.500Z'),
      end: Date.parse('2026-11-21T09:00:05.123Z'),
      sampled: null,
    })
    expect(coverage).toMatchObject([{ complete: false, sampled: null }])
  })

  test.each([
    {
      name: 'no address',
      payload: { connection: { src_ip: 'x', dest_ip: '10.0.0.1', protocol: 6 } },
      reason: 'no-addresses',
    },
    {
      name: 'no protocol',
      payload: { connection: { src_ip: '10.0.0.2', dest_ip: '10.0.0.1' } },
      reason: 'no-protocol',
    },
    { name: 'no time', payload: { start_time: 'yesterday' }, reason: 'no-time' },
  ])('$name', ({ payload, reason }) => {
    const { flows, summary } = readText(write([entry(), entry(payload)]))
    expect(flows.length).toBe(1)
    expect(summary.samples.map((sample) => sample.reason)).toEqual([reason])
  })

  test('entries of other logs are passed over, also those that name a connection', () => {
    const { connection } = entry().jsonPayload
    const firewall = {
      jsonPayload: { connection, disposition: 'ALLOWED', rule_details: { direction: 'INGRESS' } },
      logName: 'projects/my-project/logs/compute.googleapis.com%2Ffirewall',
    }
    const { flows, summary } = readText(write([entry(), { textPayload: 'hello' }, firewall]))
    expect(flows.length).toBe(1)
    expect(summary).toMatchObject({ lines: 3, skipped: 2, bad: 0 })
  })

  test('fields that come with other settings change nothing', () => {
    const more = {
      rtt_msec: '24',
      src_vpc: { project_id: 'p', vpc_name: 'v', subnetwork_name: 's' },
      src_location: { continent: 'America', country: 'usa', asn: 64_500 },
      src_gke_details: { cluster: { cluster_name: 'c' } },
      internet_routing_details: { egress_as_path: [{ as_details: [{ asn: 64_500 }] }] },
      network_service: { dscp: 0 },
    }
    const other = {
      ...entry(more),
      logName: 'projects/p/logs/networkmanagement.googleapis.com%2Fvpc_flows',
    }
    const [plain, rich] = readText(write([entry(), other])).flows
    expect(rich).toEqual(plain)
  })

  test.each(['SRC_GATEWAY', 'DEST_GATEWAY'])(
    'a gateway that reports (%s) says nothing of rules',
    (reporter) => {
      const { flows } = readText(write([entry({ reporter, dest_instance: undefined })]))
      expect(flows.map(({ observer, action }) => [observer.id, action])).toEqual([
        [`my-project/europe-west3-a/default#${reporter}`, 'unknown'],
      ])
    },
  )
})

test('ICMP has no ports', () => {
  const connection = { src_ip: '10.0.0.2', dest_ip: '10.0.0.1', protocol: 1 }
  expect(readText(JSON.stringify(entry({ connection }))).flows.map(line)).toEqual([
    'my-project/europe-west3-a/files#DEST 10.0.0.2:0>10.0.0.1:0 icmp 9p 756b accept by unknown',
  ])
})
