import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Heard, heardLimit } from '../protocol.ts'
import { tls } from './protocol.ts'

const heard = (bytes: Uint8Array, rest: Partial<Heard> = {}): Heard => ({
  sent: tls.probe,
  bytes,
  ended: false,
  overTls: false,
  ...rest,
})
const handshakeFailure = Uint8Array.of(21, 3, 1, 0, 2, 2, 40)
const hello = Uint8Array.of(
  ...[22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3],
  ...Array.from({ length: 32 }, () => 7),
  ...[0, 0xc0, 0x30, 0],
)

/** Warnings as long as anybody listens. */
const endless = Uint8Array.from(
  { length: heardLimit },
  (_, at) => [21, 3, 1, 0, 2, 1, 112][at % 7] ?? 0,
)

test('a ServerHello is TLS, with its version and suite', () => {
  expect(tls.hear(heard(hello))).toEqual({
    kind: 'is',
    recognised: {
      protocol: 'tls',
      product: null,
      banner: null,
      evidence: [{ line: 'ServerHello TLSv1.2 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', weight: 5 }],
      details: [
        ['version', 'TLSv1.2'],
        ['cipher', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
      ],
    },
  })
})

test.each<readonly [string, Heard, string]>([
  ['an alert', heard(handshakeFailure), 'is'],
  ['an alert to a command in clear', heard(handshakeFailure, { sent: Uint8Array.of(65) }), 'is'],
  ['an alert of the server unasked', heard(handshakeFailure, { sent: null }), 'is'],
  ['an error of SSL 2.0', heard(Uint8Array.of(0x80, 3, 0, 0, 1)), 'is'],
  ['nothing yet', heard(new Uint8Array()), 'more'],
  ['nothing at all', heard(new Uint8Array(), { ended: true }), 'not'],
  ['half a hello', heard(hello.subarray(0, 20)), 'more'],
  ['half a hello and no more', heard(hello.subarray(0, 20), { ended: true }), 'not'],
  ['warnings without an end', heard(endless), 'not'],
  ['a greeting', heard(Buffer.from('220 ready\r\n')), 'not'],
  ['HTTP', heard(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')), 'not'],
  ['TLS inside of TLS', heard(hello, { overTls: true }), 'not'],
])('%s', (_, what, kind) => {
  expect(tls.hear(what).kind).toBe(kind)
})

test('never throws, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, ended) => {
      const outcome = tls.hear(heard(bytes, { ended }))
      expect(ended && outcome.kind === 'more').toBe(false)
    }),
  )
})
