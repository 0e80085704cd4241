/** An ordered filter with rules that can never match, because the rules before them decide first. */
import type { Rule } from '../../model/estate.ts'
import type { Because } from '../../model/finding.ts'
import { defineCheck } from '../define.ts'
import type { EstateDefinition } from '../definition.ts'
import { checkedProviders } from '../providers.ts'
import { ruleLine, ruleName } from '../wording.ts'

export const definitions: readonly EstateDefinition[] = checkedProviders.map((words) =>
  defineCheck(words, {
    id: `${words.ordered}-shadowed-rules`,
    title: `${words.orderedTitle} has rules that can never match`,
    severity: 'informational',
    about: { kind: 'shadowed-rules' },
    subject: 'filter',
    remedy: 'remove-dead-rules',
    *find(facts) {
      for (const filter of facts.estate.filters.values()) {
        const { resource } = filter
        if (resource.provider !== words.provider || resource.kind !== words.ordered) continue
        const dead = facts
          .shadowed(filter)
          .filter(({ rule }) => rule.order <= words.lastOwnOrder)
          .map(({ rule, by }) => deadLine(rule, by))
        yield dead.length === 0
          ? { resource, status: 'pass' }
          : { resource, status: 'fail', because: dead }
      }
    },
  }),
)

function deadLine(rule: Rule, by: readonly Rule[]): Because {
  const others = by.map(ruleName).join(', ')
  const why = others ? `${others} decide${by.length === 1 ? 's' : ''} first` : 'it matches nothing'
  return { source: rule.source, text: `${ruleLine(rule)}, but ${why}` }
}
