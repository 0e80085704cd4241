/** A session of FTP as one row and one more for each data channel and file, and back. */
import type {
  DataChannel,
  Endpoint,
  FtpSession,
  Observation,
  SessionSign,
  TransferredFile,
} from '../../model/observation.ts'
import type { FileCategory, Product } from '../../model/service.ts'
import { endpointCells, readAddress } from './address-cells.ts'
import { flagOf, idOf, jsonOf, nameOf, numberOrNull, readFlag, readJson } from './codes.ts'
import type { Row } from './columns.ts'
import { eventCells, networkOf, readPlaces } from './event-row.ts'
import { type LakeSource, witnesses } from './source.ts'

export type SessionObservation = Extract<Observation, { kind: 'ftp-session' }>
/** Which session it is, and which origin tells. */
export interface SessionPlace {
  readonly source: LakeSource
  readonly sourceId: number
  readonly record: number
  readonly uid: number
}

const directions = { both: 1, client: 2, server: 3 } as const
const encryptions = { unknown: 0, no: 1, 'from-auth': 2, implicit: 3 } as const
const modes = { active: 1, passive: 2 } as const
const channelEntry = 1
const fileEntry = 2

export const precedenceOf = (source: LakeSource): number => witnesses.indexOf(source.witness)

export function sessionRow(
  place: SessionPlace,
  { session, at }: SessionObservation,
): Row<'ftp_session'> {
  const channels = session.dataChannels
  return {
    ...commonCells(place, session, at),
    end_time: session.end,
    start_seen: flagOf(session.startSeen),
    end_seen: flagOf(session.endSeen),
    directions_id: idOf(directions, session.directions),
    lost_bytes: session.lostBytes,
    encrypted_id: idOf(encryptions, session.encrypted),
    opaque_time: session.opaqueFrom,
    banner: session.banner,
    src_software: jsonOf(session.client.product),
    dst_software: jsonOf(session.server.product),
    dst_software_name: session.server.product?.name ?? null,
    users: jsonOf(session.users),
    logins_ok: session.logins?.ok ?? null,
    logins_failed: session.logins?.failed ?? null,
    is_anonymous: flagOf(session.anonymous),
    auth_tls: flagOf(session.authTls),
    commands: jsonOf(session.commands),
    signs: JSON.stringify(session.signs),
    channel_count: channels?.length ?? null,
    active_count: channels?.filter(({ mode }) => mode === 'active').length ?? null,
    passive_count: channels?.filter(({ mode }) => mode === 'passive').length ?? null,
    file_count: session.files?.length ?? null,
    traffic_bytes: knownBytes(session),
  }
}

/** Known bytes of the data channels, or of the files where no channel was seen; null where neither tells. */
export function knownBytes({ dataChannels, files }: FtpSession): number | null {
  const known = (list: readonly { readonly bytes: number | null }[] | null) =>
    (list ?? []).flatMap(({ bytes }) => (bytes === null ? [] : [bytes]))
  const channels = known(dataChannels)
  const counted = channels.length > 0 ? channels : known(files)
  return counted.length > 0 ? counted.reduce((sum, bytes) => sum + bytes, 0) : null
}

export const transferRows = (
  place: SessionPlace,
  { session, at }: SessionObservation,
): readonly Row<'ftp_transfer'>[] => {
  const common = commonCells(place, session, at)
  return [
    ...(session.dataChannels ?? []).map((channel, part) => ({
      ...common,
      ...nothing,
      part,
      entry_id: channelEntry,
      mode_id: idOf(modes, channel.mode),
      ...endpointCells('announced', channel.announced),
      ...endpointCells('actual', channel.actual),
      command: channel.command,
      argument: channel.argument,
      traffic_bytes: channel.bytes,
      is_complete: flagOf(channel.complete),
      outcome: channel.outcome,
    })),
    ...(session.files ?? []).map((file, part) => ({
      ...common,
      ...nothing,
      part,
      entry_id: fileEntry,
      command: file.command,
      file_name: file.name,
      file_name_base64: file.nameBase64,
      traffic_bytes: file.bytes,
      is_complete: flagOf(file.complete),
      file_type: file.type,
      file_category: file.category,
      file_sha256: file.sha256,
    })),
  ]
}

const nothing = {
  mode_id: null,
  ...endpointCells('announced', null),
  ...endpointCells('actual', null),
  argument: null,
  outcome: null,
  file_name: null,
  file_name_base64: null,
  file_type: null,
  file_category: null,
  file_sha256: null,
}

const commonCells = (
  { source, sourceId, record, uid }: SessionPlace,
  { start, server, client }: FtpSession,
  at: SessionObservation['at'],
) => ({
  ...eventCells(source, record, start, networkOf(server.address, source.context.network), at),
  class_uid: 4008,
  session_uid: uid,
  precedence: precedenceOf(source),
  source_id: sourceId,
  ...endpointCells('src', client),
  ...endpointCells('dst', server),
})

/** The session that these rows were made of. */
export function readSession(
  row: Row<'ftp_session'>,
  transfers: readonly Row<'ftp_transfer'>[],
): SessionObservation {
  const parts = [...transfers].sort((a, b) => Number(a.part) - Number(b.part))
  const of = (entry: number) => parts.filter(({ entry_id }) => Number(entry_id) === entry)
  const session: FtpSession = {
    server: { ...readEnd(row.dst_ip, row.dst_port), product: readJson<Product>(row.dst_software) },
    client: { ...readEnd(row.src_ip, row.src_port), product: readJson<Product>(row.src_software) },
    start: Number(row.time),
    end: Number(row.end_time),
    startSeen: readFlag(row.start_seen) ?? false,
    endSeen: readFlag(row.end_seen) ?? false,
    directions: nameOf(directions, row.directions_id),
    lostBytes: numberOrNull(row.lost_bytes),
    encrypted: nameOf(encryptions, row.encrypted_id),
    opaqueFrom: numberOrNull(row.opaque_time),
    banner: row.banner,
    users: readJson<readonly string[]>(row.users),
    logins:
      row.logins_ok === null
        ? null
        : { ok: Number(row.logins_ok), failed: Number(row.logins_failed) },
    anonymous: readFlag(row.is_anonymous),
    authTls: readFlag(row.auth_tls),
    commands: readJson<Record<string, number>>(row.commands),
    dataChannels: row.channel_count === null ? null : of(channelEntry).map(readChannel),
    files: row.file_count === null ? null : of(fileEntry).map(readFile),
    signs: readJson<readonly SessionSign[]>(row.signs) ?? [],
  }
  return { kind: 'ftp-session', session, at: readPlaces(row) }
}

const readEnd = (ip: string | null, port: number | bigint | null): Endpoint => ({
  address: readAddress(ip),
  port: Number(port),
})

const readChannel = (row: Row<'ftp_transfer'>): DataChannel => ({
  mode: nameOf(modes, row.mode_id),
  announced: readEnd(row.announced_ip, row.announced_port),
  actual: row.actual_ip === null ? null : readEnd(row.actual_ip, row.actual_port),
  command: row.command,
  argument: row.argument,
  bytes: numberOrNull(row.traffic_bytes),
  complete: readFlag(row.is_complete),
  outcome: row.outcome,
})

const readFile = (row: Row<'ftp_transfer'>): TransferredFile => ({
  command: row.command as TransferredFile['command'], // written from one
  name: row.file_name ?? '',
  nameBase64: row.file_name_base64,
  bytes: numberOrNull(row.traffic_bytes),
  complete: readFlag(row.is_complete),
  type: row.file_type,
  category: row.file_category as FileCategory, // written from one
  sha256: row.file_sha256,
})
