import { expect, test } from 'vitest'
import { session } from '../store/testing/observations.ts'
import { guessingTally } from './guessing-tally.ts'

const noon = Date.UTC(2026, 10, 21, 12)
const rule = { failures: 3, window: 60_000 }
const triedAt = (minute: number, client = '198.51.100.7:40000') =>
  session(client, '10.0.0.5:21', noon + minute * 60_000).session
const at = (line: number) => [{ document: 'log', line, offset: line * 10 }]

test('failures of one client count over its sessions', () => {
  const tally = guessingTally(rule)
  tally.see(triedAt(0), { ok: 0, failed: 2 }, at(1))
  tally.see(triedAt(0, '198.51.100.8:40000'), { ok: 0, failed: 2 }, at(2))
  expect(tally.found()).toEqual([])
  tally.see(triedAt(0.5), { ok: 0, failed: 1 }, at(3))
  tally.see(triedAt(0.6), { ok: 1, failed: 0 }, at(4))
  expect(tally.found()).toMatchObject([
    { client: { value: 3_325_256_711 }, failed: 3, succeededAfter: 1, at: [...at(1), ...at(3)] },
  ])
})
test('not over a window', () => {
  const tally = guessingTally(rule)
  for (const minute of [0, 2, 4, 6, 8]) tally.see(triedAt(minute), { ok: 0, failed: 1 }, at(minute))
  expect(tally.found()).toEqual([])
})
