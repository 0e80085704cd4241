/** Services made by hand: an FTP server of which everything is known and nothing is wrong, and what differs from it. */
import { type Address, parseAddress } from '../model/address.ts'
import type { Outcome } from '../model/finding.ts'
import type {
  Answer,
  FtpCheck,
  FtpCheckId,
  FtpFacts,
  HostedFile,
  Service,
  TlsFacts,
} from '../model/service.ts'
import { ftpCheckIds } from '../model/service.ts'
import type { Look } from '../model/sighting.ts'
import { serviceChecks } from './index.ts'
import type { ServiceCheckId } from './service-check-ids.ts'
import { serviceSubject } from './service-subject.ts'

export const look: Look = { run: 'run-1', network: 'internet', vantage: 'sensor-1' }
export const seen = Date.UTC(2026, 10, 21, 9)

export const address = (text: string): Address => {
  const found = parseAddress(text)
  if (!found) throw new Error(`no address ${text}`)
  return found
}

/** What each point says of a server of which nothing is wrong. */
const good: Readonly<Record<FtpCheckId, Answer>> = {
  product: 'yes',
  'explicit-tls': 'yes',
  'implicit-tls': 'no',
  'tls-required': 'yes',
  'tls-old-version': 'no',
  'tls-weak-cipher': 'no',
  'certificate-valid': 'yes',
  'certificate-name': 'yes',
  'starttls-injection': 'no',
  'clear-login-anonymous': 'no',
  'clear-login-accounts': 'no',
  anonymous: 'no',
  'anonymous-list': 'no',
  writable: 'no',
  bounce: 'no',
  'bounce-privileged': 'no',
  'passive-same-address': 'yes',
  'passive-ports-predictable': 'no',
  'site-exec': 'no',
  'site-copy': 'no',
  'site-chmod': 'no',
  'stat-leak': 'no',
  'hosted-files': 'no',
  'guessing-resisted': 'yes',
}

export type Said = Answer | Partial<FtpCheck>
export type Answers = Readonly<Partial<Record<FtpCheckId, Said>>>

export const ftp = (answers: Answers = {}, more: Partial<FtpFacts> = {}): FtpFacts => ({
  anonymous: 'no',
  writable: 'no',
  explicitTls: 'yes',
  implicitTls: 'no',
  clearLoginAnonymous: 'no',
  clearLoginAccounts: 'no',
  tlsRequired: 'yes',
  bounce: 'no',
  passiveAddress: 'same',
  features: [],
  checks: ftpCheckIds.map((id) => checkOf(id, answers[id] ?? good[id])),
  transcript: [
    { n: 1, dir: 'in', text: '220 Hello', connection: 1 },
    { n: 2, dir: 'out', text: 'USER anonymous', connection: 1 },
    { n: 3, dir: 'in', text: '230 Welcome', connection: 1 },
  ],
  files: [],
  writableDirectories: null,
  cleanUp: [],
  ...more,
})

const checkOf = (id: FtpCheckId, said: Said): FtpCheck => ({
  id,
  answer: 'unknown',
  reason: 'as-it-was-seen',
  lines: [],
  authenticatedAs: null,
  ...(typeof said === 'string' ? { answer: said } : said),
})

/** Files are there, and all of them were seen. */
export const allListed: Said = { answer: 'yes', reason: 'all-listed' }

/** Of a point nothing could be told, for this reason. */
export const untold = (reason: string): Said => ({ answer: 'unknown', reason })

export const tls = (more: Partial<TlsFacts> = {}): TlsFacts => ({
  version: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  offers: { SSLv3: 'no', TLSv1: 'no', 'TLSv1.1': 'no', 'TLSv1.2': 'yes', 'TLSv1.3': 'yes' },
  weakCiphers: [],
  subject: 'CN=ftp.example.com',
  issuer: 'CN=An Authority',
  names: ['ftp.example.com'],
  nameMatches: 'yes',
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2027-01-01T00:00:00Z',
  keyType: 'rsa',
  keyBits: 2048,
  signatureAlgorithm: 'sha256WithRSAEncryption',
  selfSigned: false,
  fingerprintSha256: null,
  ...more,
})

export const service = (more: Partial<Service> = {}): Service => ({
  address: address('203.0.113.5'),
  hostname: 'ftp.example.com',
  port: 21,
  transport: 'tcp',
  seen,
  recognition: 'ftp',
  protocol: 'ftp',
  product: null,
  banner: 'Hello',
  ftp: ftp(),
  tls: tls(),
  ended: 'completed',
  evidence: [{ line: '331 in answer to USER', weight: 3 }],
  details: [],
  ...more,
})

export const hosted = (path: string, more: Partial<HostedFile> = {}): HostedFile => ({
  path,
  nameBase64: null,
  bytes: 118_196,
  modified: null,
  category: 'other',
  content: null,
  ...more,
})

export const judge = (id: ServiceCheckId, seenService: Service): Outcome | null => {
  const check = serviceChecks.find((one) => one.id === id)
  if (!check) throw new Error(`no check ${id}`)
  return check.judge(serviceSubject(seenService, look))
}

/** What a check says of an FTP server with these answers: its status, and the severity where it is not the check's own. */
export const verdict = (
  id: ServiceCheckId,
  answers: Answers,
  more: Partial<FtpFacts> = {},
  besides: Partial<Service> = {},
): string => {
  const found = judge(id, service({ ftp: ftp(answers, more), ...besides }))
  return found ? [found.status, found.severity].filter(Boolean).join(' ') : 'nothing'
}

export const textsOf = (outcome: Outcome | null): readonly string[] =>
  outcome?.because?.map(({ text }) => text) ?? []
