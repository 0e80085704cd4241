import { connect, createServer, Socket } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Connection } from './connection.ts'
import { reachOf } from './dial.ts'
import { bufferLimit } from './socket-connection.ts'
import { addressOf, connected, reachTo, realTime, scoped, serve } from './socket-world.test.data.ts'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const bytes = (line: string) => Buffer.from(line, 'latin1')

/** A port that nobody listens on: one that was just given back. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof bound === 'object' && bound !== null ? bound.port : 1
}

/** Everything until the end of a connection, and how it ended. */
async function drain(connection: Connection): Promise<readonly [number, string]> {
  let length = 0
  for (;;) {
    const received = await connection.receive(5000)
    if (received.kind === 'bytes') length += received.bytes.length
    else return [length, received.kind === 'ended' ? received.ending : 'silence']
  }
}

describe('a dial', () => {
  test('tells both ends, what was said and how long it took', async () => {
    const { port, sockets } = await serve((socket) => {
      socket.on('data', (chunk) => socket.write(`echo ${chunk}`))
    })
    const dialled = await reachTo('127.0.0.1').dial(port, 5000)
    if (dialled.kind === 'failed') throw new Error(dialled.ending)
    const { connection } = dialled
    expect(await connection.send(bytes('FEAT\r\n'))).toEqual({ kind: 'sent' })
    const received = await connection.receive(5000)
    expect(received.kind === 'bytes' && text(received.bytes)).toBe('echo FEAT\r\n')
    expect(connection.received).toBe(11)
    expect(connection.remote).toEqual({ address: addressOf('127.0.0.1'), port })
    expect(connection.local).toEqual({
      address: addressOf('127.0.0.1'),
      port: sockets[0]?.remotePort,
    })
    expect(dialled.milliseconds).toBeGreaterThan(0)
    connection.close()
  })

  test('reaches IPv6', async () => {
    const { port } = await serve((socket) => socket.end('220 six\r\n'), '::1')
    const connection = await connected(reachTo('::1'), port)
    expect(await drain(connection)).toEqual([9, 'closed-by-server'])
    expect(connection.local.address).toEqual(addressOf('::1'))
  })

  test('of a port where nobody listens is refused', async () => {
    expect(await reachTo('127.0.0.1').dial(await closedPort(), 5000)).toEqual({
      kind: 'failed',
      ending: 'refused',
      code: 'ECONNREFUSED',
    })
  })

  test('takes the literal address of the target, and nothing that stands beside it', async () => {
    const { port } = await serve((socket) => socket.end('right'), '127.0.0.7')
    const target = { ...scoped('127.0.0.7'), text: 'localhost', hostname: 'localhost' }
    const connection = await connected(reachOf(target, realTime), port)
    expect(await drain(connection)).toEqual([5, 'closed-by-server'])
  })

  test.each([
    ['ECONNREFUSED', 'refused'],
    ['ETIMEDOUT', 'connect-timeout'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['EACCES', 'unreachable'],
    ['EPERM', 'unreachable'],
    ['ECONNRESET', 'reset'],
    ['EMFILE', 'local-error'],
    ['ENFILE', 'local-error'],
    ['EADDRNOTAVAIL', 'local-error'],
    ['ENOBUFS', 'local-error'],
    ['ENOMEM', 'local-error'],
    ['EAFNOSUPPORT', 'local-error'],
  ])('that fails with %s is %s', async (code, ending) => {
    const connecting = vi.spyOn(Socket.prototype, 'connect')
    onTestFinished(() => connecting.mockRestore())
    connecting.mockImplementation(function (this: Socket) {
      process.nextTick(() => this.destroy(Object.assign(new Error(code), { code })))
      return this
    })
    expect(await reachTo('127.0.0.1').dial(21, 5000)).toEqual({ kind: 'failed', ending, code })
  })

  test('without an answer ends in its own time', async () => {
    const connecting = vi.spyOn(Socket.prototype, 'connect')
    onTestFinished(() => connecting.mockRestore())
    connecting.mockReturnThis()
    const start = performance.now()
    expect(await reachTo('127.0.0.1').dial(21, 50)).toEqual({
      kind: 'failed',
      ending: 'connect-timeout',
      code: null,
    })
    expect(performance.now() - start).toBeLessThan(2000)
  })

  test('is cancelled with all others, under way or not begun', async () => {
    const connecting = vi.spyOn(Socket.prototype, 'connect')
    onTestFinished(() => connecting.mockRestore())
    connecting.mockReturnThis()
    const stop = new AbortController()
    const reach = reachTo('127.0.0.1', { signal: stop.signal })
    const underWay = [reach.dial(21, 60_000), reach.dial(22, 60_000)]
    stop.abort()
    const cancelled = { kind: 'failed', ending: 'cancelled', code: null }
    expect(await Promise.all([...underWay, reach.dial(23, 60_000)])).toEqual([
      cancelled,
      cancelled,
      cancelled,
    ])
  })

  test('that meets itself is refused: two SYNs cross, and nobody listens', async () => {
    const port = await closedPort()
    const bind = Socket.prototype.connect
    const connecting = vi.spyOn(Socket.prototype, 'connect')
    onTestFinished(() => connecting.mockRestore())
    connecting.mockImplementation(function (this: Socket, options: unknown) {
      const at = { ...(options as { port: number }), localAddress: '127.0.0.1', localPort: port }
      return Reflect.apply(bind, this, [at])
    } as typeof bind)
    expect(await reachTo('127.0.0.1').dial(port, 5000)).toEqual({
      kind: 'failed',
      ending: 'refused',
      code: null,
    })
  })
})

describe('a connection', () => {
  test('outlives the time that its dial was given', async () => {
    const { port, sockets } = await serve(() => {})
    const dialled = await reachTo('127.0.0.1').dial(port, 40)
    if (dialled.kind === 'failed') throw new Error(dialled.ending)
    await realTime.wait(80)
    sockets[0]?.end('late')
    expect(await drain(dialled.connection)).toEqual([4, 'closed-by-server'])
    expect(await dialled.connection.receive(Number.POSITIVE_INFINITY)).toMatchObject({
      kind: 'ended',
    })
  })

  test('waits without an end where it is told to', async () => {
    const { port, sockets } = await serve(() => {})
    const connection = await connected(reachTo('127.0.0.1'), port)
    const waiting = connection.receive(Number.POSITIVE_INFINITY)
    await realTime.wait(30)
    sockets[0]?.write('x')
    expect((await waiting).kind).toBe('bytes')
  })

  test('says silence while nothing comes, and stands', async () => {
    const { port, sockets } = await serve(() => {})
    const connection = await connected(reachTo('127.0.0.1'), port)
    expect(await connection.receive(30)).toEqual({ kind: 'silence' })
    sockets[0]?.write('late')
    const received = await connection.receive(5000)
    expect(received.kind === 'bytes' && text(received.bytes)).toBe('late')
  })

  test('gives out what came before the end, then the end, each time anew', async () => {
    const { port } = await serve((socket) => socket.end('421 bye\r\n'))
    const connection = await connected(reachTo('127.0.0.1'), port)
    await realTime.wait(50)
    expect(await drain(connection)).toEqual([9, 'closed-by-server'])
    expect(await connection.receive(10)).toEqual({ kind: 'ended', ending: 'closed-by-server' })
    expect(await connection.send(bytes('NOOP\r\n'))).toEqual({
      kind: 'ended',
      ending: 'closed-by-server',
    })
  })

  test('that the server resets is reset', async () => {
    const { port, sockets } = await serve(() => {})
    const connection = await connected(reachTo('127.0.0.1'), port)
    const waiting = connection.receive(5000)
    await realTime.wait(20)
    sockets[0]?.resetAndDestroy()
    expect(await waiting).toEqual({ kind: 'ended', ending: 'reset' })
    expect(await connection.send(bytes('x'))).toEqual({ kind: 'ended', ending: 'reset' })
  })

  test('holds back a server that says more than the buffer takes, and loses nothing', async () => {
    const size = 32 * bufferLimit
    const { port, sockets } = await serve((socket) => socket.end(Buffer.alloc(size, 'x')))
    const connection = await connected(reachTo('127.0.0.1'), port)
    await realTime.wait(300)
    expect(connection.received).toBeLessThan(3 * bufferLimit)
    expect(sockets[0]?.writableLength).toBeGreaterThan(0)
    expect(await drain(connection)).toEqual([size, 'closed-by-server'])
  })

  test('that takes no bytes ends as too slow', async () => {
    const { port } = await serve((socket) => socket.pause())
    const reach = reachTo('127.0.0.1', { sendMilliseconds: 100 })
    const connection = await connected(reach, port)
    expect(await connection.send(Buffer.alloc(64 * bufferLimit))).toEqual({
      kind: 'ended',
      ending: 'too-slow',
    })
    expect(await connection.receive(10)).toEqual({ kind: 'ended', ending: 'too-slow' })
  })

  test('that is closed here ends a wait, and closes once', async () => {
    const { port } = await serve(() => {})
    const connection = await connected(reachTo('127.0.0.1'), port)
    const waiting = connection.receive(60_000)
    connection.close()
    connection.close()
    expect(await waiting).toEqual({ kind: 'ended', ending: 'cancelled' })
    expect(await connection.send(bytes('x'))).toEqual({ kind: 'ended', ending: 'cancelled' })
  })

  test('leaves by reset, so that ports do not run out', async () => {
    const codes: unknown[] = []
    const { port } = await serve((socket) => {
      socket.on('error', (error) => codes.push((error as NodeJS.ErrnoException).code))
    })
    const connection = await connected(reachTo('127.0.0.1'), port)
    await realTime.wait(20)
    connection.close()
    await vi.waitFor(() => expect(codes).toEqual(['ECONNRESET']))
  })
})

describe('a listener', () => {
  const from = (localAddress: string, port: number) =>
    new Promise<string>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, localAddress })
      let heard = ''
      socket.on('data', (chunk) => {
        heard += chunk
      })
      socket.on('error', (error) => resolve(String((error as NodeJS.ErrnoException).code)))
      socket.on('end', () => resolve(`heard ${heard}`))
      onTestFinished(() => void socket.destroy())
    })

  test('takes the first connection of the target alone', async () => {
    const listener = await reachTo('127.0.0.9').listen(addressOf('127.0.0.1'), 'any')
    if (listener === null) throw new Error('no listener')
    onTestFinished(() => listener.close())
    const stranger = from('127.0.0.8', listener.local.port)
    expect(await stranger).toBe('ECONNRESET')
    const wanted = from('127.0.0.9', listener.local.port)
    const connection = await listener.accept(5000)
    expect(connection?.remote.address).toEqual(addressOf('127.0.0.9'))
    expect(await from('127.0.0.9', listener.local.port)).toBe('ECONNRESET')
    expect(listener).toHaveProperty('turnedAway', 2)
    await connection?.send(bytes('hello'))
    connection?.close()
    expect(await wanted).toMatch(/heard hello|ECONNRESET/)
  })

  test('keeps a connection that came before anybody asked', async () => {
    const listener = await reachTo('127.0.0.9').listen(addressOf('127.0.0.1'), 'any')
    if (listener === null) throw new Error('no listener')
    void from('127.0.0.9', listener.local.port)
    await realTime.wait(50)
    const connection = await listener.accept(0)
    expect(connection?.remote.address).toEqual(addressOf('127.0.0.9'))
    connection?.close()
    listener.close()
  })

  test('gives up in its time, and when it is closed', async () => {
    const listener = await reachTo('127.0.0.9').listen(addressOf('127.0.0.1'), 'any')
    if (listener === null) throw new Error('no listener')
    expect(await listener.accept(20)).toBeNull()
    const waiting = listener.accept(60_000)
    listener.close()
    expect(await waiting).toBeNull()
    expect(await listener.accept(60_000)).toBeNull()
  })

  test('is null where the port is taken or the address is not ours', async () => {
    const { port } = await serve(() => {})
    const reach = reachTo('127.0.0.9')
    expect(await reach.listen(addressOf('127.0.0.1'), port)).toBeNull()
    expect(await reach.listen(addressOf('192.0.2.1'), 'any')).toBeNull()
  })
})
