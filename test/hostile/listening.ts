/** Servers of the tests' own that misbehave: TCP on a loopback address, in this process, with everything counted. */
import { createServer, type Server, type Socket } from 'node:net'
import { freeAddress } from '../servers/process.ts'

export interface Hostile {
  readonly address: string
  readonly port: number
  /** Control connections that came. */
  connections(): number
  /** Everything that was sent to it, over all connections. */
  received(): string
  /** Connections to places that nobody may be led to: has to stay 0. */
  strangers(): number
  stop(): Promise<void>
}

export interface HostilePlace {
  readonly address?: string
  readonly port?: number
}

export interface Listening {
  readonly address: string
  readonly port: number
  connections(): number
  stop(): Promise<void>
}

/** Listens; `meet` has every connection that comes, and need not care for its errors or its end. */
export async function listen(
  { address = freeAddress(), port = 0 }: HostilePlace,
  meet: (socket: Socket) => void,
): Promise<Listening> {
  const open = new Set<Socket>()
  let count = 0
  const server: Server = createServer((socket) => {
    count += 1
    open.add(socket)
    // A client that goes away in the middle is what these servers are for.
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
    meet(socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, resolve)
  })
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('a TCP server has a port')
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      for (const socket of open) socket.destroy()
    })
  return { address, port: bound.port, connections: () => count, stop }
}

/** A server that does one thing to whoever connects. */
export async function startHostile(
  place: HostilePlace,
  meet: (socket: Socket, connection: number) => void,
  traps: readonly Listening[] = [],
): Promise<Hostile> {
  let received = ''
  let number = 0
  const server = await listen({ port: 21, ...place }, (socket) => {
    number += 1
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
    })
    meet(socket, number)
  })
  return {
    address: server.address,
    port: server.port,
    connections: server.connections,
    received: () => received,
    strangers: () => traps.reduce((sum, trap) => sum + trap.connections(), 0),
    stop: async () => {
      await Promise.all([server, ...traps].map(({ stop }) => stop()))
    },
  }
}

/** Writes chunk after chunk as fast as they are read, until the other side goes away or there is none left. */
export function pour(socket: Socket, next: () => Buffer | null, then: () => void = () => {}): void {
  const go = () => {
    while (!socket.destroyed) {
      const chunk = next()
      if (chunk === null) {
        then()
        return
      }
      if (!socket.write(chunk)) {
        socket.once('drain', go)
        return
      }
    }
  }
  go()
}

/** Ends a connection with RST. */
export const reset = (socket: Socket): void => {
  socket.resetAndDestroy()
}
