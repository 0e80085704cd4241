/** The main job: documents in, estate, exposures, findings, a report out. */
import { assess } from '../checks/assess.ts'
import type { Check } from '../checks/check.ts'
import { chooseChecks } from '../checks/choose.ts'
import type { AcceptedFinding } from '../checks/exemption.ts'
import type { Audit } from '../model/audit.ts'
import type { Estate } from '../model/estate.ts'
import { type Severity, severities } from '../model/finding.ts'
import type { Gap } from '../model/gap.ts'
import { escapeText } from '../report/escape.ts'
import type { FormatName, ReportOptions } from '../report/format.ts'
import { formats } from '../report/index.ts'
import { plural } from '../report/words.ts'
import { readCommonPorts } from './common-ports.ts'
import { type Edges, type ExitCode, UsageError } from './edges.ts'
import { readExemptions } from './exemptions-file.ts'
import { explain, readAllowed } from './explain.ts'
import { readFile, write } from './files.ts'
import { progressLine } from './progress.ts'
import { formatGap, readEstate } from './read-estate.ts'
import { version } from './version.ts'

export interface AuditOptions {
  readonly paths: readonly string[]
  readonly format: FormatName
  readonly failOn: Severity | 'never'
  readonly only: readonly string[]
  readonly account: readonly string[]
  readonly exemptions?: string
  readonly explain?: string
  readonly allowFrom: readonly string[]
  readonly all: boolean
  readonly commonPorts: readonly string[]
  readonly wideIpv4: number
  readonly wideIpv6: number
  readonly strict: boolean
  readonly output?: string
}

export async function runAudit(options: AuditOptions, edges: Edges): Promise<ExitCode> {
  const checks = chosen(options)
  readAllowed(options.allowFrom)
  if (options.explain !== undefined && options.format !== 'table')
    throw new UsageError(
      `--explain is text for people: it does not go with --format ${options.format}`,
    )
  const accepted = await acceptedFindings(options, edges)
  const progress = progressLine(edges)
  const { estate, taken, faults } = await readEstate(options.paths, edges, progress)
  for (const fault of faults) edges.err(`portreeve: ${formatGap(fault)}\n`)
  if (taken === 0) throw new UsageError(nothingRead(options.paths, faults))
  checkAccounts(options.account, estate)
  progress.say('working out what can be reached')
  const time = edges.now()
  const thresholds = {
    ip4: 2 ** (32 - options.wideIpv4),
    ip6: 1n << BigInt(128 - options.wideIpv6),
  }
  const audit = assess(estate, {
    checks,
    accounts: options.account,
    thresholds,
    accepted,
    today: time.toISOString().slice(0, 10),
  })
  progress.end()
  for (const notice of audit.notices) edges.err(`portreeve: ${escapeText(notice)}\n`)
  const report: ReportOptions = {
    version,
    time,
    colour: edges.colour && options.output === undefined,
    width: edges.columns,
    showAll: options.all,
    commandLine: edges.commandLine,
  }
  const chunks =
    options.explain === undefined
      ? formats[options.format].render(audit, report)
      : explain(
          audit,
          { name: options.explain, allowFrom: options.allowFrom, checks, thresholds },
          report,
        )
  await write(chunks, options.output, edges)
  const notUnderstood = estate.gaps.filter(({ source }) => source !== null).length
  if (options.strict && notUnderstood + faults.length > 0) {
    edges.err(
      `portreeve: --strict: ${plural(Math.max(notUnderstood, faults.length), 'thing')} could not be read or understood\n`,
    )
    return 2
  }
  return fails(audit, options.failOn) ? 1 : 0
}

function chosen({ only, commonPorts }: AuditOptions): readonly Check[] {
  const alsoCommon = readCommonPorts(commonPorts)
  try {
    return chooseChecks(only, { alsoCommon })
  } catch (cause) {
    if (cause instanceof RangeError) throw new UsageError(`--only: ${cause.message}`, { cause })
    throw cause
  }
}

/** A slip in an account must not look like an account without faults. */
function checkAccounts(wanted: readonly string[], { accounts }: Estate): void {
  const known = accounts.map(({ id }) => id)
  const strange = wanted.find((id) => !known.includes(id))
  if (strange === undefined) return
  throw new UsageError(
    `--account ${escapeText(strange)}: no document is of this account; there are ${escapeText(known.join(', ')) || 'none'}`,
  )
}

const acceptedFindings = async (
  { exemptions }: AuditOptions,
  edges: Edges,
): Promise<readonly AcceptedFinding[]> =>
  exemptions === undefined ? [] : readExemptions(exemptions, await readFile(exemptions, edges))

const nothingRead = (paths: readonly string[], faults: readonly Gap[]): string =>
  faults.length > 0
    ? 'nothing could be read (see above); give files or folders with what `aws … describe-*` or `az … list` print'
    : `${escapeText(paths.join(', '))}: no document here is output of a call that is read; see portreeve audit --help for what to export`

function fails({ findings }: Audit, failOn: Severity | 'never'): boolean {
  if (failOn === 'never') return false
  const limit = severities.indexOf(failOn)
  return findings.some(
    ({ status, severity, exemption }) =>
      status === 'fail' && exemption === null && severities.indexOf(severity) <= limit,
  )
}
