import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseZone, utc } from './local-time.ts'
import { readText } from './read.test.data.ts'
import { yearlessClock } from './yearless-clock.ts'

const day = 86_400_000

function reading(text: string) {
  const [month = 0, date = 0, hour = 0, minute = 0, second = 0] = text.split(/[- :]/).map(Number)
  return { month, day: date, hour, minute, second, millisecond: 0 }
}
const readAll = (texts: readonly string[], year: number, zone = utc) => {
  const clock = yearlessClock(year, zone)
  return texts.map((text) => {
    const instant = clock(reading(text))
    return instant === null ? null : new Date(instant).toISOString().slice(0, 19)
  })
}

test.each([
  {
    name: 'the turn of the year',
    texts: ['12-31 23:59:59', '01-01 00:00:00'],
    read: ['2025-12-31T23:59:59', '2026-01-01T00:00:00'],
  },
  {
    name: 'a line that comes late, over the turn',
    texts: ['12-31 23:59:59', '01-01 00:00:01', '12-31 23:59:58', '01-01 00:00:02'],
    read: [
      '2025-12-31T23:59:59',
      '2026-01-01T00:00:01',
      '2025-12-31T23:59:58',
      '2026-01-01T00:00:02',
    ],
  },
  {
    name: 'a log that begins just after it, with a line from before',
    texts: ['01-01 00:00:00', '12-31 23:59:59'],
    read: ['2025-01-01T00:00:00', '2024-12-31T23:59:59'],
  },
  {
    name: 'months of silence over it',
    texts: ['11-20 10:00:00', '03-01 10:00:00'],
    read: ['2025-11-20T10:00:00', '2026-03-01T10:00:00'],
  },
  {
    name: 'files in the wrong order, which is no new year',
    texts: ['11-20 10:00:00', '09-01 10:00:00', '10-01 10:00:00'],
    read: ['2025-11-20T10:00:00', '2025-09-01T10:00:00', '2025-10-01T10:00:00'],
  },
  {
    name: 'a device without a clock, among others',
    texts: ['11-20 10:00:00', '01-01 00:00:10', '11-20 10:00:01'],
    read: ['2025-11-20T10:00:00', '2026-01-01T00:00:10', '2025-11-20T10:00:01'],
  },
  {
    name: '29 February, behind the turn into a leap year and in others',
    texts: [
      '12-01 00:00:00',
      '02-29 00:00:00',
      '08-01 00:00:00',
      '12-01 00:00:00',
      '02-28 00:00:00',
      '02-29 00:00:00',
    ],
    read: [
      '2027-12-01T00:00:00',
      '2028-02-29T00:00:00',
      '2028-08-01T00:00:00',
      '2028-12-01T00:00:00',
      '2029-02-28T00:00:00',
      null,
    ],
    year: 2027,
  },
  {
    name: '29 February a year before the leap year',
    texts: ['02-28 00:00:00', '02-29 00:00:00', '03-01 00:00:00'],
    read: ['2027-02-28T00:00:00', null, '2027-03-01T00:00:00'],
    year: 2027,
  },
])('$name', ({ texts, read, year = 2025 }) => {
  expect(readAll(texts, year)).toEqual(read)
})

test('without a year or a zone nothing is read', () => {
  expect(yearlessClock(null, utc)(reading('12-31 10:00:00'))).toBeNull()
  expect(yearlessClock(2025, null)(reading('12-31 10:00:00'))).toBeNull()
})

describe('times that only go forward, written without their years', () => {
  const zones = ['UTC', '+05:30', 'America/New_York', 'Pacific/Kiritimati']
  const steps = fc.array(fc.integer({ min: 0, max: 180 * 86_400 }), { minLength: 1, maxLength: 40 })
  const firsts = fc.integer({ min: 1_000_000_000, max: 3_000_000_000 })

  test('are read with the first year as they were', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), firsts, steps, (name, first, gaps) => {
        const zone = parseZone(name)
        if (!zone) throw new Error(name)
        let instant = first * 1000
        const walls = [0, ...gaps].map((seconds) => {
          instant += seconds * 1000
          return new Date(instant + zone.offsetAt(instant)).toISOString()
        })
        const clock = yearlessClock(Number(walls[0]?.slice(0, 4)), zone)
        for (const wall of walls) {
          const read = clock(reading(wall.slice(5, 19).replace('T', ' ')))
          // An hour that comes twice is its first coming.
          const again = read === null ? '' : new Date(read + zone.offsetAt(read)).toISOString()
          expect(again).toBe(wall)
        }
      }),
    )
  })

  test('so are sessions of a log that came through syslog, with some disorder', () => {
    const jitter = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 30 })
    fc.assert(
      fc.property(firsts, jitter, (first, late) => {
        const wanted = late.map(
          (days, index) => (first - (first % 60)) * 1000 + (index * 30 - days) * day,
        )
        const lines = wanted.map((time, index) => {
          const stamp = new Date(time).toUTCString()
          const date = `${stamp.slice(8, 11)} ${stamp.slice(5, 7).replace(/^0/, ' ')} ${stamp.slice(17, 25)}`
          return `${date} gate vsftpd[7]: CONNECT: Client "203.0.113.${index + 1}"`
        })
        const year = new Date(wanted[0] ?? 0).getUTCFullYear()
        const server = { family: 4, value: 3_221_225_985 } as const
        const { sessions, summary } = readText(`${lines.join('\n')}\n`, {
          year,
          timezone: 'UTC',
          server,
        })
        expect(summary.understood).toBe(lines.length)
        expect(sessions.map(({ start }) => start).toSorted((a, b) => a - b)).toEqual(
          wanted.toSorted((a, b) => a - b),
        )
      }),
      { numRuns: 50 },
    )
  })
})
