import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CaptureOptions, type CaptureSummary, readCapture } from './read.ts'
import {
  ack,
  endsOf,
  ethernet,
  fin,
  firstMicros,
  pcap,
  psh,
  rst,
  syn,
  tcpPacket,
  timed,
} from './testing/packets.ts'
import { type Heard, hearing, inMemory } from './testing/streams.ts'

const { client, server } = endsOf()

async function listen(
  packets: readonly Uint8Array[],
  options: CaptureOptions = {},
  skipAfter?: number,
): Promise<{ heard: readonly Heard[]; summary: CaptureSummary }> {
  const { sink, heard } = hearing(skipAfter)
  const summary = await readCapture([inMemory(pcap(timed(packets)))], sink, options)
  return { heard, summary }
}
const told = (heard: readonly Heard[]) =>
  heard.map(({ tcp, text, ended }) => ({ initiator: tcp.initiator, text, ended }))

/** Three packets; the client's bytes begin at 101, the server's at 501. */
const handshake = [
  client({ seq: 100, flags: syn }),
  server({ seq: 500, ack: 101, flags: syn | ack }),
  client({ seq: 101, ack: 501 }),
]

describe('a connection', () => {
  test.each<{ name: string; packets: readonly Uint8Array[]; is: ReturnType<typeof told> }>([
    {
      name: 'from SYN to both FINs',
      packets: [
        ...handshake,
        server({ seq: 501, ack: 101, payload: '220 hi' }),
        client({ seq: 101, ack: 507, payload: 'QUIT', flags: ack | psh }),
        server({ seq: 507, ack: 105, flags: ack | fin }),
        client({ seq: 105, ack: 508, flags: ack | fin }),
        server({ seq: 508, ack: 106 }),
      ],
      is: [{ initiator: 0, text: ['QUIT', '220 hi'], ended: 'fin' }],
    },
    {
      name: 'reset',
      packets: [...handshake, client({ seq: 101, payload: 'a' }), server({ seq: 501, flags: rst })],
      is: [{ initiator: 0, text: ['a', ''], ended: 'reset' }],
    },
    {
      name: 'a reset far from what is expected is not of it',
      packets: [
        ...handshake,
        server({ seq: 501 + 2 ** 28, flags: rst }),
        client({ seq: 101, payload: 'a' }),
      ],
      is: [{ initiator: 0, text: ['a', ''], ended: 'end-of-capture' }],
    },
    {
      name: 'half closed: the other side goes on',
      packets: [
        ...handshake,
        client({ seq: 101, ack: 501, flags: ack | fin }),
        server({ seq: 501, ack: 102, payload: 'more' }),
        server({ seq: 505, ack: 102, flags: ack | fin }),
      ],
      is: [{ initiator: 0, text: ['', 'more'], ended: 'fin' }],
    },
    {
      name: 'its SYN carries bytes',
      packets: [
        client({ seq: 100, flags: syn, payload: 'early' }),
        server({ seq: 500, ack: 106, flags: syn | ack }),
        client({ seq: 106, ack: 501, payload: ' bird' }),
      ],
      is: [{ initiator: 0, text: ['early bird', ''], ended: 'end-of-capture' }],
    },
    {
      name: 'first seen with the answer to its SYN',
      packets: [
        server({ seq: 500, ack: 101, flags: syn | ack }),
        client({ seq: 101, ack: 501, payload: 'hi' }),
      ],
      is: [{ initiator: 0, text: ['hi', ''], ended: 'end-of-capture' }],
    },
    {
      name: 'from its middle',
      packets: [server({ seq: 9, payload: '331 ' }), server({ seq: 13, payload: 'go on' })],
      is: [{ initiator: null, text: ['331 go on', ''], ended: 'end-of-capture' }],
    },
    {
      name: 'from its middle, with the keep-alive of one byte first',
      packets: [
        client({ seq: 8, payload: '\0' }),
        client({ seq: 9, payload: 'NOOP', flags: ack | psh }),
      ],
      is: [{ initiator: null, text: ['NOOP', ''], ended: 'end-of-capture' }],
    },
    {
      name: 'from its middle, with the keep-alive without bytes first',
      packets: [client({ seq: 8 }), client({ seq: 9, payload: 'NOOP', flags: ack | psh })],
      is: [{ initiator: null, text: ['NOOP', ''], ended: 'end-of-capture' }],
    },
    {
      name: 'keep-alives within it are no bytes of it',
      packets: [
        ...handshake,
        client({ seq: 101, ack: 501, payload: 'one' }),
        client({ seq: 103, ack: 501, payload: '\0' }),
        client({ seq: 103, ack: 501 }),
        client({ seq: 104, ack: 501, payload: 'two' }),
      ],
      is: [{ initiator: 0, text: ['onetwo', ''], ended: 'end-of-capture' }],
    },
    {
      name: 'its numbers wrap around',
      packets: [
        client({ seq: 0xffff_fffd, flags: syn }),
        server({ seq: 500, ack: 0xffff_fffe, flags: syn | ack }),
        client({ seq: 3, ack: 501, payload: 'F' }),
        client({ seq: 0xffff_fffe, ack: 501, payload: 'ABCDE' }),
        client({ seq: 4, ack: 501, payload: 'G' }),
      ],
      is: [{ initiator: 0, text: ['ABCDEFG', ''], ended: 'end-of-capture' }],
    },
    {
      name: 'its numbers pass the middle, where signs change',
      packets: [
        client({ seq: 0x7fff_fffd, flags: syn }),
        server({ seq: 500, ack: 0x7fff_fffe, flags: syn | ack }),
        client({ seq: 0x8000_0003, ack: 501, payload: 'F' }),
        client({ seq: 0x7fff_fffe, ack: 501, payload: 'ABCDE' }),
        client({ seq: 0x8000_0004, ack: 501, payload: 'G' }),
      ],
      is: [{ initiator: 0, text: ['ABCDEFG', ''], ended: 'end-of-capture' }],
    },
    {
      name: 'its ports used again after both FINs',
      packets: [
        ...handshake,
        client({ seq: 101, ack: 501, flags: ack | fin }),
        server({ seq: 501, ack: 102, flags: ack | fin }),
        client({ seq: 9000, flags: syn }),
        server({ seq: 77, ack: 9001, flags: syn | ack }),
        client({ seq: 9001, ack: 78, payload: 'again' }),
      ],
      is: [
        { initiator: 0, text: ['', ''], ended: 'fin' },
        { initiator: 0, text: ['again', ''], ended: 'end-of-capture' },
      ],
    },
    {
      name: 'its ports used again, and nobody saw the end',
      packets: [
        ...handshake,
        client({ seq: 101, ack: 501, payload: 'old' }),
        client({ seq: 9000, flags: syn }),
        server({ seq: 77, ack: 9001, flags: syn | ack }),
        client({ seq: 9001, ack: 78, payload: 'new' }),
      ],
      is: [
        { initiator: 0, text: ['old', ''], ended: 'idle' },
        { initiator: 0, text: ['new', ''], ended: 'end-of-capture' },
      ],
    },
    {
      name: 'SYN and its answer, each sent twice',
      packets: [
        client({ seq: 100, flags: syn }),
        client({ seq: 100, flags: syn }),
        server({ seq: 500, ack: 101, flags: syn | ack }),
        server({ seq: 500, ack: 101, flags: syn | ack }),
        client({ seq: 101, ack: 501, payload: 'a' }),
        server({ seq: 500, ack: 101, flags: syn | ack }),
      ],
      is: [{ initiator: 0, text: ['a', ''], ended: 'end-of-capture' }],
    },
    {
      name: 'stragglers after its end make no other',
      packets: [
        ...handshake,
        client({ seq: 101, ack: 501, flags: ack | fin }),
        server({ seq: 501, ack: 102, flags: ack | fin }),
        client({ seq: 102, ack: 502 }),
        server({ seq: 501, ack: 102, flags: ack | fin }),
        client({ seq: 102, flags: rst }),
      ],
      is: [{ initiator: 0, text: ['', ''], ended: 'fin' }],
    },
    {
      name: 'of which one side is seen: its FIN is the end',
      packets: [
        client({ seq: 100, flags: syn }),
        client({ seq: 101, ack: 501, payload: 'alone' }),
        client({ seq: 106, ack: 507, flags: ack | fin }),
        client({ seq: 107, ack: 508 }),
      ],
      is: [{ initiator: 0, text: ['alone', ''], ended: 'fin' }],
    },
    {
      name: 'that nobody answers is not told',
      packets: [client({ seq: 100, flags: syn })],
      is: [],
    },
    {
      name: 'that is refused is not told',
      packets: [client({ seq: 100, flags: syn }), server({ seq: 0, ack: 101, flags: rst | ack })],
      is: [],
    },
  ])('$name', async ({ packets, is }) => {
    expect(told((await listen(packets)).heard)).toEqual(is)
  })
})

describe('what is missing', () => {
  test.each<{ name: string; packets: readonly Uint8Array[]; text: string; lost: number }>([
    {
      name: 'what the other side acknowledged is lost',
      packets: [
        client({ seq: 104, ack: 501, payload: 'late' }),
        server({ seq: 501, ack: 108 }),
        client({ seq: 108, ack: 501, payload: 'r' }),
      ],
      text: '[3]later',
      lost: 3,
    },
    {
      name: 'what nobody acknowledged may still come',
      packets: [
        client({ seq: 104, ack: 501, payload: 'def' }),
        server({ seq: 501, ack: 101 }),
        client({ seq: 101, ack: 501, payload: 'abc' }),
      ],
      text: 'abcdef',
      lost: 0,
    },
    {
      name: 'until the end of the capture',
      packets: [client({ seq: 104, ack: 501, payload: 'def' })],
      text: '[3]def',
      lost: 3,
    },
    {
      name: 'an acknowledgement before the bytes themselves is no loss',
      packets: [server({ seq: 501, ack: 104 }), client({ seq: 101, ack: 501, payload: 'abc' })],
      text: 'abc',
      lost: 0,
    },
    {
      name: 'bytes before the FIN',
      packets: [
        client({ seq: 110, ack: 501, flags: fin | ack }),
        server({ seq: 501, ack: 111, flags: fin | ack }),
      ],
      text: '[9]',
      lost: 9,
    },
    {
      name: 'acknowledged bytes at the end, which nobody followed',
      packets: [client({ seq: 101, ack: 501, payload: 'abc' }), server({ seq: 501, ack: 120 })],
      text: 'abc[16]',
      lost: 16,
    },
    {
      name: 'an acknowledged FIN that was not seen is no byte',
      packets: [client({ seq: 101, ack: 501, payload: 'abc' }), server({ seq: 501, ack: 105 })],
      text: 'abc',
      lost: 0,
    },
    {
      name: 'two holes',
      packets: [
        client({ seq: 103, ack: 501, payload: 'c' }),
        client({ seq: 106, ack: 501, payload: 'f' }),
        server({ seq: 501, ack: 104 }),
        client({ seq: 104, ack: 501, payload: 'de' }),
      ],
      text: '[2]cdef',
      lost: 2,
    },
  ])('$name', async ({ packets, text, lost }) => {
    const { heard, summary } = await listen([...handshake, ...packets])
    expect(heard[0]?.text[0]).toBe(text)
    expect(summary.lostBytes).toBe(lost)
    expect(summary.gaps.map(({ reason }) => reason)).toEqual(lost > 0 ? ['stream-bytes-lost'] : [])
  })

  test('is told as soon as it is acknowledged, and what waited with its own packet', async () => {
    const { heard } = await listen([
      ...handshake,
      client({ seq: 104, ack: 501, payload: 'late' }),
      server({ seq: 501, ack: 108 }),
      client({ seq: 108, ack: 501, payload: 'r' }),
      client({ seq: 115, ack: 501, flags: ack | fin }),
      server({ seq: 501, ack: 116 }),
      server({ seq: 501, ack: 116, payload: 'bye' }),
    ])
    expect(heard[0]?.events).toEqual(['5:0:[3]', '4:0:4', '6:0:1', '8:0:[6]', '9:1:3'])
  })

  test('bytes that the capture cut are lost, those before are not', async () => {
    const { sink, heard } = hearing()
    const whole = ethernet(client({ seq: 1, payload: 'abcdefgh' }))
    const next = ethernet(client({ seq: 9, payload: 'ij' }))
    const file = pcap([
      { bytes: whole.slice(0, -3), micros: firstMicros, original: whole.length },
      { bytes: next, micros: firstMicros },
    ])
    const { lostBytes, gaps } = await readCapture([inMemory(file)], sink)
    expect(heard[0]?.text[0]).toBe('abcde[3]ij')
    expect(heard[0]?.events).toEqual(['1:0:5', '1:0:[3]', '2:0:2'])
    expect(heard[0]?.tcp.bytes).toEqual([10, 0])
    expect(lostBytes).toBe(3)
    expect(gaps.map(({ reason }) => reason)).toEqual(['packets-cut', 'stream-bytes-lost'])
  })

  test('where only one side is seen nobody acknowledges: patience ends', async () => {
    const late = (micros: number, seq: number, payload: string) => ({
      bytes: ethernet(client({ seq, payload })),
      micros: firstMicros + micros,
    })
    const { sink, heard } = hearing()
    const file = pcap([
      late(0, 1, 'ab'),
      late(1, 5, 'ef'),
      late(11_000_000, 7, 'gh'),
      late(11_000_001, 3, 'cd'),
    ])
    await readCapture([inMemory(file)], sink)
    expect(heard[0]?.text[0]).toBe('ab[2]efgh')
  })

  test('a stream that moves on by more than a window goes on from there', async () => {
    const far = 2 ** 30 + 10_000
    const more = Array.from({ length: 9 }, (_, i) =>
      client({ seq: 104 + far + i, ack: 501, payload: `${i}` }),
    )
    const { heard } = await listen([
      ...handshake,
      client({ seq: 101, ack: 501, payload: 'abc' }),
      ...more,
    ])
    expect(heard[0]?.text[0]).toBe(`abc[${far + 7}]78`)
  })
})

describe('bounds', () => {
  test('bytes out of order, of one side', async () => {
    const packets = Array.from({ length: 40 }, (_, i) =>
      client({ seq: 102 + i * 100, ack: 501, payload: 'x'.repeat(100) }),
    )
    const { heard, summary } = await listen([...handshake, ...packets], {
      limits: { pendingPerSide: 6000 },
    })
    expect(heard[0]?.text[0]).toBe(`[1]${'x'.repeat(4000)}`)
    expect(heard[0]?.events.slice(0, 3)).toEqual(['4:0:[1]', '4:0:100', '5:0:100'])
    expect(summary.gaps[0]?.message).toContain('could not wait')
  })

  test('bytes out of order, of all: those that wait longest give up', async () => {
    const packets = Array.from({ length: 40 }, (_, i) => {
      const each = endsOf(1000 + i)
      return [
        each.client({ seq: 1, ack: 1, payload: 'a', flags: ack | psh }),
        each.client({ seq: 3, ack: 1, payload: 'c' }),
      ]
    }).flat()
    const rest = Array.from({ length: 40 }, (_, i) =>
      endsOf(1000 + i).client({ seq: 2, ack: 1, payload: 'b' }),
    )
    const { heard } = await listen([...packets, ...rest], { limits: { pending: 10 * 513 } })
    expect(heard.map(({ text }) => text[0])).toEqual([
      ...Array.from({ length: 30 }, () => 'a[1]c'),
      ...Array.from({ length: 10 }, () => 'abc'),
    ])
  })

  test('open connections: the ones longest silent go first', async () => {
    const packets = Array.from({ length: 20 }, (_, i) =>
      endsOf(1000 + i).client({ seq: 1, payload: 'a' }),
    )
    const { heard, summary } = await listen(packets, { limits: { open: 5 } })
    expect(heard.map(({ ended }) => ended)).toEqual([
      ...Array.from({ length: 15 }, () => 'evicted'),
      ...Array.from({ length: 5 }, () => 'end-of-capture'),
    ])
    expect(summary.gaps.map(({ reason }) => reason)).toEqual(['connections-evicted'])
    expect(summary.coverage[0]?.complete).toBe(false)
  })

  test('those that the sink skips cost none that it wants', async () => {
    const { sink, heard } = hearing()
    const others = Array.from({ length: 50 }, (_, i) => {
      const { client: say } = endsOf(1000 + i, 443)
      return [say({ seq: 1, payload: 'none of it' }), say({ seq: 11, payload: 'nor of this' })]
    }).flat()
    const packets = [
      client({ seq: 1, payload: 'wanted' }),
      ...others,
      client({ seq: 7, payload: ', all of it' }),
    ]
    const summary = await readCapture(
      [inMemory(pcap(timed(packets)))],
      {
        ...sink,
        data(tcp, ...rest) {
          sink.data(tcp, ...rest)
          return tcp.ends[1].port === 21 ? 'more' : 'skip'
        },
      },
      { limits: { open: 3, skipped: 5 } },
    )
    expect(heard[0]).toMatchObject({ text: ['wanted, all of it', ''], ended: 'end-of-capture' })
    expect(heard[1]).toMatchObject({ text: ['none of it', ''], ended: 'evicted' })
    expect(summary.gaps).toEqual([])
  })

  test('a flood of SYNs costs no connection that is open, and every one is a flow', async () => {
    const flood = Array.from({ length: 3000 }, (_, i) =>
      tcpPacket({
        from: `10.1.${i >> 8}.${i & 255}`,
        to: '192.0.2.7',
        sourcePort: 5,
        targetPort: i,
        flags: syn,
      }),
    )
    const flows: unknown[] = []
    const { heard, summary } = await listen(
      [...handshake, ...flood, client({ seq: 101, ack: 501, payload: 'still here' })],
      {
        limits: { open: 10, halfOpen: 100 },
        flows: {
          observer: { kind: 'sensor', id: 'x' },
          emit: ({ packets, action, src }) => void flows.push([packets, action, src.port]),
        },
      },
    )
    expect(told(heard)).toEqual([
      { initiator: 0, text: ['still here', ''], ended: 'end-of-capture' },
    ])
    expect(summary.connections).toBe(3001)
    expect(flows).toHaveLength(3001)
    // Refused ones leave nothing behind in those that take their place.
    expect(flows.slice(0, 2900)).toEqual(Array.from({ length: 2900 }, () => [1, 'unknown', 5]))
    expect(summary.gaps).toEqual([])
  })

  test.each([
    { family: 'IPv4', address: (i: number) => `10.1.${i >> 8}.${i & 255}`, to: '192.0.2.7' },
    { family: 'IPv6', address: (i: number) => `2001:db8::${i.toString(16)}`, to: '2001:db8:1::1' },
  ])('thousands of connections of $family are told apart', async ({ address, to }) => {
    const count = 3000
    const say = (i: number, seq: number, payload: string) =>
      tcpPacket({ from: address(i), to, sourcePort: 5, targetPort: 21, seq, payload })
    const answer = (i: number) =>
      tcpPacket({
        from: to,
        to: address(i),
        sourcePort: 21,
        targetPort: 5,
        seq: 9,
        payload: `+${i}`,
      })
    const all = Array.from({ length: count }, (_, i) => i)
    const { heard } = await listen([
      ...all.map((i) => say(i, 1, 'ask')),
      ...all.map((i) => answer(i)),
      ...all.map((i) => say(i, 4, `${i}`)),
    ])
    expect(heard.map(({ text }) => text)).toEqual(all.map((i) => [`ask${i}`, `+${i}`]))
  })

  test('silence: a connection is forgotten after hours, not by one packet with a time far ahead', async () => {
    const at = (seconds: number, packet: Uint8Array) => ({
      bytes: ethernet(packet),
      micros: firstMicros + seconds * 1e6,
    })
    const noise = (seconds: number) =>
      Array.from({ length: 200 }, () => at(seconds, endsOf(9, 9).client({ seq: 1 })))
    const say = (seconds: number, seq: number, payload: string) =>
      at(seconds, client({ seq, payload, flags: ack | psh }))
    const { sink, heard } = hearing()
    await readCapture(
      [
        inMemory(
          pcap([
            say(0, 1, 'a'),
            ...noise(7000),
            say(7000, 2, 'b'),
            ...noise(14_500),
            say(14_501, 3, 'c'),
          ]),
        ),
      ],
      sink,
    )
    expect(told(heard).filter(({ text }) => text[0] !== '')).toEqual([
      { initiator: null, text: ['ab', ''], ended: 'idle' },
      { initiator: null, text: ['c', ''], ended: 'end-of-capture' },
    ])
  })
})

test('a sink that wants no more gets no more, and the bytes are still counted', async () => {
  const packets = [
    client({ seq: 101, ack: 501, payload: 'abc' }),
    client({ seq: 107, ack: 501, payload: 'ghi' }),
    client({ seq: 104, ack: 501, payload: 'def' }),
    client({ seq: 104, ack: 501, payload: 'def' }),
    server({ seq: 501, ack: 110, payload: 'reply' }),
    client({ seq: 110, ack: 506, flags: fin | ack }),
    server({ seq: 506, ack: 111, flags: fin | ack }),
  ]
  const { heard } = await listen([...handshake, ...packets], {}, 2)
  expect(told(heard)).toEqual([{ initiator: 0, text: ['abc', ''], ended: 'fin' }])
  expect(heard[0]?.tcp.bytes).toEqual([9, 5])
  expect(heard[0]?.tcp.packets).toEqual([7, 3])
})

test('a sink that wants no more while bytes wait', async () => {
  const packets = [
    client({ seq: 103, ack: 501, payload: 'cd' }),
    client({ seq: 107, ack: 501, payload: 'gh' }),
    client({ seq: 101, ack: 501, payload: 'ab' }),
    client({ seq: 105, ack: 501, payload: 'ef' }),
    client({ seq: 109, ack: 501, payload: 'ij' }),
  ]
  const { heard } = await listen([...handshake, ...packets], {}, 1)
  expect(heard[0]?.text[0]).toBe('ab')
  expect(heard[0]?.tcp.bytes).toEqual([10, 0])
})

test('checksums are verified only where asked for', async () => {
  const wrong = client({ seq: 1, payload: 'offloaded' })
  wrong.set([0, 0], 36)
  expect((await listen([wrong])).heard[0]?.text[0]).toBe('offloaded')
  const { heard, summary } = await listen([wrong, client({ seq: 1, payload: 'right' })], {
    checksums: 'verified',
  })
  expect(heard[0]?.text[0]).toBe('right')
  expect(summary.gaps.map(({ reason }) => reason)).toEqual(['bad-checksums'])
})

const stream = 'The quick brown fox jumps over the lazy dog, 0123456789 times and once more.'
const piece = fc
  .tuple(fc.nat(stream.length - 1), fc.integer({ min: 1, max: 20 }))
  .map(([from, length]) => [from, Math.min(stream.length, from + length)] as const)

describe('the same stream comes of', () => {
  test('segments in any order, any number of times, overlapping', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 30 }),
        fc.uniqueArray(fc.nat(stream.length), { maxLength: 10 }),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        async (extra, cuts, order, isn) => {
          const ends = [0, ...cuts.sort((a, b) => a - b), stream.length]
          const all = [...extra, ...ends.slice(1).map((to, i) => [ends[i] ?? 0, to] as const)]
          const segments = all
            .filter(([from, to]) => to > from)
            .map((part) => ({ part, by: order.next().value ?? 0 }))
            .sort((a, b) => a.by - b.by)
            .map(({ part: [from, to] }) =>
              client({
                seq: (isn + 1 + from) % 2 ** 32,
                ack: 501,
                payload: stream.slice(from, to),
              }),
            )
          const { heard, summary } = await listen([
            client({ seq: isn, flags: syn }),
            server({ seq: 500, ack: (isn + 1) % 2 ** 32, flags: syn | ack }),
            ...segments,
          ])
          expect(heard[0]?.text).toEqual([stream, ''])
          expect(heard[0]?.tcp.bytes).toEqual([stream.length, 0])
          expect(summary.lostBytes).toBe(0)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('copies that differ: of each byte the first one seen', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 25 }), async (parts) => {
        const model: (string | undefined)[] = []
        const packets = parts.map(([from, to], i) => {
          const letter = String.fromCharCode(97 + i)
          for (let at = from; at < to; at++) model[at] ??= letter
          return client({ seq: 101 + from, ack: 501, payload: letter.repeat(to - from) })
        })
        const { heard } = await listen([...handshake, ...packets])
        let expected = ''
        for (let at = 0; at < model.length; at++) {
          const start = at
          while (at < model.length && model[at] === undefined) at++
          if (at > start) expected += `[${at - start}]`
          expected += model[at] ?? ''
        }
        expect(heard[0]?.text[0]).toBe(expected)
        expect(heard[0]?.tcp.bytes[0]).toBe(model.filter(Boolean).length)
      }),
      { numRuns: 200 },
    )
  })

  test('a stream with loss: what was seen and what was lost are all of it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            length: fc.integer({ min: 1, max: 9 }),
            isLost: fc.boolean(),
            isAcknowledged: fc.boolean(),
          }),
          { minLength: 1, maxLength: 30 },
        ),
        async (parts) => {
          let at = 0
          const packets: Uint8Array[] = []
          for (const { length, isLost, isAcknowledged } of parts) {
            if (!isLost)
              packets.push(client({ seq: 101 + at, ack: 501, payload: 'x'.repeat(length) }))
            at += length
            if (isAcknowledged) packets.push(server({ seq: 501, ack: 101 + at }))
          }
          packets.push(client({ seq: 101 + at, ack: 501, flags: ack | fin }))
          const { heard } = await listen([...handshake, ...packets])
          const seen = heard[0]?.text[0].replaceAll(/\[\d+\]/g, '').length ?? 0
          expect(seen + (heard[0]?.lost ?? 0)).toBe(at)
          expect(heard[0]?.lost).toBe(
            parts.reduce((sum, { isLost, length }) => sum + (isLost ? length : 0), 0),
          )
        },
      ),
      { numRuns: 200 },
    )
  })
})

test('no packets make it throw, repeat bytes, or tell the sink out of turn', async () => {
  const any = fc.record({
    isClient: fc.boolean(),
    port: fc.integer({ min: 1, max: 3 }),
    seq: fc.oneof(fc.nat(200), fc.integer({ min: 0, max: 0xffff_ffff })),
    ack: fc.oneof(fc.nat(200), fc.integer({ min: 0, max: 0xffff_ffff })),
    flags: fc.nat(63),
    payload: fc.string({ maxLength: 30, unit: 'binary-ascii' }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(any, { maxLength: 80 }), fc.nat(300), async (parts, skipAfter) => {
      const packets = parts.map(({ isClient, port, ...rest }) => {
        const ends = endsOf(port)
        return isClient ? ends.client(rest) : ends.server(rest)
      })
      const { heard } = await listen(
        packets,
        { limits: { open: 2, halfOpen: 2, skipped: 1, pendingPerSide: 1800, pending: 3000 } },
        skipAfter,
      )
      expect(heard.every(({ ended }) => ended !== null)).toBe(true)
      const sent = parts.reduce((sum, { payload }) => sum + payload.length, 0)
      const received = heard.flatMap(({ text }) =>
        text.map((side) => side.replaceAll(/\[\d+\]/g, '')),
      )
      expect(received.join('').length).toBeLessThanOrEqual(sent)
    }),
    { numRuns: 300 },
  )
})
