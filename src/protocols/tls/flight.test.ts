import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, u8, u16, u24, vector8, vector16, vector24 } from './bytes.ts'
import {
  type Flight,
  type FlightState,
  flightLimits,
  flightStart,
  lastFlight,
  stepFlight,
} from './flight.ts'

const none = new Uint8Array()
const random = Uint8Array.from({ length: 32 }, (_, at) => at)
const record = (type: number, body: Uint8Array, minor = 3) =>
  concat(Uint8Array.of(type, 3, minor), vector16(body))
const message = (type: number, body: Uint8Array) => concat(u8(type), vector24(body))
const hello = (version: number, suite: number, extensions: Uint8Array = none, from = random) =>
  message(2, concat(u16(version), from, vector8(random), u16(suite), u8(0), extensions))
const chosen = (version: number) => vector16(concat(u16(43), vector16(u16(version))))
const der = Uint8Array.from({ length: 700 }, (_, at) => (at * 7) & 255)
const chain = message(11, vector24(concat(vector24(der), vector24(random))))
const alert = (level: number, description: number) => record(21, Uint8Array.of(level, description))
const tls12 = concat(
  record(22, hello(0x0303, 0xc030)),
  record(22, chain),
  record(22, message(14, none)),
)

/** What the flight says, fed in chunks; null is "more". */
function read(chunks: readonly Uint8Array[]): Flight | null {
  let state: FlightState = flightStart
  for (const chunk of chunks) {
    const step = stepFlight(state, chunk)
    if (step.kind === 'done') return step.flight
    state = step.state
  }
  return null
}

const cutAt = (bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] => {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted(
    (a, b) => a - b,
  )
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end))
}

const helloOf = (version: string | null, suiteName: string, retry = false) =>
  expect.objectContaining({ version, suiteName, retry })
const retryRandom = Uint8Array.from(
  'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c'.match(/../g) ?? [],
  (pair) => Number.parseInt(pair, 16),
)

describe('the flight of a server', () => {
  test.each<readonly [string, Uint8Array, unknown]>([
    [
      'TLS 1.2 with its certificate',
      tls12,
      {
        kind: 'hello',
        hello: helloOf('TLSv1.2', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'),
        certificate: der,
      },
    ],
    [
      'all messages in one record',
      record(22, concat(hello(0x0301, 0x000a), chain)),
      { kind: 'hello', hello: helloOf('TLSv1', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA'), certificate: der },
    ],
    [
      'a certificate over three records',
      concat(
        record(22, concat(hello(0x0302, 0x0005), chain.subarray(0, 3))),
        record(22, chain.subarray(3, 400)),
        record(22, chain.subarray(400)),
      ),
      { kind: 'hello', hello: helloOf('TLSv1.1', 'TLS_RSA_WITH_RC4_128_SHA'), certificate: der },
    ],
    [
      'SSL 3.0',
      record(22, concat(hello(0x0300, 0x0004), chain), 0),
      { kind: 'hello', hello: helloOf('SSLv3', 'TLS_RSA_WITH_RC4_128_MD5'), certificate: der },
    ],
    [
      'nobody identified: a key exchange where the certificate would be',
      record(22, concat(hello(0x0303, 0x0018), message(12, random))),
      {
        kind: 'hello',
        hello: helloOf('TLSv1.2', 'TLS_DH_anon_WITH_RC4_128_MD5'),
        certificate: null,
      },
    ],
    [
      'an empty list of certificates',
      record(22, concat(hello(0x0303, 0x002f), message(11, u24(0)))),
      {
        kind: 'hello',
        hello: helloOf('TLSv1.2', 'TLS_RSA_WITH_AES_128_CBC_SHA'),
        certificate: null,
      },
    ],
    [
      'TLS 1.3, which says so in an extension',
      record(22, hello(0x0303, 0x1302, chosen(0x0304))),
      { kind: 'hello', hello: helloOf('TLSv1.3', 'TLS_AES_256_GCM_SHA384'), certificate: null },
    ],
    [
      'a request to say hello again',
      record(22, hello(0x0303, 0x1301, chosen(0x0304), retryRandom)),
      {
        kind: 'hello',
        hello: helloOf('TLSv1.3', 'TLS_AES_128_GCM_SHA256', true),
        certificate: null,
      },
    ],
    ['a suite and a version nobody knows', record(22, hello(0x0303, 0xfafa, chosen(0x7f1c))), null],
    [
      'an alert',
      alert(2, 40),
      { kind: 'alert', fatal: true, description: 40, name: 'handshake_failure', hello: null },
    ],
    [
      'an alert nobody knows',
      alert(2, 199),
      { kind: 'alert', fatal: true, description: 199, name: 'alert_199', hello: null },
    ],
    [
      'a farewell',
      alert(1, 0),
      { kind: 'alert', fatal: false, description: 0, name: 'close_notify', hello: null },
    ],
    [
      'a warning before the hello',
      concat(alert(1, 112), tls12),
      {
        kind: 'hello',
        hello: helloOf('TLSv1.2', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'),
        certificate: der,
      },
    ],
    [
      'an alert after the hello',
      concat(record(22, hello(0x0303, 0xc030)), alert(2, 80)),
      {
        kind: 'alert',
        fatal: true,
        description: 80,
        name: 'internal_error',
        hello: helloOf('TLSv1.2', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'),
      },
    ],
    [
      'a session that is resumed: what follows is encrypted',
      concat(record(22, hello(0x0303, 0xc030)), record(20, u8(1)), record(22, random)),
      {
        kind: 'hello',
        hello: helloOf('TLSv1.2', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'),
        certificate: null,
      },
    ],
    ['a hello of SSL 2.0', Uint8Array.of(0x80, 0x20, 4, 0, 1), { kind: 'sslv2' }],
    ['an error of SSL 2.0', Uint8Array.of(0x80, 3, 0, 0, 1), { kind: 'sslv2' }],
    [
      'a hello asked for before it',
      concat(record(22, message(0, none)), alert(2, 40)),
      expect.objectContaining({ kind: 'alert' }),
    ],
  ])('%s', (_, bytes, flight) => {
    expect(read([bytes])).toEqual(flight)
  })

  test.each<readonly [string, Uint8Array, string]>([
    ['a greeting', Buffer.from('220 ready\r\n'), 'not-a-record'],
    ['its first letter', Buffer.from('2'), 'not-a-record'],
    ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n'), 'not-a-record'],
    ['the type of a record and then text', Buffer.from('\x16text'), 'not-a-record'],
    ['a version of the future', Uint8Array.of(22, 3, 9), 'not-a-record'],
    ['bytes with the first bit set', Uint8Array.of(0x80, 0xff, 9), 'not-a-record'],
    ['an endless record', Uint8Array.of(22, 3, 3, 0xff, 0xff), 'record-too-long'],
    ['an endless message', record(22, Uint8Array.of(2, 0xff, 0xff, 0xff)), 'message-too-long'],
    ['data where a hello should be', record(23, random), 'unexpected-record'],
    ['a certificate where a hello should be', record(22, chain), 'unexpected-message'],
    ['two hellos', record(22, concat(hello(0x0303, 1), hello(0x0303, 1))), 'unexpected-message'],
    ['an alert that is too short', record(21, u8(2)), 'malformed-alert'],
    ['an alert of no level', alert(7, 40), 'malformed-alert'],
    ['a hello that is cut short', record(22, message(2, random)), 'malformed-hello'],
    ['a length that leads out', record(22, hello(0x0303, 1, u16(99))), 'malformed-hello'],
    [
      'a version that is cut short',
      record(22, hello(0x0303, 1, vector16(concat(u16(43), vector16(u8(3)))))),
      'malformed-hello',
    ],
    [
      'a certificate that leads out',
      record(22, concat(hello(0x0303, 1), message(11, vector24(u24(9))))),
      'malformed-certificate',
    ],
  ])('%s is not understood', (_, bytes, reason) => {
    expect(read([bytes])).toMatchObject({ kind: 'not-understood', reason })
  })

  test('that is not understood any more was understood before', () => {
    const bytes = concat(record(22, hello(0x0303, 0xc030)), record(23, random))
    expect(read([bytes])).toMatchObject({
      reason: 'unexpected-record',
      hello: helloOf('TLSv1.2', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'),
    })
  })

  test('that never ends is left', () => {
    const warning = alert(1, 112)
    const step = Array.from(
      { length: Math.ceil(flightLimits.total / warning.length) + 1 },
      () => warning,
    )
    expect(read(step)).toMatchObject({ kind: 'not-understood', reason: 'too-long' })
  })

  test('that stops early still says what its hello said', () => {
    const step = stepFlight(flightStart, tls12.subarray(0, 200))
    const state = step.kind === 'more' ? step.state : flightStart
    expect(lastFlight(state)).toEqual({
      kind: 'hello',
      hello: helloOf('TLSv1.2', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'),
      certificate: null,
    })
    expect(lastFlight(flightStart)).toBeNull()
  })
})

const piece = fc.oneof(
  fc.constantFrom(tls12, alert(1, 112), alert(2, 70), record(20, u8(1)), record(22, chain)),
  fc.uint8Array({ maxLength: 40 }),
  fc
    .tuple(fc.integer({ min: 19, max: 25 }), fc.uint8Array({ maxLength: 80 }))
    .map(([type, body]) => record(type, body)),
  fc
    .tuple(fc.constantFrom(0, 2, 11, 12, 14), fc.uint8Array({ maxLength: 80 }))
    .map(([type, body]) => record(22, message(type, body))),
)
const wire = fc.array(piece, { maxLength: 5 }).map((pieces) => concat(...pieces))
const changed = fc
  .tuple(wire, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }))
  .map(([bytes, changes]) => {
    const out = bytes.slice()
    for (const [at, to] of changes) if (out.length > 0) out[at % out.length] = to
    return out
  })

describe('bytes from anybody', () => {
  test('say the same however they are cut', () => {
    fc.assert(
      fc.property(changed, fc.array(fc.nat(), { maxLength: 20 }), (bytes, places) => {
        expect(read(cutAt(bytes, places))).toEqual(read([bytes]))
      }),
      { numRuns: 500 },
    )
  })

  test('say the same one by one', () => {
    fc.assert(
      fc.property(changed, (bytes) => {
        expect(read(Array.from(bytes, (byte) => u8(byte)))).toEqual(read([bytes]))
      }),
      { numRuns: 100 },
    )
  })

  test('leave a state of bounded size', () => {
    fc.assert(
      fc.property(fc.array(changed, { maxLength: 8 }), (chunks) => {
        let state = flightStart
        for (const chunk of chunks) {
          const step = stepFlight(state, chunk)
          if (step.kind === 'done') return
          state = step.state
          expect(state.pending.length).toBeLessThanOrEqual(5 + flightLimits.record)
          expect(state.message.length).toBeLessThanOrEqual(4 + flightLimits.message)
        }
      }),
      { numRuns: 200 },
    )
  })
})
