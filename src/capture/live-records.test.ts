import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LiveRecords, type PartEnd } from './live-records.ts'
import { readCapture } from './read.ts'
import {
  concat,
  enhancedPacket,
  ethernet,
  interfaceBlock,
  type PcapParts,
  pcap,
  section,
  statistics,
  tcpPacket,
} from './testing/packets.ts'
import { hearing, inMemory } from './testing/streams.ts'

const start = Date.UTC(2026, 10, 21, 9) * 1000
const packet = (number: number) =>
  tcpPacket({
    from: '10.0.0.1',
    to: '10.0.0.2',
    sourcePort: 1000,
    targetPort: 21,
    seq: 1 + number * 4,
    payload: `${number}`.padStart(4, '0'),
  })
const pcapOf = (numbers: readonly number[], parts: PcapParts = {}): Uint8Array =>
  pcap(
    numbers.map((n) => ({
      bytes: parts.link === 101 ? packet(n) : ethernet(packet(n)),
      micros: start + n * 1000,
    })),
    parts,
  )
const pcapngOf = (numbers: readonly number[], little = true): Uint8Array =>
  concat(
    section(little),
    interfaceBlock(1, new Uint8Array(0), little),
    ...numbers.map((n) => enhancedPacket(0, start + n * 1000, ethernet(packet(n)), little)),
  )

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}

/** What is read of parts that follow each other. */
async function read(parts: readonly AsyncIterable<Uint8Array>[], dropped: number | null = null) {
  const records = new LiveRecords()
  const ends: PartEnd[] = []
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield records.begin()
    for (const part of parts) ends.push(yield* records.take(part))
    if (dropped !== null) yield records.end(dropped)
  }
  const { sink, heard } = hearing()
  const source = { kind: 'stream', document: 'x', chunks: whole() } as const
  const summary = await readCapture([source], sink)
  return { summary, said: heard.map(({ text }) => text[0]), ends }
}

const formats = [
  { name: 'pcap', make: pcapOf },
  { name: 'pcap, other byte order', make: (n: readonly number[]) => pcapOf(n, { little: false }) },
  { name: 'pcap, nanoseconds', make: (n: readonly number[]) => pcapOf(n, { unit: 'nano' }) },
  { name: 'pcap of raw IP', make: (n: readonly number[]) => pcapOf(n, { link: 101 }) },
  { name: 'pcapng', make: pcapngOf },
  { name: 'pcapng, other byte order', make: (n: readonly number[]) => pcapngOf(n, false) },
] as const

describe('a part', () => {
  test.each(formats)('of $name is read with its times', async ({ make }) => {
    const { summary, said, ends } = await read([pieces(make([0, 1, 2]), 7)])
    expect(said).toEqual(['000000010002'])
    expect([summary.from, summary.to]).toEqual([start / 1000, start / 1000 + 2])
    expect(ends).toEqual([{ fault: null, dropped: null, oversized: 0, timeless: 0 }])
    expect(summary.gaps).toEqual([])
  })

  test.each<{ name: string; bytes: Uint8Array; kind: string }>([
    { name: 'nothing', bytes: new Uint8Array(0), kind: 'empty' },
    { name: 'text', bytes: Buffer.from('no capture at all, only text'), kind: 'unknown-format' },
    { name: 'three bytes', bytes: new Uint8Array(3), kind: 'unknown-format' },
    { name: 'half a packet', bytes: pcapOf([0, 1]).slice(0, -3), kind: 'truncated' },
    {
      name: 'a length that lies',
      bytes: concat(pcapOf([0]), new Uint8Array(40).fill(0xff)),
      kind: 'damaged',
    },
  ])('that is $name says so', async ({ bytes, kind }) => {
    const { ends } = await read([pieces(bytes, 5)])
    expect(ends[0]?.fault?.kind).toBe(kind)
  })

  test('tells of drops, and the whole tells all of them', async () => {
    const { ends, summary } = await read([pieces(concat(pcapngOf([0]), statistics(0, 7)), 50)], 9)
    expect(ends[0]?.dropped).toBe(7)
    expect(summary.dropped).toBe(9)
  })

  test('that cannot be read on ends there, with its reason', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield pcapOf([0])
      throw new Error('no more')
    }
    const { ends, said } = await read([broken(), pieces(pcapOf([1]), 99)])
    expect(ends.map(({ fault }) => fault)).toEqual([
      { kind: 'unreadable', message: 'no more' },
      null,
    ])
    expect(said).toEqual(['00000001'])
  })
})

test('without any packet the stream is whole', async () => {
  const { summary } = await read([], 0)
  expect(summary).toMatchObject({ packets: 0, gaps: [], dropped: 0 })
})

test('a packet of the longest length is no matter', async () => {
  const long = pcap([{ bytes: new Uint8Array(262_144), micros: start }])
  const { summary, ends } = await read([pieces(concat(long, pcapOf([0])), 65_536)])
  expect(summary.packets).toBe(2)
  expect(ends[0]?.fault).toBeNull()
})

test('parts of whatever format, one behind the other or apart, however they are cut, are one capture', async () => {
  const form = fc.integer({ min: 0, max: formats.length - 1 })
  const part = fc.record({ form, count: fc.integer({ min: 0, max: 3 }), behind: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 200 }),
      async (parts, size) => {
        let number = 0
        const streams: Uint8Array[] = []
        for (const { form, count, behind } of parts) {
          const numbers = Array.from({ length: count }, () => number++)
          const bytes = formats[form]?.make(numbers) ?? new Uint8Array(0)
          const last = streams.pop()
          if (last !== undefined && behind) streams.push(concat(last, bytes))
          else streams.push(...(last === undefined ? [] : [last]), bytes)
        }
        const { summary, said, ends } = await read(streams.map((bytes) => pieces(bytes, size)))
        expect(summary.packets).toBe(number)
        expect(said.join('')).toBe(
          Array.from({ length: number }, (_, i) => `${i}`.padStart(4, '0')).join(''),
        )
        expect(ends.every(({ fault }) => fault === null)).toBe(true)
        expect(summary.gaps).toEqual([])
      },
    ),
    { numRuns: 150 },
  )
})

test('a file may begin right behind the blocks that are no packets, in any byte order', async () => {
  for (const first of formats)
    for (const second of formats)
      for (const size of [36, 72, 200]) {
        const bytes = concat(first.make([]), second.make([0]))
        const { summary, ends } = await read([pieces(bytes, size)])
        expect({ ...ends[0], packets: summary.packets }).toMatchObject({ fault: null, packets: 1 })
      }
})

test('a part cut anywhere keeps its whole packets', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: formats.length - 1 }),
      fc.integer({ min: 1, max: 400 }),
      async (form, cut) => {
        const whole = formats[form]?.make([0, 1, 2]) ?? new Uint8Array(0)
        const bytes = whole.slice(0, Math.min(cut, whole.length))
        const [direct, live] = await Promise.all([
          readCapture([inMemory(bytes)], hearing().sink),
          read([pieces(bytes, 11), pieces(pcapOf([7]), 11)]),
        ])
        expect(live.summary.packets).toBe(direct.packets + 1)
      },
    ),
    { numRuns: 100 },
  )
})
