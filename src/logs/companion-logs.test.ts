import { expect, test } from 'vitest'
import { companionsIn } from './companion-logs.ts'
import { logFormats } from './index.ts'

const call = ['zeek-ftp', 'zeek-ssl', 'zeek-conn', 'xferlog', 'zeek-conn', 'zeek-files', null].map(
  (id, place) => ({ id, place }),
)

test.each([
  { id: 'zeek-ftp', places: [1, 2, 4, 5] },
  // It holds what the others tell, flows too, which would come twice.
  { id: 'zeek-stream', places: [] },
  { id: 'zeek-conn', places: [] },
  { id: 'xferlog', places: [] },
  { id: null, places: [] },
])('$id', ({ id, places }) => {
  expect(companionsIn({ id }, call).map(({ place }) => place)).toEqual(places)
})

test('a format alone has no companions', () => {
  const log = { id: 'zeek-ftp' }
  expect(companionsIn(log, [log])).toEqual([])
})

test('what is asked is read before, and what tells others is asked', () => {
  const asked = new Set(logFormats.flatMap(({ asks = [] }) => asks))
  const tell = logFormats.filter(({ tells }) => tells === 'others').map(({ id }) => id)
  expect([...asked].toSorted()).toEqual(tell.toSorted())
})
