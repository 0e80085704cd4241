import { expect, test } from 'vitest'
import { findingOf } from '../checks/assess.ts'
import type { Check } from '../checks/check.ts'
import { checks } from '../checks/index.ts'
import { solvedEstate } from '../exposure/facts.ts'
import { solve } from '../exposure/solve.ts'
import {
  estate,
  group,
  groups,
  leg,
  list,
  ordered,
  path,
  resource,
  route,
  rule,
  tcp,
} from '../exposure/testing/estate.ts'
import { addresses, empty } from '../model/address-set.ts'
import type { Audit, Finding } from '../model/audit.ts'
import type { Estate, Filter } from '../model/estate.ts'
import { ports } from '../model/port-set.ts'
import { defaultThresholds } from '../model/public-space.ts'
import { resourceId } from '../model/resource.ts'
import { everyPort, transportPorts } from '../model/traffic-set.ts'
import { planFix } from './plan.ts'
import { prove } from './prove.ts'
import { proofLines } from './text.ts'

const partners = [
  '9.9.1.0/24',
  '9.9.2.0/24',
  '9.9.3.0/24',
  '9.9.4.0/24',
  '9.9.5.0/24',
  '9.9.6.0/24',
  '9.9.7.0/24',
  '9.9.8.0/24',
  '9.9.9.0/24',
]

const awsWith = (filter: Filter): Estate =>
  estate(
    [filter],
    [path(['8.1.1.1'], [leg([route('0.0.0.0/0', '::/0'), groups(filter.resource.id)])])],
    {
      attachments: new Map([
        [filter.resource.key, { kind: 'attached', targets: [resourceId('aws', 'eni-1')] }],
      ]),
    },
  )

const azureWith = (filter: Filter): Estate => {
  const nsg = {
    ...filter,
    resource: {
      ...filter.resource,
      provider: 'azure' as const,
      kind: 'network-security-group',
      name: 'edge-nsg',
      account: 'sub-1',
      id: '/subscriptions/sub-1/resourceGroups/rg-1/providers/Microsoft.Network/networkSecurityGroups/edge-nsg',
    },
  }
  return estate(
    [nsg],
    [path(['8.1.1.1'], [leg([route('0.0.0.0/0', '::/0'), ordered(filter.resource.id)])])],
    {
      attachments: new Map([
        [filter.resource.key, { kind: 'attached', targets: [resourceId('aws', 'eni-1')] }],
      ]),
    },
  )
}

function planned(given: Estate, checkId: string, allowed = empty) {
  const exposures = solve(given)
  const facts = solvedEstate(given, exposures, defaultThresholds)
  const check = checks.find(({ id }) => id === checkId) as Check
  const outcome = [...check.find(facts)].find(({ status }) => status === 'fail')
  if (!outcome) throw new Error(`${checkId} finds nothing`)
  const finding: Finding = findingOf(check, outcome)
  const audit: Audit = { estate: given, exposures, findings: [finding], interfaces: 1, notices: [] }
  const plan = planFix(finding, facts, allowed)
  return { plan, proof: prove(finding, check, plan, audit, facts) }
}

const commands = (result: ReturnType<typeof planned>): string =>
  result.plan.edits.flatMap((edit) => edit.commands).join('\n')

test('of a range from ten CIDRs only the open ports of the open CIDR go', () => {
  const result = planned(
    awsWith(
      group(
        'sg-1',
        ...partners.map((cidr) => rule('allow', tcp([20, 25]), [cidr])),
        rule('allow', tcp([20, 25]), ['0.0.0.0/0'], { id: 'sgr-open' }),
      ),
    ),
    'aws-security-group-unrestricted-ftp',
    addresses('9.9.9.9/32'),
  )
  expect(commands(result)).toContain('--security-group-rule-ids sgr-open')
  expect(commands(result)).toContain(
    '{"IpProtocol":"tcp","FromPort":22,"ToPort":25,"IpRanges":[{"CidrIp":"0.0.0.0/0"}]}',
  )
  expect(commands(result)).toContain(
    '{"IpProtocol":"tcp","FromPort":20,"ToPort":21,"IpRanges":[{"CidrIp":"9.9.9.9/32"}]}',
  )
  expect(commands(result).indexOf('authorize')).toBeLessThan(commands(result).indexOf('revoke'))
  expect(result.plan.edits[0]?.removed).toHaveLength(1)
  expect(result.proof).toMatchObject({ status: 'pass', besides: [] })
  expect(result.proof.intended).not.toHaveLength(0)
})

test('IPv4, IPv6 and halves are all closed', () => {
  const result = planned(
    awsWith(
      group(
        'sg-1',
        rule('allow', tcp(21), ['0.0.0.0/1']),
        rule('allow', tcp(21), ['128.0.0.0/1']),
        rule('allow', tcp(21), ['::/0']),
      ),
    ),
    'aws-security-group-unrestricted-ftp',
  )
  expect(result.plan.edits[0]?.removed).toHaveLength(3)
  expect(commands(result)).toContain('"Ipv6Ranges":[{"CidrIpv6":"::/0"}]')
  expect(commands(result)).toContain('ALLOWED_CIDR')
  expect(result.proof).toMatchObject({ status: 'pass', besides: [] })
})

test('a rule for all traffic is split, and what cannot be said is named', () => {
  const result = planned(
    awsWith(group('sg-1', rule('allow', everyPort, ['0.0.0.0/0']))),
    'aws-security-group-unrestricted-ftp',
  )
  expect(commands(result)).toContain('{"IpProtocol":"tcp","FromPort":0,"ToPort":19')
  expect(commands(result)).toContain('{"IpProtocol":"tcp","FromPort":22,"ToPort":65535')
  expect(commands(result)).toContain('{"IpProtocol":"icmp","FromPort":-1,"ToPort":-1')
  expect(result.plan.notes.join()).toMatch(/other than TCP, UDP and ICMP/)
  expect(result.proof.status).toBe('pass')
  expect(proofLines(result.proof)[0]).toContain('1 other thing changes')
})

test('a rule array of a network security group keeps its other ports and sources', () => {
  const what = tcp(21, 3389)
  const shared = { id: '/x/securityRules/legacy', name: 'legacy' }
  const result = planned(
    azureWith(list('nsg', [rule('allow', what, ['0.0.0.0/0'], shared), rule('deny', everyPort)])),
    'azure-network-security-group-unrestricted-ftp',
    addresses('9.9.9.0/24'),
  )
  expect(commands(result)).toContain('az network nsg rule create')
  expect(commands(result)).toMatch(
    /rule update[\s\S]*--name legacy[\s\S]*--destination-port-ranges 3389/,
  )
  expect(commands(result)).toMatch(
    /rule create[\s\S]*--source-address-prefixes 9.9.9.0\/24[\s\S]*--destination-port-ranges 21/,
  )
  expect(commands(result)).toContain('--resource-group rg-1')
  expect(result.proof).toMatchObject({ status: 'pass', besides: [] })
})

test('a rule for one port is narrowed in place, or deleted where nobody keeps access', () => {
  const open = azureWith(list('nsg', [rule('allow', tcp(21), [], { id: '/x/ftp', name: 'ftp' })]))
  expect(
    commands(
      planned(open, 'azure-network-security-group-unrestricted-ftp', addresses('9.9.9.0/24')),
    ),
  ).toMatch(/rule update[\s\S]*--source-address-prefixes 9.9.9.0\/24/)
  expect(commands(planned(open, 'azure-network-security-group-unrestricted-ftp'))).toMatch(
    /rule delete[\s\S]*--name ftp/,
  )
})

test('no free priority beside a rule that must be split is said, not overridden', () => {
  const shared = { id: '/x/a', name: 'a' }
  const crowded = list('nsg', [
    rule('allow', tcp(21, 22), ['0.0.0.0/0'], shared),
    rule('deny', everyPort),
  ])
  const inbound = crowded.inbound.map((one, i) => ({ ...one, order: 100 + i }))
  const result = planned(
    azureWith({ ...crowded, inbound }),
    'azure-network-security-group-unrestricted-ftp',
    addresses('9.9.9.0/24'),
  )
  expect(result.plan.edits).toEqual([])
  expect(result.plan.notes.join()).toMatch(/no free priority/)
})

test('the shell gets names as data', () => {
  const result = planned(
    azureWith(
      list('nsg', [rule('allow', tcp(21), [], { id: '/x/ftp', name: "a'; rm -rf $HOME" })]),
    ),
    'azure-network-security-group-unrestricted-ftp',
  )
  expect(commands(result)).toContain(`--name 'a'\\''; rm -rf $HOME'`)
})

test('what is open to nobody wide is left alone', () => {
  const result = planned(
    awsWith(
      group(
        'sg-1',
        rule('allow', transportPorts({ udp: ports(69) }), ['8.8.8.0/24']),
        rule('allow', tcp(21), ['0.0.0.0/0']),
      ),
    ),
    'aws-security-group-unrestricted-ftp',
  )
  expect(result.plan.edits[0]?.removed).toHaveLength(1)
  expect(resource('security-group', 'sg-1').id).toBe(result.plan.edits[0]?.filter.resource.id)
})
