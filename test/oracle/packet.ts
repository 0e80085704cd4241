/** One packet, and what can be said of it: yes, no, or that the documents do not tell. */

export type Transport = 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'other'

export interface Packet {
  readonly source: string
  /** Null: any port a client may choose. */
  readonly sourcePort: number | null
  readonly destination: string
  readonly transport: Transport
  /** Port; type × 256 + code; protocol number. */
  readonly port: number
}

export type Answer = 'yes' | 'no' | 'unknown'

/** All conditions hold: one `no` is enough to say no, whatever is not known of the others. */
export function allOf(answers: Iterable<Answer>): Answer {
  let result: Answer = 'yes'
  for (const answer of answers) {
    if (answer === 'no') return 'no'
    if (answer === 'unknown') result = 'unknown'
  }
  return result
}

export function anyOf(answers: Iterable<Answer>): Answer {
  let result: Answer = 'no'
  for (const answer of answers) {
    if (answer === 'yes') return 'yes'
    if (answer === 'unknown') result = 'unknown'
  }
  return result
}

/**
 * The first rule that matches decides. A rule of which it is not known whether it matches leaves two courses open; they
 * are one answer where both end alike.
 */
export function firstMatch<Rule>(
  rules: readonly Rule[],
  matches: (rule: Rule) => Answer,
  outcome: (rule: Rule) => Answer,
  otherwise: Answer,
): Answer {
  const [rule, ...rest] = rules
  if (rule === undefined) return otherwise
  const match = matches(rule)
  if (match === 'no') return firstMatch(rest, matches, outcome, otherwise)
  if (match === 'yes') return outcome(rule)
  const without = firstMatch(rest, matches, outcome, otherwise)
  return outcome(rule) === without ? without : 'unknown'
}

/** The least ports that see every difference: both ends of each range and their neighbours, cut to what a client may use. */
export function telling(
  ranges: readonly (readonly [number, number])[],
  from: number,
  to: number,
): readonly number[] {
  const ports = new Set([from, to])
  for (const [low, high] of ranges)
    for (const port of [low - 1, low, high, high + 1])
      if (port >= from && port <= to) ports.add(port)
  return [...ports]
}

export interface NamedDocument {
  readonly document: string
  readonly value: unknown
}
