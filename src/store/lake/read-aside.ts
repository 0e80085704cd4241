/** Events that are kept outside all trends, because their time cannot be right. */
import { liveFiles } from '../catalogue/files.ts'
import { numberOrNull } from './codes.ts'
import { rowsOf } from './duck.ts'
import { filesRelation, type LakeParts, withConnection } from './parts.ts'
import { reading } from './reading.ts'

export interface AsideEvent {
  /** Kind of the observation. */
  readonly kind: string
  /** Why it is aside: `before-1990`. */
  readonly reason: string
  readonly document: string | null
  readonly line: number | null
  readonly packet: number | null
  /** Milliseconds since the epoch as the source told it; null where it is no time. */
  readonly time: number | null
}

export interface AsideEvents {
  readonly total: number
  /** In the order of their sources. */
  readonly events: readonly AsideEvent[]
}

export const readAside = (parts: LakeParts, limit: number): Promise<AsideEvents> =>
  reading(parts, async () => {
    const files = await parts.catalogue.run((db) =>
      liveFiles(db, 'aside', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    )
    const rows = await withConnection(parts, (connection) =>
      rowsOf(
        connection,
        `SELECT kind, reason, document, place_line, place_packet, time FROM ${filesRelation(parts, 'aside', files)}
         ORDER BY source_key, record LIMIT ${Math.floor(limit)}`,
      ),
    )
    return {
      total: files.reduce((sum, file) => sum + file.rows, 0),
      events: rows.map((row) => ({
        kind: String(row['kind']),
        reason: String(row['reason']),
        document: row['document'] == null ? null : String(row['document']),
        line: numberOrNull(row['place_line'] ?? null),
        packet: numberOrNull(row['place_packet'] ?? null),
        time: numberOrNull(row['time'] ?? null),
      })),
    }
  })
