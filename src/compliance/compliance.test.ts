import { describe, expect, test } from 'vitest'
import { definitions, findCheck } from '../checks/index.ts'
import { serviceCheckIds } from '../checks/service-check-ids.ts'
import { coverage, servedBy } from './coverage.ts'
import { subjects } from './framework.ts'
import { findFramework, frameworks } from './frameworks.ts'

test('framework ids are unique and end in a version', () => {
  const ids = frameworks.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(id).toMatch(/^[a-z0-9-]+-(r?\d+(\.\d+)*)$/)
})

test.each(frameworks)(
  '$id speaks of every subject, or says that it does not',
  ({ edges, outside }) => {
    for (const subject of subjects)
      expect(edges.some((edge) => edge.subject === subject)).toBe(!outside.includes(subject))
  },
)

test.each(frameworks)('$id has each line once in a subject and scope', ({ edges }) => {
  const keys = edges.map(({ line, subject, scope }) => `${line} ${subject} ${scope}`)
  expect(new Set(keys).size).toBe(keys.length)
})

test.each(definitions)('$id names exactly the requirements that the map has for it', (check) => {
  expect([...check.requirements].sort()).toEqual(
    servedBy(check)
      .map(({ id }) => id)
      .sort(),
  )
})

test.each(
  [
    'pci-dss-4.0.1',
    'hipaa-2013',
    'apra-cps-234-2019',
    'mas-trm-2021',
    'nist-800-53-r5',
    'nist-800-53-r4',
  ].flatMap((framework) =>
    [
      'aws-security-group-unrestricted-uncommon-ports',
      'azure-network-security-group-unrestricted-uncommon-ports',
      'aws-security-group-unrestricted-ftp',
      'azure-network-security-group-unrestricted-ftp',
      ...serviceCheckIds,
    ].map((check) => ({ framework, check })),
  ),
)('$check serves $framework', ({ framework, check }) => {
  expect(findCheck(check)?.requirements.some((id) => id.startsWith(`${framework}:`))).toBe(true)
})

describe('the map as it stands', () => {
  test.each([
    { id: 'pci-dss-4.0.1', line: '1.2.5', subject: 'ftp', strength: 'direct' },
    { id: 'pci-dss-4.0.1', line: '4.2.1', subject: 'ftp', strength: 'partial' },
    { id: 'nist-800-53-r5', line: 'SC-7(5)', subject: 'uncommon', strength: 'direct' },
    { id: 'nist-800-53-r5', line: 'AC-3(2)', subject: 'standing-access', strength: 'direct' },
    { id: 'cis-aws-3.0', line: '5.2', subject: 'management', strength: 'direct' },
    { id: 'cis-aws-5.0', line: '5.3', subject: 'management', strength: 'direct' },
    { id: 'cis-aws-7', line: '6.5', subject: 'uncommon', strength: 'partial' },
    { id: 'cis-azure-2.1', line: '6.2', subject: 'management', strength: 'direct' },
    { id: 'cis-azure-3.0', line: '8.1', subject: 'standing-access', strength: 'partial' },
    { id: 'cis-azure-4.0', line: '8.1', subject: 'management', strength: 'direct' },
    { id: 'mas-trm-2021', line: '7.5', subject: 'change-trail', strength: 'partial' },
    { id: 'aws-fsbp-1.0.0', line: 'EC2.13', subject: 'management', strength: 'direct' },
    { id: 'pci-dss-4.0.1', line: '2.2.5', subject: 'ftp-transport', strength: 'direct' },
    { id: 'pci-dss-4.0.1', line: '8.3', subject: 'ftp-access', strength: 'partial' },
    { id: 'hipaa-2013', line: '164.312(e)(1)', subject: 'ftp-transport', strength: 'direct' },
    { id: 'hipaa-2013', line: '164.312(d)', subject: 'ftp-access', strength: 'partial' },
    { id: 'cis-iis-10-1.2.1', line: '6.2', subject: 'ftp-access', strength: 'direct' },
  ])('$id $line on $subject is $strength', ({ id, line, subject, strength }) => {
    expect(findFramework(id)?.edges).toContainEqual(
      expect.objectContaining({ line, subject, strength }),
    )
  })
  test.each(frameworks.filter(({ id }) => id.startsWith('cis-a')))(
    '$id has nothing on FTP',
    ({ outside }) => {
      expect(outside).toContain('ftp')
    },
  )
})

test('strength is lowered for what the map does not name', () => {
  const strengthOf = (check: string, id: string) => {
    const definition = findCheck(check)
    return definition && servedBy(definition).find((served) => served.id === id)?.strength
  }
  expect(strengthOf('aws-security-group-unrestricted-ssh', 'pci-dss-4.0.1:1.3.1')).toBe('direct')
  expect(strengthOf('aws-security-group-unrestricted-vnc', 'pci-dss-4.0.1:1.3.1')).toBe('partial')
  expect(strengthOf('aws-security-group-unrestricted-mysql', 'pci-dss-4.0.1:1.3.1')).toBe('partial')
  expect(strengthOf('aws-security-group-unrestricted-all-ports', 'pci-dss-4.0.1:1.3.1')).toBe(
    'direct',
  )
})

test.each([
  { check: 'ftp-server-anonymous-login', id: 'disa-stig-windows-server-2019-3:V-205853' },
  { check: 'ftp-server-no-tls', id: 'disa-stig-almalinux-9-1:V-269403' },
  { check: 'ftp-server-clear-text-login', id: 'cis-iis-10-1.2.1:6.1' },
  { check: 'ftp-server-guessing', id: 'cis-iis-10-1.2.1:6.2' },
  { check: 'ftp-server-guessing', id: 'nist-800-53-r5:AC-7' },
])('$check serves $id, and nothing that looks at other things does', ({ check, id }) => {
  expect(findCheck(check)?.requirements).toContain(id)
  expect(findCheck('ftp-server-bounce')?.requirements).not.toContain(id)
})

test('benchmarks of one provider are for its checks only', () => {
  for (const { provider, requirements } of definitions) {
    const others = {
      aws: /^(cis-azure|cis-iis|disa)-/,
      azure: /^(cis-aws|aws|cis-iis|disa)-/,
      gcp: /^(cis-aws|aws|cis-azure|cis-iis|disa)-/,
      network: /^(cis-aws|aws|cis-azure)-/,
    }
    expect(requirements.filter((id) => others[provider].test(id))).toEqual([])
  }
})

test('an edge without a check says so by an empty list', () => {
  const acl = coverage.find(({ id }) => id === 'aws-fsbp-1.0.0:EC2.21')
  expect(acl?.checks).toEqual([])
  const ssh = coverage.find(({ id }) => id === 'aws-fsbp-1.0.0:EC2.13')
  expect(ssh?.checks.map(({ id }) => id)).toContain('aws-security-group-unrestricted-ssh')
})
