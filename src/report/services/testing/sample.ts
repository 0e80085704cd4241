/** An invented scan for tests: documentation addresses (RFC 5737, RFC 3849), and everything a format has to cope with. */
import { addresses } from '../../../model/address-set.ts'
import type { CheckInfo, Finding } from '../../../model/audit.ts'
import { gap } from '../../../model/gap.ts'
import { ports } from '../../../model/port-set.ts'
import { resourceId } from '../../../model/resource.ts'
import {
  type Answer,
  type FtpCheck,
  type FtpCheckId,
  type FtpFacts,
  ftpCheckIds,
  type ProbeOutcome,
  type Product,
  type Service,
  serviceKey,
  type TlsFacts,
  type TranscriptLine,
} from '../../../model/service.ts'
import type { Look, Sighting } from '../../../model/sighting.ts'
import { address } from '../../testing/fixture.ts'
import type { ScanOptions, ScanSummary, ScanWriter } from '../format.ts'

export const look: Look = { run: 'r-2026-11-21', network: 'internet', vantage: 'scanner-1' }
const begun = Date.UTC(2026, 10, 21, 9, 0, 0)
export const scanOptions: ScanOptions = {
  version: '0.1.0',
  time: new Date(begun),
  colour: false,
  width: 80,
  showAll: false,
  details: false,
  commandLine: 'portreeve scan 203.0.113.0/28 --ports ftp',
}
export const summary: ScanSummary = { from: begun, to: begun + 4230, stopped: null }

const product = (vendor: string, name: string, version: string | null, cpe: string | null) =>
  ({ vendor, name, version, cpe, confidence: 0.93, from: ['banner', 'wording'] }) satisfies Product

export const service = (
  where: string,
  port: number,
  protocol: string,
  more: Partial<Service> = {},
): Service => ({
  address: address(where),
  hostname: null,
  port,
  transport: 'tcp',
  seen: begun + 1234,
  recognition: protocol === 'ftp' ? 'ftp' : protocol === 'unknown' ? 'undecided' : 'not-ftp',
  protocol,
  product: null,
  banner: null,
  ftp: null,
  tls: null,
  ended: 'completed',
  evidence: [{ line: '331 Please specify the password.', weight: 3 }],
  details: [],
  ...more,
})

type Answers = Partial<Record<FtpCheckId, readonly [Answer, string, ...number[]]>>

const checksOf = (answers: Answers): readonly FtpCheck[] =>
  ftpCheckIds.map((id) => {
    const [answer, reason, ...lines] = answers[id] ?? ['unknown', 'not-asked']
    const authenticatedAs = id === 'writable' && answer === 'yes' ? 'anonymous' : null
    return { id, answer, reason, lines, authenticatedAs }
  })

export const ftpFacts = (answers: Answers, more: Partial<FtpFacts> = {}): FtpFacts => {
  const answer = (id: FtpCheckId): Answer => answers[id]?.[0] ?? 'unknown'
  return {
    anonymous: answer('anonymous'),
    writable: answer('writable') === 'no' ? 'no' : 'unknown',
    explicitTls: answer('explicit-tls'),
    implicitTls: answer('implicit-tls'),
    clearLoginAnonymous: answer('clear-login-anonymous'),
    clearLoginAccounts: answer('clear-login-accounts'),
    tlsRequired: answer('tls-required'),
    bounce: answer('bounce'),
    passiveAddress: 'unknown',
    features: ['EPSV', 'MDTM', 'UTF8'],
    checks: checksOf(answers),
    transcript: [],
    files: null,
    writableDirectories: null,
    cleanUp: [],
    ...more,
  }
}

export const tlsFacts = (more: Partial<TlsFacts> = {}): TlsFacts => ({
  version: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  offers: { 'TLSv1.2': 'yes', 'TLSv1.3': 'yes', SSLv3: 'unknown' },
  weakCiphers: null,
  subject: 'CN=ftp.example.com',
  issuer: 'CN=Example CA',
  names: ['ftp.example.com'],
  nameMatches: 'yes',
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2027-01-01T00:00:00Z',
  keyType: 'RSA',
  keyBits: 2048,
  signatureAlgorithm: 'sha256WithRSAEncryption',
  selfSigned: false,
  fingerprintSha256: 'ab'.repeat(32),
  ...more,
})

const talk = (...lines: readonly string[]): readonly TranscriptLine[] =>
  lines.map((line, i) => ({
    n: i + 1,
    dir: line.startsWith('> ') ? 'out' : line.startsWith('* ') ? 'note' : 'in',
    text: line.replace(/^[>*] /, ''),
    connection: 1,
  }))

const anonymousServer = ftpFacts(
  {
    product: ['yes', 'named-in-greeting', 1],
    'explicit-tls': ['no', 'refused', 4, 5],
    'implicit-tls': ['no', 'speaks-in-clear', 1],
    'tls-required': ['no', 'tls-not-offered', 5],
    'clear-login-anonymous': ['yes', 'logged-in', 6, 7, 8, 9],
    'clear-login-accounts': ['yes', 'tls-not-offered', 5],
    anonymous: ['yes', 'logged-in', 6, 7, 8, 9],
    'anonymous-list': ['yes', 'listed', 12],
    writable: ['yes', 'made-and-removed', 13, 14, 15, 16],
    'passive-same-address': ['no', 'other-address', 11],
    'hosted-files': ['yes', 'listed', 12],
    bounce: ['unknown', 'no-second-address'],
    'site-exec': ['no', 'refused', 18],
  },
  {
    writable: 'proved',
    passiveAddress: 'differs',
    writableDirectories: ['/incoming'],
    cleanUp: [{ path: '/incoming/portreeve-1f', removed: true }],
    files: [
      {
        path: '/pub/annual-report.pdf',
        nameBase64: null,
        bytes: 118_196,
        modified: '2025-03-01T10:00:00',
        category: 'pdf',
        content: 'pdf',
      },
      {
        path: '/pub/backup.zip',
        nameBase64: null,
        bytes: null,
        modified: null,
        category: 'archive',
        content: null,
      },
    ],
    transcript: talk(
      '220 (vsFTPd 3.0.3)',
      '> SYST',
      '215 UNIX Type: L8',
      '> AUTH TLS',
      '530 Please login with USER and PASS.',
      '> USER anonymous',
      '331 Please specify the password.',
      '> PASS ***',
      '230 Login successful.',
      '> PASV',
      '227 Entering Passive Mode (10,0,0,5,200,12).',
      '* data channel: 214 bytes of listing',
      '> MKD /incoming/portreeve-1f',
      '257 "/incoming/portreeve-1f" created',
      '> RMD /incoming/portreeve-1f',
      '250 Remove directory operation successful.',
      '> SITE HELP',
      '214 CHMOD UMASK HELP',
    ),
  },
)

const vsftpd = (version: string) =>
  product(
    'vsftpd project',
    'vsftpd',
    version,
    `cpe:2.3:a:vsftpd_project:vsftpd:${version}:*:*:*:*:*:*:*`,
  )

export const services: readonly Service[] = [
  service('203.0.113.5', 21, 'ftp', {
    hostname: 'files.example.com',
    product: vsftpd('3.0.3'),
    banner: '(vsFTPd 3.0.3)',
    ftp: anonymousServer,
  }),
  service('203.0.113.5', 22, 'ssh', {
    hostname: 'files.example.com',
    product: product('OpenBSD', 'OpenSSH', '9.2p1', 'cpe:2.3:a:openbsd:openssh:9.2:p1:*:*:*:*:*:*'),
    banner: 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3',
  }),
  service('203.0.113.5', 60_021, 'ftp', {
    hostname: 'files.example.com',
    product: product('ProFTPD Project', 'ProFTPD', '1.3.8b', null),
    banner: 'ProFTPD Server (Debian) [203.0.113.5]',
    tls: tlsFacts(),
    ftp: ftpFacts(
      {
        'explicit-tls': ['yes', 'handshake-done', 2],
        'implicit-tls': ['no', 'speaks-in-clear', 1],
        'tls-required': ['yes', 'refused-in-clear', 3],
        anonymous: ['no', 'refused', 3],
        writable: ['unknown', 'needs-login'],
      },
      { transcript: talk('220 Hello', '234 AUTH TLS successful', '550 SSL/TLS required') },
    ),
  }),
  service('203.0.113.9', 21, 'smtp', {
    product: product('Postfix', 'Postfix smtpd', null, 'cpe:2.3:a:postfix:postfix:*:*:*:*:*:*:*:*'),
    banner: 'mail.example.org ESMTP Postfix (Debian/GNU)',
  }),
  service('203.0.113.9', 990, 'ftp', {
    product: product(
      'Microsoft',
      'Microsoft FTP Service',
      '10.0',
      'cpe:2.3:a:microsoft:ftp_service:10.0:*:*:*:*:*:*:*',
    ),
    banner: 'Microsoft FTP Service',
    tls: tlsFacts({ notAfter: '2026-02-01T00:00:00Z', selfSigned: true }),
    ftp: ftpFacts({
      'implicit-tls': ['yes', 'handshake-done'],
      anonymous: ['unknown', 'banned'],
      writable: ['unknown', 'needs-login'],
    }),
  }),
  service('203.0.113.10', 2121, 'ftp', {
    banner: 'Welcome to the file exchange of Example GmbH, authorised use only',
    ftp: ftpFacts(
      {
        'explicit-tls': ['yes', 'handshake-done'],
        'implicit-tls': ['no', 'speaks-in-clear'],
        'tls-required': ['no', 'logged-in-in-clear'],
        anonymous: ['yes', 'logged-in'],
        writable: ['yes', 'mode-bits'],
      },
      { writable: 'inferred', files: [] },
    ),
  }),
  service('203.0.113.10', 443, 'https', {
    product: product('F5', 'nginx', '1.24.0', 'cpe:2.3:a:f5:nginx:1.24.0:*:*:*:*:*:*:*'),
    tls: tlsFacts({ subject: 'CN=shop.example.com' }),
    details: [['title', 'Shop – Übersicht']],
  }),
  service('203.0.113.12', 8443, 'unknown', { ended: 'silent', evidence: [] }),
  service('2001:db8:85a3::8a2e:370:7334', 21, 'ftp', {
    product: product('Pure-FTPd', 'Pure-FTPd', null, null),
    ftp: ftpFacts({
      'explicit-tls': ['yes', 'handshake-done'],
      'implicit-tls': ['no', 'speaks-in-clear'],
      anonymous: ['no', 'refused'],
      writable: ['no', 'no-writable-directory'],
    }),
  }),
]

const info = (id: string, severity: CheckInfo['severity'], title: string): CheckInfo => ({
  id,
  aliases: [],
  title,
  provider: 'network',
  severity,
  requirements: ['pci-dss-4.0.1:2.2.5'],
  remedy: null,
})

export const finding = (
  where: string,
  port: number,
  check: CheckInfo,
  status: Finding['status'] = 'fail',
  more: Partial<Finding> = {},
): Finding => {
  const id = serviceKey(look.network, where, port)
  return {
    key: `${check.id}|network:${id}`,
    check,
    severity: check.severity,
    status,
    resource: {
      key: resourceId('network', id),
      provider: 'network',
      kind: 'service',
      id,
      name: null,
      account: null,
      region: null,
    },
    because: [{ source: null, text: '230 Login successful.' }],
    exemption: null,
    ...more,
  }
}

const anonymousLogin = info('ftp-server-anonymous-login', 'high', 'Anybody may log in')
const writableDirectory = info(
  'ftp-server-writable-directory',
  'critical',
  'Anybody may write to a directory',
)
const clearTextLogin = info('ftp-server-clear-text-login', 'high', 'Passwords travel in clear')
const customPort = info('ftp-server-custom-port', 'low', 'FTP answers on an uncommon port')
const certificate = info(
  'ftp-server-certificate-invalid',
  'medium',
  'The certificate is expired or not its own',
)
const notFtp = info('port-21-not-ftp', 'informational', 'Port 21 answers, but not as FTP')

export const findings: readonly Finding[] = [
  finding('203.0.113.5', 21, writableDirectory),
  finding('203.0.113.5', 21, anonymousLogin),
  finding('203.0.113.5', 21, clearTextLogin),
  finding('203.0.113.5', 60_021, customPort),
  finding('203.0.113.9', 21, notFtp),
  finding('203.0.113.9', 990, certificate),
  finding('203.0.113.9', 990, anonymousLogin, 'unknown', {
    gaps: [gap('service-banned', 'The server refused us after an answer', null, '203.0.113.9:990')],
  }),
  finding('203.0.113.10', 2121, anonymousLogin),
  finding('203.0.113.10', 2121, writableDirectory, 'unknown'),
  finding('203.0.113.10', 2121, clearTextLogin, 'fail', {
    exemption: { owner: 'ops', reason: 'moves in spring', expires: '2027-03-31' },
  }),
  finding('2001:db8:85a3::8a2e:370:7334', 21, anonymousLogin, 'pass'),
]

export const probe = (
  where: string,
  outcome: ProbeOutcome,
  ...which: readonly (number | readonly [number, number])[]
): Sighting => ({
  kind: 'probe',
  address: address(where),
  ports: ports(...which),
  transport: 'tcp',
  seen: begun + 900,
  outcome,
})

export const coverage = (complete = true): Sighting => ({
  kind: 'coverage',
  addresses: addresses('203.0.113.0/28', '2001:db8:85a3::8a2e:370:7334'),
  ports: ports(21, 22, 443, 990, 2121, 8443, 60_021),
  from: begun,
  to: begun + 4230,
  complete,
})

export const sightings: readonly Sighting[] = [
  probe('203.0.113.5', 'open', 21, 22),
  probe('203.0.113.5', 'closed', 443, 990, 2121, 8443),
  probe('203.0.113.9', 'filtered', 22, 443),
  probe('203.0.113.9', 'banned', 2121, 8443),
  probe('203.0.113.9', 'not-probed', 60_021),
  probe('203.0.113.13', 'open', [1, 300]),
  ...services.map((it): Sighting => ({ kind: 'service', service: it })),
  {
    kind: 'gap',
    gap: gap('no-second-address', 'Bounce was not tried: give --bounce-address', null),
  },
  coverage(),
]

/** Everything that a writer writes for these. */
export function written(
  writer: ScanWriter,
  seen: readonly Sighting[] = sightings,
  found: readonly Finding[] = findings,
  end: ScanSummary = summary,
): string {
  let text = ''
  for (const sighting of seen) text += writer.sighting(sighting)
  for (const one of found) text += writer.finding(one)
  for (const chunk of writer.end(end)) text += chunk
  return text
}
