import { describe, expect, test } from 'vitest'
import { addresses, toCidrs } from '../../model/address-set.ts'
import type { Rule } from '../../model/estate.ts'
import type { Outcome } from '../../model/finding.ts'
import { toPairs } from '../../model/port-set.ts'
import { everyPort } from '../../model/traffic-set.ts'
import type { Facts } from '../check.ts'
import { findCheck } from '../index.ts'
import {
  type Allowed,
  exposure,
  filter,
  gapOf,
  resource,
  rule,
  type Sample,
  sampleFacts,
  trafficOf,
  unknownPeer,
} from '../sample-facts.test.data.ts'

const anywhere = ['0.0.0.0/0']
const group = resource('sg-1')

const outcomesOf = (id: string, facts: Facts): readonly Outcome[] => {
  const check = findCheck(id)
  if (!check || check.subject === 'service') throw new Error(`no check ${id}`)
  return [...check.find(facts)]
}
const outcomeOf = (id: string, facts: Facts): Outcome => {
  const outcomes = outcomesOf(id, facts)
  expect(outcomes).toHaveLength(1)
  return outcomes[0] as Outcome
}
const withRules = (rules: readonly Rule[], more: Sample = {}): Facts =>
  sampleFacts({ filters: [filter(group, rules)], ...more })
const allow = (...allowed: readonly Allowed[]): Facts =>
  withRules(allowed.map((one, i) => rule(`sgr-${i + 1}`, one)))
const wrong = ({ ports }: Outcome) =>
  ports?.map(
    (part) =>
      `${part.transport} ${toPairs(part.ports)
        .map((pair) => pair.join('-'))
        .join(' ')}`,
  )

describe('what is unrestricted', () => {
  const sg = 'aws-security-group-unrestricted'
  test.each<{
    name: string
    check: string
    rules: readonly Allowed[]
    wrong: readonly string[] | null
  }>([
    {
      name: '20-25 holds FTP',
      check: 'ftp',
      rules: [['tcp', [[20, 25]], anywhere]],
      wrong: ['tcp 20-21'],
    },
    {
      name: '20-25 holds SSH',
      check: 'ssh',
      rules: [['tcp', [[20, 25]], anywhere]],
      wrong: ['tcp 22-22'],
    },
    {
      name: 'the uncommon part of 20-25 is 24',
      check: 'uncommon-ports',
      rules: [['tcp', [[20, 25]], anywhere]],
      wrong: ['tcp 24-24'],
    },
    { name: 'udp 21 is not FTP', check: 'ftp', rules: [['udp', [21], anywhere]], wrong: null },
    {
      name: 'udp 21 is uncommon',
      check: 'uncommon-ports',
      rules: [['udp', [21], anywhere]],
      wrong: ['udp 21-21'],
    },
    {
      name: 'two halves are the whole',
      check: 'ftp',
      rules: [
        ['tcp', [21], ['0.0.0.0/1']],
        ['tcp', [21], ['128.0.0.0/1']],
      ],
      wrong: ['tcp 21-21'],
    },
    {
      name: 'half is not the whole',
      check: 'ftp',
      rules: [['tcp', [21], ['128.0.0.0/1']]],
      wrong: null,
    },
    {
      name: 'all of IPv6 is enough',
      check: 'ftp',
      rules: [['tcp', [21], ['::/0']]],
      wrong: ['tcp 21-21'],
    },
    {
      name: 'the office is not the internet',
      check: 'ssh',
      rules: [['tcp', [22], ['198.51.100.0/24']]],
      wrong: null,
    },
    {
      name: 'DNS is both transports',
      check: 'dns',
      rules: [
        ['tcp', [53], anywhere],
        ['udp', [53], ['::/0']],
      ],
      wrong: ['tcp 53-53', 'udp 53-53'],
    },
    {
      name: 'NetBIOS on UDP ends at 138',
      check: 'netbios',
      rules: [['udp', [[137, 139]], anywhere]],
      wrong: ['udp 137-138'],
    },
    {
      name: 'ICMP is no port finding',
      check: 'ftp',
      rules: [['icmp', [20, 21], anywhere]],
      wrong: null,
    },
    {
      name: 'ICMP is its own finding',
      check: 'icmp',
      rules: [['icmp', [[2048, 2303]], anywhere]],
      wrong: ['icmp 2048-2303'],
    },
    {
      name: 'common ports are no uncommon ports',
      check: 'uncommon-ports',
      rules: [
        ['tcp', [80, 443, 22, 445], anywhere],
        ['udp', [53, 137], anywhere],
      ],
      wrong: null,
    },
    {
      name: 'sub-ranges around common ports',
      check: 'uncommon-ports',
      rules: [['tcp', [[440, 450]], anywhere]],
      wrong: ['tcp 440-442 444-444 446-450'],
    },
    {
      name: 'every TCP port',
      check: 'all-ports',
      rules: [['tcp', [[0, 65_535]], anywhere]],
      wrong: ['tcp 0-65535'],
    },
    {
      name: 'every TCP port but the reserved 0',
      check: 'all-ports',
      rules: [['tcp', [[1, 65_535]], anywhere]],
      wrong: ['tcp 1-65535'],
    },
    {
      name: 'two rules that make every port',
      check: 'all-ports',
      rules: [
        ['udp', [[0, 100]], anywhere],
        ['udp', [[101, 65_535]], anywhere],
      ],
      wrong: ['udp 0-65535'],
    },
    {
      name: 'every port but one',
      check: 'all-ports',
      rules: [['tcp', [[2, 65_535]], anywhere]],
      wrong: null,
    },
  ])('$name', ({ check, rules, wrong: expected }) => {
    const outcome = outcomeOf(`${sg}-${check}`, allow(...rules))
    expect(outcome.status).toBe(expected ? 'fail' : 'pass')
    if (expected) expect(wrong(outcome)).toEqual(expected)
  })

  test('every protocol is told as such', () => {
    const every = rule('sgr-1', ['tcp', [], anywhere], { what: everyPort })
    const outcome = outcomeOf(`${sg}-all-ports`, withRules([every]))
    expect(outcome.ports?.map(({ transport }) => transport)).toEqual(['tcp', 'udp', 'other'])
    expect(outcome.because?.map(({ text }) => text)).toEqual([
      'sgr-1 allows all traffic from 0.0.0.0/0',
    ])
    const others = rule('sgr-1', ['other', [0, [2, 5], [7, 16], [18, 57], [59, 255]], anywhere])
    expect(outcomeOf(`${sg}-all-ports`, withRules([others])).status).toBe('pass')
  })

  test('only the port that is open is wrong, with its sources', () => {
    const outcome = outcomeOf(
      `${sg}-ftp`,
      allow(['tcp', [20], ['198.51.100.0/24']], ['tcp', [21], anywhere]),
    )
    expect(wrong(outcome)).toEqual(['tcp 21-21'])
    expect(outcome.ports?.map(({ sources }) => toCidrs(sources))).toEqual([anywhere])
  })

  test('filters of another provider or kind are not looked at', () => {
    const facts = sampleFacts({
      filters: [
        filter(resource('acl-1', 'network-acl'), [rule('100', ['tcp', [21], anywhere])]),
        filter(resource('nsg', 'network-security-group', 'azure'), [
          rule('a', ['tcp', [21], anywhere]),
        ]),
      ],
    })
    expect(outcomesOf(`${sg}-ftp`, facts)).toEqual([])
    expect(outcomeOf('azure-network-security-group-unrestricted-ftp', facts).status).toBe('fail')
  })
})

describe('because', () => {
  test('names the rules that open the port, in words', () => {
    const { because } = outcomeOf(
      'aws-security-group-unrestricted-ftp',
      allow(['tcp', [[20, 25]], anywhere]),
    )
    expect(because?.map(({ text }) => text)).toEqual(['sgr-1 allows tcp 20-25 from 0.0.0.0/0'])
  })
  test('leaves out narrow companions and keeps the halves', () => {
    const facts = allow(
      ['tcp', [21], ['8.8.8.0/24']],
      ['tcp', [21], ['0.0.0.0/1']],
      ['tcp', [21], ['9.9.9.9']],
      ['tcp', [21], ['128.0.0.0/1']],
    )
    const { because } = outcomeOf('aws-security-group-unrestricted-ftp', facts)
    expect(because?.map(({ text }) => text.split(' ')[0])).toEqual(['sgr-2', 'sgr-4'])
  })
  test('names every rule that would keep the port open', () => {
    const facts = allow(['tcp', [21], anywhere], ['tcp', [[0, 65_535]], anywhere])
    expect(outcomeOf('aws-security-group-unrestricted-ftp', facts).because).toHaveLength(2)
  })
})

describe('certainty', () => {
  const gap = gapOf('prefix list pl-1 is not known')
  const open = trafficOf(['tcp', [21], anywhere])
  const closed = trafficOf()
  test('what is only possible is unknown, with the gap', () => {
    const facts = withRules([rule('sgr-1', ['tcp', [21], []], { peer: unknownPeer(gap) })], {
      admits: { 'sg-1': { certain: closed, possible: open } },
    })
    const outcome = outcomeOf('aws-security-group-unrestricted-ftp', facts)
    expect(outcome.status).toBe('unknown')
    expect(outcome.gaps).toEqual([gap])
    expect(outcomeOf('aws-security-group-wide-sources', facts).status).toBe('unknown')
  })
  test('the gap of a named peer is found by its name', () => {
    const facts = withRules(
      [rule('sgr-1', ['tcp', [21], []], { peer: { kind: 'named', name: 'pl-1' } })],
      {
        admits: { 'sg-1': { certain: closed, possible: open } },
        estate: {
          names: new Map([
            ['vpc-1|pl-1', { set: { certain: addresses(), possible: addresses() }, gap }],
          ]),
        },
      },
    )
    expect(outcomeOf('aws-security-group-unrestricted-ftp', facts).gaps).toEqual([gap])
  })
  test('what is certain fails, whatever else is possible', () => {
    const facts = withRules([rule('sgr-1', ['tcp', [21], anywhere])], {
      admits: { 'sg-1': { certain: open, possible: trafficOf(['tcp', [[20, 21]], anywhere]) } },
    })
    expect(wrong(outcomeOf('aws-security-group-unrestricted-ftp', facts))).toEqual(['tcp 21-21'])
  })
})

describe('severity follows reach', () => {
  const rules = [rule('sgr-1', ['tcp', [21], anywhere])]
  const eni = resource('eni-1', 'network-interface')
  const step = { leg: 0, stage: 'security-group', filter: 'sg-1', rule: 'sgr-1', source: null }
  const seen = (verdict: Parameters<typeof exposure>[2], ...ports: number[]) =>
    exposure(eni, ['tcp', ports, anywhere], verdict, { rules: [step] })
  test.each([
    { name: 'no exposure is known: its own', exposures: [], severity: 'high' },
    {
      name: 'reachable: its own',
      exposures: [seen('reachable', 21), seen('blocked', 21)],
      severity: 'high',
    },
    { name: 'unknown: its own', exposures: [seen('unknown', 21)], severity: 'high' },
    { name: 'blocked: one lower', exposures: [seen('blocked', 21)], severity: 'medium' },
    {
      name: 'no way in: one lower',
      exposures: [seen('open-but-unreachable', 21)],
      severity: 'medium',
    },
    {
      name: 'reachable on another port: its own, as nothing is known of this one',
      exposures: [seen('reachable', 22)],
      severity: 'high',
    },
  ])('$name', ({ exposures, severity }) => {
    const outcome = outcomeOf(
      'aws-security-group-unrestricted-ftp',
      withRules(rules, { exposures }),
    )
    expect(outcome.severity).toBe(severity)
    expect(outcome.exposures).toEqual(exposures.filter(({ ports }) => ports.includes(21)))
  })
  test('unattached: low, and says so', () => {
    const facts = withRules(rules, {
      attachments: { 'sg-1': { kind: 'unattached' } },
      exposures: [exposure(group, ['tcp', [21], anywhere], 'unattached')],
    })
    const outcome = outcomeOf('aws-security-group-unrestricted-ftp', facts)
    expect(outcome.severity).toBe('low')
    expect(outcome.exposures).toHaveLength(1)
    expect(outcome.because?.at(-1)?.text).toBe(
      'severity is low instead of high: it stands before nothing',
    )
  })
  test('a filter behind a front is met on the port of the target', () => {
    const mapped = exposure(eni, ['tcp', [2121], anywhere], 'reachable', {
      targetPorts: [21, 21],
      path: [{ ...step, leg: 1 }],
      rules: [{ ...step, leg: 1 }],
    })
    const facts = withRules([rule('sgr-1', ['tcp', [21, 2121], anywhere])], { exposures: [mapped] })
    expect(outcomeOf('aws-security-group-unrestricted-ftp', facts).exposures).toEqual([mapped])
    expect(outcomeOf('aws-security-group-unrestricted-uncommon-ports', facts).exposures).toEqual([])
  })
  test('the filter of the front is met on the port of the front', () => {
    const mapped = exposure(eni, ['tcp', [2121], anywhere], 'reachable', {
      targetPorts: [21, 21],
      path: [step, { ...step, filter: 'sg-2', leg: 1 }],
      rules: [step],
    })
    const facts = withRules([rule('sgr-1', ['tcp', [21, 2121], anywhere])], { exposures: [mapped] })
    expect(outcomeOf('aws-security-group-unrestricted-ftp', facts).exposures).toEqual([])
    expect(outcomeOf('aws-security-group-unrestricted-uncommon-ports', facts).exposures).toEqual([
      mapped,
    ])
  })
})

test.each([
  { name: 'ping', message: 2048, severity: 'low' },
  { name: 'fragmentation needed', message: 3 * 256 + 4, severity: 'informational' },
])('ICMP $name is $severity', ({ message, severity }) => {
  const outcome = outcomeOf(
    'aws-security-group-unrestricted-icmp',
    allow(['icmp', [message], anywhere]),
  )
  expect(outcome).toMatchObject({ status: 'fail', severity })
})

describe('wide sources', () => {
  test.each<{ name: string; rules: readonly Allowed[]; status: string }>([
    { name: 'a public /8', rules: [['tcp', [443], ['8.0.0.0/8']]], status: 'fail' },
    { name: 'a public /9', rules: [['tcp', [443], ['8.0.0.0/9']]], status: 'pass' },
    {
      name: 'the whole internet is open, not wide',
      rules: [['tcp', [443], anywhere]],
      status: 'pass',
    },
    { name: 'private space is nobody’s', rules: [['tcp', [443], ['10.0.0.0/8']]], status: 'pass' },
    {
      name: 'wide on one port, open on another',
      rules: [
        ['tcp', [443], anywhere],
        ['tcp', [22], ['8.0.0.0/7']],
      ],
      status: 'fail',
    },
  ])('$name: $status', ({ rules, status }) => {
    expect(outcomeOf('aws-security-group-wide-sources', allow(...rules)).status).toBe(status)
  })
})

describe('attachment', () => {
  const id = 'aws-security-group-unattached'
  const gap = gapOf('network-interfaces-absent')
  test.each([
    { name: 'attached', attachment: { kind: 'attached', targets: [] }, status: 'pass' },
    { name: 'unattached', attachment: { kind: 'unattached' }, status: 'fail' },
    { name: 'unknown', attachment: { kind: 'unknown', gaps: [gap] }, status: 'unknown' },
  ] as const)('$name: $status', ({ attachment, status }) => {
    const facts = withRules([], { attachments: { 'sg-1': attachment } })
    expect(outcomeOf(id, facts).status).toBe(status)
  })
  test('not told at all is unknown', () => {
    expect(outcomeOf(id, withRules([])).status).toBe('unknown')
  })
  test('a default group cannot be deleted', () => {
    const facts = sampleFacts({
      filters: [{ ...filter(group), isDefault: true }],
      attachments: { 'sg-1': { kind: 'unattached' } },
    })
    expect(outcomeOf(id, facts).status).toBe('not-applicable')
  })
})

describe('the default group', () => {
  const withDefault = (rules: readonly Rule[], outbound: readonly Rule[] = []) =>
    sampleFacts({ filters: [{ ...filter(group, rules), outbound, isDefault: true }] })
  test('is in use with any rule at all', () => {
    const id = 'aws-default-security-group-in-use'
    expect(outcomeOf(id, withDefault([])).status).toBe('pass')
    const outbound = withDefault([], [rule('sgr-9', ['tcp', [[0, 65_535]], anywhere])])
    expect(outcomeOf(id, outbound)).toMatchObject({
      status: 'fail',
      because: [{ text: 'outbound: sgr-9 allows all tcp from 0.0.0.0/0' }],
    })
  })
  test('is open when the internet gets in on anything', () => {
    const id = 'aws-default-security-group-open'
    expect(outcomeOf(id, withDefault([rule('sgr-1', ['tcp', [80], ['10.0.0.0/8']])])).status).toBe(
      'pass',
    )
    expect(outcomeOf(id, withDefault([rule('sgr-1', ['tcp', [80], anywhere])])).status).toBe('fail')
  })
  test('other groups are none of its business', () => {
    expect(outcomesOf('aws-default-security-group-in-use', allow(['tcp', [80], anywhere]))).toEqual(
      [],
    )
  })
})

describe('shadowed rules', () => {
  const id = 'azure-network-security-group-shadowed-rules'
  const nsg = resource('nsg-1', 'network-security-group', 'azure')
  const first = rule('a', ['tcp', [[0, 65_535]], anywhere], {
    order: 100,
    name: 'all',
    action: 'deny',
  })
  const dead = rule('b', ['tcp', [21], anywhere], { order: 200, name: 'ftp' })
  const own = rule('c', ['tcp', [21], anywhere], { order: 65_500, name: 'DenyAllInBound' })
  test('are told with what shadows them; the platform’s own are not', () => {
    const facts = sampleFacts({
      filters: [filter(nsg, [first, dead, own])],
      shadowed: () => [
        { rule: dead, by: [first] },
        { rule: own, by: [first] },
      ],
    })
    expect(outcomeOf(id, facts)).toMatchObject({
      status: 'fail',
      because: [{ text: 'ftp allows tcp 21 from 0.0.0.0/0, but all decides first' }],
    })
  })
  test('only the platform’s own: pass', () => {
    const facts = sampleFacts({
      filters: [filter(nsg, [first, own])],
      shadowed: () => [{ rule: own, by: [first] }],
    })
    expect(outcomeOf(id, facts).status).toBe('pass')
  })
})

test('a group with nothing open passes all checks with one and the same outcome', () => {
  const facts = allow(['tcp', [21], ['198.51.100.7']])
  const ftp = outcomeOf('aws-security-group-unrestricted-ftp', facts)
  expect(ftp).toEqual({ resource: group, status: 'pass' })
  expect(outcomeOf('aws-security-group-unrestricted-ssh', facts)).toBe(ftp)
  expect(outcomeOf('aws-security-group-wide-sources', facts)).toBe(ftp)
})
