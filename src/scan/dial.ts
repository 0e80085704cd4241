/**
 * The only place of the scanner that makes sockets, with `socket-listener.ts` under it. What it hands out is bound to one address of the scope: that literal is
 * dialled and nothing else, no name is ever looked up, and a listener takes a connection from that address alone.
 */
import { Socket } from 'node:net'
import { formatAddress } from '../model/address.ts'
import type { Ending } from '../model/service.ts'
import { onAbort } from './abort.ts'
import type { Dialled, Endpoint, Reach } from './connection.ts'
import type { ScopedAddress } from './scope.ts'
import { endpointOf, sameEndpoint } from './socket-address.ts'
import { type ConnectionLimits, SocketConnection } from './socket-connection.ts'
import { codeOf, endingOfDial } from './socket-ending.ts'
import { listenFor } from './socket-listener.ts'
import { timerMilliseconds } from './socket-time.ts'

/** Limits of time run on the platform's timers, whatever clock is given. */
export interface ReachOptions {
  /** Milliseconds, monotonic. */
  readonly clock: () => number
  readonly wait: (milliseconds: number) => Promise<void>
  /** Ends every dial under way as `cancelled`; connections that stand are their owners' to close. */
  readonly signal?: AbortSignal
  /** What the network may take to accept one `send`; 10 s when not given. */
  readonly sendMilliseconds?: number
}

/** Never rejects: whatever goes wrong is a `failed` with the code of the operating system. */
export function reachOf(target: ScopedAddress, options: ReachOptions): Reach {
  const host = formatAddress(target.address)
  const limits = { sendMilliseconds: options.sendMilliseconds ?? 10_000 }
  return {
    clock: options.clock,
    wait: options.wait,
    listen: (address, port) => listenFor(target.address, { address, port }, limits),
    dial(port, milliseconds) {
      const remote = { address: target.address, port }
      return new Promise((resolve) => {
        connect({ remote, host, milliseconds, limits }, options, resolve)
      })
    },
  }
}

interface Dial {
  readonly remote: Endpoint
  readonly host: string
  readonly milliseconds: number
  readonly limits: ConnectionLimits
}

function connect(
  { remote, host, milliseconds, limits }: Dial,
  { clock, signal }: ReachOptions,
  resolve: (dialled: Dialled) => void,
): void {
  if (signal?.aborted) {
    resolve(failed('cancelled', null))
    return
  }
  const start = clock()
  const socket = new Socket({ noDelay: true })
  socket.connect({
    host,
    port: remote.port,
    family: remote.address.family,
    autoSelectFamily: false,
    lookup: refuseLookup,
  })
  let settled = false
  const settle = (dialled: Dialled) => {
    settled = true
    clearTimeout(timer)
    callOff?.()
    resolve(dialled)
  }
  const cancel = () => {
    socket.destroy()
    settle(failed('cancelled', null))
  }
  const callOff = signal === undefined ? null : onAbort(signal, cancel)
  const timer = setTimeout(() => {
    socket.destroy()
    settle(failed('connect-timeout', null))
  }, timerMilliseconds(milliseconds))
  socket.on('error', (error) => {
    if (settled) return
    const code = codeOf(error)
    settle(failed(endingOfDial(code), code))
  })
  socket.once('connect', () => {
    if (settled) return
    const local = endpointOf(socket.localAddress, socket.localPort)
    if (local === undefined) {
      socket.destroy()
      settle(failed('reset', null))
    } else if (sameEndpoint(local, remote)) {
      // Two SYNs that cross (RFC 9293 §3.5): a dial from a port to itself succeeds although nobody listens there.
      socket.resetAndDestroy()
      settle(failed('refused', null))
    } else {
      const connection = new SocketConnection(socket, local, remote, limits)
      settle({ kind: 'connected', connection, milliseconds: clock() - start })
    }
  })
}

const failed = (ending: Ending, code: string | null): Dialled => ({ kind: 'failed', ending, code })

function refuseLookup(host: string): never {
  throw new Error(`a name was to be looked up: ${host}`)
}
