import { expect, test } from 'vitest'
import { ascii, heard, hex, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { field, frame } from '../bytes.ts'
import { rmi } from './protocol.ts'

const sent = rmi.probe
const ack = (host: string, port: number) => frame(0x4e, field(host.length, 2), host, field(port, 4))
const answers = [{ name: 'ProtocolAck', sent, bytes: ack('192.0.2.7', 50_000) }]

test.each(answers)('$name', ({ name, bytes }) => {
  expect(rmi.hear(heard({ sent, bytes }, true))).toMatchObject({
    kind: 'is',
    recognised: { protocol: 'rmi', evidence: [{ line: `JRMP ${name}` }] },
  })
})

test.each([
  ['an answer to nobody', null, ack('192.0.2.7', 50_000)],
  ['a refusal of one byte', sent, hex('4f')],
  ['no address', sent, ack('', 50_000)],
  ['an address that is no text', sent, ack('\x01\x02', 50_000)],
  ['a port that is none', sent, ack('192.0.2.7', 70_000)],
  ['text', sent, ascii('NO such command\r\n')],
])('not RMI: %s', (_, asked, bytes) => {
  expect(rmi.hear(heard({ sent: asked, bytes }, true))).toEqual({ kind: 'not' })
  expect(rmi.hear(heard({ sent: asked, bytes }))).toEqual({ kind: 'not' })
})

holdsTheLaws(rmi, answers)
