import { describe, expect, test } from 'vitest'
import { ascii, heard, hex, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { rdp } from './protocol.ts'

const confirm = (negotiation: string) => hex(`0300 0013 0e d0 0000 1234 00 ${negotiation}`)
const answers = [
  {
    name: 'CredSSP',
    bytes: confirm('02 1f 0800 02000000'),
    security: 'CredSSP',
    more: [['restricted admin', 'supported']],
  },
  {
    name: 'CredSSP with early authorisation',
    bytes: confirm('02 01 0800 08000000'),
    security: 'CredSSP',
  },
  { name: 'TLS', bytes: confirm('02 00 0800 01000000'), security: 'TLS' },
  {
    name: 'standard, negotiated',
    bytes: confirm('02 00 0800 00000000'),
    security: 'standard RDP security',
  },
  {
    name: 'standard, without negotiation',
    bytes: hex('0300 000b 06 d0 0000 1234 00'),
    security: 'standard RDP security',
  },
  {
    name: 'a failure',
    bytes: confirm('03 00 0800 05000000'),
    security: 'CredSSP required by the server',
  },
  {
    name: 'a failure of the future',
    bytes: confirm('03 00 0800 63000000'),
    security: 'failure 99',
  },
]

describe('RDP', () => {
  test('asks for TLS and CredSSP, and names nobody', () => {
    expect(rdp.probe).toEqual(hex('0300 0013 0ee0 0000 0000 00 01 00 0800 0b000000'))
  })

  test.each(answers)('$name', ({ bytes, security, more = [] }) => {
    expect(rdp.hear(heard({ sent: rdp.probe, bytes }))).toMatchObject({
      kind: 'is',
      recognised: { protocol: 'rdp', product: null, details: [['security', security], ...more] },
    })
  })

  test.each([
    [
      'a confirm without negotiation to somebody else’s question',
      hex('0300 000b 06 d0 0000 1234 00'),
    ],
    [
      'a controller that confirms with its own parameters',
      hex('0300 0016 11 d0 0000 0002 00 c0 01 0a c1 02 0100 c2 02 0102'),
    ],
    ['a disconnect request', hex('0300 000b 06 80 0000 1234 00')],
    ['a size that is none', confirm('02 00 0900 01000000')],
    ['a third kind of answer', confirm('04 00 0800 01000000')],
    ['lengths that disagree', hex('0300 0013 0d d0 0000 1234 00 02 00 0800 01000000')],
    ['text', ascii('SSH-2.0-x\r\n')],
  ])('not RDP: %s', (_, bytes) => {
    expect(rdp.hear(heard({ sent: null, bytes }, true))).toEqual({ kind: 'not' })
    expect(rdp.hear(heard({ sent: null, bytes }))).toEqual({ kind: 'not' })
  })
})

holdsTheLaws(
  rdp,
  answers.map(({ bytes }) => ({ sent: rdp.probe, bytes })),
)
