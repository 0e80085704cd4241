/** The security group that AWS makes with every network and gives to whatever names no other. */
import type { Rule } from '../../model/estate.ts'
import type { Outcome } from '../../model/finding.ts'
import { everyPort } from '../../model/traffic-set.ts'
import type { Facts } from '../check.ts'
import { defineCheck } from '../define.ts'
import type { EstateDefinition } from '../definition.ts'
import { judgeOpen } from '../judge.ts'
import { type CheckedProvider, checkedProviders } from '../providers.ts'
import { severityOf } from '../severity.ts'
import { type FilterSubject, filterSubjects } from '../subject.ts'
import { ruleLine } from '../wording.ts'

export const definitions: readonly EstateDefinition[] = checkedProviders
  .filter(({ provider }) => provider === 'aws')
  .flatMap((words) => [open(words), inUse(words)])

function open(words: CheckedProvider): EstateDefinition {
  return defineCheck(words, {
    id: 'default-security-group-open',
    title: 'Default security group lets the whole internet in',
    severity: 'high',
    about: { kind: 'default-group-open' },
    subject: 'filter',
    remedy: 'empty-default-filter',
    *find(facts) {
      for (const subject of defaults(facts, words))
        yield judgeOpen(facts, subject, everyPort, 'high')
    },
  })
}

function inUse(words: CheckedProvider): EstateDefinition {
  return defineCheck(words, {
    id: 'default-security-group-in-use',
    title: 'Default security group has rules',
    severity: 'medium',
    about: { kind: 'default-group-in-use' },
    subject: 'filter',
    remedy: 'empty-default-filter',
    *find(facts) {
      for (const subject of defaults(facts, words)) yield judgeRules(facts, subject)
    },
  })
}

const defaults = (facts: Facts, words: CheckedProvider): readonly FilterSubject[] =>
  filterSubjects(facts, words.provider).filter(({ filter }) => filter.isDefault)

function judgeRules(facts: Facts, { filter, resource, attachment, pass }: FilterSubject): Outcome {
  if (filter.inbound.length + filter.outbound.length === 0) return pass
  const exposures = facts.exposuresThrough(resource.key)
  const line = (direction: string) => (rule: Rule) => ({
    source: rule.source,
    text: `${direction}: ${ruleLine(rule)}`,
  })
  return {
    resource,
    status: 'fail',
    // Its rules are no hole by themselves, so what cannot be reached lowers nothing; what has no members does.
    severity: severityOf('medium', [], attachment),
    because: [...filter.inbound.map(line('inbound')), ...filter.outbound.map(line('outbound'))],
    exposures,
  }
}
