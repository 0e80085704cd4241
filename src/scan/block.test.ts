import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { count, intersect, ports, unionAll } from '../model/port-set.ts'
import { endings } from '../model/service.ts'
import {
  attemptDue,
  cellAt,
  markTold,
  newBlock,
  probeOutcomes,
  readBlock,
  setEnded,
  setServiceTold,
  setToTry,
  settledCells,
  setUnderWay,
  tally,
  untold,
} from './block.ts'
import { attemptOf } from './outcome.ts'
import { marked, rateOver, secondsLeft } from './progress.ts'

const numbers = Uint16Array.from([20, 21, 22, 80, 81, 443])

test('a cell is what was written into it', () => {
  const block = newBlock(3, 2, 6)
  expect(cellAt(block, 1, 5)).toEqual({ kind: 'to-try', attempt: 0 })
  setUnderWay(block, 1, 5, 2)
  expect(cellAt(block, 1, 5)).toEqual({ kind: 'under-way', attempt: 2 })
  expect(attemptDue(block, 1, 5)).toBeUndefined()
  setToTry(block, 1, 5, 3)
  expect(attemptDue(block, 1, 5)).toBe(3)
  for (const end of probeOutcomes) {
    setEnded(block, 1, 5, end)
    expect(cellAt(block, 1, 5)).toEqual({ kind: 'ended', end, told: false })
  }
  setServiceTold(block, 1, 5)
  expect(cellAt(block, 1, 5)).toEqual({ kind: 'ended', end: 'service', told: true })
  expect(cellAt(block, 0, 5)).toEqual({ kind: 'to-try', attempt: 0 })
  expect(tally(block, 1)).toEqual({ toTry: 5, ended: 1, open: 1 })
})

test('ports that are neighbours in the list and in number are one range', () => {
  const block = newBlock(0, 1, 6)
  for (const port of [0, 1, 2, 3, 5]) setEnded(block, 0, port, 'closed')
  setEnded(block, 0, 4, 'filtered')
  expect(untold(block, 0, numbers)).toEqual([
    { outcome: 'closed', ports: ports([20, 22], 80, 443) },
    { outcome: 'filtered', ports: ports(81) },
  ])
})

const step = fc.tuple(
  fc.nat(2),
  fc.nat(5),
  fc.constantFrom(...probeOutcomes, 'service' as const, 'under-way' as const),
)

test('what ended is told once, and what is written down is read back', () => {
  fc.assert(
    fc.property(fc.array(step), fc.array(step), (first, second) => {
      const block = newBlock(0, 3, 6)
      const apply = (steps: typeof first) => {
        for (const [slot, port, end] of steps) {
          if (cellAt(block, slot, port).kind === 'ended') continue
          if (end === 'service') setServiceTold(block, slot, port)
          else if (end === 'under-way') setUnderWay(block, slot, port, 1)
          else setEnded(block, slot, port, end)
        }
      }
      const told = () => {
        const lines = untold(block, 1, numbers)
        markTold(block, 1, numbers, lines)
        return lines
      }
      apply(first)
      const before = told()
      expect(told()).toEqual([])
      apply(second)
      const after = told()
      const one = unionAll(before.map((line) => line.ports))
      const two = unionAll(after.map((line) => line.ports))
      expect(intersect(one, two)).toEqual([])
      let services = 0
      for (let port = 0; port < 6; port++) {
        const cell = cellAt(block, 1, port)
        if (cell.kind === 'ended' && cell.end === 'service') services++
      }
      expect(count(one) + count(two) + services).toBe(tally(block, 1).ended)
      const copy = readBlock(0, 3, 6, settledCells(block))
      expect(copy && settledCells(copy)).toEqual(settledCells(block))
      for (let port = 0; port < 6; port++) {
        const cell = cellAt(block, 0, port)
        const again = copy && cellAt(copy, 0, port)
        expect(again).toEqual(cell.kind === 'under-way' ? { kind: 'to-try', attempt: 1 } : cell)
      }
    }),
  )
})

test.each([[[16, 0]], [[31, 0]], [[64, 0]], [[127, 0]], [[255, 0]], [[0]], [[0, 0, 0]]])(
  'cells %j are none of a block of two',
  (cells) => {
    expect(readBlock(0, 1, 2, Uint8Array.from(cells))).toBeUndefined()
  },
)

describe('what a failed dial says', () => {
  const of = (ending: (typeof endings)[number], code: string | null) =>
    attemptOf({ kind: 'failed', ending, code })
  test.each([
    ['refused', 'ECONNREFUSED', 'closed'],
    // It was accepted first: a port that resets is open.
    ['reset', 'ECONNRESET', 'open'],
    ['connect-timeout', null, 'filtered'],
    ['connect-timeout', 'ETIMEDOUT', 'filtered'],
    ['unreachable', 'EHOSTUNREACH', 'unreachable'],
    ['unreachable', 'EACCES', 'unreachable'],
    ['local-error', 'EINVAL', 'error'],
  ] as const)('%s (%s) is %s', (ending, code, outcome) => {
    expect(of(ending, code)).toEqual({ kind: 'outcome', outcome })
  })
  test.each([
    ['EMFILE', 'machine'],
    ['ENOBUFS', 'machine'],
    ['EADDRNOTAVAIL', 'way'],
  ])('%s is a shortage', (code, shortage) => {
    expect(of('local-error', code)).toEqual({ kind: 'shortage', of: shortage })
  })
  test('what we stopped ourselves says nothing', () => {
    expect(of('cancelled', null)).toEqual({ kind: 'cancelled' })
  })
  test('a port is open only where a connection stood', () => {
    const open = endings.filter((ending) => {
      const attempt = of(ending, null)
      return attempt.kind === 'outcome' && attempt.outcome === 'open'
    })
    expect(open).toEqual(['closed-by-server', 'reset'])
  })
})

test('the rate is that of the last half minute, the time left follows from it', () => {
  let marks = marked([], { at: 0, done: 0 })
  for (let at = 100; at <= 100_000; at += 100) {
    // A hundred a second at first, a thousand a second since 50 s.
    const done = at <= 50_000 ? at / 10 : 5000 + (at - 50_000)
    marks = marked(marks, { at, done })
    expect(marks.length).toBeLessThanOrEqual(64)
  }
  const now = { at: 100_000, done: 55_000 }
  expect(rateOver(marks, now)).toBeCloseTo(1000, 0)
  expect(secondsLeft(65_000, 55_000, 1000)).toBe(10)
  expect(secondsLeft(10, 0, 0)).toBeNull()
  expect(secondsLeft(10, 10, 0)).toBe(0)
  expect(rateOver([], now)).toBe(0)
})
