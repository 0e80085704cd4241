import type { Audit } from '../model/audit.ts'
import { type Severity, type Status, severities, statuses } from '../model/finding.ts'
import { plural, statusTitles } from './words.ts'

export interface Tally {
  readonly statuses: Readonly<Record<Status, number>>
  /** Failing findings that no exemption covers. */
  readonly failing: Readonly<Record<Severity, number>>
  readonly exempt: number
}

export function tally({ findings }: Audit): Tally {
  const byStatus = zeros(statuses)
  const failing = zeros(severities)
  let exempt = 0
  for (const { status, severity, exemption } of findings) {
    byStatus[status]++
    if (status !== 'fail') continue
    if (exemption) exempt++
    else failing[severity]++
  }
  return { statuses: byStatus, failing, exempt }
}

const zeros = <T extends string>(names: readonly T[]): Record<T, number> =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<T, number>

/** `12 fail (3 critical, 2 exempt) · 5 unknown · 120 pass · 40 interfaces · 22 filters in 2 accounts`. */
export function summaryLine(audit: Audit): string {
  return [...outcomesOf(audit), extent(audit)].join(' · ')
}

/** The same in parts, the weightiest first: what fails and what is open, how much was looked at, what passes. */
export function summaryParts(audit: Audit): readonly string[] {
  const outcomes = outcomesOf(audit)
  const weighty = statuses.filter((it) => it === 'fail' || it === 'unknown' || it === 'manual')
  const first = outcomes.filter((it) =>
    weighty.some((status) => it.includes(` ${statusTitles[status]}`)),
  )
  return [first.join(' · '), extent(audit), ...outcomes.filter((it) => !first.includes(it))]
}

function outcomesOf(audit: Audit): readonly string[] {
  const counts = tally(audit)
  const details = [
    ...severities.map((severity) => ({ count: counts.failing[severity], what: severity })),
    { count: counts.exempt, what: 'exempt' },
  ]
    .filter(({ count }) => count > 0)
    .map(({ count, what }) => `${count} ${what}`)
  return statuses
    .filter((status) => status === 'fail' || counts.statuses[status] > 0)
    .map((status) => {
      const said = `${counts.statuses[status]} ${statusTitles[status]}`
      return status === 'fail' && details.length > 0 ? `${said} (${details.join(', ')})` : said
    })
}

/** `40 interfaces · 22 filters in 2 accounts`. */
export const extent = ({ estate, interfaces }: Audit): string =>
  `${plural(interfaces, 'interface')} · ${plural(estate.filters.size, 'filter')} in ${plural(estate.accounts.length, 'account')}`
