/** The three steps of a batch: name it pending, write its files, commit. What breaks off is undone at the next start. */
import { dirname } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Db } from '../catalogue/catalogue.ts'
import {
  commitBatch,
  deletableFiles,
  dropPending,
  forgetFiles,
  type PlannedFile,
  pendingFiles,
  planBatch,
  type Written,
} from '../catalogue/files.ts'
import type { TableName } from './columns.ts'
import { finish, makeFolder, removeFile, sizeOf, syncPath, unfinished } from './disk.ts'
import { quoted } from './duck.ts'
import { type LakeParts, pathOf } from './parts.ts'

/** A file to be written: what of, and what DuckDB says of it. */
export interface Draft {
  readonly kind: TableName
  readonly day: number
  readonly rows: number
  readonly minTime: number
  readonly maxTime: number
  /** A query whose rows are the file. */
  readonly select: string
}

type Work = 'ingest' | 'compaction' | 'retention'

/** Writes the drafts as one batch. `commit` does the rest of the last transaction. The caller holds the lock. */
export async function writeBatch(
  parts: LakeParts,
  connection: DuckDBConnection,
  work: Work,
  drafts: readonly Draft[],
  commit: (db: Db, batch: number) => Promise<void>,
): Promise<void> {
  const at = (step: Step) => parts.killPoint(`${work}:${step}`)
  at('before-plan')
  const { batch, files } = await parts.catalogue.transact((db) =>
    planBatch(db, work, parts.now(), (id) => drafts.map((draft, i) => planned(draft, id, i))),
  )
  at('after-plan')
  const written = new Map<string, Written>()
  for (const [i, { path }] of files.entries()) {
    const target = pathOf(parts, path)
    await makeFolder(dirname(target))
    at('before-write')
    const { rowsChanged: rows } = await connection.run(
      `COPY (${drafts[i]?.select}) TO ${quoted(unfinished(target))} (FORMAT parquet, COMPRESSION zstd)`,
    )
    at('after-write')
    await syncPath(unfinished(target))
    at('after-sync')
    await finish(target)
    at('after-rename')
    await syncPath(dirname(target))
    at('after-folder-sync')
    written.set(path, { rows, bytes: await sizeOf(target) })
  }
  at('before-commit')
  await parts.catalogue.transact(async (db) => {
    await commit(db, batch)
    await commitBatch(db, batch, parts.now(), written)
  })
  at('after-commit')
}

type Step =
  | 'before-plan'
  | 'after-plan'
  | 'before-write'
  | 'after-write'
  | 'after-sync'
  | 'after-rename'
  | 'after-folder-sync'
  | 'before-commit'
  | 'after-commit'

const planned = (
  { kind, day, rows, minTime, maxTime }: Draft,
  batch: number,
  i: number,
): PlannedFile => ({
  kind,
  day,
  rows,
  minTime,
  maxTime,
  path: `lake/${kind}/day=${day}/${String(batch).padStart(10, '0')}-${i}.parquet`,
})

/** Undoes what a process that died left pending. The caller holds the lock. */
export async function recover(parts: LakeParts): Promise<void> {
  const pending = await parts.catalogue.run(pendingFiles)
  for (const { path } of pending) await removeFile(pathOf(parts, path))
  await parts.catalogue.transact(dropPending)
}

type SweepStep = 'before-delete' | 'after-delete' | 'before-forget' | 'after-forget'

/** Deletes the retired files that no reader has on its list; tells how many. */
export async function sweep(
  parts: LakeParts,
  at: (step: SweepStep) => void = () => undefined,
): Promise<number> {
  const files = await parts.catalogue.transact((db) => deletableFiles(db, parts.now()))
  for (const { path } of files) {
    at('before-delete')
    await removeFile(pathOf(parts, path))
    at('after-delete')
  }
  at('before-forget')
  await parts.catalogue.transact((db) =>
    forgetFiles(
      db,
      files.map(({ id }) => id),
    ),
  )
  at('after-forget')
  return files.length
}
