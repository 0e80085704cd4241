import { describe, expect, test } from 'vitest'
import { ascii, heard, hex, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { field, frame, uint, zeros } from '../bytes.ts'
import { oracle } from './protocol.ts'

const sent = oracle.probe
const packet = (type: number, payload: Uint8Array) =>
  frame(field(8 + payload.length, 2), zeros(2), type, 0, zeros(2), payload)
const refuse = (text: string) => packet(4, frame(0x22, 0, field(text.length, 2), text))
const stack = '(ERROR_STACK=(ERROR=(CODE=1189)(EMFI=4))))'
const accepted = packet(2, hex('0136 0000 0800 7fff 0100 0000 0020 0000 0000000000000000'))
const banner = 'TNSLSNR for Linux: Version 11.2.0.1.0 - Production'
const answers = [
  {
    name: '11g that answers its own machine',
    bytes: refuse(`(DESCRIPTION=(TMP=)(VSNNUM=186647040)(ERR=1189)${stack}`),
    version: '11.2.0.2.0',
    details: [['refused', 'the listener answers its own machine only (TNS-01189)']],
  },
  {
    name: '19c',
    bytes: refuse(`(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=12514)${stack}`),
    version: '19.0.0.0.0',
    details: [['refused', 'unknown service (TNS-12514)']],
  },
  {
    name: '21c',
    bytes: refuse(`(DESCRIPTION=(VSNNUM=352518144)(ERR=7)${stack}`),
    version: '21.3.0.0.0',
    details: [['refused', 'TNS-00007']],
  },
  {
    name: 'one that hides its version',
    bytes: refuse('(DESCRIPTION=(ERR=1153)(VSNNUM=0))'),
    version: null,
    details: [['refused', 'the listener did not understand (TNS-01153)']],
  },
  {
    name: 'one that tells',
    bytes: frame(accepted, packet(6, frame(0, 0, banner))),
    version: '11.2.0.1.0',
    details: [],
  },
  {
    name: 'a redirect',
    bytes: packet(5, frame(field(20, 2), '(ADDRESS=(HOST=db1))')),
    version: null,
    details: [],
  },
  { name: 'once more', bytes: packet(11, zeros(0)), version: null, details: [] },
]

describe('Oracle TNS', () => {
  test.each(answers)('$name', ({ bytes, version, details }) => {
    expect(oracle.hear(heard({ sent, bytes }))).toMatchObject({
      kind: 'is',
      recognised: { protocol: 'oracle', product: { name: 'Oracle Database', version }, details },
    })
  })

  test('an acceptance is enough where nothing follows', () => {
    expect(oracle.hear(heard({ sent, bytes: accepted }))).toEqual({ kind: 'more' })
    expect(oracle.hear(heard({ sent, bytes: accepted }, true))).toMatchObject({
      kind: 'is',
      recognised: { product: { version: null } },
    })
  })

  test('what answers says how sure the version is', () => {
    const sure = oracle.hear(heard({ sent, bytes: answers[0]?.bytes ?? accepted }))
    expect(sure).toMatchObject({ recognised: { product: { confidence: 0.9 } } })
    const told = oracle.hear(heard({ sent, bytes: answers[4]?.bytes ?? accepted }))
    expect(told).toMatchObject({
      recognised: { banner, evidence: [{ line: `TNS accept: ${banner}` }] },
    })
    expect(oracle.hear(heard({ sent, bytes: accepted }, true))).toMatchObject({
      recognised: {
        banner: null,
        evidence: [{ line: 'TNS accept' }],
        product: { confidence: 0.7 },
      },
    })
  })

  test('the question says its own length, and where its data is', () => {
    const probe = sent ?? zeros(0)
    expect(uint(probe, 0, 2)).toBe(probe.length)
    expect(uint(probe, 26, 2)).toBe(58)
    expect(probe[58]).toBe(0x28)
    expect(probe.length - 58).toBe(uint(probe, 24, 2))
  })

  test.each([
    ['an echo', sent, sent ?? zeros(0)],
    [
      'an acceptance of somebody else’s question',
      null,
      frame(accepted, packet(6, frame(0, 0, banner))),
    ],
    ['a packet that is too short', sent, hex('0007 0000 0400 00')],
    ['a packet that is too long', sent, hex('7000 0000 0400 0000')],
    ['a packet of no known type', sent, hex('0008 0000 0300 0000')],
    ['an acceptance of nothing', sent, hex('000a 0000 0200 0000 0136')],
    ['a redirect to nowhere', sent, hex('0008 0000 0500 0000')],
    ['a resend that says more', sent, hex('000a 0000 0b00 0000 0000')],
    ['a refusal in no words of Oracle', sent, refuse('go away')],
    ['a checksum', sent, hex('0008 0001 0b00 0000')],
    ['text', sent, ascii('220 mail ESMTP\r\n')],
    ['zeros', sent, zeros(40)],
  ])('not Oracle: %s', (_, asked, bytes) => {
    expect(oracle.hear(heard({ sent: asked, bytes }, true))).toEqual({ kind: 'not' })
    expect(oracle.hear(heard({ sent: asked, bytes }))).toEqual({ kind: 'not' })
  })
})

holdsTheLaws(
  oracle,
  answers.map(({ bytes }) => ({ sent, bytes })),
)
