/** What an assessment of one server may do, how long, and how much. */
import type { Address } from '../../model/address.ts'
import type { TlsFacts } from '../../model/service.ts'
import type { Heard } from '../../protocols/protocol.ts'
import type { Connection } from '../connection.ts'
import type { FtpPoint } from './selection.ts'

export type Asked = 'ask' | 'skip'

export interface Credentials {
  readonly user: string
  readonly password: string
  /** The operator allows that the password travels in clear. */
  readonly clear: boolean
}

export interface FtpAssessmentOptions {
  /** The name that the service was asked for by: for SNI and the judgement of the certificate. */
  readonly hostname: string | null
  /** A second address of this machine, on which a bounced connection may arrive. */
  readonly bounceAddress: Address | null
  readonly credentials: Credentials | null
  /** MKD and RMD of `sourceName`, after all else was read. */
  readonly proveWritable: Asked
  /** Up to six failed logins of `sourceName`. */
  readonly lockout: Asked
  /** The first block of files. */
  readonly sniff: Asked
  /** TLS versions and suites by hellos of our own: up to five more connections. */
  readonly tlsOffers: Asked
  /** Active mode (PORT, EPRT to our own control address) where passive mode fails. */
  readonly active: Asked
  /** These points alone; all of them where null or left out. */
  readonly points?: readonly FtpPoint[] | null
  /** TLS comes before anything else. */
  readonly implicit: boolean
  /** Directories below the first, and files in all. */
  readonly files: { readonly depth: number; readonly count: number }
  /** Milliseconds: of a dial, of one whole reply, of everything. */
  readonly timeouts: { readonly connect: number; readonly reply: number; readonly total: number }
  /** A name that nobody has: of the account that is made up, and of the directory that is made. Letters, digits, hyphens. */
  readonly sourceName: string
  /** Milliseconds since the epoch: certificates are judged by it. */
  readonly now: number
}

/** A control connection that recognition already opened, with everything that was said on it. */
export interface Opened {
  readonly connection: Connection
  readonly exchanges: readonly Heard[]
  /** Of the TLS that it travels in. */
  readonly tls: TlsFacts | null
}

/** At most so many control connections a service, the one handed over included; the TLS offers have their own. */
export const maxControlConnections = 4

export const assessmentLimits = {
  /** Bytes of one listing. */
  listingBytes: 16_777_216,
  directories: 500,
  sniffedFiles: 64,
  sniffedBytes: 4096,
  transcriptLines: 4000,
  transcriptText: 1024,
  /** Lines of one reply that the transcript keeps. */
  replyLines: 64,
  /** Lines that are no reply, on one connection, before it counts as something else. */
  strayLines: 16,
} as const
