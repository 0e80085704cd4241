/** An FTP server with files that are seldom meant for others: keys, databases and dumps, mail. */
import { defineServiceCheck } from '../define-service.ts'
import type { ServiceDefinition } from '../definition.ts'
import { outcomeOfFiles, sensitiveFiles } from '../hosted-files.ts'
import { ofFtpServer } from '../service-evidence.ts'

export const definitions: readonly ServiceDefinition[] = [
  defineServiceCheck({
    id: 'ftp-server-sensitive-files',
    title: 'FTP server holds keys, databases or mail',
    severity: 'high',
    guidance:
      'Take the files away from the server, change keys and passwords that were in them, and find out who fetched them.',
    judge: ofFtpServer((subject, ftp) =>
      outcomeOfFiles(subject, ftp, sensitiveFiles(ftp), { anybody: 'high', account: 'medium' }),
    ),
  }),
]
