/** One row a service, for spreadsheets (RFC 4180). */
import { formatAddress } from '../../../model/address.ts'
import type { Service } from '../../../model/service.ts'
import { keyOfService, type Look, lookAt } from '../../../model/sighting.ts'
import { inChunks } from '../../chunks.ts'
import { escapeText } from '../../escape.ts'
import { type FindingTally, findingTallies, worstOf } from '../findings.ts'
import type { ScanFormat, ScanWriter } from '../format.ts'
import { compareRecords } from '../record.ts'
import { bannerLine, isoSeconds, tlsManner } from '../words.ts'

export const csv: ScanFormat = {
  name: 'csv',
  description: 'one row a service, for spreadsheets',
  start: writerOf,
}

type Cell = string | number | null

/** In this order for good: a new column goes to the end. */
const columns: readonly (readonly [name: string, cell: (service: Service) => Cell])[] = [
  ['address', ({ address }) => formatAddress(address)],
  ['port', ({ port }) => port],
  ['transport', ({ transport }) => transport],
  ['hostname', ({ hostname }) => hostname],
  ['recognition', ({ recognition }) => recognition],
  ['service', ({ protocol }) => protocol],
  ['vendor', ({ product }) => product?.vendor ?? null],
  ['product', ({ product }) => product?.name ?? null],
  ['version', ({ product }) => product?.version ?? null],
  ['cpe', ({ product }) => product?.cpe ?? null],
  ['confidence', ({ product }) => product?.confidence ?? null],
  ['banner', bannerLine],
  ['ftp_tls', ({ ftp }) => ftp && (tlsManner(ftp) ?? 'unknown')],
  ['anonymous', ({ ftp }) => ftp?.anonymous ?? null],
  ['writable', ({ ftp }) => ftp?.writable ?? null],
  ['clear_login_anonymous', ({ ftp }) => ftp?.clearLoginAnonymous ?? null],
  ['clear_login_accounts', ({ ftp }) => ftp?.clearLoginAccounts ?? null],
  ['bounce', ({ ftp }) => ftp?.bounce ?? null],
  ['passive_address', ({ ftp }) => ftp?.passiveAddress ?? null],
  ['features', ({ ftp }) => ftp?.features?.join('; ') ?? null],
  ['files', ({ ftp }) => ftp?.files?.length ?? null],
  ['tls_version', ({ tls }) => tls?.version ?? null],
  ['certificate_subject', ({ tls }) => tls?.subject ?? null],
  ['certificate_issuer', ({ tls }) => tls?.issuer ?? null],
  ['certificate_name_matches', ({ tls }) => tls?.nameMatches ?? null],
  ['certificate_until', ({ tls }) => tls?.notAfter ?? null],
  ['certificate_sha256', ({ tls }) => tls?.fingerprintSha256 ?? null],
  ['ended', ({ ended }) => ended],
  ['seen', ({ seen }) => isoSeconds(seen)],
]
const findingColumns: readonly (readonly [
  name: string,
  cell: (tally: FindingTally | undefined) => Cell,
])[] = [
  ['worst', (tally) => (tally ? worstOf(tally) : null)],
  ['findings', (tally) => tally?.checks.map(({ id }) => id).join('; ') ?? null],
  ['not_told', (tally) => tally?.unknown ?? null],
]

function writerOf(look: Look): ScanWriter {
  const findings = findingTallies()
  const rows = new Map<string, Pick<Service, 'address' | 'port'> & { readonly text: string }>()
  return {
    sighting(sighting) {
      if (sighting.kind !== 'service') return ''
      const { service } = sighting
      const { address, port } = service
      const text = columns.map(([, cell]) => cellText(cell(service))).join(',')
      rows.set(keyOfService(look, service), { address, port, text })
      return ''
    },
    finding(finding) {
      findings.take(finding)
      return ''
    },
    end: () => inChunks(document()),
  }

  function* document(): Generator<string> {
    yield `${[['network'], ...columns, ...findingColumns].map(([name]) => name).join(',')}\r\n`
    for (const [key, { address, text }] of [...rows].sort(([, a], [, b]) => compareRecords(a, b))) {
      const own = findingColumns.map(([, cell]) => cellText(cell(findings.of(key))))
      const where = cellText(lookAt(look, address).network)
      yield `${[where, text, ...own].join(',')}\r\n`
    }
  }
}

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
