/** What an ingestion comes to: counts for the few lines at its end, findings, and the worst of them. */
import type { GuessingRule } from '../capture/ftp/options.ts'
import { assessServices } from '../checks/assess-services.ts'
import type { ServiceCheck } from '../checks/check.ts'
import { guessingCheckId, guessingFinding } from '../checks/guessing-seen.ts'
import type { Finding } from '../model/audit.ts'
import { type Severity, severities } from '../model/finding.ts'
import type { Observation, SourceContext } from '../model/observation.ts'
import { escapeText } from '../report/escape.ts'
import { plural } from '../report/words.ts'
import { guessingTally } from './guessing-tally.ts'
import { sessionNews } from './session-news.ts'
import { transfersTally } from './transfers-tally.ts'

interface LogCounts {
  readonly format: string | null
  readonly lines: number
  readonly understood: number
  readonly bad: number
}

/** Findings that are listed by name; more are only counted in the exit code. */
const toldLimit = 100

/** Counts for the few lines at the end, and the worst finding. */
export function tallyOf(
  checks: readonly ServiceCheck[],
  context: Omit<SourceContext, 'origin'>,
  rule: GuessingRule,
) {
  const count = { sessions: 0, flows: 0, services: 0, transfers: 0, anonymous: 0, gaps: 0 }
  const logs = { lines: 0, understood: 0, bad: 0 }
  let [packets, guessing, added, known, read] = [0, 0, 0, 0, 0]
  let worst: number = severities.length
  const told = new Map<string, Pick<Finding, 'severity' | 'check' | 'resource'>>()
  const look = { run: 'ingest', network: context.network, vantage: context.vantage }
  const note = ({ severity, check, resource }: Finding): void => {
    worst = Math.min(worst, severities.indexOf(severity))
    if (told.size < toldLimit) told.set(`${check.id} ${resource.id}`, { severity, check, resource })
  }
  const inLogs = guessingTally(rule)
  const transfers = transfersTally(checks, look)
  const news = sessionNews()
  return {
    note,
    /** What only all sessions together show: files that were transferred, and guessing in logs; once, at the end. */
    endFindings(): ReturnType<typeof transfers.findings> {
      const found = inLogs.found()
      guessing += found.length
      const check = checks.find(({ id }) => id === guessingCheckId)
      const guessed = check ? found.map((seen) => guessingFinding(check, seen, look)) : []
      return [
        ...transfers.findings(),
        ...guessed.map((finding) => ({ origin: 'log' as const, finding })),
      ]
    },
    /** Counts it; of a service, hands back what is wrong with it as far as was seen. */
    take(observation: Observation, origin: SourceContext['origin']): readonly Finding[] {
      switch (observation.kind) {
        case 'ftp-session': {
          const { session } = observation
          const more = news(session, observation.at)
          count.sessions += more.sessions
          count.transfers += more.files.length
          count.anonymous += more.anonymous
          transfers.see(session, more.files, observation.at, origin)
          if (origin === 'log') inLogs.see(session, more, observation.at)
          return []
        }
        case 'flow':
          count.flows++
          return []
        case 'service': {
          count.services++
          // Passive evidence tells what was seen, never what is absent: it makes no finding pass.
          const failing = assessServices([observation.service], look, { checks }).filter(
            ({ status }) => status === 'fail',
          )
          for (const finding of failing) note(finding)
          return failing
        }
        case 'gap':
          count.gaps++
          return []
        case 'coverage':
          return []
      }
    },
    flows(more: number): void {
      count.flows += more
    },
    capture(seen: number, summary: { readonly guessing: readonly unknown[] }): void {
      packets += seen
      read++
      guessing += summary.guessing.length
    },
    log(counts: LogCounts): void {
      if (counts.format !== null) read++
      logs.lines += counts.lines
      logs.understood += counts.understood
      logs.bad += counts.bad
    },
    stored(observations: number, isKnown: boolean): void {
      added += observations
      if (isKnown) known++
    },
    understood: () => read + known,
    failsAt: (limit: Severity) => worst <= severities.indexOf(limit),
    text(lake: string | null): string {
      const isNew = count.sessions + count.flows + count.services + count.gaps > 0
      const lines = [
        ...(isNew
          ? [
              `${plural(count.sessions, 'FTP session')} (${count.anonymous} anonymous), ${plural(count.transfers, 'transfer')}, ${plural(count.services, 'service')}, ${plural(count.flows, 'flow')}`,
            ]
          : []),
        ...(packets > 0 ? [`${packets.toLocaleString('en')} packets read`] : []),
        ...(logs.lines > 0
          ? [`${logs.lines.toLocaleString('en')} lines read, ${logs.bad.toLocaleString('en')} bad`]
          : []),
        ...(guessing > 0 ? [`${plural(guessing, 'client')} guessing passwords`] : []),
        ...[...told.values()]
          .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
          .map(
            ({ severity, check, resource }) =>
              `${severity.padEnd(13)} ${check.title}  ${resource.id}`,
          ),
        ...(lake === null
          ? ['Nothing was kept (--no-store)']
          : [`${added.toLocaleString('en')} events added to ${lake}; see portreeve report --help`]),
      ]
      return `${lines.map(escapeText).join('\n')}\n`
    },
  }
}
