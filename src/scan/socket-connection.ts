/** A connection over a socket that stands: a bounded buffer, waits that end, every end with a name. */
import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Ending } from '../model/service.ts'
import type { Connection, Endpoint, Received, TlsOptions, TlsStarted } from './connection.ts'
import { codeOf, endingOfLoss } from './socket-ending.ts'
import { timerMilliseconds } from './socket-time.ts'
import { startTls } from './tls.ts'

/** Bytes that wait unread before the peer is held back (by TCP's own window). */
export const bufferLimit = 1_048_576

export interface ConnectionLimits {
  /** What the network may take to accept one `send`. */
  readonly sendMilliseconds: number
}

type Sent = { readonly kind: 'sent' } | { readonly kind: 'ended'; readonly ending: Ending }

const silence: Received = { kind: 'silence' }
const sent: Sent = { kind: 'sent' }

/** Takes a connected socket over, its errors included; nobody else may listen to it from then on. */
export class SocketConnection implements Connection {
  readonly local: Endpoint
  readonly remote: Endpoint
  readonly #raw: Socket
  readonly #limits: ConnectionLimits
  #stream: Socket | TLSSocket
  #chunks: Buffer[] = []
  #waiting = 0
  #ending: Ending | null = null
  #closed = false
  /** The peer said FIN: closing then leaves no TIME_WAIT on this side. */
  #peerEnded = false
  #shakesHands = false
  #wake: ((received: Received) => void) | null = null
  #session: Buffer | null = null
  #certificate: Uint8Array | null = null
  #sessionWaiters: (() => void)[] = []

  constructor(socket: Socket, local: Endpoint, remote: Endpoint, limits: ConnectionLimits) {
    this.#raw = socket
    this.#stream = socket
    this.local = local
    this.remote = remote
    this.#limits = limits
    socket.on('error', this.#onError)
    this.#listen(socket)
  }

  get received(): number {
    return this.#raw.bytesRead
  }

  get closed(): boolean {
    return this.#closed || this.#ending !== null
  }

  receive(milliseconds: number): Promise<Received> {
    if (this.#wake !== null) throw new Error('a receive is under way on this connection')
    const now = this.#take()
    if (now !== null) return Promise.resolve(now)
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#wake = null
        resolve(silence)
      }, timerMilliseconds(milliseconds))
      this.#wake = (received) => {
        this.#wake = null
        clearTimeout(timer)
        resolve(received)
      }
    })
  }

  send(bytes: Uint8Array): Promise<Sent> {
    const stream = this.#stream
    if (this.#closed || this.#ending !== null || !stream.writable)
      return Promise.resolve({ kind: 'ended', ending: this.#ending ?? 'closed-by-server' })
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#end('too-slow')
        this.#destroy()
        resolve({ kind: 'ended', ending: 'too-slow' })
      }, this.#limits.sendMilliseconds)
      stream.write(bytes, (error) => {
        clearTimeout(timer)
        if (error) {
          this.#end(endingOfLoss(codeOf(error)))
          resolve({ kind: 'ended', ending: this.#ending ?? 'reset' })
        } else resolve(sent)
      })
    })
  }

  /**
   * Bytes that are unread when TLS starts came in clear after the reply that allowed it: they are dropped, never taken for
   * part of the handshake and never given out as if they had been protected (CVE-2011-0411). `receive(0)` before shows them.
   */
  async startTls(options: TlsOptions): Promise<TlsStarted> {
    if (this.#stream !== this.#raw) throw new Error('TLS is already on')
    if (this.#wake !== null) throw new Error('a receive is under way on this connection')
    if (this.#closed || this.#ending !== null)
      return { kind: 'failed', reason: this.#ending ?? 'closed-by-server' }
    const first = options.resume instanceof SocketConnection ? options.resume : null
    const session = first === null ? null : await first.newestSession(options.milliseconds)
    if (this.#closed || this.#ending !== null)
      return { kind: 'failed', reason: this.#ending ?? 'closed-by-server' }
    this.#unlisten(this.#raw)
    this.#chunks = []
    this.#waiting = 0
    this.#shakesHands = true
    const upgraded = await startTls(this.#raw, {
      ...options,
      resume:
        first === null || session === null ? null : { session, certificate: first.#certificate },
      address: this.remote.address,
      onSession: this.#onSession,
      onSocket: (socket, certificate) => {
        this.#stream = socket
        this.#certificate = certificate
        socket.on('error', this.#onError)
        this.#listen(socket)
      },
    })
    if (upgraded.kind === 'failed') {
      this.#end('tls-failed')
      this.#destroy()
    }
    return upgraded
  }

  /**
   * The session to resume, waited for up to half a second where TLS is on: with TLS 1.3 it comes after the handshake, with
   * the first tickets.
   */
  async newestSession(milliseconds: number): Promise<Buffer | null> {
    if (this.#session !== null || this.#stream === this.#raw || this.#closed) return this.#session
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(milliseconds, 500))
      this.#sessionWaiters.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
    return this.#session
  }

  close(): void {
    if (this.#closed) return
    this.#end('cancelled')
    this.#destroy()
  }

  /**
   * A probe leaves by RST where it is the first to go: ten thousand addresses asked would otherwise keep as many ports in
   * TIME_WAIT, and the machine would run out of them.
   */
  #destroy(): void {
    if (this.#closed) return
    this.#closed = true
    this.#chunks = []
    this.#waiting = 0
    for (const wake of this.#sessionWaiters.splice(0)) wake()
    if (this.#shakesHands || this.#stream !== this.#raw) setImmediate(() => this.#leave())
    else this.#leave()
  }

  /**
   * Never from inside of TLS's own callbacks, to which a resolved promise still belongs: the platform would go on with a
   * state that is freed, and crash. The TLS socket follows when the socket under it is closed.
   */
  #leave(): void {
    if (this.#peerEnded || this.#raw.destroyed) this.#raw.destroy()
    else this.#raw.resetAndDestroy()
  }

  #listen(socket: Socket): void {
    socket.on('data', this.#onData)
    socket.on('end', this.#onEnd)
    socket.on('close', this.#onEnd)
  }

  #unlisten(socket: Socket): void {
    socket.off('data', this.#onData)
    socket.off('end', this.#onEnd)
    socket.off('close', this.#onEnd)
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#closed) return
    if (this.#wake !== null) {
      this.#wake({ kind: 'bytes', bytes: chunk })
      return
    }
    this.#chunks.push(chunk)
    this.#waiting += chunk.length
    if (this.#waiting >= bufferLimit) this.#stream.pause()
  }

  readonly #onEnd = (): void => {
    this.#peerEnded = true
    this.#end('closed-by-server')
  }

  readonly #onError = (error: Error): void => {
    this.#end(endingOfLoss(codeOf(error)))
  }

  readonly #onSession = (session: Buffer): void => {
    this.#session = session
    for (const wake of this.#sessionWaiters.splice(0)) wake()
  }

  /** The first end counts; what was received before it is still given out. */
  #end(ending: Ending): void {
    this.#ending ??= ending
    this.#wake?.({ kind: 'ended', ending: this.#ending })
  }

  #take(): Received | null {
    const [first] = this.#chunks
    if (first !== undefined) {
      const bytes = this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#waiting)
      const wasPaused = this.#waiting >= bufferLimit
      this.#chunks = []
      this.#waiting = 0
      if (wasPaused) this.#stream.resume()
      return { kind: 'bytes', bytes }
    }
    return this.#ending === null ? null : { kind: 'ended', ending: this.#ending }
  }
}
