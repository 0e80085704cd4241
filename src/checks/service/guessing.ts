/** An FTP server on which passwords can be guessed without being slowed down or cut off. */
import { defineServiceCheck } from '../define-service.ts'
import type { ServiceDefinition } from '../definition.ts'
import { answerOf, ofFtpServer, outcomeOfAnswer } from '../service-evidence.ts'

export const definitions: readonly ServiceDefinition[] = [
  defineServiceCheck({
    id: 'ftp-server-guessing',
    title: 'FTP server does not hinder the guessing of passwords',
    severity: 'medium',
    guidance:
      'Close the connection after three failed logins, delay each answer to one, and block addresses that go on.',
    judge: ofFtpServer((subject, ftp) =>
      outcomeOfAnswer(subject, answerOf(ftp, 'guessing-resisted'), 'no'),
    ),
  }),
]
