/** How the FTP server of the tests behaves: all that a test may choose. */
import type { Issued } from '../tls-certificate.test.data.ts'

export interface FakeEntry {
  readonly name: string
  readonly kind: 'file' | 'directory' | 'link'
  readonly body?: string
  /** Perm facts of MLSD. */
  readonly perm?: string
  /** Mode bits of LIST. */
  readonly mode?: string
}

export interface FakeFtp {
  readonly host: string
  readonly greeting: string
  /** Null: FEAT is not known. */
  readonly features: readonly string[] | null
  readonly system: string
  /** What STAT tells who is logged in. */
  readonly status: string
  readonly anonymous: 'yes' | 'tls-only' | 'no'
  readonly users: Readonly<Record<string, string>>
  readonly tls: 'none' | 'offered' | 'required' | 'implicit'
  readonly certificate: Issued | null
  readonly maxVersion: 'TLSv1.2' | 'TLSv1.3'
  readonly data: 'plain' | 'reuse-required' | 'tls-1.2-only'
  /** `answered`: what stood behind AUTH in clear is answered inside TLS. */
  readonly injection: 'forgotten' | 'answered' | 'in-clear'
  /** What a login in clear is told where TLS is required, and whether the connection ends with it. */
  readonly refusal: string
  readonly closesOnRefusal: boolean
  /** By path; directories that are not here cannot be entered. */
  readonly tree: Readonly<Record<string, readonly FakeEntry[]>>
  /** Perm of each directory itself; `c` and `m` let MKD through. */
  readonly perm: Readonly<Record<string, string>>
  readonly listing: 'mlsd' | 'list' | 'nlst' | 'refused'
  readonly removal: 'done' | 'refused'
  readonly epsv: 'open' | 'dead' | 'refused'
  readonly pasv: 'open' | 'dead' | 'refused'
  /** What 227 names instead of the server. */
  readonly passiveHost: string | null
  /** `ascending`: 227 names one port after the other, from here. */
  readonly passivePorts: 'any' | number
  /** `foreign`: connects wherever PORT says; `own`: to the client alone, others are refused; `silent`: 200 and no more. */
  readonly port: 'foreign' | 'own' | 'silent'
  /** Failed logins after which 421 is said. */
  readonly patience: number
  /** Milliseconds before a login is refused. */
  readonly delay: number
  /** Connections after which nobody is greeted any more. */
  readonly bansAfter: number
  /** The last reply of a transfer. */
  readonly closing: string
  /** Sent over data connections without end in place of a listing; empty: nothing, and the connection stays open. */
  readonly pours: string | null
  /** Replies in place of what the server would say, by verb or by whole line in upper case; `null` closes, an empty one is silence. */
  readonly say: Readonly<Record<string, string | null>>
}

export const fakeFtp: FakeFtp = {
  host: '127.0.0.1',
  greeting: '220 Welcome to the FTP server',
  features: ['MLST type*;size*;modify*;perm*;', 'UTF8', 'EPSV', 'REST STREAM'],
  system: '215 UNIX Type: L8',
  status: "500 'STAT': command not understood",
  anonymous: 'yes',
  users: {},
  tls: 'none',
  certificate: null,
  maxVersion: 'TLSv1.3',
  data: 'plain',
  injection: 'forgotten',
  refusal: '530 Sessions must use encryption.',
  closesOnRefusal: false,
  tree: { '/': [] },
  perm: {},
  listing: 'mlsd',
  removal: 'done',
  epsv: 'open',
  pasv: 'open',
  passiveHost: null,
  passivePorts: 'any',
  port: 'own',
  patience: 3,
  delay: 0,
  bansAfter: Number.POSITIVE_INFINITY,
  closing: '226 Done',
  pours: null,
  say: {},
}
