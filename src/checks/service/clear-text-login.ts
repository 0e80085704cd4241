/** An FTP server that takes a login without encryption. */
import { defineServiceCheck } from '../define-service.ts'
import type { ServiceDefinition } from '../definition.ts'
import { answerOf, becauseOf, ofFtpServer, outcome } from '../service-evidence.ts'

export const definitions: readonly ServiceDefinition[] = [
  defineServiceCheck({
    id: 'ftp-server-clear-text-login',
    title: 'FTP server takes a login in clear text',
    severity: 'high',
    guidance: 'Require TLS for login and data, so that a password cannot be sent in clear text.',
    judge: ofFtpServer((subject, ftp) => {
      const accounts = answerOf(ftp, 'clear-login-accounts')
      const anonymous = answerOf(ftp, 'clear-login-anonymous')
      const because = becauseOf(subject, accounts, anonymous)
      if (accounts.answer === 'yes') return outcome(subject, 'fail', because)
      // Nobody’s password is lost by it, only what is transferred.
      if (anonymous.answer === 'yes') return outcome(subject, 'fail', because, 'low')
      const isKnown = accounts.answer === 'no' && anonymous.answer === 'no'
      return outcome(subject, isKnown ? 'pass' : 'unknown', because)
    }),
  }),
]
