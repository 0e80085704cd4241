/** Whether an FTP server speaks TLS at all, which comes before what its TLS is worth. */
import type { Outcome } from '../model/finding.ts'
import type { Answer, FtpCheck, FtpFacts, TlsFacts } from '../model/service.ts'
import { answerOf, becauseOf, outcome, say } from './service-evidence.ts'
import type { ServiceSubject } from './service-subject.ts'

export function tlsAnswers(ftp: FtpFacts): {
  readonly offered: Answer
  readonly checks: readonly FtpCheck[]
} {
  const checks = [answerOf(ftp, 'explicit-tls'), answerOf(ftp, 'implicit-tls')]
  if (checks.some(({ answer }) => answer === 'yes')) return { offered: 'yes', checks }
  const offered = checks.every(({ answer }) => answer === 'no') ? 'no' : 'unknown'
  return { offered, checks }
}

/** Judges the TLS of a server; not applicable where it has none, unknown where none was seen though there may be one. */
export function unlessWithoutTls(
  subject: ServiceSubject,
  ftp: FtpFacts,
  judge: (tls: TlsFacts) => Outcome,
): Outcome {
  const { tls } = subject.service
  if (tls) return judge(tls)
  const { offered, checks } = tlsAnswers(ftp)
  const because = becauseOf(subject, ...checks)
  return offered === 'no'
    ? outcome(subject, 'not-applicable', [say('it offers no TLS'), ...because])
    : outcome(subject, 'unknown', [say('no TLS session was made'), ...because])
}
