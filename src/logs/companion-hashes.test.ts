import { expect, test } from 'vitest'
import { companionHashes } from './companion-hashes.ts'
import { logFormats } from './index.ts'

const log = (id: string | null, sha256: string | null) => ({ id, sha256 })
const call = [
  log('zeek-ftp', 'f'),
  log('zeek-ssl', 's'),
  log('zeek-conn', 'c2'),
  log('xferlog', 'x'),
  log('zeek-conn', 'c1'),
  log('zeek-files', null),
  log(null, 'u'),
]

test.each([
  { id: 'zeek-ftp', hashes: ['c1', 'c2', 's', null] },
  { id: 'zeek-stream', hashes: ['c1', 'c2', 's', null] },
  { id: 'zeek-conn', hashes: [] },
  { id: 'xferlog', hashes: [] },
  { id: null, hashes: [] },
])('$id', ({ id, hashes }) => {
  expect(companionHashes(log(id, 'own'), call).toSorted()).toEqual(hashes.toSorted())
  expect(companionHashes(log(id, 'own'), call.toReversed())).toEqual(
    companionHashes(log(id, 'own'), call),
  )
})

test('a format alone has no companions', () => {
  expect(companionHashes(log('zeek-ftp', 'f'), [log('zeek-ftp', 'f')])).toEqual([])
})

test('what is asked is read before, and what tells others is asked', () => {
  const asked = new Set(logFormats.flatMap(({ asks = [] }) => asks))
  const tell = logFormats.filter(({ tells }) => tells === 'others').map(({ id }) => id)
  expect([...asked].toSorted()).toEqual(tell.toSorted())
})
