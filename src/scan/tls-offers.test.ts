import { constants } from 'node:crypto'
import type { Socket } from 'node:net'
import type { TlsOptions as ServerOptions } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { offersWith } from '../protocols/tls/offers.ts'
import type { Dialled, Reach } from './connection.ts'
import { authServer, reachTo, serve, tlsServer } from './socket-world.test.data.ts'
import { certificate, rsaKeys } from './tls-certificate.test.data.ts'
import { askOffers, type Prelude } from './tls-offers.ts'

const reach = reachTo('127.0.0.1')
const rsa = certificate({ keys: rsaKeys(2048), commonName: 'rsa.test' })
const level0 = 'DEFAULT:@SECLEVEL=0'

/** AUTH TLS and its reply. */
const auth: Prelude = async (connection) => {
  await connection.send(Buffer.from('AUTH TLS\r\n'))
  const reply = await connection.receive(2000)
  return reply.kind === 'bytes' && Buffer.from(reply.bytes).toString().startsWith('234')
    ? 'ready'
    : 'not-ready'
}

describe('what a server takes', () => {
  test.each<
    readonly [string, ServerOptions, Readonly<Record<string, string>>, readonly string[] | null]
  >([
    [
      'of today: TLS 1.2 and 1.3',
      {},
      { SSLv3: 'no', TLSv1: 'no', 'TLSv1.1': 'no', 'TLSv1.2': 'yes', 'TLSv1.3': 'yes' },
      [],
    ],
    [
      'TLS 1.2 only',
      { maxVersion: 'TLSv1.2' },
      { SSLv3: 'no', TLSv1: 'no', 'TLSv1.1': 'no', 'TLSv1.2': 'yes', 'TLSv1.3': 'no' },
      [],
    ],
    [
      'TLS 1.3 only',
      { minVersion: 'TLSv1.3' },
      { SSLv3: 'no', TLSv1: 'no', 'TLSv1.1': 'no', 'TLSv1.2': 'no', 'TLSv1.3': 'yes' },
      [],
    ],
    [
      'TLS 1.0 only',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: level0 },
      { SSLv3: 'no', TLSv1: 'yes', 'TLSv1.1': 'no', 'TLSv1.2': 'no', 'TLSv1.3': 'no' },
      [],
    ],
    [
      'everything this platform knows, and suites without encryption or identity',
      {
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.2',
        cert: rsa.cert,
        key: rsa.key,
        ciphers: 'ALL:NULL-SHA256:AECDH-NULL-SHA:@SECLEVEL=0',
        secureOptions: constants.SSL_OP_CIPHER_SERVER_PREFERENCE,
      },
      { SSLv3: 'no', TLSv1: 'yes', 'TLSv1.1': 'yes', 'TLSv1.2': 'yes', 'TLSv1.3': 'no' },
      [expect.stringMatching(/anon|NULL/)],
    ],
  ])('%s', async (_, options, offers, weak) => {
    const port = await tlsServer(options)
    const answer = await askOffers(reach, port, null)
    expect(answer).toMatchObject({ offers, weakCiphers: weak, ended: 'completed' })
    expect(answer.asked).toBeLessThanOrEqual(5)
  })

  test('after AUTH TLS, one connection a question', async () => {
    const { port, sockets } = await serve(authServer(''))
    const answer = await askOffers(reach, port, auth)
    expect(answer).toMatchObject({
      offers: { SSLv3: 'no', TLSv1: 'no', 'TLSv1.1': 'no', 'TLSv1.2': 'yes', 'TLSv1.3': 'yes' },
      weakCiphers: [],
      ended: 'completed',
    })
    expect(sockets).toHaveLength(answer.asked)
  })

  test('is not asked where it is known, nor more often than allowed', async () => {
    const port = await tlsServer({})
    const known = { 'TLSv1.2': 'yes', 'TLSv1.3': 'yes' } as const
    expect(await askOffers(reach, port, null, { known })).toMatchObject({
      asked: 2,
      offers: { SSLv3: 'no', 'TLSv1.1': 'no', 'TLSv1.2': 'yes', 'TLSv1.3': 'yes' },
    })
    expect(await askOffers(reach, port, null, { connections: 1 })).toMatchObject({
      asked: 1,
      weakCiphers: null,
      offers: { 'TLSv1.3': 'unknown' },
    })
    expect(await askOffers(reach, port, null, { connections: 0 })).toMatchObject({ asked: 0 })
  })
})

describe('a server that does not answer as it should', () => {
  const unknown = { offers: offersWith(() => 'unknown'), weakCiphers: null }

  test.each<readonly [string, (socket: Socket) => void, number]>([
    ['greets', (socket) => socket.write('220 ready\r\n'), 5],
    ['says nothing', () => {}, 5],
    ['closes', (socket) => socket.end(), 5],
    ['resets', (socket) => socket.once('data', () => socket.resetAndDestroy()), 5],
    ['says half a record', (socket) => socket.write(Buffer.from([22, 3, 3, 9, 9, 2])), 5],
    ['makes noise', (socket) => socket.write(Buffer.alloc(100_000, 0xa5)), 5],
  ])('%s: unknown', async (_, handle, asked) => {
    const { port } = await serve(handle)
    const answer = await askOffers(reach, port, null, { milliseconds: 100 })
    expect(answer).toEqual({ ...unknown, asked, ended: 'completed' })
  })

  test('lets nobody in after the first: banned, and left alone', async () => {
    const port = await tlsServer({})
    const dialled: number[] = []
    const once: Reach = {
      ...reach,
      dial: (to, milliseconds): Promise<Dialled> => {
        dialled.push(to)
        return dialled.length === 1
          ? reach.dial(to, milliseconds)
          : Promise.resolve({ kind: 'failed', ending: 'refused', code: 'ECONNREFUSED' })
      },
    }
    expect(await askOffers(once, port, null)).toMatchObject({
      asked: 2,
      ended: 'banned',
      offers: { 'TLSv1.1': 'no', 'TLSv1.3': 'unknown' },
    })
    expect(dialled).toHaveLength(2)
  })

  test('allows TLS and then closes on every hello: it takes none', async () => {
    const { port } = await serve((socket) => {
      socket.once('data', () => {
        socket.write('234 go on\r\n')
        socket.once('data', () => socket.end())
      })
    })
    expect(await askOffers(reach, port, auth)).toMatchObject({
      offers: offersWith(() => 'no'),
      weakCiphers: [],
      ended: 'completed',
    })
  })

  test('does not know AUTH: nothing is asked of it', async () => {
    const { port } = await serve((socket) => socket.on('data', () => socket.write('500 no\r\n')))
    expect(await askOffers(reach, port, auth)).toEqual({
      ...unknown,
      asked: 1,
      ended: 'not-understood',
    })
  })
})
