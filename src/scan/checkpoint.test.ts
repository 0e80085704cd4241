import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addresses } from '../model/address-set.ts'
import { ports } from '../model/port-set.ts'
import { newBlock, setEnded, setUnderWay } from './block.ts'
import {
  type Checkpoint,
  openBlockOf,
  planHash,
  readCheckpoint,
  resumeBlocks,
  writeCheckpoint,
} from './checkpoint.ts'
import { saveWhole } from './checkpoint-file.ts'
import { orderOf } from './order.ts'
import { noCounts } from './progress.ts'

const targets = { addresses: addresses('10.0.0.0/24'), names: new Map([['10.0.0.1', 'a.test']]) }
const plan = planHash(targets, ports([1, 100]), null)
const order = orderOf(256, 100, 9)

function sample(): Checkpoint {
  const block = newBlock(0, 256, 100)
  for (let slot = 0; slot < 256; slot++) setEnded(block, slot, slot % 100, 'filtered')
  setUnderWay(block, 255, 0, 1)
  return {
    run: 'r',
    plan,
    seed: 9,
    started: 5,
    begun: 1,
    open: [openBlockOf(block, [3], [4])],
    counts: noCounts,
    gapKeys: ['a|b|'],
  }
}

test('what is written is read, and small', () => {
  const text = writeCheckpoint(sample())
  expect(readCheckpoint(text)).toEqual({ kind: 'read', checkpoint: sample() })
  expect(text.length).toBeLessThan(4000)
  const resumed = resumeBlocks(sample(), plan, order)
  expect(resumed.kind === 'blocks' && resumed.blocks[0]?.block.cells.length).toBe(25_600)
})

test.each([
  { name: 'no JSON', change: () => '{' },
  { name: 'something else', change: () => '{"a":1}' },
  { name: 'a torn file', change: (text: string) => text.slice(0, -20) },
  { name: 'a later version', change: (text: string) => text.replace('"version":1', '"version":2') },
  {
    name: 'cells that do not unpack',
    change: (text: string) => text.replace(/"cells":"[^"]*"/, '"cells":"AAAA"'),
  },
  { name: 'a missing field', change: (text: string) => text.replace('"seed":9', '"sead":9') },
  {
    name: 'a number that is none',
    change: (text: string) => text.replace('"begun":1', '"begun":-1'),
  },
  {
    name: 'a beginning that is no time',
    change: (text: string) => text.replace(/"started":\d+/, '"started":1e999'),
  },
])('$name is refused', ({ change }) => {
  expect(readCheckpoint(change(writeCheckpoint(sample())))).toMatchObject({ kind: 'wrong' })
})

test('another plan has another hash', () => {
  const hashes = [
    plan,
    planHash(targets, ports([1, 101]), null),
    planHash(targets, ports([1, 100]), 'deep'),
    planHash({ ...targets, names: new Map() }, ports([1, 100]), null),
    planHash({ ...targets, addresses: addresses('10.0.0.0/25') }, ports([1, 100]), null),
  ]
  expect(new Set(hashes).size).toBe(hashes.length)
})

test.each([
  { name: 'another plan', state: sample(), of: 'other', by: order },
  { name: 'further than the scan is long', state: { ...sample(), begun: 2 }, of: plan, by: order },
  { name: 'a block that was not begun', state: { ...sample(), begun: 0 }, of: plan, by: order },
  { name: 'blocks of another size', state: sample(), of: plan, by: orderOf(200, 100, 9) },
])('$name cannot be resumed', ({ state, of, by }) => {
  expect(resumeBlocks(state, of, by)).toMatchObject({ kind: 'wrong' })
})

test('the file is replaced as a whole, for its owner alone, and nothing is left beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'checkpoint-'))
  try {
    const path = join(folder, 'scan.checkpoint')
    await saveWhole(path, writeCheckpoint({ ...sample(), seed: 1 }))
    await saveWhole(path, writeCheckpoint(sample()))
    expect(readCheckpoint(await readFile(path, 'utf8'))).toMatchObject({ checkpoint: { seed: 9 } })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['scan.checkpoint'])
    await expect(saveWhole(join(folder, 'none', 'x'), '')).rejects.toThrow('ENOENT')
  } finally {
    await rm(folder, { recursive: true })
  }
})
