/** Recognition against services of a few lines each, on loopback. */
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSecureContext, TLSSocket } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { parseAddress } from '../model/address.ts'
import { wireOf } from '../protocols/ftp/wire.ts'
import { protocols } from '../protocols/index.ts'
import { reachOf } from './dial.ts'
import { probeOrder, type Recognition, recognise } from './recognise.ts'
import { admit, loopbackScope } from './scope.ts'
import { certificate } from './tls-certificate.test.data.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done))
})

/** The port of a service that does this with each connection. */
async function serve(what: (socket: Socket) => void): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {})
    what(socket)
  })
  servers.push(server)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.9', ready))
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

/** Answers by the first word of each line. */
const speaks =
  (greeting: string, answers: Readonly<Record<string, string>>, otherwise: string) =>
  (socket: Socket) => {
    socket.write(greeting)
    socket.on('data', (bytes) => {
      for (const line of wireOf(bytes as Buffer)
        .split('\r\n')
        .filter(Boolean))
        socket.write(answers[line.split(' ', 1)[0] ?? ''] ?? otherwise)
    })
  }

/** With all of them a silent service would take a probe's patience two dozen times. */
const few = protocols.filter(({ id }) =>
  ['ftp', 'smtp', 'ssh', 'telnet', 'tls', 'http'].includes(id),
)
const times = { connect: 1000, greeting: 120, lateGreeting: 700, answer: 400 }

async function look(
  port: number,
  mode: 'ask' | 'listen-only' = 'ask',
  room = true,
  known = few,
): Promise<Recognition> {
  const address = parseAddress('127.0.0.9')
  if (!address) throw new TypeError('no address')
  const admission = admit(loopbackScope, address, null)
  if (admission.kind === 'refused') throw new TypeError(admission.message)
  const reach = reachOf(admission.target, { clock: () => performance.now(), wait: sleep })
  const dialled = await reach.dial(port, 1000)
  if (dialled.kind === 'failed') throw new TypeError(dialled.ending)
  const found = await recognise(reach, port, dialled.connection, {
    protocols: known,
    mode,
    another: () => (room ? () => {} : null),
    hostname: null,
    times,
  })
  found.open?.connection.close()
  return found
}

describe('FTP by what it does', () => {
  test('a greeting that hides everything is FTP by its answer to FEAT', async () => {
    const port = await serve(
      speaks(
        '220 Hello\r\n',
        { FEAT: '211-Features:\r\n UTF8\r\n REST STREAM\r\n211 End\r\n' },
        '500 ?\r\n',
      ),
    )
    expect(await look(port)).toMatchObject({ verdict: 'ftp', protocol: 'ftp', banner: 'Hello' })
  })
  test('FEAT before login refused, SYST unknown: USER decides', async () => {
    const port = await serve(
      speaks('220 Hello\r\n', { USER: '331 Password please\r\n' }, '530 Not now\r\n'),
    )
    const found = await look(port)
    expect(found.verdict).toBe('ftp')
    expect(found.evidence).toContainEqual({ line: '331 Password please', weight: 3 })
  })
  test('a mail banner over an FTP server is FTP', async () => {
    const port = await serve(
      speaks(
        '220 mail.example.com ESMTP Postfix\r\n',
        { FEAT: '211-\r\n EPSV\r\n211 End\r\n' },
        '500 ?\r\n',
      ),
    )
    expect((await look(port)).verdict).toBe('ftp')
  })
  test('a greeting in pieces is one greeting', async () => {
    const port = await serve((socket) => {
      for (const [at, part] of [
        '22',
        '0-one\r\n220',
        ' FTP server (GNU inetutils 2.4) ready\r\n',
      ].entries())
        setTimeout(() => socket.write(part), at * 20)
      socket.on('data', () => socket.write('530 Please login with USER and PASS.\r\n'))
    })
    expect(await look(port)).toMatchObject({ verdict: 'ftp', product: { version: '2.4' } })
  })
  test('a late greeting replaces silence', async () => {
    const port = await serve((socket) => {
      setTimeout(() => {
        if (!socket.destroyed)
          speaks('220 late FTP\r\n', { USER: '331 go on\r\n' }, '530 log in\r\n')(socket)
      }, 350)
    })
    expect((await look(port)).verdict).toBe('ftp')
  })
})

test('a late greeting is heard where the address bears one connection at a time', async () => {
  const port = await serve((socket) => {
    setTimeout(() => {
      if (!socket.destroyed)
        speaks('220 late FTP\r\n', { USER: '331 go on\r\n' }, '530 log in\r\n')(socket)
    }, 350)
  })
  expect((await look(port, 'ask', false)).verdict).toBe('ftp')
})

describe('what cannot be told is undecided, with its bytes and its end', () => {
  test.each<[string, (socket: Socket) => void, Partial<Recognition>]>([
    ['closed at once', (socket) => socket.end(), { ended: 'closed-by-server', evidence: [] }],
    ['silence', () => {}, { ended: 'silent', evidence: [] }],
    [
      'noise',
      (socket) => socket.end(Buffer.from([1, 2, 3, 255])),
      { ended: 'closed-by-server', evidence: [{ line: '\u0001\u0002\u0003\u00ff', weight: 0 }] },
    ],
    ['an endless greeting', (socket) => void endless(socket), { ended: 'too-much-data' }],
  ])('%s', async (_, what, expected) => {
    expect(await look(await serve(what))).toMatchObject({
      verdict: 'undecided',
      protocol: 'unknown',
      ...expected,
    })
  })
  test('a byte at a time is too slow', async () => {
    const port = await serve((socket) => {
      const timer = setInterval(() => socket.write('x'), 40)
      socket.on('close', () => clearInterval(timer))
    })
    expect(await look(port)).toMatchObject({ verdict: 'undecided', ended: 'too-slow' })
  })
})

test('where nothing may be sent, nothing is', async () => {
  let received = 0
  const port = await serve((socket) => {
    socket.write('220 printer\r\n')
    socket.on('data', (bytes) => {
      received += bytes.length
    })
  })
  expect((await look(port, 'listen-only')).verdict).toBe('undecided')
  expect(received).toBe(0)
})

test('probes start with the custom of the port', () => {
  const custom = protocols.find(({ probe, ports }) => probe !== null && ports.length > 0)
  if (!custom) return
  expect(probeOrder(protocols, custom.ports[0] ?? 0)[0]?.ports).toContain(custom.ports[0])
})

async function endless(socket: Socket): Promise<void> {
  const line = Buffer.from(`220-${'x'.repeat(1000)}\r\n`.repeat(16))
  while (!socket.destroyed) {
    if (!socket.write(line))
      await new Promise((more) => socket.once('drain', more).once('close', more))
    await sleep(0)
  }
}

test('what comes back as it went is an echo, and no service that answers with its own header', async () => {
  const port = await serve((socket) => {
    socket.on('data', (bytes) => socket.write(bytes))
  })
  const amqp = protocols.filter(({ id }) => id === 'amqp')
  expect(await look(port, 'ask', true, amqp)).toMatchObject({
    verdict: 'undecided',
    protocol: 'unknown',
    ended: 'not-understood',
  })
})

test('what falls silent inside TLS is undecided: it may be FTP', async () => {
  const { cert, key } = certificate({ commonName: 'ftp.example.org' })
  const secureContext = createSecureContext({ cert, key })
  const port = await serve((socket) => {
    const secured = new TLSSocket(socket, { isServer: true, secureContext })
    secured.on('error', () => {})
    secured.on('secure', () => secured.write('220 ready\r\n'))
  })
  const found = await look(port)
  expect(found).toMatchObject({ verdict: 'undecided', protocol: 'tls', implicitTls: true })
  expect(found.evidence.map(({ line }) => line)).toContain('220 ready\r\n')
})
