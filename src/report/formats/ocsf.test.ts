import { expect, test } from 'vitest'
import { emptyAudit, options, richAudit } from '../testing/fixture.ts'
import { ocsf } from './ocsf.ts'

type Event = Readonly<Record<string, unknown>>
const render = (...args: Parameters<typeof ocsf.render>): Event[] =>
  [...ocsf.render(...args)]
    .join('')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

const events = render(richAudit, options)

test('every outcome is an event, nothing else is', () => {
  expect(events).toHaveLength(richAudit.findings.length)
  expect(render(emptyAudit, options)).toEqual([])
})

test('the attributes that the class requires are there and agree', () => {
  for (const event of events) {
    expect(event).toMatchObject({
      activity_id: 1,
      category_uid: 2,
      class_uid: 2003,
      type_uid: 2003 * 100 + 1,
      time: Date.parse('2026-11-21T12:00:00Z'),
      severity_id: expect.toSatisfy((it: number) => it >= 1 && it <= 5),
      status_id: expect.toSatisfy((it: number) => it === 1 || it === 3),
      metadata: {
        version: expect.any(String),
        product: { name: 'Portreeve', vendor_name: expect.any(String), version: '0.1.0' },
      },
      finding_info: { uid: expect.stringMatching(/^[0-9a-f]{16}$/), title: expect.any(String) },
      compliance: {
        standards: expect.toSatisfy((it: unknown[]) => it.length > 0),
        requirements: expect.any(Array),
        status_id: expect.toSatisfy((it: number) => [1, 2, 3, 99].includes(it)),
      },
      resources: [{ uid: expect.any(String), type: expect.any(String) }],
      cloud: { provider: expect.stringMatching(/^(AWS|Azure|GCP)$/) },
      raw_data: expect.any(String),
    })
    expect(() => JSON.parse(String(event['raw_data']))).not.toThrow()
  }
})

const of = (check: string, status: string): Event | undefined =>
  events.find((it) => {
    const { control, status_code } = it['compliance'] as Record<string, unknown>
    return control === check && status_code === status
  })

test.each([
  { check: 'aws-virtual-machine-unrestricted-ftp', status: 'fail', severity_id: 5, compliance: 3 },
  {
    check: 'azure-network-security-group-unrestricted-rdp',
    status: 'unknown',
    severity_id: 4,
    compliance: 2,
  },
  { check: 'aws-security-group-unrestricted-ftp', status: 'pass', severity_id: 1, compliance: 1 },
  {
    check: 'aws-security-group-unattached',
    status: 'not-applicable',
    severity_id: 1,
    compliance: 99,
  },
])('$check $status', ({ check, status, severity_id, compliance }) => {
  expect(of(check, status)).toMatchObject({ severity_id, compliance: { status_id: compliance } })
})

test('an exemption suppresses and says why', () => {
  const suppressed = events.filter((it) => it['status_id'] === 3)
  expect(suppressed).toHaveLength(1)
  expect(suppressed[0]?.['status_detail']).toContain('partner upload')
})

test('standards are the frameworks of the requirements, evidence is a witness packet', () => {
  const event = of('aws-virtual-machine-unrestricted-ftp', 'fail')
  expect(event).toMatchObject({
    compliance: {
      standards: ['pci-dss-4.0.1', 'nist-800-53-r5'],
      requirements: ['pci-dss-4.0.1:1.2.5', 'nist-800-53-r5:SC-7(5)'],
    },
    remediation: { desc: expect.stringContaining('Replace') },
    evidences: expect.arrayContaining([
      expect.objectContaining({
        src_endpoint: { ip: '8.8.8.8', port: 40_000 },
        dst_endpoint: { ip: '203.0.113.5', port: 21 },
      }),
    ]),
  })
})
