import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { flow, noon, service, session, source } from '../testing/observations.ts'
import { type Lake, openLake } from './lake.ts'
import { hour } from './time.ts'

let folder: string
let lake: Lake
const world = { now: () => noon + hour }
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portreeve-lake-'))
  lake = await openLake(folder, world)
})
afterEach(async () => {
  await lake.close()
  rmSync(folder, { recursive: true, force: true })
})

const asked = { asOf: 'newest', hours: 72 } as const
const everything = { from: 0, to: noon + 100 * hour, limit: 1000 }
const sample = [
  session('198.51.100.7:40000', '10.0.0.5:2121', noon),
  session('[2001:db8::7]:40001', '[2001:db8::5]:21', noon - hour),
  flow('198.51.100.7:40002', '10.0.0.5:2121', noon),
  service('10.0.0.6:21', noon),
]

describe('a source', () => {
  test('is added once, however often it is read', async () => {
    expect(await lake.ingest(source('a'), sample)).toEqual({
      kind: 'added',
      observations: 4,
      skipped: 0,
      aside: 0,
      batches: 1,
    })
    expect((await lake.ingest(source('a'), sample)).kind).toBe('known')
    expect(await lake.events('ftp-session', everything)).toEqual([sample[1], sample[0]])
    expect(await lake.events('flow', everything)).toEqual([sample[2]])
    expect(await lake.events('service', everything)).toEqual([sample[3]])
  })
  test('answers the questions', async () => {
    await lake.ingest(source('a'), sample)
    const q = lake.queries
    console.log(
      JSON.stringify(
        [
          await q.ftpTrend(asked),
          await q.serverPorts(asked),
          await q.clientsSeen(asked),
          await q.serversSeen(asked),
          await q.partyCount(asked),
          await q.anonymousLogins(asked),
          await q.fileKinds(asked),
          await q.topTalkers({ ...asked, of: 'flows' }),
          await q.topTalkers({ ...asked, of: 'sessions' }),
        ],
        null,
        1,
      ),
    )
    console.log(readdirSync(folder, { recursive: true }))
  })
})
