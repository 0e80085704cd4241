/** A listener for one connection of one peer: what a data channel or a bounce test waits for. */
import { createServer, type Server, type Socket } from 'node:net'
import { type Address, formatAddress } from '../model/address.ts'
import type { Connection, Endpoint, Listener } from './connection.ts'
import { endpointOf, plainAddress, sameAddress } from './socket-address.ts'
import { type ConnectionLimits, SocketConnection } from './socket-connection.ts'
import { timerMilliseconds } from './socket-time.ts'

export interface CountingListener extends Listener {
  /** Connections that were reset: of other peers, or after the first. */
  readonly turnedAway: number
}

/** Null where the address is not ours or the port is taken or not allowed. */
export function listenFor(
  peer: Address,
  at: { readonly address: Address; readonly port: number | 'any' },
  limits: ConnectionLimits,
): Promise<CountingListener | null> {
  return new Promise((resolve) => {
    const server = createServer({ noDelay: true })
    server.once('error', () => resolve(null))
    server.listen(
      {
        host: formatAddress(at.address),
        port: at.port === 'any' ? 0 : at.port,
        exclusive: true,
        backlog: 8,
        ipv6Only: at.address.family === 6,
      },
      () => {
        const bound = server.address()
        const local =
          bound === null || typeof bound === 'string'
            ? undefined
            : endpointOf(bound.address, bound.port)
        if (local === undefined) {
          server.close()
          resolve(null)
        } else resolve(new SocketListener(server, local, plainAddress(peer), limits))
      },
    )
  })
}

class SocketListener implements CountingListener {
  readonly local: Endpoint
  readonly #server: Server
  readonly #peer: Address
  readonly #limits: ConnectionLimits
  #turnedAway = 0
  #taken = false
  #closed = false
  #arrived: Connection | null = null
  #wake: ((connection: Connection | null) => void) | null = null

  constructor(server: Server, local: Endpoint, peer: Address, limits: ConnectionLimits) {
    this.#server = server
    this.local = local
    this.#peer = peer
    this.#limits = limits
    server.on('error', () => {})
    server.on('connection', (socket) => this.#admit(socket))
  }

  get turnedAway(): number {
    return this.#turnedAway
  }

  accept(milliseconds: number): Promise<Connection | null> {
    if (this.#wake !== null) throw new Error('an accept is under way on this listener')
    const arrived = this.#arrived
    this.#arrived = null
    if (arrived !== null || this.#closed || this.#taken) return Promise.resolve(arrived)
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(null), timerMilliseconds(milliseconds))
      this.#wake = (connection) => {
        this.#wake = null
        clearTimeout(timer)
        resolve(connection)
      }
    })
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#server.close()
    this.#arrived?.close()
    this.#arrived = null
    this.#wake?.(null)
  }

  #admit(socket: Socket): void {
    socket.on('error', () => {})
    const remote = endpointOf(socket.remoteAddress, socket.remotePort)
    const local = endpointOf(socket.localAddress, socket.localPort)
    const wanted = remote !== undefined && sameAddress(remote.address, this.#peer)
    if (this.#taken || this.#closed || !wanted || local === undefined) {
      this.#turnedAway++
      socket.resetAndDestroy()
      return
    }
    this.#taken = true
    const connection = new SocketConnection(socket, local, remote, this.#limits)
    if (this.#wake === null) this.#arrived = connection
    else this.#wake(connection)
  }
}
