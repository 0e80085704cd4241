import { describe, expect, test } from 'vitest'
import { foundBy, hearing, type Said, testHearing } from '../../../test/hearing.ts'
import { wireOf } from '../ftp/wire.ts'
import { rtsp } from './protocol.ts'

const probe = wireOf(rtsp.probe ?? new Uint8Array())
const answered = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`

const found: readonly (Said & { readonly name: string; readonly is: object })[] = [
  {
    name: 'GStreamer',
    sent: probe,
    bytes: answered(
      'RTSP/1.0 200 OK',
      'CSeq: 1',
      'Public: OPTIONS, DESCRIBE',
      'Server: GStreamer RTSP server',
    ),
    is: {
      product: { name: 'GStreamer RTSP server', version: null, cpe: null },
      details: [
        ['status', '200 OK'],
        ['server', 'GStreamer RTSP server'],
        ['methods', 'OPTIONS, DESCRIBE'],
      ],
    },
  },
  {
    name: 'Wowza',
    sent: probe,
    bytes: answered('RTSP/1.0 200 OK', 'Server: Wowza Streaming Engine 4.8.5 build20200616153358'),
    is: {
      product: {
        name: 'Wowza Streaming Engine',
        version: '4.8.5',
        cpe: 'cpe:2.3:a:wowza:streaming_engine:4.8.5:*:*:*:*:*:*:*',
      },
    },
  },
  {
    name: 'AirPlay',
    sent: probe,
    bytes: answered('RTSP/1.0 403 Forbidden', 'Server: AirTunes/220.68'),
    is: { product: { name: 'AirPlay', version: '220.68' } },
  },
  {
    name: 'a camera that names nobody',
    sent: probe,
    bytes: answered('RTSP/1.0 401 Unauthorized', 'WWW-Authenticate: Digest realm="IP Camera"'),
    is: { product: null, banner: 'RTSP/1.0 401 Unauthorized' },
  },
  {
    name: 'in answer to HTTP',
    sent: 'GET / HTTP/1.0\r\n\r\n',
    bytes: answered('RTSP/1.0 400 Bad Request'),
    is: {},
  },
]

test.each(found)('$name', ({ is, ...said }) => {
  expect(foundBy(rtsp, said)).toMatchObject({ protocol: 'rtsp', ...is })
})

const others: readonly (Said & { readonly name: string; readonly is: string })[] = [
  { name: 'a head that is not whole', sent: probe, bytes: 'RTSP/1.0 200 OK\r\n', is: 'more' },
  { name: 'HTTP', sent: probe, bytes: 'HTTP/1.1 400 Bad Request\r\n\r\n', is: 'not' },
  { name: 'nothing', sent: probe, bytes: '', ended: true, is: 'not' },
]

test.each(others)('$name', ({ is, ...said }) => {
  expect(hearing(rtsp, said).kind).toBe(is)
})

test('the probe asks what is offered', () => {
  expect(probe).toMatch(/^OPTIONS \* RTSP\/1\.0\r\nCSeq: 1\r\nUser-Agent: portreeve\r\n\r\n$/)
})

describe('the laws of hearing', () => {
  testHearing(rtsp, [...found, ...others])
})
