/** Servers on loopback that a test starts and that end with it, and reaches to them. */
import { createServer, type Socket } from 'node:net'
import {
  createServer as createTlsServer,
  type TlsOptions as ServerOptions,
  TLSSocket,
} from 'node:tls'
import { onTestFinished } from 'vitest'
import type { Address } from '../model/address.ts'
import { parseAddress } from '../model/address.ts'
import type { Connection, Reach } from './connection.ts'
import { type ReachOptions, reachOf } from './dial.ts'
import { admit, loopbackScope, type ScopedAddress } from './scope.ts'
import { certificate } from './tls-certificate.test.data.ts'

export function addressOf(text: string): Address {
  const address = parseAddress(text)
  if (address === undefined) throw new Error(`no address: ${text}`)
  return address
}

export function scoped(text: string): ScopedAddress {
  const admission = admit(loopbackScope, addressOf(text), null)
  if (admission.kind === 'refused') throw new Error(admission.message)
  return admission.target
}

export const realTime: ReachOptions = {
  clock: () => performance.now(),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}

export const reachTo = (text: string, options: Partial<ReachOptions> = {}): Reach =>
  reachOf(scoped(text), { ...realTime, ...options })

/** The port of a server that ends with the test, and every connection of it. */
export async function serve(
  handle: (socket: Socket) => void,
  host = '127.0.0.1',
): Promise<{ readonly port: number; readonly sockets: readonly Socket[] }> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    handle(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('not bound')
  return { port: bound.port, sockets }
}

/** A connection that ends with the test. */
export async function connected(reach: Reach, port: number): Promise<Connection> {
  const dialled = await reach.dial(port, 5000)
  if (dialled.kind === 'failed') throw new Error(`dial: ${dialled.ending} ${dialled.code}`)
  onTestFinished(() => dialled.connection.close())
  return dialled.connection
}

/** The certificate of the servers here. */
export const own = certificate({
  commonName: 'ftp.example.test',
  dns: ['ftp.example.test', '*.files.example.test'],
  addresses: [[127, 0, 0, 1]],
})

/** The port of a server of the platform's TLS that ends with the test. */
export async function tlsServer(
  options: ServerOptions,
  handle: (socket: TLSSocket) => void = () => {},
): Promise<number> {
  const server = createTlsServer({ cert: own.cert, key: own.key, ...options }, (socket) => {
    socket.on('error', () => {})
    handle(socket)
  })
  const sockets: Socket[] = []
  server.on('connection', (socket) => sockets.push(socket))
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('not bound')
  return bound.port
}

/** AUTH TLS (RFC 4217) on a raw socket; `after` is said in clear behind the reply. */
export function authServer(after: string): (socket: Socket) => void {
  return (socket) => {
    socket.once('data', () => {
      socket.write(`234 go on\r\n${after}`, () => {
        const inside = new TLSSocket(socket, { isServer: true, cert: own.cert, key: own.key })
        inside.on('error', () => {})
        inside.on('data', (line) => inside.write(`215 ${line}`))
      })
    })
  }
}
