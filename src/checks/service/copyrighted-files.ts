/** An FTP server with music or films, which may be somebody’s. */
import { defineServiceCheck } from '../define-service.ts'
import type { ServiceDefinition } from '../definition.ts'
import { mediaFiles, outcomeOfFiles } from '../hosted-files.ts'
import { ofFtpServer } from '../service-evidence.ts'

export const definitions: readonly ServiceDefinition[] = [
  defineServiceCheck({
    id: 'ftp-server-copyrighted-files',
    title: 'FTP server holds media that may be under copyright',
    severity: 'low',
    guidance:
      'Ask the owner of the server whose the files are; remove what is not the organisation’s, and close the way by which it came.',
    judge: ofFtpServer((subject, ftp) =>
      outcomeOfFiles(subject, ftp, mediaFiles(ftp), { anybody: 'low', account: 'informational' }),
    ),
  }),
]
