import { describe, expect, test } from 'vitest'
import type { Target } from '../../model/estate.ts'
import type { Exposure } from '../../model/exposure.ts'
import type { Outcome } from '../../model/finding.ts'
import { toPairs } from '../../model/port-set.ts'
import { checks } from '../index.ts'
import { exposure, gapOf, resource, sampleFacts, target } from '../sample-facts.test.data.ts'

const anywhere = ['0.0.0.0/0']
const instance = resource('i-1', 'instance')
const [eni1, eni2] = [
  target('eni-1', { machine: instance }),
  target('eni-2', { machine: instance }),
]

const outcomesOf = (
  subject: string,
  targets: readonly Target[],
  exposures: readonly Exposure[] = [],
): readonly Outcome[] => [
  ...(checks
    .find(({ id }) => id === `aws-virtual-machine-${subject}`)
    ?.find(sampleFacts({ targets, exposures })) ?? []),
]

describe('over the whole path', () => {
  test.each([
    { name: 'reachable from everywhere', verdict: 'reachable', from: anywhere, status: 'fail' },
    {
      name: 'reachable from the office',
      verdict: 'reachable',
      from: ['198.51.100.0/24'],
      status: 'pass',
    },
    {
      name: 'perhaps reachable from everywhere',
      verdict: 'unknown',
      from: anywhere,
      status: 'unknown',
    },
    { name: 'blocked', verdict: 'blocked', from: anywhere, status: 'pass' },
    { name: 'no way in', verdict: 'open-but-unreachable', from: anywhere, status: 'pass' },
  ] as const)('$name: $status', ({ verdict, from, status }) => {
    const seen = exposure(eni1.resource, ['tcp', [22], from], verdict)
    expect(outcomesOf('unrestricted-ssh', [eni1], [seen])).toMatchObject([
      { resource: instance, status },
    ])
    expect(outcomesOf('management-ports-open', [eni1], [seen])).toMatchObject([{ status }])
    expect(outcomesOf('unrestricted-ftp', [eni1], [seen])).toMatchObject([{ status: 'pass' }])
  })

  test('the port of the machine counts, not that of the front', () => {
    const mapped = exposure(eni1.resource, ['tcp', [2121], anywhere], 'reachable', {
      targetPorts: [21, 21],
    })
    const [outcome] = outcomesOf('unrestricted-ftp', [eni1], [mapped])
    expect(outcome?.status).toBe('fail')
    expect(outcome?.ports?.map(({ ports }) => toPairs(ports))).toEqual([[[21, 21]]])
    expect(outcome?.exposures).toEqual([mapped])
  })

  test('several interfaces are one machine', () => {
    const seen = exposure(eni2.resource, ['tcp', [22], anywhere])
    expect(outcomesOf('unrestricted-ssh', [eni1, eni2], [seen])).toMatchObject([
      { resource: instance, status: 'fail', exposures: [seen] },
    ])
  })

  test('an interface whose machine is not named speaks for itself, a balancer does not', () => {
    const alone = target('eni-3')
    const balancer = target('app/web', { resource: resource('app/web', 'load-balancer') })
    expect(outcomesOf('unrestricted-ssh', [alone, balancer]).map((one) => one.resource.id)).toEqual(
      ['eni-3'],
    )
  })

  test('certain halves and a possible half are unknown together', () => {
    const gap = gapOf('pl-1')
    const sure = exposure(eni1.resource, ['tcp', [22], ['0.0.0.0/1']])
    const perhaps = exposure(eni1.resource, ['tcp', [22], ['128.0.0.0/1']], 'unknown', {
      gaps: [gap],
    })
    expect(outcomesOf('unrestricted-ssh', [eni1], [sure, perhaps])).toMatchObject([
      { status: 'unknown', gaps: [gap] },
    ])
  })

  test('because says which rules admit it', () => {
    const step = { leg: 0, stage: 'security-group', filter: 'sg-1', rule: 'sgr-1', source: null }
    const seen = exposure(eni1.resource, ['tcp', [22], anywhere], 'reachable', { rules: [step] })
    const [outcome] = outcomesOf('unrestricted-ssh', [eni1], [seen])
    expect(outcome?.because?.map(({ text }) => text)).toEqual(['sg-1 sgr-1 admits tcp 22'])
  })
})

test.each([
  { port: 22, status: 'fail' },
  { port: 3389, status: 'fail' },
  { port: 5985, status: 'fail' },
  { port: 5986, status: 'fail' },
  { port: 443, status: 'pass' },
])('management ports: $port is $status', ({ port, status }) => {
  const seen = exposure(eni1.resource, ['tcp', [port], anywhere])
  expect(outcomesOf('management-ports-open', [eni1], [seen])).toMatchObject([{ status }])
})

describe('without a filter', () => {
  const id = 'internet-facing-without-filter'
  const bare = (more: Partial<Target>, eni = 'eni-1') =>
    target(eni, { machine: instance, filters: [], ...more })
  test.each<{ name: string; more: Partial<Target>; outcome: Partial<Outcome> }>([
    { name: 'facing and bare', more: {}, outcome: { status: 'fail', severity: 'high' } },
    {
      name: 'closed by the platform',
      more: { closedByPlatform: 'a Standard address is closed' },
      outcome: { status: 'fail', severity: 'low' },
    },
    { name: 'not facing', more: { internetFacing: 'no' }, outcome: { status: 'not-applicable' } },
    { name: 'filtered', more: { filters: [resource('sg-1').key] }, outcome: { status: 'pass' } },
    { name: 'filters unknown', more: { filters: 'unknown' }, outcome: { status: 'unknown' } },
    { name: 'facing unknown', more: { internetFacing: 'unknown' }, outcome: { status: 'unknown' } },
    {
      name: 'facing unknown but filtered',
      more: { internetFacing: 'unknown', filters: [resource('sg-1').key] },
      outcome: { status: 'pass' },
    },
  ])('$name', ({ more, outcome }) => {
    expect(outcomesOf(id, [bare(more)])).toMatchObject([outcome])
  })
  test('the worst interface speaks for the machine', () => {
    const two = [target('eni-2', { machine: instance }), bare({})]
    expect(outcomesOf(id, two)).toMatchObject([{ status: 'fail', resource: instance }])
  })
  test('the reason of the platform is told', () => {
    const [outcome] = outcomesOf(id, [bare({ closedByPlatform: 'a Standard address is closed' })])
    expect(outcome?.because?.[0]?.text).toBe(
      'no filter stands before eni-1; a Standard address is closed',
    )
  })
})
