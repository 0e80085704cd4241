import { expect, test } from 'vitest'
import { ascii, heard, hex, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { ajp13 } from './protocol.ts'

const pong = { sent: ajp13.probe, bytes: hex('4142 0001 09') }

test('a ping is answered with a pong', () => {
  expect(ajp13.probe).toEqual(hex('1234 0001 0a'))
  expect(ajp13.hear(heard(pong))).toMatchObject({ kind: 'is', recognised: { protocol: 'ajp13' } })
})

test.each([
  ['a pong to nobody', null, pong.bytes],
  ['another message', pong.sent, hex('4142 0001 05')],
  ['text', pong.sent, ascii('ABOR\r\n')],
])('not AJP: %s', (_, sent, bytes) => {
  expect(ajp13.hear(heard({ sent, bytes }, true))).toEqual({ kind: 'not' })
  expect(ajp13.hear(heard({ sent, bytes }))).toEqual({ kind: 'not' })
})

holdsTheLaws(ajp13, [pong])
