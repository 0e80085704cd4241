/** What is known of one control connection. */
import type { Endpoint, Place } from '../../model/observation.ts'
import type { EvidenceLine } from '../../model/service.ts'
import { type CommandState, commandStart } from '../../protocols/ftp/command.ts'
import type { View } from '../../protocols/ftp/conversation.ts'
import { type RecognitionState, recognitionStart } from '../../protocols/ftp/recognition.ts'
import { type ReplyState, replyStart } from '../../protocols/ftp/reply.ts'
import type { Proof } from '../../protocols/ftp/seen-facts.ts'
import { type Session, sessionStart } from '../../protocols/ftp/session-state.ts'
import type { Naming } from '../services-names.ts'
import type { CloseReason, Side, Tcp } from '../stream.ts'
import type { DataRecord } from './data-channel.ts'
import type { Handshake } from './handshake.ts'

export interface Control {
  readonly kind: 'control'
  readonly tcp: Tcp
  readonly server: Side
  readonly startSeen: boolean
  session: Session
  /** Null once it is decided. */
  recognition: RecognitionState | null
  verdict: 'ftp' | 'not-ftp' | 'undecided'
  /** The protocol that the evidence names where it is not FTP. */
  otherwise: string | null
  evidence: readonly EvidenceLine[]
  /** What names the service where it is not FTP; null where nobody asks, or the start is missing. */
  naming: Naming | null
  /** Bytes are gathered for the name alone. */
  onlyNaming: boolean
  commands: CommandState
  replies: ReplyState
  /** For each side: a beginning of a line that may be a TLS record's or the rest of another line. */
  readonly held: [string, string]
  readonly resync: [boolean, boolean]
  lost: number
  /** Milliseconds since the epoch: the last byte that came, and the first that could not be read. */
  last: number
  opaqueAt: number | null
  /** What decided. */
  proof: Place | null
  /** Of the last bytes. */
  packet: number
  /** Bytes seen while it was undecided. */
  bytes: number
  /** It began with TLS that says it will carry FTP. */
  offersFtp: boolean
  /** Null while nothing of TLS was seen. */
  handshake: Handshake | null
  /** Who is logged in; null where that was not seen. */
  user: string | null
  /** Where that user stands, wire text; null where that is not known. */
  directory: string | null
  /** Who asked for a listing, and from where, by the index of its transfer. */
  readonly asked: Map<number, Asking>
  /** Listings that came whole or in part, and are not told of yet. */
  listings: SeenListing[]
  /** Something was learned of the server that may not be told yet. */
  news: boolean
  readonly proofs: Map<Proof['id'], Proof>
  /** By index of the session's channels. */
  readonly data: Map<number, Carried>
  openData: number
  stolen: boolean
  /** Characters that it keeps, about. */
  text: number
  closed: { readonly reason: CloseReason; readonly time: number } | null
  emitted: boolean
}

/** Who asked, and from where; null where that is not known. */
export interface Asking {
  readonly user: string | null
  readonly directory: string | null
}

/** What a data channel carried to who asked for a listing. */
export interface SeenListing {
  /** Index of the session's transfers. */
  readonly transfer: number
  /** Wire text, at most so much as is looked at. */
  readonly text: string
  readonly extent: 'whole' | 'cut'
}

/** A data channel that somebody connected to. */
export interface Carried {
  /** The end that was connected to; of a stolen channel, the end of who connected. */
  readonly actual: Endpoint
  readonly record: DataRecord
}

export function startControl(
  tcp: Tcp,
  server: Side,
  startSeen: boolean,
  naming: Naming | null,
  time: number,
): Control {
  const view: View = { directions: 'both', startSeen }
  return {
    kind: 'control',
    tcp,
    server,
    startSeen,
    session: sessionStart(view, {
      client: tcp.ends[server === 0 ? 1 : 0].address,
      server: tcp.ends[server].address,
    }),
    recognition: recognitionStart(view),
    verdict: 'undecided',
    otherwise: null,
    evidence: [],
    naming,
    onlyNaming: false,
    commands: commandStart,
    replies: replyStart,
    held: ['', ''],
    resync: [!startSeen, !startSeen],
    lost: 0,
    last: time,
    opaqueAt: null,
    proof: null,
    packet: tcp.packet,
    bytes: 0,
    offersFtp: false,
    handshake: null,
    user: null,
    directory: null,
    asked: new Map(),
    listings: [],
    news: false,
    proofs: new Map(),
    data: new Map(),
    openData: 0,
    stolen: false,
    text: 0,
    closed: null,
    emitted: false,
  }
}

export const serverEnd = ({ tcp, server }: Control): Endpoint => tcp.ends[server]
export const clientEnd = ({ tcp, server }: Control): Endpoint => tcp.ends[server === 0 ? 1 : 0]

/** The sides that anything was seen of; a side whose packets carried nothing was seen all the same. */
export function directionsOf({ tcp, server }: Control): View['directions'] {
  const client = server === 0 ? 1 : 0
  if (tcp.packets[server] === 0) return 'client'
  return tcp.packets[client] === 0 ? 'server' : 'both'
}
