/** An FTP server with a directory that can be written to. */
import type { Because, Severity } from '../../model/finding.ts'
import type { FtpCheck, FtpFacts } from '../../model/service.ts'
import { defineServiceCheck } from '../define-service.ts'
import type { ServiceDefinition } from '../definition.ts'
import { answerOf, isByAccount, ofFtpServer, outcomeOfAnswer, say } from '../service-evidence.ts'

export const definitions: readonly ServiceDefinition[] = [
  defineServiceCheck({
    id: 'ftp-server-writable-directory',
    title: 'FTP server has a directory that can be written to',
    severity: 'high',
    guidance:
      'Take write permission from anonymous users; where deliveries are needed, give each sender an account and a folder that it cannot read from.',
    judge: ofFtpServer((subject, ftp) => {
      const check = answerOf(ftp, 'writable')
      const found = outcomeOfAnswer(subject, check, 'yes', severityOf(ftp, check))
      const because = [...(found.because ?? []), ...directories(ftp), ...leftBehind(ftp)]
      return { ...found, because }
    }),
  }),
]

/** That an account may write is mostly what it is for; that anybody may is a store for other people’s files. */
function severityOf({ writable }: FtpFacts, check: FtpCheck): Severity {
  if (isByAccount(check)) return 'low'
  return writable === 'proved' ? 'critical' : 'high'
}

const shownDirectories = 10

function directories({ writable, writableDirectories: all }: FtpFacts): readonly Because[] {
  if (!all || all.length === 0) return []
  const how = writable === 'proved' ? 'written to and cleaned up' : 'by its permissions'
  const more = all.length - shownDirectories
  return [
    ...all.slice(0, shownDirectories).map((path) => say(`${path} (${how})`)),
    ...(more > 0 ? [say(`and ${more} more directories`)] : []),
  ]
}

const leftBehind = ({ cleanUp }: FtpFacts): readonly Because[] =>
  cleanUp
    .filter(({ removed }) => !removed)
    .map(({ path }) => say(`the proof left ${path} behind: remove it`))
