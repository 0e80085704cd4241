import type { Rule } from '../model/estate.ts'
import { formatPorts } from '../model/port-set.ts'
import { transports } from '../model/traffic-set.ts'
import { peerKey } from './context.ts'

/**
 * The cloud's own id, else what the rule says: the same text for the same rule in every export, whatever the order.
 */
export function ruleId(rule: Rule): string {
  if (rule.id !== null) return rule.id
  const what = transports
    .filter((transport) => rule.what[transport].length > 0)
    .map((transport) => `${transport} ${formatPorts(rule.what[transport])}`)
  const all = what.length === transports.length ? 'all traffic' : what.join(' ')
  const order = rule.order === 0 ? '' : `${rule.order} `
  return `${order}${rule.action} ${all} from ${peerKey(rule.peer)}`
}
