import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { describeShared } from '../../test/shared.ts'
import { formatAddress } from '../model/address.ts'
import type { Flow } from '../model/observation.ts'
import { type CaptureOptions, type CaptureSummary, readCapture } from './read.ts'
import type { CaptureSource } from './read-bytes.ts'
import {
  ack,
  type CapturedFrame,
  concat,
  endsOf,
  enhancedPacket,
  ethernet,
  fin,
  firstMicros,
  frames,
  interfaceBlock,
  ip4,
  ip6,
  pcap,
  psh,
  rst,
  section,
  statistics,
  syn,
  tcpPacket,
  tcpSegment,
  text,
  timed,
  u8,
  u16,
  u32,
} from './testing/packets.ts'
import { type Heard, hearing, inMemory } from './testing/streams.ts'

const { client, server } = endsOf()
const folder = mkdtempSync(join(tmpdir(), 'portreeve-capture-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

async function read(
  sources: CaptureSource | readonly CaptureSource[],
  options: CaptureOptions = {},
): Promise<{ heard: readonly Heard[]; summary: CaptureSummary }> {
  const { sink, heard } = hearing()
  const summary = await readCapture('kind' in sources ? [sources] : sources, sink, options)
  return { heard, summary }
}
const reasons = ({ gaps }: CaptureSummary) => gaps.map(({ reason }) => reason)
const file = (name: string, bytes: Uint8Array): CaptureSource => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return { kind: 'file', document: name, path }
}

const greeting = [
  client({ seq: 100, flags: syn }),
  server({ seq: 500, ack: 101, flags: syn | ack }),
  client({ seq: 101, ack: 501 }),
  server({ seq: 501, ack: 101, payload: '220 hello\r\n', flags: ack | psh }),
  client({ seq: 101, ack: 512, payload: 'QUIT\r\n', flags: ack | psh }),
  server({ seq: 512, ack: 107, flags: ack | fin }),
  client({ seq: 107, ack: 513, flags: ack | fin }),
]
const greeted = ['QUIT\r\n', '220 hello\r\n']
const capture = pcap(timed(greeting))

test('the summary counts', async () => {
  const { heard, summary } = await read(inMemory(capture))
  const bytes = greeting.reduce((sum, { length }) => sum + length + 14, 0)
  expect(summary).toMatchObject({
    packets: 7,
    bytes,
    wireBytes: bytes,
    notIp: 0,
    connections: 1,
    lostBytes: 0,
    from: firstMicros / 1000,
    to: firstMicros / 1000 + 6,
    dropped: null,
    gaps: [],
    coverage: [
      {
        kind: 'coverage',
        from: firstMicros / 1000,
        to: firstMicros / 1000 + 6,
        complete: true,
        sampled: 1,
        dropped: null,
        at: [{ document: 'test.pcap' }],
      },
    ],
  })
  const [only] = heard
  expect(only?.text).toEqual(greeted)
  expect(only?.events).toEqual(['4:1:11', '5:0:6'])
  expect(only?.tcp).toMatchObject({ start: firstMicros / 1000, packet: 1, document: 'test.pcap' })
  expect(only?.tcp.ends.map(({ address, port }) => `${formatAddress(address)} ${port}`)).toEqual([
    '192.0.2.1 40000',
    '198.51.100.9 21',
  ])
})

describe.each(Object.entries(frames))('over %s', (_name, { link, frame }) => {
  test.each([
    ['192.0.2.1', '198.51.100.9'],
    ['2001:db8::1', '2001:db8::2'],
  ])('%s to %s', async (from, to) => {
    const say = (payload: string, seq: number) => {
      const ports = { sourcePort: 21, targetPort: 40_000 }
      return frame(tcpPacket({ from, to, ...ports, seq, payload, flags: ack | psh }))
    }
    const bytes = pcap(
      [say('220 hello', 7), say(' there', 16)].map((each, i) => ({ bytes: each, micros: i })),
      { link },
    )
    const { heard, summary } = await read(inMemory(bytes))
    expect(heard[0]?.text).toEqual(['220 hello there', ''])
    expect(heard[0]?.tcp.ends.map(({ address }) => formatAddress(address))).toEqual([from, to])
    expect(summary.gaps).toEqual([])
  })
})

test('fragments of both versions make one stream', async () => {
  const v4 = { from: '192.0.2.1', to: '198.51.100.9' }
  const v6 = { from: '2001:db8::1', to: '2001:db8::2' }
  const payload = 'a line that is longer than what one fragment carries'
  const segment = (ends: typeof v4) =>
    tcpSegment({ ...ends, sourcePort: 21, targetPort: 4000, seq: 1, payload })
  const [four, six] = [segment(v4), segment(v6)]
  const packets = [
    ip4({ ...v4, identification: 1, fragmentAt: 24 }, four.slice(24)),
    ip6({ ...v6, next: 44, extensions: concat(u8(6, 0), u16(1), u32(5)) }, six.slice(0, 32)),
    ip4({ ...v4, identification: 1, hasMore: true }, four.slice(0, 24)),
    ip6({ ...v6, next: 44, extensions: concat(u8(6, 0), u16(32), u32(5)) }, six.slice(32)),
    ip4({ ...v4, identification: 2, hasMore: true }, four.slice(0, 24)),
  ]
  const { heard, summary } = await read(inMemory(pcap(timed(packets))))
  expect(heard.map((each) => each.text[0])).toEqual([payload, payload])
  expect(reasons(summary)).toEqual(['fragments-incomplete'])
})

describe('compressed', () => {
  const packed = gzipSync(capture)
  test.each([
    { name: 'one member', bytes: packed },
    {
      name: 'two members',
      bytes: concat(gzipSync(capture.slice(0, 99)), gzipSync(capture.slice(99))),
    },
  ])('$name, as a file and as a stream', async ({ bytes }) => {
    for (const source of [file('packed.pcap.gz', bytes), inMemory(bytes, [1, 2, 30])]) {
      const { heard, summary } = await read(source)
      expect(heard[0]?.text).toEqual(greeted)
      expect(summary.gaps).toEqual([])
    }
  })

  test('cut short: what came before the cut holds, and the cut is told', async () => {
    const noise = timed(
      Array.from({ length: 3000 }, (_, i) => client({ seq: i * 7919, payload: `${Math.sin(i)}` })),
    )
    const bytes = gzipSync(concat(capture, pcap(noise).slice(24)))
    const { heard, summary } = await read(file('cut.gz', bytes.subarray(0, bytes.length - 20_000)))
    expect(heard[0]?.text).toEqual(greeted)
    expect(summary.packets).toBeGreaterThan(1000)
    expect(reasons(summary)).toContain('unreadable-capture')
    expect(summary.coverage[0]?.complete).toBe(false)
  })

  test('cut at the end of a record: nothing is missing but the cut is told', async () => {
    const bytes = gzipSync(capture, { finishFlush: constants.Z_SYNC_FLUSH })
    const { summary } = await read(inMemory(bytes))
    expect(summary.packets).toBe(7)
    expect(reasons(summary)).toEqual(['unreadable-capture'])
  })

  test('damaged: what came before holds, though it grew out of the same few bytes', async () => {
    const frame = { bytes: ethernet(client({ seq: 1 })), micros: firstMicros }
    const bytes = gzipSync(pcap(Array.from({ length: 5000 }, () => frame)))
    expect(bytes.length).toBeLessThan(10_000)
    bytes.set([bytes.at(-8) === 0 ? 1 : 0], bytes.length - 8)
    const { summary } = await read(inMemory(bytes))
    expect(summary.packets).toBeGreaterThan(4000)
    expect(reasons(summary)).toContain('unreadable-capture')
    expect(summary.coverage[0]?.complete).toBe(false)
  })

  test('damaged at once', async () => {
    const bytes = concat(packed.subarray(0, 40), new Uint8Array(200).fill(0xaa))
    const { summary } = await read(inMemory(bytes))
    expect(reasons(summary)).toContain('unreadable-capture')
  })

  test('damaged anywhere: the reading ends', async () => {
    const bytes = gzipSync(concat(capture, pcap(timed(greeting)).slice(24)))
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }))),
        fc.integer({ min: 1, max: 99 }),
        async (damage, pieces) => {
          const copy = Uint8Array.from(bytes)
          for (const [at, value] of damage) copy[at] = value
          const { summary } = await read(inMemory(copy, [pieces]))
          expect(summary.packets).toBeLessThanOrEqual(14)
        },
      ),
      { numRuns: 100 },
    )
  })

  test('a bomb is passed over in little memory', async () => {
    // One block of 400 MB that no capture has, then packets.
    const size = 400_000_000
    const body = new Uint8Array(1_000_000)
    const members = Array.from({ length: size / body.length }, () => gzipMillion)
    const bytes = concat(
      gzipSync(concat(section(), interfaceBlock(1), u32(0xbad, true), u32(size + 12, true))),
      ...members,
      gzipSync(
        concat(u32(size + 12, true), enhancedPacket(0, 0, ethernet(client({ payload: 'after' })))),
      ),
    )
    const before = process.memoryUsage().rss
    let peak = 0
    const { heard, summary } = await read(inMemory(bytes), {
      onBytes: () => {
        peak = Math.max(peak, process.memoryUsage().rss - before)
      },
    })
    expect(heard[0]?.text[0]).toBe('after')
    expect(reasons(summary)).toEqual(['unreadable-blocks'])
    expect(peak).toBeLessThan(150_000_000)
  })
})
const gzipMillion = gzipSync(new Uint8Array(1_000_000))

describe('several sources are one capture', () => {
  test('each covers its own time: between two of them nobody looked', async () => {
    const year = 365 * 86_400_000_000
    const later = timed(greeting).map((frame) => ({ ...frame, micros: (frame.micros ?? 0) + year }))
    const { summary } = await read([
      file('a.pcap', pcap(timed(greeting))),
      file('b.pcap', pcap(later).slice(0, -1)),
    ])
    expect(summary.coverage).toMatchObject([
      { from: firstMicros / 1000, to: firstMicros / 1000 + 6, complete: true },
      { from: (firstMicros + year) / 1000, complete: false },
    ])
  })

  const part = (from: number, to: number): CapturedFrame[] => timed(greeting).slice(from, to)

  test('a connection goes on from one to the next, whatever order they are named in', async () => {
    const sources = [
      file('c.pcap', pcap(part(5, 7))),
      file('a.pcap', pcap(part(0, 3))),
      file('b.pcap', pcap(part(3, 5))),
    ]
    const documents: string[] = []
    const { heard, summary } = await read(sources, { onDocument: (name) => documents.push(name) })
    expect(heard.map(({ text: said, ended }) => ({ said, ended }))).toEqual([
      { said: greeted, ended: 'fin' },
    ])
    expect(heard[0]?.tcp.document).toBe('a.pcap')
    expect(documents).toEqual(['a.pcap', 'b.pcap', 'c.pcap'])
    expect(summary.documents.map(({ document, packets }) => [document, packets])).toEqual([
      ['c.pcap', 2],
      ['a.pcap', 3],
      ['b.pcap', 2],
    ])
  })

  test('one for each direction: merged packet by packet', async () => {
    const all = timed(greeting)
    const isOfClient = (i: number) => [0, 2, 4, 6].includes(i)
    const order: number[] = []
    const { sink, heard } = hearing()
    const summary = await readCapture(
      [
        file('out.pcap', pcap(all.filter((_, i) => isOfClient(i)))),
        inMemory(pcap(all.filter((_, i) => !isOfClient(i))), [33], 'in.pcap'),
      ],
      {
        ...sink,
        data(tcp, side, bytes, time, packet) {
          order.push(time - firstMicros / 1000)
          return sink.data(tcp, side, bytes, time, packet)
        },
      },
    )
    expect(order).toEqual([3, 4])
    expect(heard[0]?.text).toEqual(greeted)
    expect(heard[0]?.ended).toBe('fin')
    expect(summary.lostBytes).toBe(0)
  })

  test('one that cannot be read costs the others nothing', async () => {
    const { heard, summary } = await read([
      { kind: 'file', document: 'gone.pcap', path: join(folder, 'gone.pcap') },
      file('text.pcap', text('this is no capture at all, however long one looks at it')),
      file('good.pcap', capture),
      file('cut.pcap', capture.slice(0, -1)),
    ])
    expect(heard[0]?.text).toEqual(greeted)
    expect(reasons(summary)).toEqual(['unreadable-capture', 'unknown-format', 'truncated-capture'])
    expect(summary.gaps[0]?.message).toContain('ENOENT')
    expect(summary.coverage[0]?.complete).toBe(false)
  })

  test('all bytes of each are seen once, decompressed', async () => {
    const seen = new Map<string, number>()
    await read([file('plain.pcap', capture), file('packed.gz', gzipSync(capture))], {
      onBytes: (document, { length }) => seen.set(document, (seen.get(document) ?? 0) + length),
    })
    expect(Object.fromEntries(seen)).toEqual({
      'plain.pcap': capture.length,
      'packed.gz': capture.length,
    })
  })

  test('drops of those that tell them', async () => {
    const blocks = concat(section(), interfaceBlock(1), statistics(0, 12))
    const { summary } = await read([inMemory(blocks, [9], 'a'), inMemory(capture, [9], 'b')])
    expect(summary.dropped).toBe(12)
    expect(summary.coverage[0]?.dropped).toBe(12)
    expect(reasons(summary)).toEqual(['dropped-packets'])
  })
})

describe('flows', () => {
  const udp = (from: string, to: string, sourcePort: number, targetPort: number) =>
    ip4({ from, to, protocol: 17 }, concat(u16(sourcePort), u16(targetPort), u32(0x00080000)))
  const [one, two] = ['192.0.2.1', '198.51.100.9']

  async function flowsOf(packets: readonly Uint8Array[]): Promise<readonly Flow[]> {
    const flows: Flow[] = []
    await read(inMemory(pcap(timed(packets))), {
      flows: { observer: { kind: 'sensor', id: 'tap' }, emit: (flow) => void flows.push(flow) },
    })
    return flows
  }

  test('one a connection, with what went both ways', async () => {
    const [flow, ...rest] = await flowsOf(greeting)
    expect(rest).toEqual([])
    expect(flow).toEqual({
      observer: { kind: 'sensor', id: 'tap' },
      src: { address: { family: 4, value: 0xc0000201 }, port: 40_000 },
      dst: { address: { family: 4, value: 0xc6336409 }, port: 21 },
      original: null,
      transport: 'tcp',
      protocol: 6,
      start: firstMicros / 1000,
      end: firstMicros / 1000 + 6,
      bytes: greeting.reduce((sum, { length }) => sum + length, 0),
      packets: 7,
      action: 'accept',
      initiator: 'src',
      sampled: 1,
    })
  })

  test.each<{
    name: string
    packets: readonly Uint8Array[]
    is: Pick<Flow, 'action' | 'initiator' | 'transport' | 'packets'>
    source: number
  }>([
    {
      name: 'refused',
      packets: [client({ seq: 1, flags: syn }), server({ ack: 2, flags: rst | ack })],
      is: { action: 'reject', initiator: 'src', transport: 'tcp', packets: 2 },
      source: 40_000,
    },
    {
      name: 'not answered',
      packets: [client({ seq: 1, flags: syn })],
      is: { action: 'unknown', initiator: 'src', transport: 'tcp', packets: 1 },
      source: 40_000,
    },
    {
      name: 'from its middle',
      packets: [server({ seq: 1, payload: 'what is it' })],
      is: { action: 'accept', initiator: 'unknown', transport: 'tcp', packets: 1 },
      source: 21,
    },
    {
      name: 'seen from its answer on',
      packets: [server({ seq: 1, flags: syn | ack }), client({ seq: 9, ack: 2 })],
      is: { action: 'accept', initiator: 'src', transport: 'tcp', packets: 2 },
      source: 40_000,
    },
    {
      name: 'an acknowledgement out of nowhere, refused',
      packets: [client({ seq: 1 }), server({ seq: 1, flags: rst })],
      is: { action: 'reject', initiator: 'unknown', transport: 'tcp', packets: 2 },
      source: 40_000,
    },
    {
      name: 'UDP, both ways',
      packets: [udp(one, two, 5000, 53), udp(two, one, 53, 5000)],
      is: { action: 'unknown', initiator: 'unknown', transport: 'udp', packets: 2 },
      source: 5000,
    },
    {
      name: 'ICMP',
      packets: [ip4({ from: one, to: two, protocol: 1 }, u32(0x08000000))],
      is: { action: 'unknown', initiator: 'unknown', transport: 'icmp', packets: 1 },
      source: 0,
    },
  ])('$name', async ({ packets, is, source }) => {
    const flows = await flowsOf(packets)
    expect(flows).toHaveLength(1)
    expect(flows[0]).toMatchObject(is)
    expect(flows[0]?.src.port).toBe(source)
  })
})

test('what is no IP, or of a link that nobody knows, is counted and told', async () => {
  const arp = concat(new Uint8Array(12), u16(0x0806), new Uint8Array(28))
  const { summary } = await read(inMemory(pcap([{ bytes: arp, micros: 0 }])))
  expect([summary.notIp, summary.gaps]).toEqual([1, []])
  const radio = await read(inMemory(pcap([{ bytes: arp, micros: 0 }], { link: 127 })))
  expect(reasons(radio.summary)).toEqual(['unsupported-link-type'])
})

test('headers that lie are told apart from headers that the capture cut', async () => {
  const lying = ethernet(ip4({ from: '192.0.2.1', to: '192.0.2.2' }, new Uint8Array(20)))
  const cut = ethernet(client({ seq: 1, payload: 'what was said' }))
  const { summary } = await read(
    inMemory(
      pcap([
        { bytes: lying, micros: 0 },
        { bytes: cut.slice(0, 40), micros: 1, original: cut.length },
      ]),
    ),
  )
  expect(reasons(summary)).toEqual(['packets-cut', 'packet-headers-cut', 'malformed-packets'])
})

describe('a live stream', () => {
  test('is told of as it comes, and ends when asked to though it is silent', async () => {
    const stop = new AbortController()
    let isHeard: () => void = () => undefined
    const first = new Promise<void>((resolve) => {
      isHeard = resolve
    })
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield pcap(timed(greeting.slice(0, 4)))
      await new Promise(() => undefined)
    }
    const { sink, heard } = hearing()
    const reading = readCapture(
      [{ kind: 'stream', document: 'eth0', chunks: chunks() }],
      {
        ...sink,
        data(...args) {
          isHeard()
          return sink.data(...args)
        },
      },
      { signal: stop.signal },
    )
    await first
    stop.abort()
    const summary = await reading
    expect(summary.packets).toBe(4)
    expect(heard[0]).toMatchObject({ text: ['', '220 hello\r\n'], ended: 'end-of-capture' })
  })
})

test('what the sink throws is thrown', async () => {
  const { sink } = hearing()
  const broken = readCapture([file('x.pcap', capture)], {
    ...sink,
    data: () => {
      throw new Error('the sink broke')
    },
  })
  await expect(broken).rejects.toThrow('the sink broke')
})

/** Packets, connections, and payload of each side, as Wireshark's "follow" tells them for the first connections. */
describeShared('recorded captures', (shared) => {
  test.each([
    {
      name: 'bruteforce',
      packets: 606,
      connections: 30,
      first: [
        [24, 137],
        [24, 137],
      ],
      ends: 'fin',
    },
    { name: 'ftp-auth-tls', packets: 84, connections: 1, first: [[1133, 3314]], ends: 'reset' },
    {
      name: 'ipv4',
      packets: 95,
      connections: 5,
      first: [
        [180, 3146],
        [0, 342],
        [0, 77],
        [342, 0],
        [77, 0],
      ],
      ends: 'fin',
    },
    {
      name: 'ipv6',
      packets: 136,
      connections: 6,
      first: [
        [310, 3448],
        [0, 342],
        [0, 43],
        [0, 77],
        [77, 0],
        [342, 0],
      ],
      ends: 'fin',
    },
    {
      name: 'retr',
      packets: 67,
      connections: 2,
      first: [
        [113, 488],
        [0, 16_557],
      ],
      ends: 'fin',
    },
  ])('$name', async ({ name, packets, connections, first, ends }) => {
    const path = join(shared, 'corpus', 'pcap', `${name}.pcap`)
    const { heard, summary } = await read({ kind: 'file', document: name, path })
    expect(summary).toMatchObject({ packets, connections, lostBytes: 0, gaps: [] })
    expect(heard.map(({ tcp }) => tcp.bytes).slice(0, first.length)).toEqual(first)
    expect(heard.map(({ text: [one, two] }) => [one.length, two.length])).toEqual(
      heard.map(({ tcp }) => [...tcp.bytes]),
    )
    expect(heard.every(({ tcp, ended }) => tcp.initiator === 0 && ended === ends)).toBe(true)
  })
})
