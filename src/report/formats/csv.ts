/** One row a finding, for spreadsheets (RFC 4180). */

import type { AddressSet } from '../../model/address-set.ts'
import { unionAll } from '../../model/address-set.ts'
import type { Audit, Finding } from '../../model/audit.ts'
import { shares } from '../../model/public-space.ts'
import { formatSource } from '../../model/source.ts'
import { inChunks } from '../chunks.ts'
import { escapeText } from '../escape.ts'
import type { Format, ReportOptions } from '../format.ts'
import { publicId } from '../identity.ts'
import { compareFindings, exposuresOf, gapsOf } from '../order.ts'
import { entryPhrase, portsPhrase, sourcesPhrase, stepPhrase, verdictTitles } from '../words.ts'

export const csv: Format = {
  name: 'csv',
  description: 'one row a finding, for spreadsheets',
  render: (audit, options) => inChunks(rows(audit, options)),
}

type Cell = string | number | null
type Column = readonly [name: string, cell: (finding: Finding) => Cell]

const columns: readonly Column[] = [
  ['id', (it) => publicId(it.key)],
  ['status', (it) => it.status],
  ['severity', (it) => it.severity],
  ['check', (it) => it.check.id],
  ['aliases', (it) => it.check.aliases.join('; ')],
  ['title', (it) => it.check.title],
  ['provider', (it) => it.resource.provider],
  ['account', (it) => it.resource.account],
  ['region', (it) => it.resource.region],
  ['kind', (it) => it.resource.kind],
  ['resource', (it) => it.resource.id],
  ['name', (it) => it.resource.name],
  ['ports', (it) => joined((it.ports ?? []).map((own) => portsPhrase(own.transport, own.ports)))],
  ['sources', (it) => joined((it.ports ?? []).map((own) => sourcesPhrase(own.sources)))],
  ['ipv4_share', (it) => shareOf(it, 'ipv4')],
  ['ipv6_share', (it) => shareOf(it, 'ipv6')],
  ['verdicts', (it) => joined(exposuresOf(it).map(({ verdict }) => verdictTitles[verdict]))],
  ['reached_at', (it) => joined(exposuresOf(it).flatMap((own) => entryPhrase(own) ?? []))],
  ['why', (it) => joined(exposuresOf(it).flatMap(({ reason }) => reason ?? []))],
  ['because', (it) => joined((it.because ?? []).map(({ text }) => text))],
  ['rules', (it) => joined(exposuresOf(it).flatMap(({ rules }) => rules.map(stepPhrase)))],
  [
    'places',
    (it) =>
      joined((it.because ?? []).flatMap(({ source }) => (source ? formatSource(source) : []))),
  ],
  ['not_known', (it) => joined(gapsOf(it).map(({ message }) => message))],
  ['requirements', (it) => joined(it.check.requirements)],
  ['exempt_until', (it) => it.exemption?.expires ?? null],
  ['exempt_owner', (it) => it.exemption?.owner ?? null],
  ['exempt_reason', (it) => it.exemption?.reason ?? null],
]

function* rows({ findings }: Audit, { showAll }: ReportOptions): Generator<string> {
  yield line(columns.map(([name]) => name))
  const shown = showAll
    ? findings
    : findings.filter(({ status }) => status !== 'pass' && status !== 'not-applicable')
  for (const finding of shown.toSorted(compareFindings))
    yield line(columns.map(([, cell]) => cell(finding)))
}

const line = (cells: readonly Cell[]): string => `${cells.map(cellText).join(',')}\r\n`

/**
 * A cell that a spreadsheet would take for a formula starts with an apostrophe, the full-width signs that Excel takes for the
 * same included; numbers of our own stay numbers.
 */
function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const text = escapeText(cell)
  const safe = /^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const joined = (texts: readonly string[]): string => [...new Set(texts)].join('; ')

function shareOf({ ports = [] }: Finding, family: 'ipv4' | 'ipv6'): number | null {
  if (ports.length === 0) return null
  const all: AddressSet = unionAll(ports.map(({ sources }) => sources))
  return shares(all)[family]
}
