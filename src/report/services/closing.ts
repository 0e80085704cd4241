/** What a scan looked at, what came of it, and what nobody knows: the end of the page for people. */
import { formatAddress } from '../../model/address.ts'
import { count, formatPorts } from '../../model/port-set.ts'
import type { ProbeOutcome } from '../../model/service.ts'
import { escapeText } from '../escape.ts'
import { hanging, indented, type Paper } from '../paper.ts'
import { plural } from '../words.ts'
import { type FindingTally, failingPhrase } from './findings.ts'
import type { ScanSummary } from './format.ts'
import type { ServiceRecord } from './record.ts'
import {
  addressCount,
  type BlindOutcome,
  blindOutcomes,
  compareAddresses,
  type ScanTally,
  type Unseen,
} from './tally.ts'
import { durationPhrase, grouped, reasonWords } from './words.ts'

/** Addresses named for each reason why nobody looked; the rest is counted. */
const namedAddresses = 8
const namedGaps = 5

const blindWords: Readonly<Record<BlindOutcome, string>> = {
  banned: 'it answered and then refused or fell silent, so it was left alone',
  'not-probed': 'no packet was sent, so nothing is known',
  error: 'this machine could not look',
}

export function* unseenLines(tally: ScanTally, paper: Paper): Generator<string> {
  const parts = blindOutcomes
    .map((outcome) => ({ outcome, unseen: tally.unseen(outcome) }))
    .filter(({ unseen }) => unseen.length > 0)
  if (parts.length === 0) return
  yield `${paper.paint('strong', 'NOT LOOKED AT')}\n`
  for (const { outcome, unseen } of parts) {
    const missing = tally.ports()[outcome]
    const head = `${outcome.replaceAll('-', ' ')} (${portCount(missing)}): ${blindWords[outcome]}`
    yield* hanging([{ text: head }], 2, 4, paper)
    for (const line of unseenByPorts(unseen))
      yield* hanging([{ text: line, style: 'faint' }], 4, 6, paper)
    const unnamed = missing - unseen.reduce((sum, { ports }) => sum + count(ports), 0)
    if (unnamed > 0)
      yield* indented(`and ${portCount(unnamed)} at other addresses`, 4, paper, 'faint')
  }
  yield '\n'
}

/** Addresses that miss the same ports share a line: `tcp 990, 2121 at 203.0.113.9, 203.0.113.10 and 12 more`. */
function unseenByPorts(unseen: readonly Unseen[]): readonly string[] {
  const groups = [...Map.groupBy(unseen, (one) => formatPorts(one.ports))]
  const lines = groups.slice(0, namedAddresses).map(([which, alike]) => {
    const named = alike
      .toSorted((a, b) => compareAddresses(a.address, b.address))
      .slice(0, namedAddresses)
      .map(({ address }) => formatAddress(address))
    const more = alike.length - named.length
    return `tcp ${which} at ${named.join(', ')}${more > 0 ? ` and ${grouped(more)} more` : ''}`
  })
  const left = groups.slice(namedAddresses).reduce((sum, [, alike]) => sum + alike.length, 0)
  return left > 0 ? [...lines, `and other ports at ${plural(left, 'address', 'addresses')}`] : lines
}

export function* gapLines(tally: ScanTally, paper: Paper): Generator<string> {
  const gaps = tally.gaps()
  if (gaps.length === 0) return
  yield `${paper.paint('strong', 'NOT KNOWN')}\n`
  for (const { first, count: many } of gaps.slice(0, namedGaps)) {
    const others = many > 1 ? `, and ${grouped(many - 1)} more of the kind` : ''
    yield* hanging([{ text: escapeText(first.message) + others }], 2, 4, paper)
  }
  if (gaps.length > namedGaps)
    yield* indented(
      `and ${plural(gaps.length - namedGaps, 'more reason')} (--format json tells all)`,
      2,
      paper,
      'faint',
    )
  yield '\n'
}

/** The last lines: how much was looked at, what it is worth, and what follows from what was not seen. */
export function* summaryLines(
  tally: ScanTally,
  records: readonly ServiceRecord[],
  findings: Omit<FindingTally, 'checks'>,
  summary: ScanSummary,
  paper: Paper,
): Generator<string> {
  yield* hanging([{ text: servicesPhrase(tally, records), style: 'strong' }], 0, 2, paper)
  yield* hanging([{ text: findingsPhrase(tally, records, findings) }], 0, 2, paper)
  yield* hanging([{ text: lookedPhrase(tally, summary), style: 'faint' }], 0, 2, paper)
  if (summary.stopped !== null)
    yield* indented(
      `The scan ended before its time (${reasonWords(summary.stopped)}): what is not listed here may not have been looked at.`,
      0,
      paper,
      'medium',
    )
}

function servicesPhrase(tally: ScanTally, records: readonly ServiceRecord[]): string {
  const servers = records.filter(({ isFtp }) => isFtp)
  const silent = tally.silent().reduce((sum, one) => sum + count(one.silent), 0)
  if (servers.length === 0) return nonePhrase(tally, records, silent)
  const ftp = servers.flatMap((record) => record.ftp ?? [])
  const anonymous = ftp.filter((it) => it.anonymous === 'yes').length
  const writable = ftp.filter((it) => it.writable === 'proved' || it.writable === 'inferred').length
  const clear = ftp.filter(({ tls }) => tls === 'none').length
  const bare = servers.length - ftp.length
  const other = records.length - servers.length
  const parts = [
    anonymous > 0 ? `${grouped(anonymous)} anonymous` : null,
    writable > 0 ? `${grouped(writable)} writable` : null,
    clear > 0 ? `${grouped(clear)} without TLS` : null,
    bare > 0 ? `${grouped(bare)} not assessed` : null,
  ].filter((it) => it !== null)
  return [
    `${grouped(servers.length)} FTP ${servers.length === 1 ? 'server' : 'servers'}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`,
    ...(other > 0 ? [`${grouped(other)} other ${other === 1 ? 'service' : 'services'}`] : []),
    ...(silent > 0 ? [`${portCount(silent)} open that told nothing`] : []),
  ].join(' · ')
}

/** There is none only where everything was looked at and every open port told what it is. */
function nonePhrase(tally: ScanTally, records: readonly ServiceRecord[], silent: number): string {
  const open = records.length + silent
  const untold = silent + records.filter(({ protocol }) => protocol === 'undecided').length
  const among = open > 0 ? ` among ${grouped(open)} open ${open === 1 ? 'port' : 'ports'}` : ''
  if (!tally.isWhole())
    return `No FTP server was seen${among}, but not everything was looked at: there may be some.`
  return untold > 0
    ? `No FTP server was seen${among}, but what answers at ${grouped(untold)} of them could not be told.`
    : `No FTP server was found${among} on what was looked at.`
}

function findingsPhrase(
  tally: ScanTally,
  records: readonly ServiceRecord[],
  findings: Omit<FindingTally, 'checks'>,
): string {
  const failing = failingPhrase(findings)
  const open = findings.unknown > 0 ? `${grouped(findings.unknown)} could not be told` : ''
  const exempt = findings.exempt > 0 ? `${grouped(findings.exempt)} exempt` : ''
  const rest = [open, exempt].filter((it) => it !== '').join(', ')
  if (failing !== '') return `Findings: ${failing}${rest === '' ? '' : `; ${rest}`}`
  const within = tally.isWhole() ? 'none on what was looked at' : 'none so far'
  if (rest !== '') return `Findings: ${within}; ${rest}`
  return records.length === 0 ? 'Nothing was found to be judged.' : `Findings: ${within}`
}

const outcomeWords: readonly (readonly [ProbeOutcome, string])[] = [
  ['open', 'open'],
  ['closed', 'closed'],
  ['filtered', 'filtered'],
  ['unreachable', 'unreachable'],
  ['banned', 'banned'],
  ['not-probed', 'not probed'],
  ['error', 'failed here'],
]

function lookedPhrase(tally: ScanTally, { from, to }: ScanSummary): string {
  const outcomes = tally.ports()
  const told = outcomeWords
    .filter(([outcome]) => outcomes[outcome] > 0 || outcome === 'open')
    .map(([outcome, word]) => `${grouped(outcomes[outcome])} ${word}`)
    .join(', ')
  const coverage = tally.coverage()
  const took = durationPhrase(to - from)
  if (coverage === null) return `Ports: ${told} · ${took}`
  const addresses = addressCount(coverage.addresses)
  const each = count(coverage.ports)
  const who = `${grouped(addresses)} ${addresses === 1n ? 'address' : 'addresses'}`
  const where = coverage.isUniform ? `${who} × ${portCount(each)}` : `${who}, each at its own ports`
  const all = addresses * BigInt(each)
  const seen = BigInt(outcomeWords.reduce((sum, [outcome]) => sum + outcomes[outcome], 0))
  const isShort = coverage.isUniform && !coverage.complete && all > seen
  const left = isShort ? `, ${grouped(all - seen)} not looked at` : ''
  return `${where}: ${told}${left} · ${took}`
}

const portCount = (many: number): string => `${grouped(many)} ${many === 1 ? 'port' : 'ports'}`
