/** An FTP server that offers no encryption, neither by AUTH TLS nor from the first byte (RFC 4217). */
import { defineServiceCheck } from '../define-service.ts'
import type { ServiceDefinition } from '../definition.ts'
import { becauseOf, ofFtpServer, outcome } from '../service-evidence.ts'
import { tlsAnswers } from '../tls-offer.ts'

export const definitions: readonly ServiceDefinition[] = [
  defineServiceCheck({
    id: 'ftp-server-no-tls',
    title: 'FTP server offers no TLS',
    severity: 'medium',
    guidance: 'Turn TLS on with a valid certificate, or move to SFTP.',
    judge: ofFtpServer((subject, ftp) => {
      const { offered, checks } = tlsAnswers(ftp)
      const because = becauseOf(subject, ...checks)
      switch (offered) {
        case 'no':
          return outcome(subject, 'fail', because)
        case 'yes':
          return outcome(subject, 'pass', because)
        case 'unknown':
          return outcome(subject, 'unknown', because)
      }
    }),
  }),
]
