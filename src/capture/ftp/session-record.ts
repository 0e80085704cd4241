/** A control connection as the session that it was: what one side alone shows leaves the other's part null. */
import {
  type DataChannel,
  type Endpoint,
  type FtpSession,
  type SessionSign,
  sessionSigns,
  type TransferredFile,
} from '../../model/observation.ts'
import type { Channel, Transfer } from '../../protocols/ftp/channel.ts'
import { replyText } from '../../protocols/ftp/reply.ts'
import { serverOf } from '../../protocols/ftp/session.ts'
import type { Session } from '../../protocols/ftp/session-state.ts'
import { decodeWire, readWire } from '../../protocols/ftp/wire.ts'
import { clientOf } from './client-software.ts'
import { categoryOf } from './content.ts'
import { type Control, clientEnd, directionsOf, serverEnd } from './control.ts'
import type { DataRecord } from './data-channel.ts'

const maxBanner = 1024

export function sessionOf(control: Control): FtpSession {
  const { session, tcp, closed } = control
  const directions = directionsOf(control)
  // From its first byte on, all in clear and nothing missing: what was not seen was not there.
  const isWhole = tcp.initiator !== null && control.lost === 0 && session.encrypted === 'no'
  const sees = { client: directions !== 'server', server: directions !== 'client' }
  const [client, server] = [isWhole && sees.client, isWhole && sees.server]
  const channels = session.channels.map((channel, i) => channelOf(control, channel, i))
  const files = filesOf(control)
  const { ok, failed, users } = session.logins
  const endSeen = closed?.reason === 'fin' || closed?.reason === 'reset'
  return {
    server: { ...serverEnd(control), product: serverOf(session) },
    client: { ...clientEnd(control), product: clientOf(session.clientHints) },
    start: tcp.start,
    end: Math.max(tcp.start, control.last),
    startSeen: tcp.initiator !== null,
    endSeen,
    directions,
    lostBytes: control.lost,
    encrypted: session.encrypted,
    opaqueFrom: control.opaqueAt,
    banner: bannerOf(session),
    users: client || users.length > 0 ? users : null,
    logins: server || ok + failed > 0 ? { ok, failed } : null,
    anonymous: session.logins.anonymous ?? (client && server && ok === 0 && endSeen ? false : null),
    authTls: authTlsOf(control, directions),
    commands: sees.client ? session.commands : null,
    dataChannels: (client && server) || channels.length > 0 ? channels : null,
    files: client || files.length > 0 ? files : null,
    signs: signsOf(control),
  }
}

export function bannerOf({ said }: Session): string | null {
  return said.greeting === null ? null : replyText(said.greeting).slice(0, maxBanner)
}

/** Accepted, not asked for, or (where it may have been asked for and nobody saw the answer) unknown. */
function authTlsOf(
  { session, lost }: Control,
  directions: FtpSession['directions'],
): boolean | null {
  if (session.authTls) return true
  // What can be read all the way, from wherever on, was never encrypted.
  if (session.encrypted !== 'no' || lost > 0) return null
  return directions === 'client' && (session.commands['AUTH'] ?? 0) > 0 ? null : false
}

function channelOf(control: Control, channel: Channel, index: number): DataChannel {
  const { session } = control
  const transfer = channel.transfer === null ? undefined : session.transfers[channel.transfer]
  const carried = control.data.get(index)
  const record = carried?.record
  return {
    mode: channel.mode,
    announced: {
      address: channel.announced.address ?? announcer(control, channel).address,
      port: channel.announced.port,
    },
    actual: carried?.actual ?? null,
    command: transfer?.verb ?? null,
    argument: transfer?.argument == null ? null : readWire(transfer.argument),
    bytes: record?.bytes ?? null,
    complete: transfer === undefined ? null : completeOf(transfer, record),
    outcome: transfer?.outcome == null ? null : String(transfer.outcome).padStart(3, '0'),
  }
}

const announcer = (control: Control, { mode }: Channel): Endpoint =>
  mode === 'active' ? clientEnd(control) : serverEnd(control)

/** As the server says at the end; without its word, a connection that was cut off was not complete. */
function completeOf(transfer: Transfer, record: DataRecord | undefined): boolean | null {
  if (transfer.outcome !== null) return transfer.complete
  return transfer.aborted || record?.closed === 'reset' ? false : null
}

function filesOf(control: Control): readonly TransferredFile[] {
  const { session } = control
  return session.transfers.flatMap((transfer) => {
    const command = carrying(transfer)
    return command === null ? [] : [fileOf(control, transfer, command)]
  })
}

function carrying({ verb }: Transfer): TransferredFile['command'] | null {
  return verb === 'RETR' || verb === 'STOR' || verb === 'APPE' || verb === 'STOU' ? verb : null
}

function fileOf(
  { data }: Control,
  transfer: Transfer,
  command: TransferredFile['command'],
): TransferredFile {
  const record = transfer.channel === null ? undefined : data.get(transfer.channel)?.record
  const { text: name, base64 } = decodeWire(transfer.stored ?? transfer.argument ?? '')
  const content = transfer.offset === 0 ? (record?.content ?? null) : null
  const complete = completeOf(transfer, record)
  return {
    command,
    name,
    nameBase64: base64,
    bytes: record?.bytes ?? null,
    complete,
    type: content?.type ?? null,
    category: categoryOf(name, content),
    sha256: complete === true && record !== undefined ? hashOf(transfer, record) : null,
  }
}

/** Of the whole file as it travelled: from its start, nothing lost, and the end seen. */
function hashOf(transfer: Transfer, { sha256, closed, bytes, lost }: DataRecord): string | null {
  if (sha256 === null || lost > 0 || transfer.offset > 0) return null
  // A reset may have overtaken the last bytes, unless the server said how many there are.
  return closed === 'fin' || transfer.promisedBytes === bytes ? sha256 : null
}

function signsOf({ session, stolen }: Control): readonly SessionSign[] {
  const seen = new Set<SessionSign>(session.signs.map(({ sign }) => sign))
  if (stolen) seen.add('stolen-data-channel')
  return sessionSigns.filter((sign) => seen.has(sign))
}
