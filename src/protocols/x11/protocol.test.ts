import { describe, expect, test } from 'vitest'
import { ascii, heard, hex, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { field, frame, zeros } from '../bytes.ts'
import { x11 } from './protocol.ts'

const sent = x11.probe
const refused = (reason: string) => {
  const padding = zeros(-reason.length & 3)
  return frame(
    0,
    reason.length,
    hex('0b00 0000'),
    field((reason.length + padding.length) / 4, 2, 'le'),
    reason,
    padding,
  )
}
const taken = (vendor: string, release: number) =>
  frame(
    hex('01 00 0b00 0000 0a02'),
    field(release, 4, 'le'),
    zeros(12),
    field(vendor.length, 2, 'le'),
    hex('ffff 01 07'),
    zeros(10),
    vendor,
    zeros(64),
  )
const answers = [
  {
    name: 'a display open to everybody',
    bytes: taken('The X.Org Foundation', 12_101_007),
    version: '1.21.1.7',
    details: [['access', 'open to everybody']],
  },
  {
    name: 'of a round release',
    bytes: taken('The X.Org Foundation', 12_100_000 + 2000),
    version: '1.21.2',
    details: [['access', 'open to everybody']],
  },
  {
    name: 'of another vendor',
    bytes: taken('Colin Harrison', 12_014_000),
    version: undefined,
    details: [['access', 'open to everybody']],
  },
  {
    name: 'no key, no entry',
    bytes: refused('No protocol specified\n'),
    version: undefined,
    details: [['access', 'refused']],
  },
  {
    name: 'a key is wanted',
    bytes: frame(hex('02 0000000000 0300'), 'Login please'),
    version: undefined,
    details: [['access', 'authentication required']],
  },
]

describe('X11', () => {
  test.each(answers)('$name', ({ bytes, version, details }) => {
    const outcome = x11.hear(heard({ sent, bytes }))
    expect(outcome).toMatchObject({ kind: 'is', recognised: { protocol: 'x11', details } })
    expect(outcome.kind === 'is' && outcome.recognised.product?.version).toBe(version)
  })

  test.each([
    ['an answer to another question', null, refused('No protocol specified\n')],
    ['a reason that is no text', sent, refused('\x01\x02\x03\x04')],
    ['a version that never was', sent, hex('00 04 0900 0000 0100 61626364')],
    ['no reason', sent, refused('')],
    ['a name that is no text', sent, taken('\x01\x02', 12_101_007)],
    ['zeros', sent, zeros(64)],
    ['a reason that is too long', sent, hex('00 ff 0b00 0000 ffff')],
    ['a reason of blanks', sent, refused('    ')],
    ['a name of no length', sent, taken('', 12_101_007)],
    ['no rest', sent, hex('01 00 0b00 0000 0100')],
    ['text', sent, ascii('ready')],
  ])('not X11: %s', (_, asked, bytes) => {
    expect(x11.hear(heard({ sent: asked, bytes }, true))).toEqual({ kind: 'not' })
    expect(x11.hear(heard({ sent: asked, bytes }))).toEqual({ kind: 'not' })
  })
})

holdsTheLaws(
  x11,
  answers.map(({ bytes }) => ({ sent, bytes })),
)
