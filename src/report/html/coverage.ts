import type { Audit } from '../../model/audit.ts'
import { formatSource } from '../../model/source.ts'
import { gapGroupsOf } from '../grouping.ts'
import { compareText, sortedCoverage } from '../order.ts'
import { plural } from '../words.ts'
import { type Markup, markup, nothing } from './markup.ts'

/** Gaps of one reason before the rest is only counted. */
const namedGaps = 50

export function gapsMarkup(audit: Audit): Markup {
  const groups = gapGroupsOf(audit)
  if (groups.length === 0) return markup`<p class="empty">Nothing was left open.</p>`
  return markup`<div class="card">${groups.map(({ reason, gaps, deciding }) => {
    const more = gaps.length - namedGaps
    return markup`<details data-item${deciding > 0 ? markup` open` : nothing}><summary><code>${reason}</code> × ${gaps.length}${
      deciding > 0 ? markup` <span class="badge unknown">leaves answers open</span>` : nothing
    }</summary><ul class="list">${gaps
      .slice(0, namedGaps)
      .map(
        ({ message, source }) =>
          markup`<li>${message}${source ? markup` <code class="soft">${formatSource(source)}</code>` : nothing}</li>`,
      )}${more > 0 ? markup`<li class="soft">and ${plural(more, 'other')}</li>` : nothing}</ul></details>`
  })}</div>
`
}

/** What was read of each account and region: absent is never empty. */
export function coverageMarkup(audit: Audit): Markup {
  const coverage = sortedCoverage(audit)
  if (coverage.length === 0) return markup`<p class="empty">No collection was read.</p>`
  const places = Map.groupBy(coverage, ({ provider, account, region }) =>
    [provider, account, region].filter(Boolean).join(' · '),
  )
  return markup`<div class="card scroll"><table><thead><tr><th scope="col">Account and region</th><th scope="col">Collections</th></tr></thead><tbody>${[
    ...places,
  ].map(
    ([place, own]) =>
      markup`<tr><td>${place}</td><td>${own.map(
        ({ collection, state }) =>
          markup`<span class="badge ${state}">${collection}${state === 'complete' ? '' : ` (${state})`}</span> `,
      )}</td></tr>`,
  )}</tbody></table></div>
`
}

/** What passed and what does not apply, a line a check. */
export function passedMarkup({ findings }: Audit): Markup {
  const quiet = findings.filter(({ status }) => status === 'pass' || status === 'not-applicable')
  if (quiet.length === 0) return nothing
  const checks = [...Map.groupBy(quiet, ({ check }) => check.id)].sort(([a], [b]) =>
    compareText(a, b),
  )
  return markup`<h2 id="passed">Passed <small>${plural(quiet.length, 'outcome')}</small></h2>
<div class="card"><details><summary>${plural(checks.length, 'check')} with what passed or does not apply</summary><div class="scroll"><table><thead><tr><th scope="col">Check</th><th scope="col">Passed</th><th scope="col">Not applicable</th></tr></thead><tbody>${checks.map(
    ([id, own]) => {
      const passed = own.filter(({ status }) => status === 'pass').length
      return markup`<tr><td>${own[0]?.check.title ?? ''} <code class="soft">${id}</code></td><td class="number">${passed}</td><td class="number">${own.length - passed}</td></tr>`
    },
  )}</tbody></table></div></details></div>
`
}
