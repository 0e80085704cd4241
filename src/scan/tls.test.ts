import { Socket } from 'node:net'
import { createSecureContext } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { offersWith } from '../protocols/tls/offers.ts'
import type { Connection, TlsOptions } from './connection.ts'
import { bufferLimit } from './socket-connection.ts'
import {
  authServer,
  connected,
  own,
  reachTo,
  realTime,
  serve,
  tlsServer,
} from './socket-world.test.data.ts'

const fresh: TlsOptions = { name: null, resume: null, maxVersion: 'TLSv1.3', milliseconds: 5000 }
const bytes = (line: string) => Buffer.from(line, 'latin1')

async function said(connection: Connection): Promise<string> {
  const received = await connection.receive(5000)
  return received.kind === 'bytes' ? Buffer.from(received.bytes).toString('latin1') : received.kind
}

const reach = reachTo('127.0.0.1')

describe('TLS over a connection', () => {
  test.each(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const)('speaks %s', async (version) => {
    const port = await tlsServer(
      { minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' },
      (socket) => socket.write('220 inside\r\n'),
    )
    const connection = await connected(reach, port)
    const started = await connection.startTls(fresh)
    expect(started).toMatchObject({
      kind: 'secure',
      resumed: false,
      facts: {
        version,
        offers: offersWith((other) =>
          other === version ? 'yes' : other > version ? 'no' : 'unknown',
        ),
        weakCiphers: null,
        selfSigned: true,
      },
    })
    expect(started.kind === 'secure' && started.facts.cipher).toMatch(/^TLS_/)
    expect(await said(connection)).toBe('220 inside\r\n')
    expect(connection.received).toBeGreaterThan(500)
  })

  test('upgrades after a dialogue in clear, and says nothing of the other end when it is closed', async () => {
    const { port } = await serve(authServer(''))
    const connection = await connected(reach, port)
    await connection.send(bytes('AUTH TLS\r\n'))
    expect(await said(connection)).toBe('234 go on\r\n')
    const started = await connection.startTls({ ...fresh, name: 'ftp.example.test' })
    expect(started).toMatchObject({ kind: 'secure', facts: { nameMatches: 'yes' } })
    await connection.send(bytes('SYST\r\n'))
    expect(await said(connection)).toBe('215 SYST\r\n')
    connection.close()
    expect(await connection.receive(10)).toEqual({ kind: 'ended', ending: 'cancelled' })
  })

  test('drops what came in clear after the reply, and never gives it out as protected', async () => {
    const injected = '230 injected\r\n'
    const { port } = await serve(authServer(injected))
    const connection = await connected(reach, port)
    await connection.send(bytes('AUTH TLS\r\n'))
    const all = '234 go on\r\n'.length + injected.length
    for (let time = 0; time < 200 && connection.received < all; time++) await realTime.wait(10)
    expect((await connection.startTls(fresh)).kind).toBe('secure')
    await connection.send(bytes('SYST\r\n'))
    expect(await said(connection)).toBe('215 SYST\r\n')
    expect(await connection.receive(50)).toEqual({ kind: 'silence' })
  })

  test('sends the name as SNI, and no address', async () => {
    const asked: unknown[] = []
    const port = await tlsServer({
      SNICallback: (name, done) => {
        asked.push(name)
        done(null, createSecureContext({ cert: own.cert, key: own.key }))
      },
    })
    for (const name of [
      'a.files.example.test',
      '127.0.0.1',
      null,
      'not a name',
      `${'x'.repeat(300)}.test`,
    ]) {
      const connection = await connected(reach, port)
      expect((await connection.startTls({ ...fresh, name })).kind).toBe('secure')
    }
    expect(asked).toEqual(['a.files.example.test'])
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'resumes the session of another connection with %s',
    async (version) => {
      const port = await tlsServer({ maxVersion: version }, (socket) => {
        socket.write(socket.isSessionReused() ? 'again' : 'first')
      })
      const control = await connected(reach, port)
      expect(await control.startTls(fresh)).toMatchObject({ resumed: false })
      const data = await connected(reach, port)
      expect(await data.startTls({ ...fresh, resume: control })).toMatchObject({
        kind: 'secure',
        resumed: true,
        facts: { version, subject: 'CN=ftp.example.test' },
      })
      expect(await said(data)).toBe('again')
      const other = await connected(reach, port)
      expect(await other.startTls(fresh)).toMatchObject({ resumed: false })
    },
  )

  test('starts a fresh session where there is none to resume', async () => {
    const port = await tlsServer({})
    const clear = await connected(reach, port)
    const connection = await connected(reach, port)
    expect(await connection.startTls({ ...fresh, resume: clear })).toMatchObject({
      kind: 'secure',
      resumed: false,
    })
  })

  test('keeps to TLS 1.2 where it is told', async () => {
    const port = await tlsServer({})
    const connection = await connected(reach, port)
    expect(await connection.startTls({ ...fresh, maxVersion: 'TLSv1.2' })).toMatchObject({
      facts: { version: 'TLSv1.2' },
    })
  })

  test('ends with the server', async () => {
    const port = await tlsServer({}, (socket) => socket.end('bye'))
    const connection = await connected(reach, port)
    await connection.startTls(fresh)
    expect(await said(connection)).toBe('bye')
    expect(await connection.receive(5000)).toEqual({ kind: 'ended', ending: 'closed-by-server' })
  })

  test('holds back a server inside TLS as well, and loses nothing', async () => {
    const size = 8 * bufferLimit
    const port = await tlsServer({}, (socket) => socket.end(Buffer.alloc(size, 'x')))
    const connection = await connected(reach, port)
    await connection.startTls(fresh)
    await realTime.wait(300)
    expect(connection.received).toBeLessThan(3 * bufferLimit)
    let length = 0
    for (let received = await connection.receive(5000); received.kind === 'bytes'; ) {
      length += received.bytes.length
      received = await connection.receive(5000)
    }
    expect(length).toBe(size)
  })

  test('is for a connection once, and not beside a wait', async () => {
    const port = await tlsServer({})
    const connection = await connected(reach, port)
    const waiting = connection.receive(200)
    await expect(connection.startTls(fresh)).rejects.toThrow('a receive is under way')
    await waiting
    await connection.startTls(fresh)
    await expect(connection.startTls(fresh)).rejects.toThrow('TLS is already on')
  })
})

describe('TLS that comes to nothing', () => {
  const record = (type: number, ...body: number[]) =>
    Buffer.from([type, 3, 3, body.length >> 8, body.length & 255, ...body])

  test.each<readonly [string, (socket: Socket) => void, string]>([
    ['a greeting', (socket) => socket.write('220 ready\r\n'), 'not-tls'],
    ['noise', (socket) => socket.write(Buffer.alloc(5000, 0xa5)), 'not-tls'],
    ['nothing', () => {}, 'timeout'],
    ['half a record', (socket) => socket.write(Buffer.from([22, 3, 3, 0x20, 0, 2, 0])), 'timeout'],
    ['an alert', (socket) => socket.write(record(21, 2, 40)), 'alert-handshake-failure'],
    ['an old version alone', (socket) => socket.write(record(21, 2, 70)), 'alert-protocol-version'],
    ['a close', (socket) => socket.end(), 'closed-by-server'],
    [
      'half a record and a close',
      (socket) => socket.end(Buffer.from([22, 3, 3])),
      'closed-by-server',
    ],
    ['a reset', (socket) => socket.resetAndDestroy(), 'reset'],
    ['a record of another kind', (socket) => socket.write(record(23, 1, 2, 3)), 'not-tls'],
    [
      'a hello with a wrong length',
      (socket) => socket.write(record(22, 2, 0, 0, 4, 3, 3, 9, 9)),
      'length-mismatch',
    ],
  ])('%s', async (_, answer, reason) => {
    const { port } = await serve((socket) => socket.once('data', () => answer(socket)))
    const connection = await connected(reach, port)
    const started = await connection.startTls({ ...fresh, milliseconds: 300 })
    expect(started).toEqual({ kind: 'failed', reason })
    expect(await connection.receive(10)).toEqual({ kind: 'ended', ending: 'tls-failed' })
    expect(await connection.startTls(fresh)).toEqual({ kind: 'failed', reason: 'tls-failed' })
  })

  test('garbage after the handshake ends it as failed', async () => {
    const raw: Socket[] = []
    const port = await tlsServer({}, () => raw[0]?.write('in clear, and no record at all'))
    const { port: front } = await serve((socket) => {
      raw.push(socket)
      const inner = new Socket().connect(port, '127.0.0.1')
      onTestFinished(() => void inner.destroy())
      inner.on('error', () => {})
      socket.pipe(inner).pipe(socket)
    })
    const connection = await connected(reach, front)
    await connection.startTls(fresh)
    expect(await connection.receive(5000)).toEqual({ kind: 'ended', ending: 'tls-failed' })
  })

  test('a connection that is closed while it shakes hands', async () => {
    const { port } = await serve(() => {})
    const connection = await connected(reach, port)
    const started = connection.startTls(fresh)
    await realTime.wait(20)
    connection.close()
    expect(await started).toMatchObject({ kind: 'failed' })
  })
})
