import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { dropFolder, makeFolder } from '../testing/folder.ts'
import { Catalogue } from './catalogue.ts'
import {
  commitBatch,
  deletableFiles,
  liveFiles,
  planBatch,
  retireFiles,
  withLease,
} from './files.ts'

let folder: string
let catalogue: Catalogue
const path = () => join(folder, 'catalogue.sqlite')
beforeEach(() => {
  folder = makeFolder()
  catalogue = new Catalogue(path())
})
afterEach(async () => {
  await catalogue.close()
  dropFolder(folder)
})

const planned = { kind: 'flow', day: 20261121, rows: 1, minTime: 5, maxTime: 9 } as const
async function liveFile(name: string): Promise<number> {
  await catalogue.transact(async (db) => {
    const { batch } = await planBatch(db, 'ingest', 0, () => [{ ...planned, path: name }])
    await db.updateTable('file').set({ state: 'live' }).where('batch', '=', batch).execute()
  })
  const files = await catalogue.run((db) => liveFiles(db, 'flow', 0, 10))
  return files.find((file) => file.path === name)?.id ?? -1
}
const deletable = async (now: number) =>
  (await catalogue.run((db) => deletableFiles(db, now))).map((file) => file.path)

test('keeps a write-ahead log and syncs in full', async () => {
  const mode = new DatabaseSync(path())
  expect(mode.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
  mode.close()
})

test('a transaction that throws leaves nothing', async () => {
  const failing = catalogue.transact(async (db) => {
    await planBatch(db, 'ingest', 0, () => [{ ...planned, path: 'a' }])
    throw new Error('cut')
  })
  await expect(failing).rejects.toThrow('cut')
  expect(await catalogue.run((db) => db.selectFrom('batch').selectAll().execute())).toEqual([])
})

test('where SQLite has rolled back by itself, its first word is told and the next transaction begins', async () => {
  const failing = catalogue.transact(async (db) => {
    await planBatch(db, 'ingest', 0, () => [{ ...planned, path: 'a' }])
    await sql`INSERT OR ROLLBACK INTO state (id, generation) VALUES (1, 1)`.execute(db)
  })
  await expect(failing).rejects.toThrow('UNIQUE constraint failed')
  expect(await catalogue.run((db) => db.selectFrom('batch').selectAll().execute())).toEqual([])
  expect(await liveFile('b')).toBeGreaterThan(0)
})

test('transactions begun together come one after the other', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, i) => liveFile(`f${i}`)))
  expect(await catalogue.run((db) => liveFiles(db, 'flow', 0, 10))).toHaveLength(20)
})

test('a catalogue of a newer program is refused', async () => {
  const other = new DatabaseSync(path())
  other.exec('PRAGMA user_version = 999')
  other.close()
  expect(() => new Catalogue(path())).toThrow('newer version')
})

test.each([
  { name: 'nothing', files: [], kept: [null, null] },
  {
    name: 'events',
    files: [
      ['flow', 20261119],
      ['flow', 20261121],
      ['rollup_hour', 20261119],
    ],
    kept: [20261119, 20261119],
  },
  {
    name: 'older rollups',
    files: [
      ['flow', 20261121],
      ['rollup_hour', 20261119],
    ],
    kept: [20261121, 20261119],
  },
  { name: 'only rollups', files: [['rollup_hour', 20261119]], kept: [20261120, 20261119] },
] as const)('of an older catalogue with $name, what is there is whole', async ({ files, kept }) => {
  for (const [i, [kind, day]] of files.entries())
    await catalogue.transact(async (db) => {
      const { batch } = await planBatch(db, 'ingest', 0, () => [
        { ...planned, kind, day, path: `f${i}` },
      ])
      await commitBatch(db, batch, 0, new Map([[`f${i}`, { rows: 1, bytes: 1 }]]))
    })
  const older = new DatabaseSync(path())
  older.exec(`ALTER TABLE state DROP COLUMN events_from; ALTER TABLE state DROP COLUMN rollups_from;
    INSERT INTO session_key (uid, ends, client_port, server_port, start, precedence, source, record, share)
      VALUES (1, '', 1, 1, 1, 1, 1, 1, 'null'), (2, '', 1, 1, 1, 1, 2, 1, '{}');
    ALTER TABLE session_key DROP COLUMN start_seen;
    PRAGMA user_version = 2`)
  older.close()
  await new Catalogue(path()).close()
  const state = await catalogue.run((db) => db.selectFrom('state').selectAll().executeTakeFirst())
  expect([state?.events_from, state?.rollups_from]).toEqual(kept)
  const keys = await catalogue.run((db) => db.selectFrom('session_key').select('uid').execute())
  expect(keys).toEqual([{ uid: 2 }])
})

describe('the files of a list', () => {
  test.each([
    { from: 0, to: 5, found: 0 },
    { from: 0, to: 6, found: 1 },
    { from: 9, to: 10, found: 1 },
    { from: 10, to: 11, found: 0 },
  ])('from $from to $to: $found', async ({ from, to, found }) => {
    await liveFile('a')
    expect(await catalogue.run((db) => liveFiles(db, 'flow', from, to))).toHaveLength(found)
  })
  test('stay for the readers that had them', async () => {
    const id = await liveFile('a')
    await withLease(
      catalogue,
      () => 0,
      async () => {
        await catalogue.transact((db) => retireFiles(db, [id]))
        expect(await deletable(0)).toEqual([])
        expect(await catalogue.run((db) => liveFiles(db, 'flow', 0, 10))).toEqual([])
      },
    )
    expect(await deletable(0)).toEqual(['a'])
  })
  test('are not kept for readers that came after', async () => {
    const id = await liveFile('a')
    await catalogue.transact((db) => retireFiles(db, [id]))
    await withLease(
      catalogue,
      () => 0,
      async () => {
        expect(await deletable(0)).toEqual(['a'])
      },
    )
  })
  test('stay for a reader that takes its time', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const id = await liveFile('a')
      let now = 0
      const read = async () => {
        await catalogue.transact((db) => retireFiles(db, [id]))
        now = 60 * 60_000
        vi.advanceTimersByTime(60_000)
        expect(await deletable(now)).toEqual([])
      }
      await withLease(catalogue, () => now, read)
      expect(await deletable(now)).toEqual(['a'])
    } finally {
      vi.useRealTimers()
    }
  })
  test('nor for a reader that died long ago', async () => {
    const id = await liveFile('a')
    await withLease(
      catalogue,
      () => 0,
      async () => {
        await catalogue.transact((db) => retireFiles(db, [id]))
        expect(await deletable(60 * 60_000)).toEqual(['a'])
      },
    )
  })
})
