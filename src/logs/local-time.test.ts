import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  instantAfter,
  instantOf,
  type LocalTime,
  parseClfTime,
  parseCtime,
  parseMonth,
  parseOffset,
  parseRfc3339,
  parseZone,
} from './local-time.ts'

const local = (text: string): LocalTime => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text
    .split(/[- :]/)
    .map(Number)
  return { year, month, day, hour, minute, second, millisecond: 0 }
}
const read = (text: string, zoneName: string): string | null => {
  const zone = parseZone(zoneName)
  const instant = zone ? instantOf(local(text), zone) : null
  return instant === null ? null : new Date(instant).toISOString()
}

test.each([
  ['2026-11-21 17:00:00', 'UTC', '2026-11-21T17:00:00.000Z'],
  ['2026-11-21 17:00:00', '+05:30', '2026-11-21T11:30:00.000Z'],
  ['2026-11-21 17:00:00', '-0330', '2026-11-21T20:30:00.000Z'],
  ['2026-11-21 17:00:00', '+01', '2026-11-21T16:00:00.000Z'],
  ['2026-11-21 17:00:00', 'Europe/Berlin', '2026-11-21T16:00:00.000Z'],
  ['2026-07-21 17:00:00', 'Europe/Berlin', '2026-07-21T15:00:00.000Z'],
  ['2026-07-21 17:00:00', 'Asia/Kolkata', '2026-07-21T11:30:00.000Z'],
  ['2026-01-21 17:00:00', 'Australia/Lord_Howe', '2026-01-21T06:00:00.000Z'],
  ['2026-07-21 17:00:00', 'Pacific/Kiritimati', '2026-07-21T03:00:00.000Z'],
])('%s in %s is %s', (text, zone, instant) => {
  expect(read(text, zone)).toBe(instant)
})

test.each([
  ['the last second before the gap', '2026-03-29 01:59:59', '2026-03-29T00:59:59.000Z'],
  [
    'a time that is skipped keeps the old offset',
    '2026-03-29 02:30:00',
    '2026-03-29T01:30:00.000Z',
  ],
  ['the first second after the gap', '2026-03-29 03:00:00', '2026-03-29T01:00:00.000Z'],
  ['before the overlap', '2026-10-25 01:59:59', '2026-10-24T23:59:59.000Z'],
  [
    'an hour that comes twice is its first coming',
    '2026-10-25 02:30:00',
    '2026-10-25T00:30:00.000Z',
  ],
  ['after the overlap', '2026-10-25 03:00:00', '2026-10-25T02:00:00.000Z'],
])('change of clocks: %s', (_name, text, instant) => {
  expect(read(text, 'Europe/Berlin')).toBe(instant)
})

test('of an hour that comes twice it is the second coming where the log had reached the first', () => {
  const zone = parseZone('Europe/Berlin')
  if (!zone) throw new Error('no zone')
  let reached = Number.NEGATIVE_INFINITY
  const walls = ['01:59', '02:20', '02:50', '02:49', '02:05', '02:30', '02:29', '03:00']
  const told = walls.map((wall) => {
    const instant = instantAfter(local(`2026-10-25 ${wall}:30`), zone, reached) ?? 0
    reached = Math.max(reached, instant)
    return new Date(instant).toISOString().slice(11, 16)
  })
  // A minute back is disorder, more of it the change of clocks.
  expect(told).toEqual(['23:59', '00:20', '00:50', '00:49', '01:05', '01:30', '01:29', '02:00'])
})

test.each([
  '2026-02-29 00:00:00',
  '2026-13-01 00:00:00',
  '2026-04-31 00:00:00',
  '2026-01-01 24:00:00',
])('no calendar has %s', (text) => {
  expect(read(text, 'UTC')).toBeNull()
})

test.each(['Nowhere/City', '', '+25:00', '+1', '12', 'Europe/Berlin\0', '../etc'])(
  '%j is no zone',
  (name) => {
    expect(parseZone(name)).toBeUndefined()
  },
)

test.each([
  ['Z', 0],
  ['+00:00', 0],
  ['-0530', -19_800_000],
  ['+14:00', 50_400_000],
  ['+1400x', undefined],
  ['+10:60', undefined],
])('the offset %s', (text, offset) => {
  expect(parseOffset(text)).toBe(offset)
})

test('ctime pads the day with a space or a zero', () => {
  expect(parseCtime('Sat Nov  1 17:00:00 2026')).toEqual(local('2026-11-01 17:00:00'))
  expect(parseCtime('Sat Nov 01 17:00:00 2026')).toEqual(local('2026-11-01 17:00:00'))
  expect(parseCtime('Sat Foo  1 17:00:00 2026')).toBeNull()
  expect(parseMonth('constructor')).toBeNull()
})

test('a time of the common log format says its zone', () => {
  expect(parseClfTime('21/Nov/2026:17:06:30 -0530')).toEqual({
    local: local('2026-11-21 17:06:30'),
    offset: '-0530',
  })
  expect(parseClfTime('21/Nov/2026:17:06:30')).toBeNull()
})

test.each([
  ['2026-11-21T17:00:00.123456789Z', '2026-11-21T17:00:00.123Z'],
  ['2026-11-21T17:00:00.5+02:00', '2026-11-21T15:00:00.500Z'],
  ['2026-11-21 17:00:00Z', '2026-11-21T17:00:00.000Z'],
  ['2026-11-21T17:00:00', null],
  ['2026-02-30T17:00:00Z', null],
])('%s of RFC 3339', (text, instant) => {
  const time = parseRfc3339(text)
  expect(time === null ? null : new Date(time).toISOString()).toBe(instant)
})

test('what the wall shows at an instant gives the instant again, or the first of two', () => {
  const names = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', '+05:45']
  const seconds = fc.integer({ min: 100_000_000, max: 4_000_000_000 })
  fc.assert(
    fc.property(fc.constantFrom(...names), seconds, (name, second) => {
      const zone = parseZone(name)
      if (!zone) throw new Error(name)
      const instant = second * 1000
      const wall = new Date(instant + zone.offsetAt(instant)).toISOString().slice(0, 19)
      const again = instantOf(local(wall.replace('T', ' ')), zone)
      expect(again).not.toBeNull()
      const back = instant - (again ?? 0)
      expect([0, 1_800_000, 3_600_000, 7_200_000]).toContain(back)
    }),
  )
})
