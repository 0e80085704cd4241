import { expect, test } from 'vitest'
import type { Step } from '../model/exposure.ts'
import { below, documentSource } from '../model/source.ts'
import { groupsOf } from './grouping.ts'
import { checkInfo, exposure, finding, resource } from './testing/fixture.ts'

const group = resource('aws', 'security-group', 'sg-1')
const step = (stage: string, filter: string, rule: string): Step => ({
  leg: 0,
  stage,
  filter,
  rule,
  source: below(documentSource('a.json'), rule),
})
const rules = [
  step('route', 'rtb-1', 'route'),
  step('network-acl', 'acl-1', '100'),
  step('security-group', 'sg-2', 'other'),
  step('security-group', 'sg-1', 'ftp'),
  step('security-group', 'sg-1', 'ssh'),
]
const reached = exposure({ key: 'x', rules })

test('the nearest rules come first', () => {
  const [only] = groupsOf([finding(checkInfo('a'), group, 'fail', { exposures: [reached] })])
  expect(only?.rules.map((it) => it.split(' ')[0])).toEqual([
    'sg-1',
    'sg-1',
    'sg-2',
    'acl-1',
    'rtb-1',
  ])
})

test('where a check points at some of the rules, only these count', () => {
  const [only] = groupsOf([
    finding(checkInfo('a'), group, 'fail', {
      exposures: [reached],
      because: [
        { source: rules[3]?.source ?? null, text: 'allows tcp 21' },
        { source: documentSource('b.json'), text: 'says so' },
      ],
    }),
  ])
  expect(only?.rules).toEqual(['sg-1 ftp (a.json /ftp)'])
  expect(only?.reasons).toEqual(['says so (b.json)'])
})

test('findings of one reason are one group, others are their own', () => {
  const of = (check: string, pointed: Step | undefined) =>
    finding(checkInfo(check), group, 'fail', {
      exposures: [reached],
      because: [{ source: pointed?.source ?? null, text: 'so' }],
    })
  const groups = groupsOf([of('a', rules[3]), of('b', rules[3]), of('c', rules[4])])
  expect(groups.map(({ findings }) => findings.map(({ check }) => check.id))).toEqual([
    ['a', 'b'],
    ['c'],
  ])
})
