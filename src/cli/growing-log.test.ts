/** However often the reading of a growing log begins anew, its lines are told once. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogContext } from '../logs/log.ts'
import { type LogEvent, recogniseHead } from '../logs/read.ts'
import { parseAddress } from '../model/address.ts'
import { observationsOf } from '../model/flow-batch.ts'
import type { Observation } from '../model/observation.ts'
import type { KnownMark, Mark } from '../store/lake/source.ts'
import { furthestMark } from './furthest-mark.ts'
import { growingLog, ReplacedError } from './growing-log.ts'

const context: LogContext = {
  server: parseAddress('203.0.113.5') ?? null,
  serverPort: 21,
  network: 'local',
  timezone: 'UTC',
  year: 2026,
  document: 'log',
}

/** The last column is a number, so that half of it is one too. */
const flowLog = [
  'version interface-id srcaddr dstaddr srcport dstport protocol start end action packets bytes',
  ...Array.from(
    { length: 12 },
    (_, i) =>
      `2 eni-1 198.51.100.${i} 10.0.0.5 ${40_000 + i} 21 6 1795000000 1795000060 ACCEPT 10 ${1000 + i}`,
  ),
  '',
].join('\n')
const transfers = Array.from(
  { length: 12 },
  (_, i) =>
    `Fri Nov 20 10:${String(i).padStart(2, '0')}:00 2026 1 198.51.100.${i % 3} 1234 /pub/${i}.txt b _ o r alice ftp 0 * c\n`,
).join('')
const zeek = [
  '#separator \\x09',
  '#path\tftp',
  '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tuser\tcommand\targ\treply_code\treply_msg',
  ...Array.from(
    { length: 12 },
    (_, i) =>
      `${1_795_000_000 + i}.5\tC${i % 4}\t198.51.100.${i % 4}\t40000\t10.0.0.5\t21\talice\tRETR\tftp://10.0.0.5/./${i}.txt\t226\tDone.`,
  ),
  '',
].join('\r\n')

const farAhead = Date.parse('2030-01-01T00:00:00Z')

const observations = (events: readonly LogEvent[]): readonly Observation[] =>
  events.flatMap((event) =>
    event.kind === 'observations'
      ? event.observations
      : event.kind === 'flows'
        ? observationsOf(event.batch)
        : [],
  )

type End = 'whole' | 'open' | 'killed'
interface Reading {
  readonly upTo: number
  readonly end: End
  readonly pieces: number
  /** Whether it is asked at each pause for what was silent for long. */
  readonly silence?: 'asked' | 'not-asked'
}

/** Reads the file as far as it is, in pieces, from a mark on. */
function read(bytes: Uint8Array, from: KnownMark | null, { upTo, end, pieces, silence }: Reading) {
  const known = recogniseHead(bytes.subarray(0, upTo), context)
  // What nobody knows yet is left for later.
  if (known === null) return { told: [], mark: from }
  const log = growingLog(context, { format: known.format.id }, from)
  const told: Observation[] = []
  for (let at = 0; at < upTo; at += pieces)
    told.push(
      ...observations(log.push(bytes.subarray(at, Math.min(upTo, at + pieces)))),
      ...(silence === 'asked' ? observations(log.flush(farAhead)) : []),
    )
  told.push(...observations(log.flush(null)))
  const mark = log.mark()
  if (end === 'killed') return { told, mark: markOf(mark, false) }
  told.push(...observations(log.end(end)))
  return { told, mark: markOf(log.mark(), true) }
}

const markOf = (mark: Mark, ended: boolean): KnownMark => ({
  ...mark,
  lineage: 1,
  name: 'log',
  ended,
  turn: 1,
})

const placeOf = (observation: Observation): number =>
  observation.kind === 'gap' || observation.kind === 'coverage'
    ? -1
    : (observation.at[0]?.offset ?? -1)
/** The last that was told of each place. */
const lastTold = (all: readonly Observation[], kind: Observation['kind']) =>
  new Map(all.filter((one) => one.kind === kind).map((one) => [placeOf(one), one]))

const readings = (length: number, ends: readonly End[]) =>
  fc
    .array(
      fc.record({
        upTo: fc.nat(length),
        end: fc.constantFrom(...ends),
        pieces: fc.integer({ min: 1, max: 200 }),
        silence: fc.constantFrom('asked' as const, 'not-asked' as const),
      }),
      { maxLength: 5 },
    )
    .map((list) => [...list].sort((a, b) => a.upTo - b.upTo))

/** All that is told in some readings, the last of which is of the whole file. */
function toldBy(text: string, parts: readonly Reading[]): readonly Observation[] {
  const bytes = Buffer.from(text)
  const all: Observation[] = []
  let from: KnownMark | null = null
  for (const part of [...parts, { upTo: bytes.length, end: 'whole', pieces: 64 } as const]) {
    // A file with nothing new is not read.
    if (from !== null && (part.upTo < from.offset || (part.upTo === from.offset && from.ended)))
      continue
    const { told, mark } = read(bytes, from, part)
    all.push(...told)
    from = mark
  }
  return all
}

describe('a log that was read in parts', () => {
  test.each([
    { name: 'flows', text: flowLog, kind: 'flow', ends: ['open', 'killed'] },
    {
      name: 'sessions by address',
      text: transfers,
      kind: 'ftp-session',
      ends: ['open', 'whole', 'killed'],
    },
    { name: 'sessions by id', text: zeek, kind: 'ftp-session', ends: ['open', 'whole', 'killed'] },
  ] as const)('tells in the end what it tells at once: $name', ({ text, kind, ends }) => {
    const whole = lastTold(toldBy(text, []), kind)
    expect(whole.size).toBeGreaterThan(2)
    fc.assert(
      fc.property(readings(Buffer.from(text).length, ends), (parts) => {
        expect(lastTold(toldBy(text, parts), kind)).toEqual(whole)
      }),
    )
  })
  test('tells each flow once, also when its line was read too early', () => {
    fc.assert(
      fc.property(readings(Buffer.from(flowLog).length, ['whole', 'open', 'killed']), (parts) => {
        const told = toldBy(flowLog, parts)
        const places = told.filter(({ kind }) => kind === 'flow').map(placeOf)
        expect(new Set(places).size).toBe(places.length)
        expect(places).toHaveLength(12)
      }),
    )
  })
  test('says so then', () => {
    const upTo = flowLog.indexOf('1005') + 2
    const told = toldBy(flowLog, [{ upTo, end: 'whole', pieces: 64 }])
    expect(told).toContainEqual(
      expect.objectContaining({ gap: expect.objectContaining({ reason: 'line-read-too-early' }) }),
    )
    const atEnd = toldBy(flowLog, [{ upTo: flowLog.indexOf('1005') + 4, end: 'whole', pieces: 64 }])
    expect(atEnd.filter(({ kind }) => kind === 'gap')).toEqual([])
  })
  test('tells a flow once, although its line was read too early twice', () => {
    const upTo = flowLog.indexOf('1005') + 2
    const told = toldBy(flowLog, [
      { upTo, end: 'whole', pieces: 64 },
      { upTo: upTo + 1, end: 'whole', pieces: 64 },
    ])
    expect(told.filter(({ kind }) => kind === 'flow')).toHaveLength(12)
  })
  test.each(['open', 'killed'] as const)('tells nothing where nothing is new: %s', (end) => {
    const bytes = Buffer.from(transfers)
    const whole = { upTo: bytes.length, end: 'open', pieces: 100 } as const
    const { mark } = read(bytes, null, whole)
    const again = read(bytes, mark, { ...whole, end })
    expect(again.told).toEqual([])
    expect(again.mark).toMatchObject({ offset: bytes.length, told: bytes.length })
  })
  test('is summed up although nothing is new, but not while it is empty', () => {
    const bytes = Buffer.from(transfers)
    const { mark } = read(bytes, null, { upTo: bytes.length, end: 'open', pieces: 100 })
    const log = growingLog(context, { format: 'xferlog' }, mark)
    log.push(bytes)
    expect(log.end('open')).toMatchObject([{ kind: 'end', summary: { understood: 12 } }])
    expect(growingLog(context, { format: 'xferlog' }, null).end('open')).toEqual([])
  })
  test('is not gone on with when it is another', () => {
    const bytes = Buffer.from(transfers)
    const { mark } = read(bytes, null, { upTo: 500, end: 'open', pieces: 100 })
    const other = Buffer.from(transfers.replace('alice', 'allie'))
    expect(() => read(other, mark, { upTo: 600, end: 'open', pieces: 100 })).toThrow(ReplacedError)
    expect(() => read(bytes, mark, { upTo: 100, end: 'open', pieces: 100 })).toThrow(ReplacedError)
  })
})

describe('the furthest mark', () => {
  test('is the last of those that say the same', async () => {
    const { mark } = await furthestMark(chunks(100), [markAt(50, 1), markAt(50, 2), markAt(50, 3)])
    expect(mark?.turn).toBe(3)
  })
  const bytes = Buffer.from(flowLog)
  const markAt = (offset: number, turn: number, of: Uint8Array = bytes): KnownMark => ({
    offset,
    before: createHash('sha256').update(of.subarray(0, offset)).digest('hex'),
    ...{ told: offset, head: '', lineage: 1, name: 'log', ended: true },
    turn,
  })
  const chunks = async function* (size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  test('is found however the bytes come, among those of files that begin alike', async () => {
    const other = Buffer.from(flowLog.replace('ACCEPT 10 1003', 'REJECT 10 1003'))
    const offsets = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length + 50 }), { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(offsets, fc.integer({ min: 1, max: 300 }), async (at, size) => {
        const marks = at.flatMap((offset, i) => [
          markAt(offset, i),
          markAt(offset, 1000 + i, other),
        ])
        const { mark, hasMore } = await furthestMark(chunks(size), marks)
        const reachable = at.filter((offset) => offset <= bytes.length)
        const expected = reachable.length === 0 ? null : Math.max(...reachable)
        expect(mark?.offset ?? null).toBe(expected)
        expect(hasMore).toBe((expected ?? 0) < bytes.length)
      }),
    )
  })
})
