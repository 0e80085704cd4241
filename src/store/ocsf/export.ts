/** Events of the lake in OCSF: one JSON object a line, or Parquet with nested columns. */
import { join } from 'node:path'
import { finish, makeFolder, syncPath, unfinished } from '../lake/disk.ts'
import { quoted } from '../lake/duck.ts'
import { type LakeParts, withConnection } from '../lake/parts.ts'
import { reading } from '../lake/reading.ts'
import type { EventTables } from '../queries/events.ts'
import { lakeEvents } from '../queries/lake-events.ts'
import { countedRelation } from '../queries/relations.ts'
import type { Window } from '../queries/window.ts'
import type { OcsfTable } from './outward.ts'
import { ocsfView } from './view.ts'

const tables = {
  sessions: 'ftp_session',
  transfers: 'ftp_transfer',
  flows: 'flow',
  services: 'service',
} as const satisfies Readonly<Record<string, OcsfTable>>
export type ExportKind = keyof typeof tables

export interface OcsfExport {
  readonly kind: ExportKind
  readonly window: Window
  /** Of this program. */
  readonly version: string
}

/** Lines in order of time, some at a time, each list taken before the next. Attributes of which nothing is known are left out. */
export const ocsfLines = (
  parts: LakeParts,
  asked: OcsfExport,
  take: (lines: readonly string[]) => Promise<void>,
): Promise<void> =>
  reading(parts, async () => {
    const view = await viewOf(lakeEvents(parts), asked)
    await withConnection(parts, async (connection) => {
      const result = await connection.stream(
        `SELECT CAST(json_merge_patch('{}', to_json(v)) AS VARCHAR) AS line FROM (${view}) v ORDER BY v.time`,
      )
      for (;;) {
        const chunk = await result.fetchChunk()
        if (chunk === null || chunk.rowCount === 0) return
        await take(chunk.getColumnValues(0).map(String))
      }
    })
  })

/** Writes `FOLDER/KIND.parquet`, whole or not at all; tells how many events it holds. */
export const ocsfParquet = (parts: LakeParts, asked: OcsfExport, folder: string): Promise<number> =>
  reading(parts, async () => {
    const view = await viewOf(lakeEvents(parts), asked)
    const target = join(folder, `${asked.kind}.parquet`)
    await makeFolder(folder)
    return withConnection(parts, async (connection) => {
      const written = await connection.run(
        `COPY (${view} ORDER BY time) TO ${quoted(unfinished(target))} (FORMAT parquet, COMPRESSION zstd)`,
      )
      await syncPath(unfinished(target))
      await finish(target)
      return Number(written.rowsChanged)
    })
  })

async function viewOf(events: EventTables, { kind, window, version }: OcsfExport): Promise<string> {
  const table = tables[kind]
  const from =
    table === 'ftp_session' || table === 'ftp_transfer'
      ? await countedRelation(events, table, window)
      : await events.table(table, window)
  return ocsfView(table, from, version)
}
