/** Several processes put into one lake at the same time. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { deadlyWorld, flows, sessions } from '../testing/deadly.ts'
import { dropFolder, makeFolder } from '../testing/folder.ts'
import { noon } from '../testing/observations.ts'
import { openLake } from './lake.ts'

const child = fileURLToPath(new URL('../testing/dying.ts', import.meta.url))

async function run(folder: string, work: string, name: string): Promise<unknown> {
  const worker = spawn(execPath, [child, folder, work, 'nowhere', '1', name], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 40_000,
  })
  const [status] = await once(worker, 'exit')
  return status
}

test('nothing is lost, and sessions that all of them saw are counted once', async () => {
  const folder = makeFolder()
  try {
    const names = ['a', 'b', 'c']
    const ended = await Promise.all([
      ...names.map((name) => run(folder, 'ingest', name)),
      run(folder, 'compaction', ''),
    ])
    expect(ended).toEqual([0, 0, 0, 0])
    const lake = await openLake(folder, deadlyWorld)
    try {
      const range = { from: 0, to: noon * 2, limit: 1000 }
      expect(await lake.events('ftp-session', range)).toHaveLength(names.length * sessions)
      expect(await lake.events('flow', range)).toHaveLength(names.length * flows)
      for (const read of ['raw', 'rollup'] as const) {
        const counted = await lake.queries.partyCount({ asOf: noon, hours: 72, read })
        expect(counted).toMatchObject({ kind: 'found', rows: [{ sessions }] })
      }
    } finally {
      await lake.close()
    }
  } finally {
    dropFolder(folder)
  }
})
