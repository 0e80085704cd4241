/** An FTP server that announces another address than its own for passive data connections. */
import { type Address, parseIp4 } from '../../model/address.ts'
import { contains } from '../../model/address-set.ts'
import type { Severity } from '../../model/finding.ts'
import { internet } from '../../model/public-space.ts'
import type { FtpCheck } from '../../model/service.ts'
import { defineServiceCheck } from '../define-service.ts'
import type { ServiceDefinition } from '../definition.ts'
import { answerOf, ofFtpServer, outcomeOfAnswer } from '../service-evidence.ts'
import type { ServiceSubject } from '../service-subject.ts'

export const definitions: readonly ServiceDefinition[] = [
  defineServiceCheck({
    id: 'ftp-server-third-party-passive',
    title: 'FTP server sends clients to another address for data',
    severity: 'medium',
    guidance:
      'Set the address that passive mode announces to the one by which clients reach the server, or leave it to extended passive mode (EPSV), which announces none.',
    judge: ofFtpServer((subject, ftp) => {
      const check = answerOf(ftp, 'passive-same-address')
      return outcomeOfAnswer(subject, check, 'no', severityOf(subject, check))
    }),
  }),
]

/** An address from inside only tells how the network is numbered; one of the internet sends data to somebody. */
function severityOf({ lines }: ServiceSubject, check: FtpCheck): Severity {
  const announced = check.lines.flatMap((n) => announcedIn(lines.get(n) ?? ''))
  const isInside = announced.length > 0 && announced.every((one) => !contains(internet, one))
  return isInside ? 'low' : 'medium'
}

/** The host of a 227 reply: four numbers of the six, in parentheses or not (RFC 1123, section 4.1.2.6). */
function announcedIn(line: string): readonly Address[] {
  const host = /(?<!\d)(\d{1,3},\d{1,3},\d{1,3},\d{1,3}),\d{1,3},\d{1,3}(?!\d)/.exec(line)?.[1]
  const value = host === undefined ? undefined : parseIp4(host.replaceAll(',', '.'))
  return value === undefined ? [] : [{ family: 4, value }]
}
