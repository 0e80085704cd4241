/** An FTP server with SITE commands that run programs, copy files or change permissions. */
import { type Severity, severities } from '../../model/finding.ts'
import type { FtpCheck } from '../../model/service.ts'
import { defineServiceCheck } from '../define-service.ts'
import type { ServiceDefinition } from '../definition.ts'
import { answerOf, becauseOf, isByAccount, ofFtpServer, outcome } from '../service-evidence.ts'

export const definitions: readonly ServiceDefinition[] = [
  defineServiceCheck({
    id: 'ftp-server-site-command',
    title: 'FTP server has dangerous SITE commands',
    severity: 'high',
    guidance:
      'Take the SITE commands away that nobody needs: EXEC altogether, CPFR and CPTO with the module that brings them, CHMOD for all but trusted accounts.',
    judge: ofFtpServer((subject, ftp) => {
      const checks = commands.map((id) => answerOf(ftp, id))
      const offered = checks.filter(({ answer }) => answer === 'yes')
      const others = checks.filter(({ answer }) => answer !== 'yes')
      const because = becauseOf(subject, ...offered, ...others)
      if (offered.length > 0) return outcome(subject, 'fail', because, worst(offered))
      const isKnown = checks.every(({ answer }) => answer === 'no')
      return outcome(subject, isKnown ? 'pass' : 'unknown', because)
    }),
  }),
]

const commands = ['site-exec', 'site-copy', 'site-chmod'] as const

function worst(offered: readonly FtpCheck[]): Severity {
  const found = new Set(offered.map(severityOf))
  return severities.find((severity) => found.has(severity)) ?? 'high'
}

/** What anybody may do weighs more than what an account may. */
function severityOf(check: FtpCheck): Severity {
  const isForAnybody = !isByAccount(check)
  switch (check.id) {
    // CVE-1999-0080, CVE-2000-0573 (EXEC); CVE-2015-3306 (copying without a login).
    case 'site-exec':
      return isForAnybody ? 'critical' : 'high'
    case 'site-copy':
      return isForAnybody ? 'high' : 'medium'
    default:
      return isForAnybody ? 'medium' : 'low'
  }
}
