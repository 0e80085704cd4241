import { describe, expect, test } from 'vitest'
import { ascii, heard, hex, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { mqtt } from './protocol.ts'

const sent = mqtt.probe
const answers = [
  {
    name: 'open to everybody',
    bytes: hex('20020000'),
    details: [
      ['connection', 'accepted'],
      ['authentication', 'none'],
    ],
  },
  {
    name: 'a login is wanted',
    bytes: hex('20020005'),
    details: [
      ['connection', 'not authorized'],
      ['authentication', 'required'],
    ],
  },
  {
    name: 'an old version is wanted',
    bytes: hex('20020001'),
    details: [['connection', 'unacceptable protocol version']],
  },
  {
    name: 'version 5 only',
    bytes: hex('2003008400'),
    details: [
      ['connection', 'unsupported protocol version'],
      ['version', '5 only'],
    ],
  },
]

describe('MQTT', () => {
  test('names nobody and keeps nothing', () => {
    expect(sent).toEqual(hex('100c 0004 4d515454 04 02 003c 0000'))
  })

  test.each(answers)('$name', ({ bytes, details }) => {
    expect(mqtt.hear(heard({ sent, bytes }))).toMatchObject({
      kind: 'is',
      recognised: { protocol: 'mqtt', details },
    })
  })

  test.each([
    ['an answer to another question', null, hex('20020000')],
    ['a session that cannot be', sent, hex('20020100')],
    ['an unknown code', sent, hex('20020042')],
    ['properties that do not fit', sent, hex('2003008407')],
    ['success with properties', sent, hex('2003000000')],
    ['too short', sent, hex('200100')],
    ['too long', sent, hex('20ff00')],
    ['text', sent, ascii(' \x02hello')],
  ])('not MQTT: %s', (_, asked, bytes) => {
    expect(mqtt.hear(heard({ sent: asked, bytes }, true))).toEqual({ kind: 'not' })
    expect(mqtt.hear(heard({ sent: asked, bytes }))).toEqual({ kind: 'not' })
  })
})

holdsTheLaws(
  mqtt,
  answers.map(({ bytes }) => ({ sent, bytes })),
)
