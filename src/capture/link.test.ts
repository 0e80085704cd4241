import { describe, expect, test } from 'vitest'
import { cutFrame, findIp, notIp, unknownLink } from './link.ts'
import { concat, ethernet, frames, tcpPacket, text, u8, u16, u32 } from './testing/packets.ts'

const ports = { sourcePort: 40_000, targetPort: 21 }
const packets = {
  IPv4: tcpPacket({ from: '192.0.2.1', to: '198.51.100.9', ...ports, payload: 'hello' }),
  IPv6: tcpPacket({ from: '2001:db8::1', to: '2001:db8::2', ...ports, payload: 'hello' }),
}
const find = (frame: Uint8Array, link: number): number => {
  // Stands in the midst of a buffer, as frames do.
  const bytes = concat(u8(1, 2, 3), frame, u8(4, 5))
  const at = findIp(new DataView(bytes.buffer), 3, 3 + frame.length, link)
  return at < 0 ? at : at - 3
}

describe.each(Object.entries(frames))('%s', (_name, { link, frame }) => {
  test.each(Object.entries(packets))('carries %s', (_version, packet) => {
    const bytes = frame(packet)
    const at = find(bytes, link)
    expect([...bytes.slice(at, at + packet.length)]).toEqual([...packet])
  })

  test.each(Object.entries(packets))('cut within its headers carries no %s', (_version, packet) => {
    const bytes = frame(packet)
    const at = find(bytes, link)
    for (let length = 0; length < at; length++)
      expect([cutFrame, notIp]).toContain(find(bytes.slice(0, length), link))
  })
})

test.each([
  { name: 'ARP', frame: concat(new Uint8Array(12), u16(0x0806), new Uint8Array(28)), link: 1 },
  { name: 'spanning tree', frame: concat(new Uint8Array(12), u16(38), u32(0x42420300)), link: 1 },
  { name: 'an unknown family', frame: concat(u32(99, true), text('what is it')), link: 0 },
  {
    name: 'tags without end',
    frame: concat(new Uint8Array(12), ...Array.from({ length: 100 }, () => u32(0x81000001))),
    link: 1,
  },
  { name: 'PPP that agrees on options', frame: u8(0xff, 3, 0xc0, 0x21, 1, 1, 0, 4), link: 9 },
  {
    name: 'a label on something else',
    frame: concat(new Uint8Array(12), u16(0x8847), u32(0x00064140), text('\u0000ethernet')),
    link: 1,
  },
])('$name is no IP', ({ frame, link }) => {
  expect(find(frame, link)).toBe(notIp)
})

test('a link type that nobody knows is told apart from a frame without IP', () => {
  expect(find(ethernet(packets.IPv4), 147)).toBe(unknownLink)
})
