/** Killed at every point, a lake loses nothing that was acknowledged and counts nothing twice. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import {
  addOverMidnight,
  deadlyRetention,
  deadlySource,
  deadlyWorld,
  flows,
  left,
  manyObservations,
  services,
  sessions,
} from '../testing/deadly.ts'
import { dropFolder, filesBelow, makeFolder } from '../testing/folder.ts'
import { noon } from '../testing/observations.ts'
import { type Lake, openLake } from './lake.ts'
import { compactionKillPoints, ingestKillPoints, retentionKillPoints } from './world.ts'

/** Twenty are asked for before a release: KILLS=20. */
const repetitions = Number(process.env['KILLS'] ?? 1)
const child = fileURLToPath(new URL('../testing/dying.ts', import.meta.url))
const patience = 30_000 + repetitions * 10_000

type Work = 'ingest' | 'compaction' | 'retention' | 'reading'
/** Runs the work in a process of its own; tells whether it died at the point. */
function run(folder: string, work: Work, point: string, occurrence: number) {
  const { signal, status, stderr } = spawnSync(
    execPath,
    [child, folder, work, point, String(occurrence)],
    { timeout: 30_000, encoding: 'utf8' },
  )
  if (signal !== 'SIGKILL' && status !== 0) throw new Error(`the child failed: ${stderr}`)
  return signal === 'SIGKILL' ? 'killed' : 'ended'
}

async function counts(lake: Lake) {
  const range = { from: 0, to: noon * 2, limit: 1000 }
  const of = async (kind: 'flow' | 'ftp-session' | 'service') =>
    (await lake.events(kind, range)).length
  const rolled = await lake.queries.serverPorts({ asOf: noon, hours: 72, read: 'rollup' })
  const raw = await lake.queries.serverPorts({ asOf: noon, hours: 72, read: 'raw' })
  const rows = (answer: typeof raw) => (answer.kind === 'found' ? answer.rows : [])
  expect(rows(rolled)).toEqual(rows(raw))
  return {
    sessions: await of('ftp-session'),
    flows: await of('flow'),
    services: await of('service'),
    counted: rows(rolled).reduce((sum, row) => sum + row.sessions, 0),
  }
}

/** Files on disk are those of the catalogue, and no others. */
function expectNothingLeft(folder: string): void {
  const database = new DatabaseSync(join(folder, 'catalogue.sqlite'))
  try {
    const listed = database
      .prepare("SELECT path FROM file WHERE state = 'live' ORDER BY path")
      .all()
      .map((row) => String(row['path']).slice('lake/'.length))
    expect(filesBelow(folder)).toEqual(listed)
    expect(
      database.prepare("SELECT count(*) AS n FROM batch WHERE state = 'pending'").get(),
    ).toEqual({ n: 0 })
  } finally {
    database.close()
  }
}

const all = { sessions, flows, services, counted: sessions }

describe.each(ingestKillPoints)('killed at %s', (point) => {
  test('what is read again completes it', { timeout: patience }, async () => {
    for (let i = 0; i < repetitions; i++) {
      const folder = makeFolder()
      try {
        expect(run(folder, 'ingest', point, 1 + (i % 3))).toBe('killed')
        const lake = await openLake(folder, deadlyWorld)
        try {
          const before = await counts(lake)
          expect(before.counted).toBe(before.sessions)
          expectNothingLeft(folder)
          await lake.ingest(deadlySource, manyObservations())
          expect(await counts(lake)).toEqual(all)
          expectNothingLeft(folder)
          expect((await lake.ingest(deadlySource, manyObservations())).kind).toBe('known')
        } finally {
          await lake.close()
        }
      } finally {
        dropFolder(folder)
      }
    }
  })
})

describe.each(compactionKillPoints)('killed at %s', (point) => {
  test('every event is there once', { timeout: patience }, async () => {
    for (let i = 0; i < repetitions; i++) {
      const folder = makeFolder()
      try {
        const first = await openLake(folder, deadlyWorld)
        await first.ingest(deadlySource, manyObservations())
        await first.close()
        expect(run(folder, 'compaction', point, 1 + (i % 3))).toBe('killed')
        const lake = await openLake(folder, deadlyWorld)
        try {
          expect(await counts(lake)).toEqual(all)
          expectNothingLeft(folder)
          await lake.compact()
          expect(await counts(lake)).toEqual(all)
          expectNothingLeft(folder)
        } finally {
          await lake.close()
        }
      } finally {
        dropFolder(folder)
      }
    }
  })
})

/** With so many events of the one session over midnight. */
const more = (than: typeof all, sightings: number) => ({
  ...than,
  sessions: than.sessions + sightings,
  counted: than.counted + 1,
})
const allWith = (sightings: number) => more(all, sightings)
const leftWith = (sightings: number) => more(left, sightings)

describe.each(retentionKillPoints)('killed at %s', (point) => {
  test('what is deleted stays so, the rest is there once', { timeout: patience }, async () => {
    for (let i = 0; i < repetitions; i++) {
      const folder = makeFolder()
      try {
        const first = await openLake(folder, deadlyWorld)
        await first.ingest(deadlySource, manyObservations())
        await addOverMidnight(first)
        await first.close()
        const occurrence = /-delete|-write|-sync|-rename/.test(point) ? 1 + (i % 3) : 1
        expect(run(folder, 'retention', point, occurrence)).toBe('killed')
        const lake = await openLake(folder, deadlyWorld)
        try {
          const wasDone = /:after-commit$|-delete$|-forget$/.test(point)
          expect(await counts(lake)).toEqual(wasDone ? leftWith(1) : allWith(2))
          expectNothingLeft(folder)
          await lake.retain(deadlyRetention)
          expect(await counts(lake)).toEqual(leftWith(1))
          expectNothingLeft(folder)
          expect((await lake.ingest(deadlySource, manyObservations())).kind).toBe('known')
          expect(await counts(lake)).toEqual(leftWith(1))
        } finally {
          await lake.close()
        }
      } finally {
        dropFolder(folder)
      }
    }
  })
})

test('files that a killed reader had on its list wait for it, but not for ever', async () => {
  const folder = makeFolder()
  try {
    const first = await openLake(folder, deadlyWorld)
    await first.ingest(deadlySource, manyObservations())
    await first.close()
    expect(run(folder, 'reading', '', 1)).toBe('killed')
    const lake = await openLake(folder, deadlyWorld)
    const before = filesBelow(folder)
    const { merged, into, deleted } = await lake.compact()
    expect([merged > into, deleted]).toEqual([true, 0])
    expect(filesBelow(folder)).toEqual(expect.arrayContaining([...before]))
    await lake.close()
    const later = await openLake(folder, {
      ...deadlyWorld,
      now: () => deadlyWorld.now() + 6 * 60_000,
    })
    expectNothingLeft(folder)
    expect(await counts(later)).toEqual(all)
    await later.close()
  } finally {
    dropFolder(folder)
  }
})
