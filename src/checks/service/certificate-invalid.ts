/** An FTP server whose certificate proves nothing to those who check it. */
import { findFaults } from '../certificate-fault.ts'
import { defineServiceCheck } from '../define-service.ts'
import type { ServiceDefinition } from '../definition.ts'
import { answerOf, becauseOf, ofFtpServer, outcome, say } from '../service-evidence.ts'
import { unlessWithoutTls } from '../tls-offer.ts'

export const definitions: readonly ServiceDefinition[] = [
  defineServiceCheck({
    id: 'ftp-server-certificate-invalid',
    title: 'FTP server’s certificate is not valid',
    severity: 'medium',
    guidance:
      'Install a certificate from an authority that the clients trust, for the name by which they call the server, and renew it before it expires.',
    judge: ofFtpServer((subject, ftp) =>
      unlessWithoutTls(subject, ftp, (tls) => {
        const { faults, unknowns } = findFaults(tls, subject.service, ftp)
        const proofs = becauseOf(
          subject,
          answerOf(ftp, 'certificate-valid'),
          answerOf(ftp, 'certificate-name'),
        )
        const because = [...[...faults, ...unknowns].map(say), ...proofs]
        if (faults.length > 0) return outcome(subject, 'fail', because)
        return outcome(subject, unknowns.length > 0 ? 'unknown' : 'pass', because)
      }),
    ),
  }),
]
