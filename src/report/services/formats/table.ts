/**
 * For people at a terminal, at the end: FTP servers and what is wrong with them, then what else answers, by address and
 * port, a line each; then what was not looked at, and what it all comes to.
 */
import { formatAddress } from '../../../model/address.ts'
import { formatPorts, toPairs } from '../../../model/port-set.ts'
import type { Look } from '../../../model/sighting.ts'
import { inChunks } from '../../chunks.ts'
import { indented, type Paper, paperFor } from '../../paper.ts'
import { textWidth } from '../../width.ts'
import { gapLines, summaryLines, unseenLines } from '../closing.ts'
import { detailLines, detailsOf, type FtpDetails } from '../details.ts'
import {
  type FindingTally,
  failingPhrase,
  findingTallies,
  shortSeverity,
  worstOf,
} from '../findings.ts'
import type { ScanFormat, ScanOptions, ScanSummary, ScanWriter } from '../format.ts'
import { type Cell, type Column, cut, cutBefore, type Form, grid, luxury } from '../grid.ts'
import { compareRecords, type FtpRecord, recordOf, type ServiceRecord } from '../record.ts'
import { scanTally } from '../tally.ts'

export const table: ScanFormat = {
  name: 'table',
  description: 'for people at a terminal: a line a service, at the end',
  start: writerOf,
}

function writerOf(look: Look, options: ScanOptions): ScanWriter {
  const tally = scanTally()
  const findings = findingTallies()
  const records = new Map<string, ServiceRecord>()
  const details = new Map<string, FtpDetails>()
  return {
    sighting(sighting) {
      tally.take(sighting)
      if (sighting.kind !== 'service') return ''
      const { service } = sighting
      const record = recordOf(service, look)
      records.set(record.key, record)
      if (options.details && service.ftp)
        details.set(record.key, detailsOf(service, service.ftp, look))
      return ''
    },
    finding(finding) {
      findings.take(finding)
      return ''
    },
    end: (summary) => inChunks(page(summary)),
  }

  function* page(summary: ScanSummary): Generator<string> {
    const paper = paperFor(options)
    const told = [...records.values()].sort(compareRecords)
    const servers = told.filter(({ isFtp }) => isFtp)
    const others = [...told.filter(({ isFtp }) => !isFtp), ...silentRecords()].sort(compareRecords)
    const rowsOf = (own: readonly ServiceRecord[]): readonly Row[] =>
      own.map((record, i) => ({
        record,
        findings: findings.of(record.key),
        again: formatAddress(record.address) === addressOf(own[i - 1]),
      }))
    yield* section('FTP SERVERS', rowsOf(servers), ftpColumns, paper)
    yield* section(
      servers.length > 0 ? 'OTHER SERVICES' : 'SERVICES',
      rowsOf(others),
      otherColumns,
      paper,
    )
    if (details.size > 0) {
      yield `${paper.paint('strong', 'IN DETAIL')}\n\n`
      for (const one of [...details.values()].sort(compareRecords))
        yield* detailLines(one, findings.of(one.key), paper)
    }
    yield* unseenLines(tally, paper)
    yield* gapLines(tally, paper)
    yield* summaryLines(tally, told, findings.whole(), summary, paper)
    if (servers.some(({ ftp }) => ftp !== null) && !options.details)
      yield* indented('Every answer with its proof: --details', 0, paper, 'faint')
  }

  /** Open ports that no service line speaks of: an address that answers on everything is one line. */
  function silentRecords(): readonly ServiceRecord[] {
    return tally.silent().map(({ address, silent }) => ({
      key: '',
      address,
      port: toPairs(silent)[0]?.[0] ?? 0,
      ports: formatPorts(silent),
      hostname: null,
      protocol: 'open',
      product: null,
      version: null,
      says: '(told nothing)',
      tls: null,
      isFtp: false,
      ftp: null,
    }))
  }
}

interface Row {
  readonly record: ServiceRecord
  /** Undefined: no check spoke of it. */
  readonly findings: FindingTally | undefined
  /** The row above is of the same address. */
  readonly again: boolean
}

const addressOf = (record: ServiceRecord | undefined): string | null =>
  record ? formatAddress(record.address) : null

function* section(
  title: string,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  paper: Paper,
): Generator<string> {
  if (rows.length === 0) return
  yield `${paper.paint('strong', `${title} (${rows.length})`)}\n`
  yield* grid(rows, [addressColumn(paper), ...columns], paper)
  yield '\n'
}

/** On a page narrower than this no address stands beside its services. */
const narrow = 60

/** An address that would take too much of the page has a line of its own: none is ever cut. */
function addressColumn({ width }: Paper): Column<Row> {
  const most = width === 0 ? Infinity : width < narrow ? 0 : Math.max(15, Math.floor(width * 0.3))
  const isLong = ({ record }: Row) => formatAddress(record.address).length > most
  const cell = ({ record, again }: Row): Cell => ({
    text: formatAddress(record.address),
    ...(again && faint),
  })
  return {
    title: 'ADDRESS',
    cell: (row) => (isLong(row) ? { text: '' } : cell(row)),
    above: (row) => (isLong(row) && !row.again ? cell(row) : null),
  }
}
const port: Column<Row> = {
  title: 'PORT',
  align: 'right',
  least: 5,
  most: 24,
  cell: ({ record }) => ({ text: record.ports }),
}
const hostname: Column<Row> = {
  title: 'NAME',
  spare: luxury,
  most: 40,
  least: 12,
  cell: ({ record }) => ({ text: record.hostname ?? '' }),
}
const product: Column<Row> = {
  title: 'PRODUCT',
  least: 8,
  most: 32,
  cell: ({ record }) => ({ text: productOf(record), ...(!record.product && faint) }),
  fit: ({ record }, columns) =>
    record.product
      ? cutBefore(record.product, record.version, columns)
      : cut(productOf(record), columns),
}
const faint = { style: 'faint' as const }

/** What is not known goes by its greeting, which is where an operator recognises it. */
function productOf({ product: name, version, says, isFtp }: ServiceRecord): string {
  if (name !== null) return version === null ? name : `${name} ${version}`
  return isFtp ? (says ?? '?') : ''
}

const verdict: Column<Row> = {
  title: 'FINDINGS',
  cell: ({ findings }, form) => (findings ? badge(findings, form) : { text: '-', ...faint }),
}

/** `1 critical, 2 high`; short, the worst and how many more. */
function badge(findings: FindingTally, form: Form): Cell {
  const worst = worstOf(findings)
  if (worst === null)
    return findings.unknown > 0
      ? { text: `${findings.unknown} not told`, ...faint }
      : { text: findings.exempt > 0 ? 'exempt' : 'none', style: 'good' }
  if (form === 'long') return { text: failingPhrase(findings), style: worst }
  const more = findings.checks.length - 1
  return { text: `${shortSeverity[worst]}${more > 0 ? ` +${more}` : ''}`, style: worst }
}

const unknown: Cell = { text: '?', style: 'faint' }

const ftpColumn = (
  title: string,
  cell: (ftp: FtpRecord) => Cell,
  more: Partial<Column<Row>> = {},
): Column<Row> => ({
  title,
  cell: ({ record }) => (record.ftp ? cell(record.ftp) : unknown),
  ...more,
})

const writableCells: Readonly<Record<FtpRecord['writable'], Cell>> = {
  proved: { text: 'yes', style: 'critical' },
  inferred: { text: 'likely', style: 'high' },
  no: { text: 'no' },
  unknown,
}

const ftpColumns: readonly Column<Row>[] = [
  port,
  hostname,
  product,
  ftpColumn(
    'TLS',
    ({ tls }) => {
      if (tls === null) return unknown
      return tls === 'none' ? { text: tls, style: 'medium' } : { text: tls }
    },
    { spare: 3 },
  ),
  ftpColumn(
    'ANON',
    ({ anonymous }) => {
      if (anonymous === 'unknown') return unknown
      return anonymous === 'yes' ? { text: 'yes', style: 'high' } : { text: 'no' }
    },
    { spare: 1 },
  ),
  ftpColumn('WRITE', ({ writable }) => writableCells[writable], { spare: 2 }),
  ftpColumn('FILES', ({ files }) => (files === null ? unknown : { text: String(files) }), {
    spare: luxury + 1,
    align: 'right',
  }),
  {
    title: 'CERT UNTIL',
    spare: luxury + 2,
    cell: ({ record }) => ({ text: record.ftp?.until ?? '' }),
  },
  verdict,
]

const otherColumns: readonly Column<Row>[] = [
  port,
  hostname,
  {
    title: 'SERVICE',
    least: 9,
    most: 24,
    cell: ({ record }) => ({
      text: record.protocol,
      ...(!record.key || record.protocol === 'undecided' ? faint : {}),
    }),
  },
  product,
  { title: 'TLS', spare: 2, cell: ({ record }) => ({ text: record.tls ?? '' }) },
  {
    title: 'SAYS',
    spare: 3,
    least: 12,
    most: 60,
    cell: ({ record }) => ({ text: saysBeside(record), ...faint }),
  },
  verdict,
]

/** A greeting that only names the product again says nothing. */
function saysBeside({ says, product: name, version }: ServiceRecord): string {
  if (says === null || name === null) return says ?? ''
  const rest = [name, version].reduce<string>((text, part) => text.replace(part ?? '', ''), says)
  return textWidth(rest.replace(/[^\p{L}\p{N}]+/gu, '')) < 8 ? '' : says
}
