/** What a perfect assessment says of a server that was configured so: the truth, whether or not it can be seen unasked. */
import type { Answer } from '../../src/model/service.ts'

export type KnownAnswer = Exclude<Answer, 'unknown'>

export interface Account {
  readonly user: string
  readonly password: string
}

/** A file that the server offers, by its path in the server's words. */
export interface ExpectedFile {
  readonly path: string
  readonly bytes: number
}

export interface ExpectedFtp {
  readonly anonymous: KnownAnswer
  readonly explicitTls: KnownAnswer
  readonly implicitTls: KnownAnswer
  /** `control`: no login in clear; `data`: data channels too. */
  readonly tlsRequired: 'no' | 'control' | 'data'
  readonly clearLoginAnonymous: KnownAnswer
  readonly clearLoginAccounts: KnownAnswer
  /** The TLS versions it takes, oldest first; empty without TLS. */
  readonly tlsVersions: readonly string[]
  /** Takes suites without encryption or without a certificate. */
  readonly weakSuites: KnownAnswer
  /** Data channels must resume the control channel's session. */
  readonly sessionReuse: 'required' | 'free'
  readonly certificate: CertificateKind | null
  /** Directories in which anonymous can make a directory. */
  readonly writable: readonly string[]
  /**
   * Directories that the `perm` fact of listings claims so, which is not always true; null where listings have no such
   * fact (all of Pure-FTPd's, and every LIST).
   */
  readonly permWritable: readonly string[] | null
  /** Whether anonymous may take away again what it made. */
  readonly anonymousRemoves: KnownAnswer
  readonly listing: 'mlsd' | 'list'
  /** `dead`: 229 names a port on which nothing listens. */
  readonly epsv: 'works' | 'dead' | 'refused'
  readonly passiveAddress: 'same' | 'differs'
  /** Whether PORT to a third address makes the server connect there, for anonymous. */
  readonly bounce: KnownAnswer
  /** What SITE has for some login, if not for anonymous. */
  readonly siteCopy: KnownAnswer
  readonly siteChmod: KnownAnswer
  /** STAT, without or after a login, names product or version. */
  readonly statNamesVersion: KnownAnswer
  /** What anonymous can list, all directories together; empty where it cannot log in. */
  readonly files: readonly ExpectedFile[]
  /** Control connections from one address after which it refuses all more; null is no such limit. */
  readonly bansAfter: number | null
  /** An account that the server takes; null where it has none. */
  readonly account: Account | null
}

export interface Expected {
  /** Id of the protocol. */
  readonly protocol: 'ftp' | 'ssh' | 'smtp' | 'pop3' | 'imap' | 'http'
  /** The product that answers, hidden or not. */
  readonly product: string | null
  /** The version that runs, read from the program or its package, hidden or not. */
  readonly version: string | null
  /** Where the server itself says product and version; `nowhere`: only its manner gives it away. */
  readonly names: { readonly product: Told; readonly version: Told }
  readonly ftp: ExpectedFtp | null
}
export type Told = 'greeting' | 'help' | 'feat' | 'stat' | 'nowhere'

export const certificateKinds = ['good', 'expired', 'small-key', 'elliptic'] as const
/** All are signed by themselves for `certificateName` and 127.0.0.0/8's address of no server. */
export type CertificateKind = (typeof certificateKinds)[number]

/** An FTP server without TLS or any weakness, on which nobody can log in. */
export const closedFtp: ExpectedFtp = {
  anonymous: 'no',
  explicitTls: 'no',
  implicitTls: 'no',
  tlsRequired: 'no',
  clearLoginAnonymous: 'no',
  clearLoginAccounts: 'yes',
  tlsVersions: [],
  weakSuites: 'no',
  sessionReuse: 'free',
  certificate: null,
  writable: [],
  permWritable: null,
  anonymousRemoves: 'no',
  listing: 'list',
  epsv: 'works',
  passiveAddress: 'same',
  bounce: 'no',
  siteCopy: 'no',
  siteChmod: 'no',
  statNamesVersion: 'no',
  files: [],
  bansAfter: null,
  account: null,
}
