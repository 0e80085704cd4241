/** An FTP server whose TLS can be broken or got round: old versions, weak suites, small keys, forgeable signatures. */
import { defineServiceCheck } from '../define-service.ts'
import type { ServiceDefinition } from '../definition.ts'
import { answerOf, becauseOf, ofFtpServer, outcome, say } from '../service-evidence.ts'
import { unlessWithoutTls } from '../tls-offer.ts'
import { findWeaknesses } from '../tls-weakness.ts'

export const definitions: readonly ServiceDefinition[] = [
  defineServiceCheck({
    id: 'ftp-server-tls-weak',
    title: 'FTP server’s TLS is weak',
    severity: 'medium',
    guidance:
      'Allow TLS 1.2 and 1.3 with strong suites only, and use a certificate with a key of at least RSA 2048 or P-256, signed with SHA-256 or better.',
    judge: ofFtpServer((subject, ftp) =>
      unlessWithoutTls(subject, ftp, (tls) => {
        const { weaknesses, unknowns } = findWeaknesses(tls, ftp)
        const proofs = becauseOf(
          subject,
          answerOf(ftp, 'tls-old-version'),
          answerOf(ftp, 'tls-weak-cipher'),
          answerOf(ftp, 'starttls-injection'),
        )
        const told = [...weaknesses.map(({ text }) => text), ...unknowns]
        const because = [...told.map(say), ...proofs]
        if (weaknesses.length === 0)
          return outcome(subject, unknowns.length > 0 ? 'unknown' : 'pass', because)
        const isGrave = weaknesses.some((weakness) => weakness.isGrave)
        return outcome(subject, 'fail', because, isGrave ? 'high' : 'medium')
      }),
    ),
  }),
]
