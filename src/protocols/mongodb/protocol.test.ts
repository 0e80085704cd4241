import { describe, expect, test } from 'vitest'
import { ascii, heard, hex, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { field, frame, uint, zeros } from '../bytes.ts'
import { readDocument } from './bson.ts'
import { mongodb } from './protocol.ts'

type Field = readonly [type: number, name: string, value: Uint8Array]
const int = (name: string, value: number): Field => [16, name, field(value, 4, 'le')]
const bool = (name: string, value: boolean): Field => [8, name, Uint8Array.of(value ? 1 : 0)]
const text = (name: string, value: string): Field => [
  2,
  name,
  frame(field(value.length + 1, 4, 'le'), value, 0),
]
const ok: Field = [1, 'ok', hex('000000000000f03f')]

const document = (...fields: readonly Field[]) => {
  const body = frame(...fields.flatMap(([type, name, value]) => [type, name, 0, value]), 0)
  return frame(field(body.length + 4, 4, 'le'), body)
}
const reply = (...fields: readonly Field[]) => {
  const body = document(...fields)
  const [id = zeros(0)] = [mongodb.probe?.subarray(4, 8)]
  return frame(
    field(36 + body.length, 4, 'le'),
    hex('01020304'),
    id,
    hex('01000000 08000000'),
    zeros(12),
    hex('01000000'),
    body,
  )
}
const nested: Field = [
  3,
  'topologyVersion',
  document([7, 'processId', zeros(12)], [18, 'counter', zeros(8)]),
]
const http = ascii(
  'HTTP/1.0 200 OK\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 85\r\n\r\nIt looks like you are trying to access MongoDB over HTTP on the native driver port.\r\n',
)
const answers = [
  {
    name: 'a server on its own',
    sent: mongodb.probe,
    bytes: reply(
      bool('ismaster', true),
      nested,
      [9, 'localTime', zeros(8)],
      int('minWireVersion', 0),
      int('maxWireVersion', 21),
      ok,
    ),
    details: [['release', '7.0']],
  },
  {
    name: 'a router',
    sent: mongodb.probe,
    bytes: reply(bool('ismaster', true), text('msg', 'isdbgrid'), int('maxWireVersion', 9), ok),
    details: [
      ['release', '4.4'],
      ['role', 'router (mongos)'],
    ],
  },
  {
    name: 'one of a replica set',
    sent: mongodb.probe,
    bytes: reply(
      text('setName', 'rs0'),
      bool('ismaster', false),
      bool('secondary', true),
      int('maxWireVersion', 25),
      ok,
    ),
    details: [
      ['release', '8.0'],
      ['replica set', 'rs0'],
      ['role', 'secondary'],
    ],
  },
  {
    name: 'a release of the future',
    sent: mongodb.probe,
    bytes: reply(int('maxWireVersion', 99), ok),
    details: [],
  },
  { name: 'HTTP', sent: ascii('GET / HTTP/1.0\r\n\r\n'), bytes: http, details: [] },
]

describe('MongoDB', () => {
  test.each(answers)('$name', ({ details, ...exchange }) => {
    expect(mongodb.hear(heard(exchange))).toMatchObject({
      kind: 'is',
      recognised: { protocol: 'mongodb', product: { name: 'MongoDB', version: null }, details },
    })
  })

  test('the question says its own length and holds one document', () => {
    const probe = mongodb.probe ?? zeros(0)
    expect(uint(probe, 0, 4, 'le')).toBe(probe.length)
    expect(readDocument(probe.subarray(16 + 4 + 11 + 8))).toEqual(new Map([['isMaster', 1]]))
  })

  test('a document with a length, a type or an end that is none is no document', () => {
    const good = document(int('a', -2), ok)
    expect(readDocument(good)).toEqual(
      new Map([
        ['a', -2],
        ['ok', 1],
      ]),
    )
    for (let end = 0; end < good.length; end++)
      expect(readDocument(good.subarray(0, end))).toBeUndefined()
    expect(
      readDocument(document([4, 'list', document(int('0', 1))], [3, 'inner', document(ok)], ok)),
    ).toEqual(new Map([['ok', 1]]))
    expect(readDocument(document([5, 'raw', hex('02000000 00 0102')], ok))).toEqual(
      new Map([['ok', 1]]),
    )
    expect(readDocument(document([99, 'x', zeros(4)]))).toBeUndefined()
    expect(readDocument(document([2, 'x', hex('ffffffff')]))).toBeUndefined()
  })

  test.each([
    ['an answer to somebody else', frame(field(60, 4, 'le'), zeros(8), hex('01000000'), zeros(44))],
    ['a reply that is too short', hex('28000000 01020304')],
    ['a reply that is too long', hex('ffff0000 01020304')],
    ['an echo', mongodb.probe ?? zeros(0)],
    ['a web server', ascii('HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n<html>')],
    ['text', ascii('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n')],
    ['zeros', zeros(100)],
  ])('not MongoDB: %s', (_, bytes) => {
    expect(mongodb.hear(heard({ sent: mongodb.probe, bytes }, true))).toEqual({ kind: 'not' })
    expect(mongodb.hear(heard({ sent: mongodb.probe, bytes }))).toEqual({ kind: 'not' })
  })
})

holdsTheLaws(mongodb, answers)
