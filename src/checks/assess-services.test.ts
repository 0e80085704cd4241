import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { severities, statuses } from '../model/finding.ts'
import type { Answer, FtpCheckId, Service } from '../model/service.ts'
import { ftpCheckIds } from '../model/service.ts'
import { assessServices } from './assess-services.ts'
import { exempt } from './exemption.ts'
import { serviceChecks } from './index.ts'
import { address, ftp, look, seen, service, tls } from './sample-service.test.data.ts'

const assessed = (...services: readonly Service[]) =>
  assessServices(services, look, { checks: serviceChecks })

test('a server of which nothing is wrong passes every check', () => {
  const findings = assessed(service())
  expect(findings.map(({ check }) => check.id).sort()).toEqual(
    serviceChecks.map(({ id }) => id).sort(),
  )
  expect(findings.filter(({ status }) => status !== 'pass')).toEqual([])
})

test('what is no FTP server is judged by no check but that of port 21', () => {
  const ssh = { recognition: 'not-ftp', protocol: 'ssh', ftp: null, tls: null } as const
  expect(assessed(service({ ...ssh, port: 22 }))).toEqual([])
  expect(assessed(service({ ...ssh, port: 21 })).map(({ check }) => check.id)).toEqual([
    'port-21-not-ftp',
  ])
  expect(assessed(service({ ...ssh, recognition: 'undecided', port: 2121 }))).toEqual([])
})

test('of a server of which nothing is known nothing passes but its port', () => {
  const findings = assessed(service({ ftp: null, tls: null }))
  expect(new Set(findings.map(({ status }) => status))).toEqual(new Set(['pass', 'unknown']))
  expect(findings.filter(({ status }) => status === 'pass').map(({ check }) => check.id)).toEqual([
    'ftp-server-custom-port',
    'port-21-not-ftp',
  ])
})

const answers = fc.constantFrom<Answer>('yes', 'no', 'unknown')
const points = fc.record(
  Object.fromEntries(ftpCheckIds.map((id) => [id, answers])) as Record<
    FtpCheckId,
    fc.Arbitrary<Answer>
  >,
)

test('an unknown point never makes a check pass that failed or was unknown with an answer', () => {
  fc.assert(
    fc.property(points, fc.constantFrom(...ftpCheckIds), (said, id) => {
      const facts = tls({ offers: {}, weakCiphers: null })
      const statusesOf = (answer: Answer) =>
        new Map(
          assessed(service({ tls: facts, ftp: ftp({ ...said, [id]: answer }, { files: [] }) })).map(
            ({ check, status }) => [check.id, status],
          ),
        )
      const [yes, no, unknown] = [statusesOf('yes'), statusesOf('no'), statusesOf('unknown')]
      for (const [check, status] of unknown)
        if (status === 'pass') expect([yes.get(check), no.get(check)]).toContain('pass')
    }),
  )
})

test('findings are worst first, then by check and service, whatever the order of the services', () => {
  const many = [3, 1, 2].map((last) =>
    service({
      address: address(`203.0.113.${last}`),
      port: last === 2 ? 2121 : 21,
      ftp: ftp({ anonymous: last === 1 ? 'yes' : 'unknown', 'site-exec': 'yes' }),
    }),
  )
  const findings = assessed(...many)
  const rank = findings.map(({ status, severity, check, resource }) =>
    [statuses.indexOf(status), severities.indexOf(severity), check.id, resource.id].join(' '),
  )
  expect(rank).toEqual(rank.toSorted())
  expect(assessed(...many.toReversed()).map(({ key }) => key)).toEqual(
    findings.map(({ key }) => key),
  )
  expect(new Set(findings.map(({ key }) => key)).size).toBe(findings.length)
})

test('a service that was seen twice is judged by what was seen last', () => {
  const before = service({ seen: seen - 1, ftp: ftp({ anonymous: 'yes' }) })
  for (const services of [
    [before, service()],
    [service(), before],
  ])
    expect(assessed(...services).filter(({ status }) => status === 'fail')).toEqual([])
})

test('the same address in two networks is two services', () => {
  const elsewhere = assessServices(
    [service()],
    { ...look, network: 'site-a' },
    { checks: serviceChecks },
  )
  const keys = new Set(elsewhere.map(({ key }) => key))
  expect(assessed(service()).filter(({ key }) => keys.has(key))).toEqual([])
})

describe('what is accepted', () => {
  const findings = assessed(service({ port: 2121, ftp: ftp({ anonymous: 'yes' }) }))
  const accept = (resource: string, expires: string) =>
    exempt(
      findings,
      [
        {
          check: 'ftp-anon',
          resource,
          rule: null,
          traffic: null,
          owner: 'me',
          reason: 'public',
          expires,
        },
      ],
      null,
      '2026-11-21',
    )
  test('is marked, and stays a failure', () => {
    const marked = accept('internet/203.0.113.5:2121/tcp', '2026-11-21')
    expect(marked.notices).toEqual([])
    expect(
      marked.findings
        .filter(({ exemption }) => exemption)
        .map(({ check, status }) => [check.id, status]),
    ).toEqual([['ftp-server-anonymous-login', 'fail']])
  })
  test.each([
    {
      resource: 'internet/203.0.113.5:21/tcp',
      expires: '2026-11-21',
      notice: 'matches no finding',
    },
    { resource: 'internet/203.0.113.5:2121/tcp', expires: '2026-11-20', notice: 'expired' },
  ])('$notice', ({ resource, expires, notice }) => {
    const marked = accept(resource, expires)
    expect(marked.findings.some(({ exemption }) => exemption)).toBe(false)
    expect(marked.notices.join()).toContain(notice)
  })
})
