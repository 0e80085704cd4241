/**
 * What passive evidence tells: sessions and flows, from captures and logs. What could not be observed is null or `unknown`,
 * never 0, false or an empty list.
 */
import type { Address } from './address.ts'
import type { Gap } from './gap.ts'
import type { FileCategory, Product, Service } from './service.ts'

export const origins = ['scan', 'capture', 'log', 'import'] as const
export type Origin = (typeof origins)[number]

export interface Endpoint {
  readonly address: Address
  readonly port: number
}

/** Where it stands: a packet, line or byte of a document, all counted from 1 but offsets. */
export interface Place {
  readonly document: string
  readonly packet?: number
  readonly line?: number
  /** Bytes from the start of the decompressed document. */
  readonly offset?: number
}

export type Transport = 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'other'

/** One connection or aggregate of packets as one observer saw it. */
export interface Flow {
  readonly observer: { readonly kind: 'interface' | 'sensor'; readonly id: string }
  readonly src: Endpoint
  readonly dst: Endpoint
  /** Addresses before translation, where the record tells them. */
  readonly original: { readonly src: Address | null; readonly dst: Address | null } | null
  readonly transport: Transport
  /** IP protocol number. */
  readonly protocol: number
  /** Milliseconds since the epoch. */
  readonly start: number
  readonly end: number
  readonly bytes: number | null
  readonly packets: number | null
  readonly action: 'accept' | 'reject' | 'unknown'
  /** Which end opened it. */
  readonly initiator: 'src' | 'dst' | 'unknown'
  /** One in how many was looked at; 1 is all of them, null where nobody tells. */
  readonly sampled: number | null
}

export interface DataChannel {
  readonly mode: 'active' | 'passive'
  readonly announced: Endpoint
  /** Who really connected and to where; null where nobody was seen to. */
  readonly actual: Endpoint | null
  readonly command: string | null
  readonly argument: string | null
  readonly bytes: number | null
  readonly complete: boolean | null
  /** The code that ended it: `226`. */
  readonly outcome: string | null
}

export interface TransferredFile {
  readonly command: 'RETR' | 'STOR' | 'APPE' | 'STOU'
  readonly name: string
  /** The raw name where it is no UTF-8. */
  readonly nameBase64: string | null
  readonly bytes: number | null
  readonly complete: boolean | null
  /** Media type by the first bytes; null where they were not seen. */
  readonly type: string | null
  readonly category: FileCategory
  /** Lower-case hex, of complete files alone. */
  readonly sha256: string | null
}

export const sessionSigns = [
  'bounce',
  'third-party-passive',
  'nat-mismatch',
  'privileged-port',
  'stolen-data-channel',
  'clear-text-login',
] as const
export type SessionSign = (typeof sessionSigns)[number]

/** One control connection of FTP. */
export interface FtpSession {
  readonly server: Endpoint & { readonly product: Product | null }
  readonly client: Endpoint & { readonly product: Product | null }
  readonly start: number
  readonly end: number
  readonly startSeen: boolean
  readonly endSeen: boolean
  readonly directions: 'both' | 'client' | 'server'
  /** Bytes known to be missing; null where nobody can tell (logs). */
  readonly lostBytes: number | null
  readonly encrypted: 'no' | 'from-auth' | 'implicit' | 'unknown'
  /** Milliseconds since the epoch from which on it could not be read; null where it could. */
  readonly opaqueFrom: number | null
  readonly banner: string | null
  /** As typed, never a password; null where the source does not tell. */
  readonly users: readonly string[] | null
  readonly logins: { readonly ok: number; readonly failed: number } | null
  readonly anonymous: boolean | null
  readonly authTls: boolean | null
  /** Known verbs in upper case, all others under `*`. */
  readonly commands: Readonly<Record<string, number>> | null
  readonly dataChannels: readonly DataChannel[] | null
  readonly files: readonly TransferredFile[] | null
  readonly signs: readonly SessionSign[]
}

/** One piece of passive evidence. `at` is its because; the first place is where it begins. */
export type Observation =
  | { readonly kind: 'ftp-session'; readonly session: FtpSession; readonly at: readonly Place[] }
  | { readonly kind: 'flow'; readonly flow: Flow; readonly at: readonly Place[] }
  | { readonly kind: 'service'; readonly service: Service; readonly at: readonly Place[] }
  | {
      readonly kind: 'coverage'
      /** What was seen of the network: null where the source does not tell. */
      readonly from: number | null
      readonly to: number | null
      readonly complete: boolean
      readonly sampled: number | null
      readonly dropped: number | null
      readonly at: readonly Place[]
    }
  | { readonly kind: 'gap'; readonly gap: Gap }

/** Said of a whole source by whoever hands it in. */
export interface SourceContext {
  readonly origin: 'capture' | 'log' | 'import'
  /** The site or VPC id given on import; public addresses are of `internet` nevertheless. */
  readonly network: string
  /** Who looked: sensor, host or interface. */
  readonly vantage: string
}
