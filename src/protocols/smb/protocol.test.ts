import { describe, expect, test } from 'vitest'
import { ascii, heard, hex, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { field, frame, uint, zeros } from '../bytes.ts'
import { secondNegotiate } from './frames.ts'
import { smb } from './protocol.ts'

const smb2 = (dialect: number, security: number) => {
  const message = frame(
    ...[hex('fe534d42 4000 0000 00000000 0000 0100 01000000 00000000'), zeros(40)],
    ...[hex('4100'), field(security, 2, 'le'), field(dialect, 2, 'le'), zeros(58)],
  )
  return frame(0, field(message.length, 3), message)
}
const smb1 = (words: string) => {
  const message = frame(hex('ff534d42 72 00000000 98 53c8'), zeros(20), hex(words))
  return frame(0, field(message.length, 3), message)
}
const second = secondNegotiate
const answers = [
  {
    name: '3.1.1, signing required',
    sent: second,
    bytes: smb2(0x0311, 3),
    details: [
      ['dialect', '3.1.1'],
      ['signing', 'required'],
    ],
  },
  {
    name: '3.0.2',
    sent: second,
    bytes: smb2(0x0302, 1),
    details: [
      ['dialect', '3.0.2'],
      ['signing', 'not required'],
    ],
  },
  {
    name: '2.0.2 at once',
    sent: smb.probe,
    bytes: smb2(0x0202, 1),
    details: [
      ['dialect', '2.0.2'],
      ['signing', 'not required'],
    ],
  },
  {
    name: 'an evasive second answer',
    sent: second,
    bytes: smb2(0x02ff, 1),
    details: [
      ['dialect', '2 or later'],
      ['signing', 'not required'],
    ],
  },
  {
    name: 'SMB1 alone',
    sent: smb.probe,
    bytes: smb1(`11 0000 0f ${'00'.repeat(31)} 0000`),
    details: [
      ['dialect', '1 (NT LM 0.12)'],
      ['signing', 'required'],
    ],
  },
  {
    name: 'SMB1 without signing',
    sent: smb.probe,
    bytes: smb1(`11 0000 03 ${'00'.repeat(31)} 0000`),
    details: [
      ['dialect', '1 (NT LM 0.12)'],
      ['signing', 'not required'],
    ],
  },
  {
    name: 'older than NT',
    sent: smb.probe,
    bytes: smb1(`0d 0000 00 ${'00'.repeat(23)} 0000`),
    details: [['dialect', '1 (before NT LM 0.12)']],
  },
  {
    name: 'no dialect in common',
    sent: smb.probe,
    bytes: smb1('01 ffff 0000'),
    details: [['dialect', 'none in common']],
  },
  {
    name: 'a refusal',
    sent: second,
    bytes: frame(
      hex('00000049 fe534d42 4000 0000 bb0000c0 0000 0100 01000000 00000000'),
      zeros(40),
      hex('0900 0000 00000000 00'),
    ),
    details: [['dialect', 'refused']],
  },
]
const open = { sent: smb.probe, bytes: smb2(0x02ff, 1) }
const refused = { sent: smb.probe, bytes: hex('83000001 8f') }

describe('SMB', () => {
  test.each(answers)('$name', (row) => {
    expect(smb.hear(heard(row))).toMatchObject({
      kind: 'is',
      recognised: { protocol: 'smb', product: null, details: row.details },
    })
  })

  test('where SMB2 is promised, its dialect is asked for', () => {
    expect(smb.hear(heard(open))).toEqual({ kind: 'ask', send: second })
  })

  test('a promise of SMB2 stands when nothing more can be asked', () => {
    expect(smb.hear(heard(open, true))).toMatchObject({
      recognised: {
        details: [
          ['dialect', '2 or later'],
          ['signing', 'not required'],
        ],
      },
    })
  })

  test.each(['83000001 8f', '83000001 80', '83000001 83', '82000000'])('NetBIOS: %s', (bytes) => {
    expect(smb.hear(heard({ sent: smb.probe, bytes: hex(bytes) }))).toMatchObject({
      kind: 'is',
      recognised: { protocol: 'netbios-ssn' },
    })
  })

  test('the questions say their own lengths, and where their contexts are', () => {
    for (const bytes of [smb.probe ?? zeros(0), second])
      expect(uint(bytes, 1, 3)).toBe(bytes.length - 4)
    expect(uint(second, 4 + 112, 2, 'le')).toBe(1)
    expect(uint(second, 4 + 160, 2, 'le')).toBe(2)
    expect(second.length).toBe(4 + 160 + 14)
    expect(uint(smb.probe ?? zeros(0), 4 + 33, 2, 'le')).toBe((smb.probe?.length ?? 0) - 4 - 35)
  })

  test.each([
    ['an echo of the question', smb.probe ?? zeros(0)],
    ['an echo of the second question', second],
    ['text', ascii('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['zeros', zeros(80)],
    ['a message that claims 16 MB', frame(hex('00ffffff fe534d42'), zeros(80))],
    ['an unknown session answer', hex('83000001 01')],
    ['a session answer after the last', hex('83000001 84')],
    ['another mark', hex('00000048 41424344 4000')],
    ['words that no dialect has', smb1('05 0000 00')],
    [
      'a body that is none',
      frame(
        hex('00000048 fe534d42 4000 0000 00000000 0000 0100 01'),
        zeros(47),
        hex('4200 0000 0000 0000'),
      ),
    ],
    ['a message too short for a header', hex('00000004 ff534d42 72')],
  ])('not SMB: %s', (_, bytes) => {
    expect(smb.hear(heard({ sent: smb.probe, bytes }, true))).toEqual({ kind: 'not' })
    expect(smb.hear(heard({ sent: smb.probe, bytes }))).toEqual({ kind: 'not' })
  })
})

holdsTheLaws(smb, [...answers, open, refused])
