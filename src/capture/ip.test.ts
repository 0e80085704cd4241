import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fragments } from './fragments.ts'
import { emptyIpPacket, type IpRead, readIp } from './ip.ts'
import { isSegmentRight } from './ip-checksum.ts'
import { concat, ip4, ip6, tcpPacket, tcpSegment, text, u8, u16, u32 } from './testing/packets.ts'

const v4 = { from: '192.0.2.1', to: '198.51.100.9' }
const v6 = { from: '2001:db8::1', to: '2001:db8::2' }

/** Reads one packet of which the frame had `wire` bytes. */
function read(packet: Uint8Array, wire = packet.length, isVerified = false) {
  const ip = emptyIpPacket()
  ip.bytes = packet
  ip.view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength)
  const kind = readIp(ip, 0, packet.length, wire, isVerified)
  const carried = () => Buffer.from(ip.bytes.subarray(ip.at, ip.end)).toString('latin1')
  return { kind, ip, carried }
}

describe('IPv4', () => {
  test.each([
    { name: 'plain', packet: ip4(v4, text('hello')) },
    { name: 'with options', packet: ip4({ ...v4, options: u32(0x01010100) }, text('hello')) },
    { name: 'padded by its frame', packet: concat(ip4(v4, text('hello')), new Uint8Array(21)) },
    { name: 'length 0, as offloading leaves it', packet: ip4({ ...v4, total: 0 }, text('hello')) },
    {
      name: 'a length beyond its frame',
      packet: ip4({ ...v4, total: 9000 }, text('hello')),
    },
  ])('$name', ({ packet }) => {
    const { kind, ip, carried } = read(packet)
    expect(kind).toBe('whole')
    expect(carried()).toBe('hello')
    expect([ip.protocol, ip.length, ip.source, ip.target]).toEqual([
      6,
      5,
      0xc0000201 | 0,
      0xc6336409 | 0,
    ])
  })

  test('a packet that the capture cut tells how long it was', () => {
    const { kind, ip, carried } = read(ip4(v4, text('hello')).slice(0, 23), 25)
    expect([kind, carried(), ip.length]).toEqual(['whole', 'hel', 5])
  })

  test.each<{ name: string; packet: Uint8Array; wire?: number; kind: IpRead }>([
    { name: 'shorter than its header', packet: u8(0x45, 0, 0, 20), kind: 'malformed' },
    {
      name: 'cut within its header',
      packet: ip4(v4, text('')).slice(0, 19),
      wire: 60,
      kind: 'cut',
    },
    {
      name: 'cut within its options',
      packet: ip4({ ...v4, options: u32(0) }, text('hello')).slice(0, 22),
      wire: 60,
      kind: 'cut',
    },
    { name: 'a header of 16', packet: concat(u8(0x44), new Uint8Array(30)), kind: 'malformed' },
    {
      name: 'a total below its header',
      packet: ip4({ ...v4, total: 9 }, text('hello')),
      kind: 'malformed',
    },
    { name: 'version 5', packet: concat(u8(0x55), new Uint8Array(30)), kind: 'malformed' },
  ])('$name: $kind', ({ packet, wire, kind }) => {
    expect(read(packet, wire).kind).toBe(kind)
  })
})

describe('IPv6', () => {
  const chain = concat(
    // Hop-by-hop, destination options of 16 bytes, routing, authentication of 12 bytes and 4, then TCP.
    ...[u8(60, 0), new Uint8Array(6), u8(43, 1), new Uint8Array(14), u8(51, 0), new Uint8Array(6)],
    ...[u8(6, 2), new Uint8Array(14)],
  )
  test.each([
    { name: 'plain', packet: ip6(v6, text('hello')) },
    {
      name: 'all extension headers',
      packet: ip6({ ...v6, next: 0, extensions: chain }, text('hello')),
    },
    {
      name: 'an atomic fragment',
      packet: ip6({ ...v6, next: 44, extensions: concat(u8(6, 0), u16(0), u32(9)) }, text('hello')),
    },
    {
      name: 'length 0, as offloading leaves it',
      packet: ip6({ ...v6, payloadLength: 0 }, text('hello')),
    },
    { name: 'padded by its frame', packet: concat(ip6(v6, text('hello')), new Uint8Array(9)) },
  ])('$name', ({ packet }) => {
    const { kind, ip, carried } = read(packet)
    expect([kind, ip.protocol, carried()]).toEqual(['whole', 6, 'hello'])
    expect([...ip.words]).toEqual([0x20010db8, 0, 0, 1, 0x20010db8, 0, 0, 2])
  })

  test.each<{ name: string; packet: Uint8Array; kind: IpRead }>([
    {
      name: 'shorter than its header',
      packet: concat(u8(0x60), new Uint8Array(30)),
      kind: 'malformed',
    },
    {
      name: 'an extension beyond its end',
      packet: ip6({ ...v6, next: 0, extensions: u8(6, 9, 0, 0, 0, 0, 0, 0) }, text('hello')),
      kind: 'malformed',
    },
    {
      name: 'extensions without end',
      packet: ip6({ ...v6, next: 0, extensions: new Uint8Array(8 * 40) }, text('hello')),
      kind: 'malformed',
    },
  ])('$name: $kind', ({ packet, kind }) => {
    expect(read(packet).kind).toBe(kind)
  })

  test('a chain that the capture cut is not read as something else', () => {
    const packet = ip6({ ...v6, next: 0, extensions: chain }, text('hello'))
    for (let length = 40; length < packet.length - 5; length++)
      expect(read(packet.slice(0, length), packet.length).kind).toBe('cut')
  })
})

describe('fragments', () => {
  const payload = Uint8Array.from({ length: 100 }, (_, i) => i)
  type Cut = readonly [from: number, to: number, fill?: number]
  const pieces4 = (cuts: readonly Cut[]) =>
    cuts.map(([from, to, fill]) =>
      ip4(
        { ...v4, identification: 7, fragmentAt: from, hasMore: to < 100 },
        fill === undefined ? payload.slice(from, to) : new Uint8Array(to - from).fill(fill),
      ),
    )
  const pieces6 = (cuts: readonly Cut[]) =>
    cuts.map(([from, to]) =>
      ip6(
        { ...v6, next: 44, extensions: concat(u8(6, 0), u16(from | (to < 100 ? 1 : 0)), u32(7)) },
        payload.slice(from, to),
      ),
    )
  const join = (packets: readonly Uint8Array[], times: readonly number[] = []) => {
    const fragments = new Fragments()
    const wholes: number[][] = []
    for (const [i, packet] of packets.entries()) {
      const { kind, ip } = read(packet)
      expect(kind).toBe('fragment')
      if (fragments.add(ip, times[i] ?? 0)) wholes.push([...ip.bytes.subarray(ip.at, ip.end)])
    }
    fragments.end()
    return { wholes, incomplete: fragments.incomplete }
  }
  const whole = { wholes: [[...payload]], incomplete: 0 }

  test.each<{ name: string; cuts: readonly Cut[] }>([
    {
      name: 'in order',
      cuts: [
        [0, 40],
        [40, 80],
        [80, 100],
      ],
    },
    {
      name: 'last first',
      cuts: [
        [80, 100],
        [40, 80],
        [0, 40],
      ],
    },
    {
      name: 'twice',
      cuts: [
        [0, 40],
        [0, 40],
        [40, 80],
        [80, 100],
      ],
    },
    {
      name: 'overlapping',
      cuts: [
        [0, 48],
        [40, 88],
        [80, 100],
      ],
    },
    {
      name: 'overlapping backwards',
      cuts: [
        [80, 100],
        [40, 88],
        [0, 64],
      ],
    },
  ])('$name', ({ cuts }) => {
    expect(join(pieces4(cuts))).toEqual(whole)
    expect(join(pieces6(cuts))).toEqual(whole)
  })

  test('where they overlap the first holds', () => {
    expect(
      join(
        pieces4([
          [40, 80],
          [0, 48, 255],
          [80, 100],
        ]),
      ).wholes,
    ).toEqual([[...new Uint8Array(40).fill(255), ...payload.slice(40)]])
  })

  test.each<{ name: string; cuts: readonly Cut[] }>([
    {
      name: 'a hole',
      cuts: [
        [0, 40],
        [80, 100],
      ],
    },
    {
      name: 'no end',
      cuts: [
        [0, 40],
        [40, 80],
      ],
    },
  ])('$name: never whole', ({ cuts }) => {
    expect(join(pieces4(cuts))).toEqual({ wholes: [], incomplete: 1 })
  })

  test('what is older than a minute is of another packet', () => {
    expect(
      join(
        pieces4([
          [0, 40],
          [40, 100],
        ]),
        [0, 60_001],
      ),
    ).toEqual({ wholes: [], incomplete: 2 })
  })

  test('of cut fragments the bytes before the cut are there', () => {
    const [one = u8(), two = u8()] = pieces4([
      [0, 40],
      [40, 100],
    ])
    const fragments = new Fragments()
    expect(fragments.add(read(one.slice(0, 50), one.length).ip, 0)).toBe(false)
    const { ip } = read(two)
    expect(fragments.add(ip, 0)).toBe(true)
    expect([ip.end - ip.at, ip.length]).toEqual([30, 100])
  })

  test('a flood of them stays within its bounds', () => {
    const fragments = new Fragments()
    for (let i = 0; i < 5000; i++) {
      const packet = ip4(
        { ...v4, identification: i, fragmentAt: 0, hasMore: true },
        payload.slice(0, 96),
      )
      fragments.add(read(packet).ip, 0)
    }
    expect(fragments.incomplete).toBe(5000 - 1024)
  })

  test('in any order and with any copies they make the same', () => {
    const eighths = fc
      .uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 6 })
      .map((cuts) => [0, ...cuts.sort((a, b) => a - b).map((cut) => cut * 8), 100])
    fc.assert(
      fc.property(eighths, fc.infiniteStream(fc.nat()), (ends, order) => {
        const cuts = ends.slice(1).map((to, i): Cut => [ends[i] ?? 0, to])
        const shuffled = cuts
          .map((cut) => ({ cut, by: order.next().value ?? 0 }))
          .sort((a, b) => a.by - b.by)
          .map(({ cut }) => cut)
        if (shuffled.length === 1) return
        const first = shuffled[0] ?? [0, 100]
        expect(join(pieces4([first, ...shuffled]))).toEqual(whole)
      }),
    )
  })
})

describe('checksums', () => {
  const packets = {
    IPv4: tcpPacket({ ...v4, sourcePort: 1, targetPort: 2, payload: 'odd' }),
    IPv6: tcpPacket({ ...v6, sourcePort: 1, targetPort: 2, payload: 'even' }),
  }
  test.each(Object.entries(packets))('of a %s segment: right, wrong, or cut', (_name, packet) => {
    const right = read(packet)
    expect(isSegmentRight(right.ip)).toBe(true)
    expect(isSegmentRight(read(packet.slice(0, -1), packet.length).ip)).toBeNull()
    const wrong = packet.slice()
    wrong.set(u8(0xee), packet.length - 1)
    expect(isSegmentRight(read(wrong).ip)).toBe(false)
  })

  test('of an IPv4 header, where asked for', () => {
    const packet = ip4(v4, tcpSegment({ ...v4, sourcePort: 1, targetPort: 2 }))
    expect(read(packet, packet.length, true).kind).toBe('whole')
    packet.set(u8(1), 8)
    expect(read(packet, packet.length, true).kind).toBe('bad-checksum')
    expect(read(packet).kind).toBe('whole')
  })
})

test('no bytes make the reader throw or point outside of them', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 120 }),
      fc.constantFrom(0x45, 0x46, 0x60, 0),
      fc.nat(100),
      (bytes, first, more) => {
        if (first !== 0) bytes[0] = first
        const { kind, ip } = read(bytes, bytes.length + more)
        if (kind !== 'whole' && kind !== 'fragment') return
        expect(ip.at).toBeLessThanOrEqual(ip.end)
        expect(ip.end).toBeLessThanOrEqual(bytes.length)
        expect(ip.end - ip.at).toBeLessThanOrEqual(ip.length)
      },
    ),
    { numRuns: 2000 },
  )
})
