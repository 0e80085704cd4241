import { formatAddress } from '../../model/address.ts'
import type { AddressSet } from '../../model/address-set.ts'
import { type Exposure, type Step, verdicts } from '../../model/exposure.ts'
import { equal } from '../../model/port-set.ts'
import { shares } from '../../model/public-space.ts'
import { formatSource } from '../../model/source.ts'
import { publicId } from '../identity.ts'
import {
  entryPhrase,
  plural,
  portsPhrase,
  resourceName,
  resourcePhrase,
  resourcePlace,
  sourcesPhrase,
  verdictTitles,
  witnessPhrase,
} from '../words.ts'
import { type Markup, markup, nothing } from './markup.ts'

/** Rules of an exposure before the rest is only counted. */
const namedRules = 20

export const exposuresHead: Markup = markup`<div class="card scroll"><table class="wide" data-sortable><thead><tr><th scope="col">Verdict</th><th scope="col">Target</th><th scope="col">Entry</th><th scope="col">Ports</th><th scope="col">From</th></tr></thead>
`
export const exposuresFoot: Markup = markup`</table></div>
`

export function exposureMarkup(exposure: Exposure): Markup {
  const { verdict, certainty, target, machine, reason } = exposure
  const shown = machine ?? target
  const order = verdicts.indexOf(verdict)
  const behind = equal(exposure.ports, exposure.targetPorts)
    ? nothing
    : markup`<div class="soft">at the target: ${portsPhrase(exposure.transport, exposure.targetPorts)}</div>`
  return markup`<tbody id="e-${publicId(exposure.key)}" data-item class="${verdict}"><tr><td data-label="Verdict" data-sort="${order}"><span class="badge ${verdict}">${verdictTitles[verdict]}</span>${
    certainty === 'possible' ? markup` <span class="badge unknown">possible</span>` : nothing
  }</td><td data-label="Target"><b>${resourceName(shown)}</b><div class="soft">${resourcePlace(shown)}</div></td><td data-label="Entry">${entryPhrase(exposure) ?? 'none'}</td><td data-label="Ports">${portsPhrase(exposure.transport, exposure.ports)}${behind}</td><td data-label="From" data-sort="${shareSort(exposure.sources)}">${sourcesPhrase(exposure.sources)}${shareBar(exposure.sources)}</td></tr>
<tr><td class="more" colspan="5">${reason === null ? nothing : markup`<div>${reason}</div>`}${wayMarkup(exposure)}</td></tr></tbody>
`
}

const largerShare = (set: AddressSet): number => {
  const { ipv4, ipv6 } = shares(set)
  return Math.max(ipv4, ipv6)
}
const shareSort = (set: AddressSet): string => largerShare(set).toFixed(9)

/** How much of the internet, as a bar; the words stand beside it. */
function shareBar(set: AddressSet): Markup {
  const part = largerShare(set) * 100
  const width = part > 0 ? Math.max(1, part).toFixed(1) : '0'
  return markup`<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="whole" width="100" height="6" rx="3"/><rect class="part" width="${width}" height="6" rx="3"/></svg>`
}

function wayMarkup(exposure: Exposure): Markup {
  const { target, machine, path, rules, witness, gaps, privateAddresses } = exposure
  const about = [
    machine
      ? `${target.kind.replaceAll('-', ' ')} ${resourcePhrase(target)}`
      : resourcePhrase(target),
    ...privateAddresses.map(formatAddress),
  ]
  const more = rules.length - namedRules
  return markup`<details><summary>Way, rules and witness</summary><p>${about.join(' · ')}</p><p>Witness: <code>${witnessPhrase(witness)}</code></p>${
    path.length > 0 ? markup`<ol class="chain">${path.map(stepMarkup)}</ol>` : nothing
  }${
    rules.length > 0
      ? markup`<p>Every rule that admits any of it:</p><ul class="list">${rules.slice(0, namedRules).map(ruleMarkup)}${
          more > 0 ? markup`<li class="soft">and ${plural(more, 'other')}</li>` : nothing
        }</ul>`
      : nothing
  }${gaps.length > 0 ? markup`<p>Not known:</p><ul class="list">${gaps.map(({ message }) => markup`<li>${message}</li>`)}</ul>` : nothing}</details>`
}

const stepMarkup = (step: Step): Markup =>
  markup`<li><b>${step.stage.replaceAll('-', ' ')}</b>${step.leg > 0 ? ` (leg ${step.leg + 1})` : ''} ${step.filter ?? ''} ${ruleText(step)}</li>`
const ruleMarkup = (step: Step): Markup => markup`<li>${step.filter ?? ''} ${ruleText(step)}</li>`
const ruleText = ({ rule, source }: Step): Markup =>
  markup`${rule ?? ''}${source ? markup` <code class="soft">${formatSource(source)}</code>` : nothing}`
