import { expect, test } from 'vitest'
import { documentOf } from '../model/source.ts'
import { findDocuments } from './find.ts'
import { memoryIo } from './testing/memory.ts'

const rows = [
  {
    name: 'a folder is read in the order of names, folders in their place',
    files: { 'd/b.json': '1', 'd/a/x.json': '1', 'd/c.NDJSON': '1', 'd/a.json': '1' },
    inputs: ['d'],
    paths: ['d/a/x.json', 'd/a.json', 'd/b.json', 'd/c.NDJSON'],
  },
  {
    name: 'a path is named as the user would type it',
    files: { 'd/a.json': '1' },
    inputs: ['./d/'],
    paths: ['./d/a.json'],
  },
  {
    name: 'the current folder is not spoken of',
    files: { 'a.json': '1', 'd/b.jsonl.gz': '1' },
    inputs: ['.'],
    paths: ['a.json', 'd/b.jsonl.gz'],
  },
  {
    name: 'hidden things, node_modules and other endings are passed over',
    files: {
      'd/.git/x.json': '1',
      'd/.x.json': '1',
      'd/node_modules/x.json': '1',
      'd/x.txt': '1',
      'd/json': '1',
      'd/x.json.bak': '1',
      'd/y.json': '1',
    },
    inputs: ['d'],
    paths: ['d/y.json'],
    ignored: 3,
  },
  {
    name: 'a file that is named is read whatever its ending, and a hidden folder too',
    files: { 'x.txt': '1', '.dump/y.json': '1' },
    inputs: ['x.txt', '.dump'],
    paths: ['x.txt', '.dump/y.json'],
  },
  {
    name: 'one file counts once, under the first of its names',
    files: { 'd/a.json': '1', 'd/b.json': { link: 'd/a.json' } },
    inputs: ['d/a.json', 'd', './d/b.json', '-', '-'],
    paths: ['d/a.json', '-'],
  },
  {
    name: 'links that lead back end there',
    files: { 'd/a.json': '1', 'd/up': { link: 'd' } },
    inputs: ['d'],
    paths: ['d/a.json'],
  },
  {
    name: 'a missing path is a gap',
    files: { 'a.json': '1' },
    inputs: ['nowhere', 'a.json'],
    paths: ['a.json'],
    gaps: ['no-such-file nowhere'],
  },
  {
    name: 'a folder without documents is a gap',
    files: { 'd/readme.md': '1' },
    inputs: ['d'],
    paths: [],
    gaps: ['nothing-found-in-folder d'],
    ignored: 1,
  },
  {
    name: 'a folder that may not be listed is a gap and the rest is read',
    files: { 'd/s/': { failure: 'EACCES' }, 'd/s/a.json': '1', 'd/t.json': '1' },
    inputs: ['d'],
    paths: ['d/t.json'],
    gaps: ['unreadable-folder d/s'],
  },
  {
    name: 'a dangling link is a gap where its name is that of a document',
    files: { 'd/a.json': { link: 'gone' }, 'd/b': { link: 'gone' }, 'd/c.json': '1' },
    inputs: ['d'],
    paths: ['d/c.json'],
    gaps: ['no-such-file d/a.json'],
    ignored: 1,
  },
]

test.each(rows)('$name', async ({ files, inputs, paths, gaps = [], ignored = 0 }) => {
  const found = await findDocuments(inputs, memoryIo(files))
  expect(found.documents.map(({ path }) => path)).toEqual(paths)
  expect(
    found.gaps.map(({ reason, source }) => `${reason} ${source && documentOf(source).document}`),
  ).toEqual(gaps)
  expect(found.ignored).toBe(ignored)
})
