/** An FTP server that connects where a client tells it to: the bounce attack (RFC 2577, section 3). */
import { defineServiceCheck } from '../define-service.ts'
import type { ServiceDefinition } from '../definition.ts'
import { answerOf, becauseOf, ofFtpServer, outcome, outcomeOfAnswer } from '../service-evidence.ts'

export const definitions: readonly ServiceDefinition[] = [
  defineServiceCheck({
    id: 'ftp-server-bounce',
    title: 'FTP server connects to addresses of the client’s choice',
    severity: 'high',
    guidance:
      'Let the server open data connections to the client’s own address and to ports from 1024 on only.',
    judge: ofFtpServer((subject, ftp) => {
      const [foreign, privileged] = [answerOf(ftp, 'bounce'), answerOf(ftp, 'bounce-privileged')]
      if (foreign.answer !== 'yes' && privileged.answer === 'yes')
        return outcome(subject, 'fail', becauseOf(subject, privileged, foreign), 'medium')
      const found = outcomeOfAnswer(subject, foreign, 'yes')
      return { ...found, because: [...(found.because ?? []), ...becauseOf(subject, privileged)] }
    }),
  }),
]
