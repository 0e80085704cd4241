/** What probes see of the network: connections with limits on everything. `dial.ts` makes real ones. */
import type { Address } from '../model/address.ts'
import type { Ending, TlsFacts } from '../model/service.ts'

export interface Endpoint {
  readonly address: Address
  readonly port: number
}

export type Received =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Nothing came in time; the connection stands. */
  | { readonly kind: 'silence' }
  /** No more bytes will come. */
  | { readonly kind: 'ended'; readonly ending: Ending }

export interface TlsOptions {
  /** Name for SNI and for the judgement of the certificate; null sends none. */
  readonly name: string | null
  /** The connection whose newest session is resumed (data channels of FTP); null is a fresh session. */
  readonly resume: Connection | null
  readonly maxVersion: 'TLSv1.2' | 'TLSv1.3'
  readonly milliseconds: number
}
export type TlsStarted =
  | { readonly kind: 'secure'; readonly facts: TlsFacts; readonly resumed: boolean }
  | { readonly kind: 'failed'; readonly reason: string }

export interface Connection {
  readonly local: Endpoint
  readonly remote: Endpoint
  /** Bytes received in all, before decryption. */
  readonly received: number
  /** The next bytes that come (decrypted once TLS is on); waits at most so long. Received bytes wait in a bounded buffer. */
  receive(milliseconds: number): Promise<Received>
  /** Resolves when the bytes were handed over, or says how the connection ended. */
  send(
    bytes: Uint8Array,
  ): Promise<{ readonly kind: 'sent' } | { readonly kind: 'ended'; readonly ending: Ending }>
  /** TLS from here on, over this connection. Never rejects the certificate: it is judged, not trusted. */
  startTls(options: TlsOptions): Promise<TlsStarted>
  /** Either side has ended it. */
  readonly closed: boolean
  /** Ends it at once; a second call does nothing. */
  close(): void
}

export type Dialled =
  | { readonly kind: 'connected'; readonly connection: Connection; readonly milliseconds: number }
  | { readonly kind: 'failed'; readonly ending: Ending; readonly code: string | null }

export interface Listener {
  readonly local: Endpoint
  /** The first connection from this peer alone; any other is reset and counted. */
  accept(milliseconds: number): Promise<Connection | null>
  close(): void
}

/** Everything a probe may do to the world: bound to one target of the scope, so nothing else can be reached. */
export interface Reach {
  /** Connects to the target's own address. */
  dial(port: number, milliseconds: number): Promise<Dialled>
  /** Listens on one of our addresses for the target alone; null where that cannot be. */
  listen(address: Address, port: number | 'any'): Promise<Listener | null>
  /** Milliseconds of a clock that never goes back. */
  clock(): number
  wait(milliseconds: number): Promise<void>
}
