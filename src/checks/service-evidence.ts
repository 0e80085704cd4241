/** From answers of an assessment to outcomes with their because: one plain line an answer, then the lines that prove it. */
import type { Because, Outcome, Severity, Status } from '../model/finding.ts'
import type { Answer, FtpCheck, FtpCheckId, FtpFacts, Service } from '../model/service.ts'
import { lineSource } from '../model/source.ts'
import type { ServiceSubject } from './service-subject.ts'

/** What proves one thing is told in at most so many lines; the transcript holds the rest. */
const shownLines = 10

/** An answer that is not there was not asked for, and is no `no`. */
export const answerOf = ({ checks }: FtpFacts, id: FtpCheckId): FtpCheck =>
  checks.find((check) => check.id === id) ?? {
    id,
    answer: 'unknown',
    reason: 'not-asked',
    lines: [],
    authenticatedAs: null,
  }

/** Judges FTP servers only: of anything else there is no outcome, and of one that nobody assessed it is unknown. */
export const ofFtpServer =
  (judge: (subject: ServiceSubject, ftp: FtpFacts) => Outcome) =>
  (subject: ServiceSubject): Outcome | null => {
    const { recognition, ftp, ended } = subject.service
    if (recognition !== 'ftp') return null
    if (ftp) return judge(subject, ftp)
    return outcome(subject, 'unknown', [
      say(`it was recognised as an FTP server but not assessed; the conversation ended: ${ended}`),
    ])
  }

export const outcome = (
  { resource }: ServiceSubject,
  status: Status,
  because: readonly Because[],
  severity?: Severity,
): Outcome => ({ resource, status, because, ...(severity && { severity }) })

/** `bad` is the answer that fails; the severity is that of a failure. */
export function outcomeOfAnswer(
  subject: ServiceSubject,
  check: FtpCheck,
  bad: Exclude<Answer, 'unknown'>,
  severity?: Severity,
): Outcome {
  const because = becauseOf(subject, check)
  if (check.answer === 'unknown') return outcome(subject, 'unknown', because)
  return check.answer === bad
    ? outcome(subject, 'fail', because, severity)
    : outcome(subject, 'pass', because)
}

export const becauseOf = (
  { transcript, lines }: ServiceSubject,
  ...checks: readonly FtpCheck[]
): readonly Because[] =>
  checks.flatMap((check) => [
    say(answerLine(check)),
    ...check.lines.slice(0, shownLines).flatMap((n) => {
      const text = lines.get(n)
      return text === undefined ? [] : [{ source: lineSource(transcript, n, null), text }]
    }),
  ])

/** A line of ours that stands in no document. */
export const say = (text: string): Because => ({ source: null, text })

/** What decided what a service is, as it came but for the ends of lines. */
export const sayEvidence = ({ evidence }: Service): readonly Because[] =>
  evidence.slice(0, shownLines).map(({ line }) => say(line.trimEnd()))

/** Whether the answer was got with an account of somebody's own, not as anybody. */
export const isByAccount = ({ authenticatedAs }: FtpCheck): boolean =>
  authenticatedAs !== null && !/^(anonymous|ftp)$/i.test(authenticatedAs)

const words = { yes: 'yes', no: 'no', unknown: 'could not tell' } as const

const answerLine = (check: FtpCheck): string => {
  const { id, answer, reason, authenticatedAs } = check
  const who = isByAccount(check) ? `, as ${authenticatedAs}` : ''
  return `${phrases[id]}: ${words[answer]} (${reason.replaceAll('-', ' ')}${who})`
}

const phrases: Readonly<Record<FtpCheckId, string>> = {
  product: 'the product is known',
  'explicit-tls': 'explicit TLS (AUTH TLS)',
  'implicit-tls': 'implicit TLS',
  'tls-required': 'TLS is required',
  'tls-old-version': 'takes a TLS version before 1.2',
  'tls-weak-cipher': 'takes a weak cipher suite',
  'certificate-valid': 'the certificate is valid',
  'certificate-name': 'the certificate has the name that was asked for',
  'starttls-injection': 'takes what came in clear together with AUTH for encrypted',
  'clear-login-anonymous': 'takes an anonymous login in clear text',
  'clear-login-accounts': 'takes names and passwords of accounts in clear text',
  anonymous: 'anonymous login',
  'anonymous-list': 'shows its files to anonymous users',
  writable: 'a directory can be written to',
  bounce: 'connects to an address that is not the client’s',
  'bounce-privileged': 'connects to a port below 1024',
  'passive-same-address': 'passive mode announces the server’s own address',
  'passive-ports-predictable': 'passive ports can be predicted',
  'site-exec': 'SITE EXEC',
  'site-copy': 'SITE CPFR and CPTO',
  'site-chmod': 'SITE CHMOD',
  'stat-leak': 'STAT tells about the server without a login',
  'hosted-files': 'files were seen',
  'guessing-resisted': 'failed logins are slowed down or cut off',
}
