import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { disk } from './disk.ts'
import { type DocumentEvent, readDocuments } from './read.ts'

const root = mkdtempSync(join(tmpdir(), 'portreeve-documents-'))
afterAll(() => {
  rmSync(root, { recursive: true })
})

async function readAll(inputs: readonly string[], limits = {}): Promise<readonly DocumentEvent[]> {
  const events: DocumentEvent[] = []
  for await (const event of readDocuments(inputs, disk, { limits })) events.push(event)
  return events
}
const partsOf = (events: readonly DocumentEvent[]) =>
  events.flatMap((event) =>
    event.kind === 'part' ? [[event.part.document, event.part.value]] : [],
  )

test('a tree on disk with links that lead back and to the same file', async () => {
  const tree = join(root, 'tree')
  mkdirSync(join(tree, 'b'), { recursive: true })
  writeFileSync(join(tree, 'a.json'), '1')
  writeFileSync(join(tree, 'b', 'c.json.gz'), gzipSync('2'))
  symlinkSync(tree, join(tree, 'b', 'loop'))
  symlinkSync(join(tree, 'a.json'), join(tree, 'z.json'))
  symlinkSync('z-self.json', join(tree, 'z-self.json'))
  const events = await readAll([tree, join(tree, 'z.json')])
  expect(partsOf(events)).toEqual([
    [join(tree, 'a.json'), 1],
    [join(tree, 'b', 'c.json.gz'), 2],
  ])
  expect(events.flatMap((event) => (event.kind === 'gap' ? [event.gap.reason] : []))).toEqual([
    'unreadable-file',
  ])
})

test('a large file comes in parts and its progress is told', async () => {
  const path = join(root, 'large.json')
  const value = {
    Groups: Array.from({ length: 20_000 }, (_, i) => ({ Id: i, Name: 'ł'.repeat(99) })),
  }
  writeFileSync(path, JSON.stringify(value, null, 4))
  const events = await readAll([path], { wholeBytes: 1000 })
  const parts = partsOf(events)
  expect(parts.length).toBeGreaterThan(5)
  expect(parts.flatMap(([, part]) => (part as typeof value).Groups)).toEqual(value.Groups)
  const progress = events.flatMap((event) => (event.kind === 'progress' ? [event] : []))
  expect(progress.length).toBeGreaterThan(1)
  expect(progress.map(({ bytes }) => bytes)).toEqual(
    progress.map(({ bytes }) => bytes).toSorted((a, b) => a - b),
  )
  expect(progress.at(-1)).toMatchObject({ document: path })
  expect(progress.at(-1)?.bytes).toBe(progress.at(-1)?.total)
})

test('a folder that is empty, a file that is, and one that is none', async () => {
  mkdirSync(join(root, 'empty'))
  writeFileSync(join(root, 'empty.json'), '')
  const inputs = ['empty', 'empty.json', 'none.json'].map((name) => join(root, name))
  const events = await readAll(inputs)
  expect(events.flatMap((event) => (event.kind === 'gap' ? [event.gap.reason] : []))).toEqual([
    'nothing-found-in-folder',
    'no-such-file',
    'empty-document',
  ])
})
