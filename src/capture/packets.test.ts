import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PacketFault, PacketReader } from './packets.ts'
import type { CaptureSource } from './read-bytes.ts'
import { openBytes } from './read-bytes.ts'
import {
  block,
  concat,
  enhancedPacket,
  interfaceBlock,
  option,
  type PcapParts,
  pcap,
  section,
  simplePacket,
  statistics,
  text,
  u8,
  u16,
  u32,
} from './testing/packets.ts'
import { inMemory } from './testing/streams.ts'

interface Seen {
  readonly packets: readonly {
    readonly bytes: string
    readonly original: number
    readonly time: number
    readonly link: number
  }[]
  readonly fault: PacketFault | null
  readonly dropped: number | null
}

async function readAll(source: CaptureSource, chunk?: number): Promise<Seen> {
  const reader = new PacketReader(await openBytes(source), chunk)
  const packets = []
  for (let step = reader.next(); step !== 'end'; step = reader.next()) {
    if (step === 'fill') {
      await reader.fill()
      continue
    }
    const { bytes, at, captured, original, time, link, number } = reader.packet
    expect(number).toBe(packets.length + 1)
    const said = Buffer.from(bytes.subarray(at, at + captured)).toString('latin1')
    packets.push({ bytes: said, original, time, link })
  }
  await reader.close()
  return { packets, fault: reader.fault, dropped: reader.framing?.dropped ?? null }
}

const said = ({ packets }: Seen) => packets.map(({ bytes }) => bytes)
const both = [true, false]

describe('the classic format', () => {
  test.each(
    both.flatMap((little) => (['micro', 'nano'] as const).map((unit) => ({ little, unit }))),
  )('little endian $little, times in $unit', async ({ little, unit }) => {
    const parts: PcapParts = { little, unit, link: 113 }
    const frames = [
      { bytes: text('one'), micros: 1_700_000_000_123_456 },
      { bytes: text('two'), micros: 1_700_000_001_000_001, original: 900 },
    ]
    expect(await readAll(inMemory(pcap(frames, parts)))).toEqual({
      packets: [
        { bytes: 'one', original: 3, time: expect.closeTo(1_700_000_000_123.456, 3), link: 113 },
        { bytes: 'two', original: 900, time: expect.closeTo(1_700_000_001_000.001, 3), link: 113 },
      ],
      fault: null,
      dropped: null,
    })
  })

  test('nanoseconds are not rounded to microseconds', async () => {
    const file = concat(
      u32(0xa1b23c4d, true),
      u16(2, true),
      u16(4, true),
      new Uint8Array(8),
      u32(65_535, true),
      u32(1, true),
      ...[u32(0, true), u32(1500, true), u32(1, true), u32(1, true), text('x')],
    )
    expect((await readAll(inMemory(file))).packets[0]?.time).toBeCloseTo(0.0015, 9)
  })

  test('patched libpcap has eight bytes more before each packet', async () => {
    const record = concat(u32(1, true), u32(0, true), u32(3, true), u32(3, true), new Uint8Array(8))
    const header = concat(u32(0xa1b2cd34, true), new Uint8Array(16), u32(1, true))
    expect(said(await readAll(inMemory(concat(header, record, text('one')))))).toEqual(['one'])
  })

  test('the length of a frame check sequence is no part of the link type', async () => {
    const file = pcap([{ bytes: text('one'), micros: 0 }], { link: 0x54000001 })
    expect((await readAll(inMemory(file))).packets[0]?.link).toBe(1)
  })

  test('a length that no packet has is damage: what came before holds', async () => {
    const good = pcap([{ bytes: text('one'), micros: 0 }])
    const bad = concat(u32(1, true), u32(0, true), u32(262_145, true), u32(262_145, true))
    const seen = await readAll(inMemory(concat(good, bad, new Uint8Array(300_000)), [7]))
    expect(said(seen)).toEqual(['one'])
    expect(seen.fault).toEqual({ kind: 'damaged', offset: good.length })
  })

  test('a packet that is longer than it was on the wire was as long as it is', async () => {
    const file = pcap([{ bytes: text('one'), micros: 0, original: 1 }])
    expect((await readAll(inMemory(file))).packets[0]?.original).toBe(3)
  })
})

describe('the format of blocks', () => {
  test.each(both)(
    'little endian %s: several interfaces with times of their own',
    async (little) => {
      const seconds = 1_700_000_000
      const file = concat(
        section(little),
        interfaceBlock(1, undefined, little),
        interfaceBlock(
          113,
          concat(option(2, text('eth0'), little), option(9, u8(9), little)),
          little,
        ),
        interfaceBlock(276, option(9, u8(0x80 | 10), little), little),
        interfaceBlock(
          101,
          option(14, little ? concat(u32(100, true), u32(0)) : concat(u32(0), u32(100)), little),
          little,
        ),
        enhancedPacket(0, seconds * 1e6 + 1, text('micro'), little),
        enhancedPacket(1, seconds * 1e9 + 2048, text('nano'), little, 77),
        enhancedPacket(2, seconds * 1024 + 512, text('binary'), little),
        enhancedPacket(3, seconds * 1e6, text('later'), little),
      )
      expect(await readAll(inMemory(file))).toEqual({
        packets: [
          { bytes: 'micro', original: 5, time: expect.closeTo(seconds * 1000 + 0.001, 3), link: 1 },
          {
            bytes: 'nano',
            original: 77,
            time: expect.closeTo(seconds * 1000 + 0.002, 3),
            link: 113,
          },
          { bytes: 'binary', original: 6, time: seconds * 1000 + 500, link: 276 },
          { bytes: 'later', original: 5, time: (seconds + 100) * 1000, link: 101 },
        ],
        fault: null,
        dropped: null,
      })
    },
  )

  test('sections may change the byte order; their interfaces begin anew', async () => {
    const file = concat(
      ...[section(true), interfaceBlock(1, undefined, true)],
      enhancedPacket(0, 1e6, text('one'), true),
      ...[section(false), interfaceBlock(113, undefined, false)],
      enhancedPacket(0, 2e6, text('two'), false),
    )
    const seen = await readAll(inMemory(file))
    expect(seen.packets.map(({ bytes, link, time }) => [bytes, link, time])).toEqual([
      ['one', 1, 1000],
      ['two', 113, 2000],
    ])
  })

  test('simple packets take the time before them, and their length from the snap length', async () => {
    const file = concat(
      ...[section(), interfaceBlock(1, undefined, true, 5)],
      enhancedPacket(0, 5e6, text('one')),
      block(3, concat(u32(9, true), text('abcde'))),
      simplePacket(text('two')),
    )
    const seen = await readAll(inMemory(file))
    expect(seen.packets.map(({ bytes, original, time }) => [bytes, original, time])).toEqual([
      ['one', 3, 5000],
      ['abcde', 9, 5000],
      ['two', 3, 5000],
    ])
  })

  test('the obsolete packet block is a packet', async () => {
    const body = concat(u16(0, true), u16(0), u32(0), u32(7000, true), u32(3, true), u32(3, true))
    const file = concat(section(), interfaceBlock(1), block(2, concat(body, text('old'))))
    expect((await readAll(inMemory(file))).packets).toEqual([
      { bytes: 'old', original: 3, time: 7, link: 1 },
    ])
  })

  test('drops: the last total of each interface, over all sections', async () => {
    const one = concat(section(), interfaceBlock(1), interfaceBlock(1))
    const file = concat(
      ...[one, statistics(0, 5), statistics(1, 7), statistics(0, 9)],
      ...[section(false), interfaceBlock(1, undefined, false), statistics(0, 100, false)],
    )
    expect((await readAll(inMemory(file))).dropped).toBe(9 + 7 + 100)
  })

  test('statistics that tell no drops leave them unknown', async () => {
    const file = concat(section(), interfaceBlock(1), block(5, new Uint8Array(12)))
    expect((await readAll(inMemory(file))).dropped).toBeNull()
  })

  test.each([
    { fault: 'an interface that is not there', bad: enhancedPacket(3, 0, text('no')) },
    {
      fault: 'a captured length beyond the block',
      bad: block(6, concat(new Uint8Array(12), u32(500, true), u32(500, true), text('no'))),
    },
    { fault: 'too short for its header', bad: block(6, new Uint8Array(4)) },
    { fault: 'unknown', bad: block(0xbad, text('custom')) },
    { fault: 'larger than memory is spent on', bad: block(0xbad, new Uint8Array(3_000_000)) },
  ])('a block is passed over: $fault', async ({ bad }) => {
    const good = (name: string) => enhancedPacket(0, 0, text(name))
    const file = concat(section(), interfaceBlock(1), good('one'), bad, good('two'))
    const seen = await readAll(inMemory(file))
    expect(said(seen)).toEqual(['one', 'two'])
    expect(seen.fault).toBeNull()
  })

  test.each([
    { fault: 'no multiple of four', length: 33 },
    { fault: 'shorter than its frame', length: 8 },
  ])('a length that no block has is damage: $fault', async ({ length }) => {
    const start = concat(section(), interfaceBlock(1), enhancedPacket(0, 0, text('one')))
    const end = concat(u32(6, true), u32(length, true), u32(0))
    const seen = await readAll(inMemory(concat(start, end), [5]))
    expect(said(seen)).toEqual(['one'])
    expect(seen.fault).toEqual({ kind: 'damaged', offset: start.length })
  })
})

test.each([
  { name: 'nothing', bytes: new Uint8Array(0), fault: { kind: 'empty' } },
  { name: 'four bytes', bytes: u32(0xa1b2c3d4), fault: { kind: 'unknown-format' } },
  {
    name: 'a text',
    bytes: text('no capture, but long enough for a header'),
    fault: { kind: 'unknown-format' },
  },
  {
    name: 'half a record',
    bytes: pcap([{ bytes: text('one'), micros: 0 }]).slice(0, -1),
    fault: { kind: 'truncated', bytes: 18 },
  },
  {
    name: 'half a block that would be passed over',
    bytes: concat(section(), block(0xbad, new Uint8Array(3_000_000)).slice(0, -1)),
    fault: { kind: 'truncated', bytes: 0 },
  },
  { name: 'a header alone', bytes: pcap([]), fault: null },
])('what is wrong is said: $name', async ({ bytes, fault }) => {
  expect((await readAll(inMemory(bytes))).fault).toEqual(fault)
})

const anyFile = fc
  .tuple(
    fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 12 }),
    fc.constantFrom('classic', 'blocks'),
    fc.boolean(),
  )
  .map(([packets, format, little]) =>
    format === 'classic'
      ? pcap(
          packets.map((bytes, i) => ({ bytes, micros: i * 1_000_003 })),
          { little },
        )
      : concat(
          section(little),
          interfaceBlock(1, undefined, little),
          ...packets.map((bytes, i) => enhancedPacket(0, i * 1_000_003, bytes, little)),
        ),
  )

test('a file gives the same packets however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyFile,
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 200 }),
      async (file, pieces, chunk) => {
        const whole = await readAll(inMemory(file, [file.length]))
        expect(await readAll(inMemory(file, pieces), chunk)).toEqual(whole)
      },
    ),
    { numRuns: 60 },
  )
})

test('a file cut short gives the packets that are whole', async () => {
  await fc.assert(
    fc.asyncProperty(anyFile, fc.nat(), async (file, at) => {
      const whole = await readAll(inMemory(file))
      const part = await readAll(inMemory(file.slice(0, at % (file.length + 1))))
      expect(whole.packets.slice(0, part.packets.length)).toEqual(part.packets)
    }),
    { numRuns: 100 },
  )
})

test('damaged bytes never stop the reader from ending', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyFile,
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 20 }),
      async (file, damage) => {
        const bytes = file.slice()
        for (const [at, value] of damage) bytes[at % bytes.length] = value
        const { packets } = await readAll(inMemory(bytes))
        expect(packets.reduce((sum, packet) => sum + packet.bytes.length, 0)).toBeLessThanOrEqual(
          bytes.length,
        )
      },
    ),
    { numRuns: 200 },
  )
})
