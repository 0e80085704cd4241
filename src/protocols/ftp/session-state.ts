/** What is known of one control connection; everything kept is bounded, what goes beyond is counted. */
import type { Address } from '../../model/address.ts'
import type { Channel, Sign, Transfer } from './channel.ts'
import type { Command } from './command.ts'
import type { View } from './conversation.ts'
import type { Features } from './features.ts'
import { type Logins, noLogins } from './login.ts'
import { nothingSaid, type Said } from './software.ts'

/** Both ends, null where the observer does not know them. */
export interface Ends {
  readonly client: Address | null
  readonly server: Address | null
}

/** A command that waits for its final reply. */
export interface Waiting extends Pick<Command, 'verb' | 'argument'> {
  readonly turn: number
  /** Index of the transfer or the channel that it made. */
  readonly transfer: number | null
  readonly channel: number | null
}

export interface Session {
  readonly view: View
  readonly ends: Ends
  readonly turns: number
  readonly waiting: readonly Waiting[]
  readonly commandSeen: boolean
  readonly replySeen: boolean
  readonly said: Said
  readonly features: Features | null
  readonly encrypted: 'no' | 'from-auth' | 'implicit' | 'unknown'
  /** The turn from which on nothing could be read. */
  readonly opaqueFrom: number | null
  readonly tlsSeen: boolean
  /** AUTH TLS or SSL was accepted. */
  readonly authTls: boolean
  /** AUTH was accepted, is listed in FEAT (yes), or is missing in a FEAT that was seen, or was refused (no). */
  readonly authOffered: 'yes' | 'no' | 'unknown'
  readonly logins: Logins
  /** As the server accepted it: A, E, I or L; null while nothing was said. */
  readonly type: string | null
  /** Where the next transfer begins, in bytes. */
  readonly restart: number
  readonly epsvAll: boolean
  /** Level of PROT that was accepted. */
  readonly protection: string | null
  /** Counts by verb; what is no verb of FTP is under `*`. */
  readonly commands: Readonly<Record<string, number>>
  readonly channels: readonly Channel[]
  readonly channelsBeyond: number
  /** Index of the channel that the next transfer will take. */
  readonly pending: number | null
  readonly transfers: readonly Transfer[]
  readonly transfersBeyond: number
  /** The first of each kind. */
  readonly signs: readonly Sign[]
  /** Arguments of CLNT and CSID; at most eight. */
  readonly clientHints: readonly string[]
  readonly reinitialised: number
  readonly aborts: number
  /** PORT, EPRT, 227 or 229 that could not be read, and lines of the server that are no replies. */
  readonly malformed: number
  readonly ended: 'quit' | 'closed-by-server' | null
}

export const sessionLimits = {
  channels: 1024,
  transfers: 1024,
  argument: 4096,
  hints: 8,
  others: 32,
  replyLines: 256,
  replyLine: 512,
} as const

export const sessionStart = (view: View, ends: Ends): Session => ({
  view,
  ends,
  turns: 0,
  waiting: [],
  commandSeen: false,
  replySeen: false,
  said: nothingSaid,
  features: null,
  encrypted: 'unknown',
  opaqueFrom: null,
  tlsSeen: false,
  authTls: false,
  authOffered: 'unknown',
  logins: noLogins,
  type: null,
  restart: 0,
  epsvAll: false,
  protection: null,
  commands: { '*': 0 },
  channels: [],
  channelsBeyond: 0,
  pending: null,
  transfers: [],
  transfersBeyond: 0,
  signs: [],
  clientHints: [],
  reinitialised: 0,
  aborts: 0,
  malformed: 0,
  ended: null,
})
