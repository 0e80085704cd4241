/**
 * What answers at an address and port, as one look at it told. What could not be observed is null or `unknown`; an empty
 * list and a `no` are observations.
 */
import type { Address } from './address.ts'

export type Answer = 'yes' | 'no' | 'unknown'

/** What a piece of software says it is. A version is what it printed; distributions mend without changing it. */
export interface Product {
  readonly vendor: string
  readonly name: string
  readonly version: string | null
  /** CPE 2.3 formatted string; null where no name is registered. */
  readonly cpe: string | null
  /** 0 to 1. */
  readonly confidence: number
  /** The signals that told: `banner`, `syst`, `feat`, `help`, `wording`, `certificate`, … */
  readonly from: readonly string[]
}

/** How a conversation with a service ended. */
export const endings = [
  'completed', // all that was to be asked was asked, and we took our leave
  'closed-by-server',
  'reset',
  'refused',
  'connect-timeout',
  'unreachable',
  'silent', // connected, and nothing came in time
  'too-slow', // bytes came, and the whole took longer than allowed
  'line-too-long',
  'reply-too-long',
  'too-much-data',
  'not-understood', // bytes that are no conversation of this protocol
  'tls-failed',
  'banned', // refused or silent after earlier answers: the address is left alone
  'cancelled',
  'local-error', // this machine could not (descriptors, memory, addresses)
] as const
export type Ending = (typeof endings)[number]

/** One line of evidence and what it weighs; text is escaped where it is shown, not here. */
export interface EvidenceLine {
  readonly line: string
  readonly weight: number
}

export interface TranscriptLine {
  /** From 1, over all connections of the service. */
  readonly n: number
  /** `in` came from the service, `out` was sent, `note` is what happened beside (TLS, data channels). */
  readonly dir: 'in' | 'out' | 'note'
  /** Arguments of secret commands are replaced when written. */
  readonly text: string
  /** Ordinal of the connection, from 1. */
  readonly connection: number
}

export const ftpCheckIds = [
  'product',
  'explicit-tls',
  'implicit-tls',
  'tls-required',
  'tls-old-version',
  'tls-weak-cipher',
  'certificate-valid',
  'certificate-name',
  'starttls-injection',
  'clear-login-anonymous',
  'clear-login-accounts',
  'anonymous',
  'anonymous-list',
  'writable',
  'bounce',
  'bounce-privileged',
  'passive-same-address',
  'passive-ports-predictable',
  'site-exec',
  'site-copy',
  'site-chmod',
  'stat-leak',
  'hosted-files',
  'guessing-resisted',
] as const
export type FtpCheckId = (typeof ftpCheckIds)[number]

export interface FtpCheck {
  readonly id: FtpCheckId
  readonly answer: Answer
  /** Kebab-case: why it is so, or why it could not be told (`not-asked`, `needs-login`, `refused`, …). */
  readonly reason: string
  /** Numbers of the transcript lines that prove it. */
  readonly lines: readonly number[]
  readonly authenticatedAs: string | null
}

export const fileCategories = [
  'pdf',
  'archive',
  'rtf',
  'office',
  'opendocument',
  'database',
  'key',
  'mail',
  'source',
  'media',
  'executable',
  'text',
  'other',
] as const
export type FileCategory = (typeof fileCategories)[number]

export interface HostedFile {
  /** Absolute path in the server's words, readable text. */
  readonly path: string
  /** The raw name where it is no UTF-8. */
  readonly nameBase64: string | null
  readonly bytes: number | null
  /** ISO 8601; without a zone where the listing names none. */
  readonly modified: string | null
  /** By extension. */
  readonly category: FileCategory
  /** By the first bytes, where they were asked for; null where not. */
  readonly content: FileCategory | null
}

export interface FtpFacts {
  readonly anonymous: Answer
  readonly writable: 'proved' | 'inferred' | 'no' | 'unknown'
  readonly explicitTls: Answer
  readonly implicitTls: Answer
  readonly clearLoginAnonymous: Answer
  readonly clearLoginAccounts: Answer
  readonly tlsRequired: Answer
  readonly bounce: Answer
  readonly passiveAddress: 'same' | 'differs' | 'unknown'
  /** In the order of the reply; null when FEAT was not answered with a list. */
  readonly features: readonly string[] | null
  /** One for each id, in the order of `ftpCheckIds`. */
  readonly checks: readonly FtpCheck[]
  readonly transcript: readonly TranscriptLine[]
  /** Null: nobody could look. */
  readonly files: readonly HostedFile[] | null
  /** Directories in which the account may write; what `writable` says of. */
  readonly writableDirectories: readonly string[] | null
  /** What `--prove-writable` made and whether it is gone again. */
  readonly cleanUp: readonly { readonly path: string; readonly removed: boolean }[]
}

export interface TlsFacts {
  /** Of the session that was made: `TLSv1.3`; null when the handshake was only looked at. */
  readonly version: string | null
  readonly cipher: string | null
  /** Old and current versions that the server takes: `SSLv3`, `TLSv1`, `TLSv1.1`, `TLSv1.2`, `TLSv1.3`. */
  readonly offers: Readonly<Record<string, Answer>>
  /** Null: not asked. */
  readonly weakCiphers: readonly string[] | null
  readonly subject: string | null
  readonly issuer: string | null
  /** DNS names and addresses of the certificate. */
  readonly names: readonly string[]
  /** Against the name that was asked for, or the address. */
  readonly nameMatches: Answer
  /** ISO 8601. */
  readonly notBefore: string | null
  readonly notAfter: string | null
  readonly keyType: string | null
  readonly keyBits: number | null
  readonly signatureAlgorithm: string | null
  readonly selfSigned: boolean | null
  /** Lower-case hex of the DER certificate. */
  readonly fingerprintSha256: string | null
}

/** A handshake of which nothing is known. */
export const unknownTls: TlsFacts = {
  version: null,
  cipher: null,
  offers: {},
  weakCiphers: null,
  subject: null,
  issuer: null,
  names: [],
  nameMatches: 'unknown',
  notBefore: null,
  notAfter: null,
  keyType: null,
  keyBits: null,
  signatureAlgorithm: null,
  selfSigned: null,
  fingerprintSha256: null,
}

export type RecognitionVerdict = 'ftp' | 'not-ftp' | 'undecided'

export interface Service {
  readonly address: Address
  /** The name it was asked for by, where it was one. */
  readonly hostname: string | null
  readonly port: number
  readonly transport: 'tcp'
  /** Milliseconds since the epoch. */
  readonly seen: number
  readonly recognition: RecognitionVerdict
  /** Id of a protocol of the registry, or `unknown`. */
  readonly protocol: string
  readonly product: Product | null
  /** The greeting or first answer without its codes, as it came (hostile text). */
  readonly banner: string | null
  readonly ftp: FtpFacts | null
  readonly tls: TlsFacts | null
  readonly ended: Ending
  readonly evidence: readonly EvidenceLine[]
  /** More of what the protocol told: host key, server name, … in the order to show. */
  readonly details: readonly (readonly [name: string, value: string])[]
}

export type ProbeOutcome =
  | 'open'
  | 'closed'
  | 'filtered'
  | 'unreachable'
  | 'banned'
  | 'not-probed'
  | 'error'

/** `<network>/<address>:<port>/<transport>` is who a service is. */
export const serviceKey = (network: string, address: string, port: number): string =>
  `${network}/${address.includes(':') ? `[${address}]` : address}:${port}/tcp`
