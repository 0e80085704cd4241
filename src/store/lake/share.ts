/** What the rollups count of one session or service: added when it counts, taken away when a better origin replaces it. */
import type { FtpSession } from '../../model/observation.ts'
import type { Service } from '../../model/service.ts'
import { addressCells, addressText, readAddress } from './address-cells.ts'
import type { Row } from './columns.ts'
import { knownBytes } from './session-row.ts'
import { dayOf, hourOf } from './time.ts'

export const subjects = { ftpSession: 1, otherService: 2, acceptedFlow: 3 } as const
const tcp = 6

export interface Share {
  readonly time: number
  readonly network: string
  readonly subject: number
  readonly server: string
  readonly port: number
  readonly client: string | null
  readonly anonymous: number
  readonly active: number
  readonly passive: number
  readonly bytes: number
  readonly files: readonly FileShare[]
}
interface FileShare {
  readonly command: string
  readonly type: string
  readonly category: string
  readonly files: number
  readonly bytes: number
}

export const sessionShare = (session: FtpSession, network: string): Share => ({
  time: hourOf(session.start),
  network,
  subject: subjects.ftpSession,
  server: addressText(session.server.address),
  port: session.server.port,
  client: addressText(session.client.address),
  anonymous: session.anonymous === true ? 1 : 0,
  active: session.dataChannels?.filter(({ mode }) => mode === 'active').length ?? 0,
  passive: session.dataChannels?.filter(({ mode }) => mode === 'passive').length ?? 0,
  bytes: knownBytes(session) ?? 0,
  files: fileShares(session),
})

export const serviceShare = (service: Service, network: string): Share => ({
  time: hourOf(service.seen),
  network,
  subject: subjects.otherService,
  server: addressText(service.address),
  port: service.port,
  client: null,
  anonymous: 0,
  active: 0,
  passive: 0,
  bytes: 0,
  files: [],
})

function fileShares({ files }: FtpSession): readonly FileShare[] {
  const shares = new Map<string, FileShare>()
  for (const { command, type, category, bytes } of files ?? []) {
    const key = JSON.stringify([command, type, category])
    const share = shares.get(key) ?? { command, type: type ?? '', category, files: 0, bytes: 0 }
    shares.set(key, { ...share, files: share.files + 1, bytes: share.bytes + (bytes ?? 0) })
  }
  return [...shares.values()]
}

export interface ShareRows {
  readonly hour: Row<'rollup_hour'>
  readonly client: Row<'rollup_client'> | null
  readonly files: readonly Row<'rollup_file'>[]
}

/** The rows of the rollups that count this once more, or once less. */
export function shareRows(share: Share, by: 1 | -1): ShareRows {
  const when = { time: share.time, day: dayOf(share.time), network: share.network }
  const service = {
    ...when,
    ...addressCells('dst', readAddress(share.server)),
    dst_port: share.port,
    protocol_num: tcp,
    subject_id: share.subject,
    observer_uid: '',
    events: by,
    anonymous: by * share.anonymous,
    traffic_bytes: by * share.bytes,
  }
  return {
    hour: { ...service, active_channels: by * share.active, passive_channels: by * share.passive },
    client:
      share.client === null
        ? null
        : { ...service, ...addressCells('src', readAddress(share.client)) },
    files: share.files.map(({ command, type, category, files, bytes }) => ({
      ...when,
      command,
      file_type: type,
      file_category: category,
      events: by * files,
      traffic_bytes: by * bytes,
    })),
  }
}
