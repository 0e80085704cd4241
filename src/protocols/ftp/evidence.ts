/** The table that tells FTP from what is not: rows with their weights, and the lines that show them. */
import { hasFeature, parseFeatures } from './features.ts'
import type { Reply } from './reply.ts'
import { identify, nothingSaid } from './software.ts'

/** The row of the table, its weight, and what it says the other thing is where it is not FTP. */
export const rows = {
  'user-answered': { weight: 3, is: 'ftp' },
  'passive-answered': { weight: 3, is: 'ftp' },
  'system-or-features': { weight: 3, is: 'ftp' },
  'auth-then-tls': { weight: 3, is: 'ftp' },
  transfer: { weight: 3, is: 'ftp' },
  'port-announced': { weight: 3, is: 'ftp' },
  'login-demanded': { weight: 2, is: 'ftp' },
  'greeting-names-ftp': { weight: 1, is: 'ftp' },
  'enhanced-status': { weight: -3, is: 'smtp' },
  'hello-answered': { weight: -5, is: 'smtp' },
  pop3: { weight: -5, is: 'pop3' },
  redis: { weight: -5, is: 'redis' },
  imap: { weight: -5, is: 'imap' },
  http: { weight: -5, is: 'http' },
  ssh: { weight: -5, is: 'ssh' },
  irc: { weight: -5, is: 'irc' },
  rtsp: { weight: -5, is: 'rtsp' },
  vnc: { weight: -5, is: 'vnc' },
} as const
export type EvidenceRow = keyof typeof rows
export type OtherProtocol = Exclude<(typeof rows)[EvidenceRow]['is'], 'ftp'>

/** A greeting that names FTP, or a product that speaks it; mail servers on a host called ftp do not count. */
export function namesFtp(reply: Reply, text: string): boolean {
  if (identify({ ...nothingSaid, greeting: reply })) return true
  return /ftp/i.test(text) && !/\bE?SMTP\b/i.test(text)
}

/** A 211 with features that only FTP has. */
export function listsFtp(reply: Reply): boolean {
  const features = parseFeatures(reply)
  return (
    features !== undefined &&
    ['MLST', 'REST', 'UTF8', 'AUTH', 'EPSV'].some((name) => hasFeature(features, name))
  )
}

/** What a line that is no reply is the first line of. */
export function foreignLine(line: string): EvidenceRow | undefined {
  return foreignLines.find(([, shape]) => shape.test(line))?.[0]
}
const foreignLines: readonly (readonly [EvidenceRow, RegExp])[] = [
  // Redis answers in the same two words as POP3.
  ['redis', /^-(?:ERR (?:unknown command|wrong number of arguments)|NOAUTH |DENIED )/i],
  ['pop3', /^(?:\+OK|-ERR)(?:\s|$)/],
  ['imap', /^\* (?:OK|BYE|PREAUTH)\b/],
  ['http', /^HTTP\/\d/],
  ['ssh', /^SSH-\d/],
  ['irc', /^(?::\S{1,255} )?NOTICE (?:AUTH|\*)/],
  ['rtsp', /^RTSP\/\d/],
  ['vnc', /^RFB \d{3}\.\d{3}/],
]
