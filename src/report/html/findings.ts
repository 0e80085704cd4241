import type { Finding } from '../../model/audit.ts'
import type { Status } from '../../model/finding.ts'
import { type Block, distinct, type Group, groupsOf } from '../grouping.ts'
import { publicId } from '../identity.ts'
import { compareText } from '../order.ts'
import { plural, portsSentence, resourceName, resourcePlace, verdictPhrase } from '../words.ts'
import { type Markup, markup, nothing } from './markup.ts'

/** Ways, rules and reasons of a group before the rest is only counted. */
const namedThings = 12
/** Checks that one set of rules fails: this many are open, the others behind a click. */
const openChecks = 6

/** One resource's findings. `linked` tells which exposures stand on the page. */
export function blockMarkup(block: Block, linked: ReadonlySet<string>): Markup {
  const { resource, severity, findings } = block
  const name = resourceName(resource)
  return markup`<article class="resource ${severity}" data-item data-level="${severity}">
<header><span class="badge ${severity}">${severity}</span><h3>${name}</h3>${
    name === resource.id ? nothing : markup`<code>${resource.id}</code>`
  }<span class="place">${resourcePlace(resource)}</span></header>
${groupsOf(findings).map((group) => groupMarkup(group, linked))}</article>
`
}

function groupMarkup(group: Group, linked: ReadonlySet<string>): Markup {
  const { findings } = group
  const shown = findings.length <= openChecks + 2 ? findings : findings.slice(0, openChecks)
  const others = findings.slice(shown.length)
  return markup`<div class="group"><ul class="checks">${shown.map(findingMarkup)}</ul>${
    others.length > 0
      ? markup`<details><summary>${plural(others.length, 'more check')} for the same reason</summary><ul class="checks">${others.map(findingMarkup)}</ul></details>`
      : nothing
  }${evidenceMarkup(group, linked)}</div>
`
}

function findingMarkup(finding: Finding): Markup {
  const { check, severity, status } = finding
  const id = publicId(finding.key)
  const ports = portsSentence(finding)
  const also = check.aliases.length > 0 ? ` ${check.aliases.join(', ')}` : ''
  return markup`<li id="f-${id}"><span><span class="badge ${severity}">${severity}</span></span><span class="what">${check.title}${statusBadge(status)}<span class="ports">${ports}</span><code>${check.id}${also}</code></span><code title="for --explain">${id}</code></li>`
}

const statusBadge = (status: Status): Markup =>
  status === 'fail' ? nothing : markup` <span class="badge ${status}">${status}</span>`

function evidenceMarkup(group: Group, linked: ReadonlySet<string>): Markup {
  const ways = new Map(group.exposures.map((it) => [verdictPhrase(it), it]))
  const wayParts = [...ways].map(([phrase, it]) => {
    const id = publicId(it.key)
    return linked.has(it.key) ? markup`<a href="#e-${id}">${phrase}</a>` : markup`${phrase}`
  })
  const requirements = distinct(group.findings.flatMap(({ check }) => check.requirements))
  const rows = [
    row('Reach', wayParts),
    row('Admitted by', group.rules.map(code)),
    row('Because', group.reasons.map(plain)),
    row('Not known', group.gaps.map(plain)),
    row('Asked for by', requirementsMarkup(requirements)),
  ]
  return rows.every((it) => it === nothing) ? nothing : markup`<dl class="evidence">${rows}</dl>`
}

function requirementsMarkup(ids: readonly string[]): readonly Markup[] {
  if (ids.length === 0) return []
  const frameworks = new Set(ids.map((id) => id.slice(0, id.indexOf(':'))))
  return [
    markup`<details><summary>${plural(ids.length, 'requirement')} of ${plural(frameworks.size, 'framework')}</summary>${ids.toSorted(compareText).join(', ')}</details>`,
  ]
}

const plain = (text: string): Markup => markup`${text}`
const code = (text: string): Markup => markup`<code>${text}</code>`

function row(title: string, parts: readonly Markup[]): Markup {
  if (parts.length === 0) return nothing
  const more = parts.length - namedThings
  return markup`<dt>${title}</dt>${parts.slice(0, namedThings).map((part) => markup`<dd>${part}</dd>`)}${
    more > 0 ? markup`<dd class="soft">and ${plural(more, 'other')}</dd>` : nothing
  }`
}
