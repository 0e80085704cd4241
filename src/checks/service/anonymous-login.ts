/** An FTP server that lets anybody in under the name `anonymous` or `ftp` (RFC 1635). */
import type { Severity } from '../../model/finding.ts'
import type { FtpFacts } from '../../model/service.ts'
import { defineServiceCheck } from '../define-service.ts'
import type { ServiceDefinition } from '../definition.ts'
import { sensitiveFiles } from '../hosted-files.ts'
import {
  answerOf,
  becauseOf,
  isByAccount,
  ofFtpServer,
  outcomeOfAnswer,
} from '../service-evidence.ts'

export const definitions: readonly ServiceDefinition[] = [
  defineServiceCheck({
    id: 'ftp-server-anonymous-login',
    title: 'FTP server lets anybody in without an account',
    severity: 'medium',
    guidance:
      'Turn anonymous login off, or keep it to files that anybody may have and nobody may write.',
    judge: ofFtpServer((subject, ftp) => {
      const found = outcomeOfAnswer(subject, answerOf(ftp, 'anonymous'), 'yes', severityOf(ftp))
      if (found.status !== 'fail') return found
      const listed = answerOf(ftp, 'anonymous-list')
      return { ...found, because: [...(found.because ?? []), ...becauseOf(subject, listed)] }
    }),
  }),
]

/** High where strangers can do more than read what is meant for everybody, as far as it was seen with their eyes. */
function severityOf(ftp: FtpFacts): Severity {
  const mayWrite = answerOf(ftp, 'writable')
  if (mayWrite.answer === 'yes' && !isByAccount(mayWrite)) return 'high'
  const seesSecrets = sensitiveFiles(ftp).length > 0 && !isByAccount(answerOf(ftp, 'hosted-files'))
  return seesSecrets ? 'high' : 'medium'
}
