/**
 * One page that a person can mail: nothing is loaded from anywhere, everything can be read without its script, and its
 * content security policy lets nothing run or apply but the script and the style it came with.
 */
import { hash } from 'node:crypto'
import type { Audit } from '../../model/audit.ts'
import type { Exposure } from '../../model/exposure.ts'
import { severities } from '../../model/finding.ts'
import { inChunks } from '../chunks.ts'
import type { Format, ReportOptions } from '../format.ts'
import { blocksOf, sectionsOf } from '../grouping.ts'
import { coverageMarkup, gapsMarkup, passedMarkup } from '../html/coverage.ts'
import { exposureMarkup, exposuresFoot, exposuresHead } from '../html/exposures.ts'
import { blockMarkup } from '../html/findings.ts'
import { type Markup, markup, nothing } from '../html/markup.ts'
import { script } from '../html/script.ts'
import { style } from '../html/style.ts'
import { compareText, exposuresByKey, verdictRank } from '../order.ts'
import { extent, summaryLine, type Tally, tally } from '../summary.ts'
import { plural } from '../words.ts'

export const html: Format = {
  name: 'html',
  description: 'one self-contained page that can be mailed',
  render: (audit, options) => inChunks(page(audit, options)),
}

/** More than this no browser shows well and nobody mails; the page says how many it leaves out. */
const maxBlocks = 3000
const maxExposures = 3000

function* page(audit: Audit, options: ReportOptions): Generator<string> {
  const counts = tally(audit)
  const exposures = exposuresByKey(audit).toSorted(
    (a, b) =>
      verdictRank[a.verdict] - verdictRank[b.verdict] ||
      compareText(a.target.key, b.target.key) ||
      compareText(a.key, b.key),
  )
  const sections = sectionsOf(audit.findings, options.showAll)
  yield headMarkup(audit, options).markup
  yield tilesMarkup(counts, exposures).markup
  yield toolsMarkup.markup
  yield '<div id="findings">\n'
  const linked = new Set(exposures.slice(0, maxExposures).map(({ key }) => key))
  if (sections.length === 0)
    yield markup`<h2>Findings</h2><p class="empty">No check fails and none is unknown. Looked at: ${extent(audit)}. What could not be told stands under <a href="#gaps">not known</a>.</p>`
      .markup
  let room = maxBlocks
  for (const { title, findings } of sections) {
    const blocks = blocksOf(findings)
    yield markup`<h2>${title} <small>${plural(findings.length, 'finding')} on ${plural(blocks.length, 'resource')}</small></h2>
`.markup
    for (const block of blocks.slice(0, room)) yield blockMarkup(block, linked).markup
    yield leftOut(blocks.length - room, 'resource').markup
    room = Math.max(0, room - blocks.length)
  }
  yield '</div>\n'
  yield markup`<h2 id="exposures">Exposures <small>${plural(exposures.length, 'way', 'ways')} in, open or not</small></h2>
`.markup
  if (exposures.length === 0)
    yield '<p class="empty">No filter admits anything from the internet.</p>\n'
  else {
    yield exposuresHead.markup
    for (const exposure of exposures.slice(0, maxExposures)) yield exposureMarkup(exposure).markup
    yield exposuresFoot.markup
    yield leftOut(exposures.length - maxExposures, 'exposure').markup
  }
  yield markup`<h2 id="gaps">Not known</h2>
${gapsMarkup(audit)}<h2 id="coverage">What was read</h2>
${coverageMarkup(audit)}${noticesMarkup(audit)}${passedMarkup(audit)}`.markup
  yield footMarkup(options).markup
}

/** Content security policy source of an inline script or style. */
const sourceHash = (text: string): string => `'sha256-${hash('sha256', text, 'base64')}'`

function headMarkup(audit: Audit, { version, time }: ReportOptions): Markup {
  const policy = `default-src 'none'; style-src ${sourceHash(style)}; script-src ${sourceHash(script)}; base-uri 'none'; form-action 'none'`
  const at = time.toISOString()
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Portreeve ${version}">
<title>Portreeve: what the internet can reach</title>
<style>${{ markup: style }}</style>
</head>
<body>
<header class="top"><div>
<h1>What the internet can reach</h1>
<p>Portreeve ${version} · <time datetime="${at}">${at.slice(0, 16).replace('T', ' ')} UTC</time> · ${extent(audit)}</p>
<p class="answer">${summaryLine(audit)}</p>
<nav aria-label="Parts"><a href="#findings">Findings</a><a href="#exposures">Exposures</a><a href="#gaps">Not known</a><a href="#coverage">What was read</a></nav>
</div></header>
<main>
`
}

function tilesMarkup(counts: Tally, exposures: readonly Exposure[]): Markup {
  const reachable = exposures.filter(({ verdict }) => verdict === 'reachable').length
  const tiles = [
    ...severities.map((severity) => [severity, counts.failing[severity], severity] as const),
    ['unknown', counts.statuses.unknown, 'unknown'] as const,
    ['manual', counts.statuses.manual, 'manual'] as const,
    ['exempt', counts.exempt, 'exempt'] as const,
    ['pass', counts.statuses.pass, 'pass'] as const,
    ['reachable ways in', reachable, 'reachable'] as const,
  ]
  return markup`<ul class="tiles">${tiles.map(
    ([title, count, tone]) =>
      markup`<li class="tile ${tone}${count === 0 ? ' zero' : ''}"><b>${count}</b><span>${title}</span></li>`,
  )}</ul>
`
}

const toolsMarkup: Markup = markup`<form class="tools" role="search" hidden><input type="search" aria-label="Search the report" placeholder="Search name, id, port, address, rule …  ( / )">${severities.map(
  (severity) =>
    markup`<label><input type="checkbox" value="${severity}" checked>${severity}</label>`,
)}<output aria-live="polite"></output></form>
`

const leftOut = (count: number, what: string): Markup =>
  count > 0
    ? markup`<p class="empty">${plural(count, `more ${what}`)} not on this page: see --format json or csv.</p>
`
    : nothing

const noticesMarkup = ({ notices }: Audit): Markup =>
  notices.length === 0
    ? nothing
    : markup`<h2>Exemptions not applied</h2>
<div class="card"><ul class="list">${notices.map((notice) => markup`<li>${notice}</li>`)}</ul></div>
`

const footMarkup = ({ commandLine }: ReportOptions): Markup =>
  markup`</main>
<footer>${commandLine === undefined ? nothing : markup`<p><code>${commandLine}</code></p>`}<p>All about one finding, with the change that closes it: <code>portreeve audit … --explain ID</code>. Shares are of public address space; a share is never rounded up to the whole.</p></footer>
<script>${{ markup: script }}</script>
</body>
</html>
`
