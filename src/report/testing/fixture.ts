/** Audits for tests: one rich in everything a format has to cope with, and a way to make large ones. */

import { type Address, parseAddress } from '../../model/address.ts'
import { addresses, empty } from '../../model/address-set.ts'
import type { Audit, CheckInfo, Finding } from '../../model/audit.ts'
import type { Estate } from '../../model/estate.ts'
import type { Exposure } from '../../model/exposure.ts'
import { gap } from '../../model/gap.ts'
import { allPorts, ports } from '../../model/port-set.ts'
import { type Provider, type Resource, resourceId } from '../../model/resource.ts'
import { below, documentSource, lineSource } from '../../model/source.ts'
import { everyPort, transportPorts } from '../../model/traffic-set.ts'
import type { ReportOptions } from '../format.ts'

export const options: ReportOptions = {
  version: '0.1.0',
  time: new Date('2026-11-21T12:00:00Z'),
  colour: false,
  width: 100,
  showAll: false,
}

export const address = (text: string): Address => {
  const parsed = parseAddress(text)
  if (!parsed) throw new RangeError(`not an address: ${text}`)
  return parsed
}

export const resource = (
  provider: Provider,
  kind: string,
  id: string,
  name: string | null = null,
  account: string | null = '123456789012',
  region: string | null = 'eu-west-1',
): Resource => ({
  key: resourceId(provider, id.toLowerCase()),
  provider,
  kind,
  id,
  name,
  account,
  region,
})

export const checkInfo = (id: string, more: Partial<CheckInfo> = {}): CheckInfo => ({
  id,
  aliases: [],
  title: `The check ${id}`,
  provider: 'aws',
  severity: 'high',
  requirements: ['pci-dss-4.0.1:1.2.5', 'nist-800-53-r5:SC-7(5)'],
  remedy: 'restrict-ingress',
  ...more,
})

export const finding = (
  check: CheckInfo,
  about: Resource,
  status: Finding['status'],
  more: Partial<Finding> = {},
): Finding => ({
  key: `${check.id}|${about.key}`,
  check,
  severity: check.severity,
  exemption: null,
  resource: about,
  status,
  ...more,
})

const groups = documentSource('aws/eu-west-1/describe-security-groups.json')
const openRule = below(below(below(groups, 'SecurityGroups', 0), 'IpPermissions', 2), 'IpRanges', 3)
const sixRule = below(
  below(below(groups, 'SecurityGroups', 0), 'IpPermissions', 2),
  'Ipv6Ranges',
  0,
)
const route = below(below(documentSource('aws/eu-west-1/routes.ndjson', 4), 'Routes', 1), 'a/b~c')
const nsgDocument = below(
  below(documentSource('azure/nsg list <1>.json', 0), 0),
  'securityRules',
  1,
)
const broken = lineSource('aws/broken.json', 12, 3)

const web = resource('aws', 'instance', 'i-0aaa1111', 'web-1')
const webInterface = resource('aws', 'network-interface', 'eni-0aaa1111')
const evil = resource('aws', 'instance', 'i-0eee5555', '<script>alert(1)</script>')
const evilInterface = resource('aws', 'network-interface', 'eni-0eee5555', '\u001b[2J\u202Eevil')
const formula = resource('aws', 'security-group', 'sg-0fff6666', '=cmd()|"/c calc"!A1')
const openGroup = resource('aws', 'security-group', 'sg-0bbb2222', 'open-to-all')
const idleGroup = resource('aws', 'security-group', 'sg-0ccc3333', 'forgotten')
const balancer = resource(
  'aws',
  'load-balancer',
  'arn:aws:elb:eu-west-1:1:app/web/50dc6c495c0c9188',
  'web',
)
const armId =
  '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/Shop/providers/Microsoft.Network/networkSecurityGroups/frontend-nsg'
const nsg = resource(
  'azure',
  'network-security-group',
  armId,
  'frontend-nsg',
  '11111111-2222-3333-4444-555555555555',
  'westeurope',
)
const vm = resource(
  'azure',
  'virtual-machine',
  '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/Shop/providers/Microsoft.Compute/virtualMachines/店舗サーバー',
  '店舗サーバー',
  '11111111-2222-3333-4444-555555555555',
  'westeurope',
)

const routesAbsent = gap(
  'route-tables-absent',
  'no route tables of 999988887777 in eu-west-1: add the output of aws ec2 describe-route-tables',
  null,
  'aws|999988887777|eu-west-1',
)
const prefixList = gap(
  'unresolved-prefix-list',
  'pl-0123 has no entries here: add get-managed-prefix-list-entries-pl-0123.json',
  openRule,
)
const brokenGap = gap('malformed-json', 'ends in the middle of a value: "<b>\u0007bell', broken)
const aclAssumed = gap(
  'network-acls-absent',
  'no network ACLs: taken at their default, which admits all',
  null,
  'aws',
)

const anyone4 = addresses('0.0.0.0/0')
const anyone = addresses('0.0.0.0/0', '::/0')
const many = addresses(...Array.from({ length: 40 }, (_, i) => `198.51.${i * 2}.0/24`))

export const exposure = (more: Partial<Exposure> & Pick<Exposure, 'key'>): Exposure => ({
  target: webInterface,
  machine: web,
  entry: { addresses: [address('203.0.113.5')], names: [], front: null },
  privateAddresses: [address('10.0.0.4')],
  transport: 'tcp',
  ports: ports([20, 21]),
  targetPorts: more.ports ?? ports([20, 21]),
  sources: anyone4,
  verdict: 'reachable',
  certainty: 'certain',
  reason: null,
  gaps: [],
  path: [
    { leg: 0, stage: 'route', filter: 'rtb-0abc', rule: 'route 0.0.0.0/0', source: route },
    { leg: 0, stage: 'security-group', filter: 'sg-0bbb2222', rule: 'sgr-0f00', source: openRule },
  ],
  rules: [
    { leg: 0, stage: 'security-group', filter: 'sg-0bbb2222', rule: 'sgr-0f00', source: openRule },
  ],
  witness: {
    source: address('8.8.8.8'),
    sourcePort: 40_000,
    destination: address('203.0.113.5'),
    transport: 'tcp',
    port: 21,
  },
  ...more,
})

const ftp = exposure({ key: 'eni-0aaa1111|203.0.113.5|tcp|20-21' })
const everything6 = exposure({
  key: 'eni-0aaa1111|2001:db8::5|udp|all',
  entry: { addresses: [address('2001:db8::5')], names: [], front: null },
  transport: 'udp',
  ports: allPorts,
  sources: addresses('::/0'),
  rules: [
    { leg: 0, stage: 'security-group', filter: 'sg-0bbb2222', rule: 'sgr-0f06', source: sixRule },
  ],
  witness: {
    source: address('2001:4860:4860::8888'),
    sourcePort: 40_000,
    destination: address('2001:db8::5'),
    transport: 'udp',
    port: 53,
  },
})
const mapped = exposure({
  key: 'eni-0aaa1111|web|tcp|443',
  entry: {
    addresses: [address('203.0.113.80'), address('203.0.113.81')],
    names: ['web-1.eu-west-1.elb.amazonaws.com'],
    front: { kind: 'load-balancer', id: balancer.id, source: documentSource('aws/elb.json') },
  },
  ports: ports(443),
  targetPorts: ports(8443),
  sources: many,
  path: [
    {
      leg: 0,
      stage: 'front',
      filter: balancer.id,
      rule: 'listener 443',
      source: documentSource('aws/elb.json'),
    },
    { leg: 1, stage: 'security-group', filter: 'sg-0bbb2222', rule: 'sgr-0f00', source: openRule },
  ],
  witness: {
    source: address('198.51.0.1'),
    sourcePort: null,
    destination: null,
    transport: 'tcp',
    port: 443,
  },
})
const ping = exposure({
  key: 'eni-0eee5555|icmp',
  target: evilInterface,
  machine: evil,
  transport: 'icmp',
  ports: ports([8 * 256, 8 * 256], [3 * 256, 3 * 256 + 255]),
  verdict: 'open-but-unreachable',
  reason: 'no public address \u009b31m',
  entry: { addresses: [], names: [], front: null },
  witness: {
    source: address('8.8.8.8'),
    sourcePort: null,
    destination: null,
    transport: 'icmp',
    port: 8 * 256,
  },
})
const ping6 = exposure({
  key: 'eni-0eee5555|icmpv6',
  target: evilInterface,
  machine: null,
  transport: 'icmpv6',
  ports: allPorts,
  sources: addresses('2000::/5'),
  verdict: 'blocked',
  reason: 'acl-0123 rule 100 denies all of it',
  witness: {
    source: address('2001:4860:4860::8888'),
    sourcePort: null,
    destination: address('2001:db8::5'),
    transport: 'icmpv6',
    port: 128 * 256,
  },
})
const gre = exposure({
  key: 'sg-0ccc3333|other',
  target: idleGroup,
  machine: null,
  entry: { addresses: [], names: [], front: null },
  privateAddresses: [],
  transport: 'other',
  ports: everyPort.other,
  sources: anyone,
  verdict: 'unattached',
  reason: 'attached to no interface',
  rules: [],
  path: [],
  witness: {
    source: address('8.8.8.8'),
    sourcePort: null,
    destination: null,
    transport: 'other',
    port: 47,
  },
})
const unsure = exposure({
  key: 'vm|tcp|3389',
  target: vm,
  machine: vm,
  ports: ports(3389),
  sources: addresses('0.0.0.0/1'),
  verdict: 'unknown',
  certainty: 'possible',
  reason: 'the peer pl-0123 is not known',
  gaps: [prefixList, routesAbsent],
  rules: [
    {
      leg: 0,
      stage: 'network-security-group',
      filter: armId,
      rule: 'Allow-RDP',
      source: nsgDocument,
    },
  ],
})

const ftpCheck = checkInfo('aws-security-group-unrestricted-ftp', {
  title: 'FTP is open to the whole internet',
  aliases: ['EC2-016'],
  requirements: ['pci-dss-4.0.1:1.2.5', 'hipaa:164.312(e)(1)', 'nist-800-53-r5:SC-7(5)'],
})
const machineFtp = checkInfo('aws-virtual-machine-unrestricted-ftp', {
  title: 'FTP of a machine is reachable from the internet',
  severity: 'critical',
})
const allPortsCheck = checkInfo('aws-security-group-unrestricted-all-ports', {
  title: 'Every port is open to the whole internet',
  severity: 'critical',
  aliases: ['EC2-001'],
})
const unattachedCheck = checkInfo('aws-security-group-unattached', {
  title: 'A security group is attached to nothing',
  severity: 'low',
  requirements: [],
  remedy: 'delete-unused-filter',
})
const icmpCheck = checkInfo('aws-security-group-unrestricted-icmp', {
  title: 'ICMP is open to the whole internet',
  severity: 'informational',
  remedy: null,
})
const rdpCheck = checkInfo('azure-network-security-group-unrestricted-rdp', {
  title: 'RDP is open to the whole internet',
  provider: 'azure',
  aliases: ['Network-008'],
})
const wideCheck = checkInfo('azure-network-security-group-wide-sources', {
  title: 'A large part of the internet is admitted',
  provider: 'azure',
  severity: 'medium',
})

const services = [
  'ssh',
  'telnet',
  'smtp',
  'dns',
  'mysql',
  'rdp',
  'postgresql',
  'winrm',
  'vnc',
  'redis',
]

export const richAudit: Audit = {
  estate: {
    accounts: [
      { provider: 'aws', id: '123456789012' },
      { provider: 'aws', id: '999988887777' },
      { provider: 'azure', id: '11111111-2222-3333-4444-555555555555' },
    ],
    filters: new Map(
      [openGroup, idleGroup, formula, nsg].map((it) => [
        it.key,
        {
          resource: it,
          combination: { kind: 'union' },
          inbound: [],
          outbound: [],
          network: null,
          isDefault: false,
          source: below(groups, 'SecurityGroups', 0),
        },
      ]),
    ),
    targets: new Map(),
    paths: [],
    groups: new Map(),
    names: new Map(),
    attachments: new Map(),
    coverage: [
      {
        provider: 'aws',
        account: '123456789012',
        region: 'eu-west-1',
        collection: 'security-groups',
        state: 'complete',
      },
      {
        provider: 'aws',
        account: '123456789012',
        region: 'eu-west-1',
        collection: 'network-interfaces',
        state: 'partial',
      },
      {
        provider: 'aws',
        account: '999988887777',
        region: 'eu-west-1',
        collection: 'route-tables',
        state: 'absent',
      },
      {
        provider: 'azure',
        account: null,
        region: null,
        collection: 'network-security-groups',
        state: 'complete',
      },
    ],
    gaps: [routesAbsent, prefixList, brokenGap, aclAssumed],
  },
  exposures: [ftp, everything6, mapped, ping, ping6, gre, unsure],
  findings: [
    finding(allPortsCheck, openGroup, 'fail', {
      ports: [
        { transport: 'tcp', ports: allPorts, sources: anyone4 },
        { transport: 'udp', ports: allPorts, sources: anyone },
      ],
      because: [{ source: openRule, text: 'sgr-0f00 allows every protocol from 0.0.0.0/0' }],
      exposures: [ftp, everything6],
    }),
    finding(ftpCheck, openGroup, 'fail', {
      ports: [{ transport: 'tcp', ports: ports([20, 21]), sources: anyone4 }],
      because: [{ source: openRule, text: 'sgr-0f00 allows every protocol from 0.0.0.0/0' }],
      exposures: [ftp],
    }),
    ...services.map((service, i) =>
      finding(
        checkInfo(`aws-security-group-unrestricted-${service}`, {
          title: `${service.toUpperCase()} is open to the whole internet`,
        }),
        openGroup,
        'fail',
        {
          ports: [{ transport: 'tcp', ports: ports(22 + i), sources: anyone4 }],
          because: [{ source: openRule, text: 'sgr-0f00 allows every protocol from 0.0.0.0/0' }],
          exposures: [ftp],
        },
      ),
    ),
    finding(machineFtp, web, 'fail', {
      ports: [{ transport: 'tcp', ports: ports([20, 21]), sources: anyone4 }],
      because: [
        { source: route, text: 'the route 0.0.0.0/0 leads to igw-0123' },
        { source: openRule, text: 'sgr-0f00 allows every protocol from 0.0.0.0/0' },
      ],
      exposures: [ftp, mapped],
    }),
    finding(icmpCheck, formula, 'fail', {
      severity: 'low',
      ports: [{ transport: 'icmp', ports: ports([8 * 256, 8 * 256]), sources: anyone4 }],
      because: [
        { source: null, text: '-2+3+cmd|\' /C calc\'!A0 "quoted", <img src=x onerror=alert(1)>' },
      ],
      exposures: [ping, ping6],
    }),
    finding(ftpCheck, formula, 'fail', {
      exemption: {
        owner: '@ops <ops@example.org>',
        reason: 'partner upload until "Q1", =1+1',
        expires: '2027-03-31',
      },
      ports: [{ transport: 'tcp', ports: ports(21), sources: many }],
      because: [{ source: sixRule, text: 'one rule' }],
    }),
    finding(unattachedCheck, idleGroup, 'fail', { exposures: [gre] }),
    finding(rdpCheck, nsg, 'unknown', {
      exposures: [unsure],
      gaps: [prefixList, routesAbsent],
      because: [{ source: nsgDocument, text: 'the rule Allow-RDP names a tag that is not known' }],
    }),
    finding(wideCheck, nsg, 'manual', {
      ports: [{ transport: 'tcp', ports: ports(443), sources: addresses('0.0.0.0/1') }],
    }),
    finding(wideCheck, vm, 'pass'),
    finding(ftpCheck, idleGroup, 'pass'),
    finding(unattachedCheck, evil, 'not-applicable', {
      because: [{ source: null, text: 'not a group' }],
    }),
  ],
  interfaces: 5,
  notices: [
    'exemption 3 matches nothing',
    'exemption 4 \u001b]0;owned\u0007 expired on 2026-01-01',
  ],
}

const emptyEstate: Estate = {
  accounts: [],
  filters: new Map(),
  targets: new Map(),
  paths: [],
  groups: new Map(),
  names: new Map(),
  attachments: new Map(),
  coverage: [],
  gaps: [],
}
export const emptyAudit: Audit = {
  estate: emptyEstate,
  exposures: [],
  findings: [],
  interfaces: 0,
  notices: [],
}

/** Everything in another order, as another run may find it. */
export const reversed = (audit: Audit): Audit => ({
  ...audit,
  estate: {
    ...audit.estate,
    accounts: audit.estate.accounts.toReversed(),
    filters: new Map([...audit.estate.filters].reverse()),
    coverage: audit.estate.coverage.toReversed(),
    gaps: audit.estate.gaps.toReversed(),
  },
  exposures: audit.exposures.toReversed(),
  findings: audit.findings.toReversed(),
})

/** Every text that comes from outside replaced by this one; ids keep a number, so that things stay apart. */
export function hostileAudit(text: string): Audit {
  const rename = (it: Resource): Resource => ({
    ...it,
    id: `${text}${it.key.length}`,
    name: text,
    account: text,
    region: text,
    kind: it.kind,
  })
  const source = below(below(documentSource(text, 1), text, 0), text)
  const wrongGap = gap(`reason-${text}`, text, source)
  const one = exposure({
    key: `exposure ${text}`,
    target: rename(webInterface),
    machine: rename(web),
    entry: {
      addresses: [],
      names: [text],
      front: { kind: 'load-balancer', id: text, source },
    },
    reason: text,
    verdict: 'unknown',
    gaps: [wrongGap],
    path: [{ leg: 0, stage: 'route', filter: text, rule: text, source }],
    rules: [{ leg: 0, stage: 'route', filter: text, rule: text, source }],
  })
  const about = rename(openGroup)
  return {
    ...richAudit,
    estate: {
      ...richAudit.estate,
      accounts: [{ provider: 'aws', id: text }],
      coverage: [
        { provider: 'aws', account: text, region: text, collection: text, state: 'absent' },
      ],
      gaps: [wrongGap],
    },
    exposures: [one],
    findings: (['fail', 'unknown', 'pass', 'manual', 'not-applicable'] as const).flatMap(
      (status) => [
        finding(checkInfo(`check-${status}`), about, status, {
          ports: [{ transport: 'tcp', ports: ports(21), sources: empty }],
          because: [
            { source, text },
            { source: null, text },
          ],
          exposures: [one],
          gaps: [wrongGap],
        }),
        finding(checkInfo(`exempt-${status}`), about, status, {
          exemption: { owner: text, reason: text, expires: text },
        }),
      ],
    ),
    notices: [text],
  }
}

/** As many passing findings as told, ten checks on each group, the way a large clean estate answers. */
export function largeAudit(count: number): Audit {
  const checks = Array.from({ length: 10 }, (_, i) =>
    checkInfo(`aws-security-group-unrestricted-${i}`),
  )
  const findings: Finding[] = []
  for (let i = 0; findings.length < count; i++) {
    const about = resource(
      'aws',
      'security-group',
      `sg-${i.toString(16).padStart(17, '0')}`,
      `group-${i}`,
    )
    for (const check of checks) findings.push(finding(check, about, 'pass'))
  }
  return { ...emptyAudit, findings }
}

/** All that `portsPhrase` can be asked for. */
export const someTransportPorts = transportPorts({ tcp: allPorts, icmp: ports([0, 255]) })
