/** TLS over a socket that stands already, by the platform. Certificates are looked at and judged, never trusted. */
import type { Buffer } from 'node:buffer'
import { constants } from 'node:crypto'
import type { Socket } from 'node:net'
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls'
import type { Address } from '../model/address.ts'
import { isServerName } from '../protocols/tls/server-name.ts'
import type { TlsStarted } from './connection.ts'
import { codeOf, endingOfLoss } from './socket-ending.ts'
import { timerMilliseconds } from './socket-time.ts'
import { certificateOf, tlsFacts } from './tls-facts.ts'

export interface Upgrade {
  /** Sent as SNI where it is a name (RFC 6066 §3 has no addresses there); the certificate is judged by it. */
  readonly name: string | null
  /** Judges the certificate where there is no name. */
  readonly address: Address
  readonly maxVersion: 'TLSv1.2' | 'TLSv1.3'
  /** A session of another connection, as its `onSession` gave it, and what its `onSocket` was given. */
  readonly resume: { readonly session: Buffer; readonly certificate: Uint8Array | null } | null
  readonly milliseconds: number
  /** Called for each session that the server hands out; with TLS 1.3 that is after the handshake. */
  readonly onSession: (session: Buffer) => void
  /**
   * Called once, the moment the connection is secure and before anything that travels in it is read, with the DER bytes of
   * the server's certificate.
   */
  readonly onSocket: (socket: TLSSocket, certificate: Uint8Array | null) => void
}

/**
 * Nothing may be left to read in the socket, and nobody else may read from it. Never rejects; after a failure the socket is
 * of no more use and the caller's to destroy.
 */
export function startTls(raw: Socket, upgrade: Upgrade): Promise<TlsStarted> {
  while (raw.read() !== null); // A clear byte must not become a part of the handshake.
  return new Promise((resolve) => {
    let settled = false
    const settle = (started: TlsStarted) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      resolve(started)
    }
    const fail = (reason: string) => settle({ kind: 'failed', reason })
    const timer = setTimeout(() => fail('timeout'), timerMilliseconds(upgrade.milliseconds))
    let socket: TLSSocket
    try {
      socket = connect({
        socket: raw,
        secureContext: contextOf(upgrade.maxVersion),
        rejectUnauthorized: false,
        checkServerIdentity: () => undefined,
        minDHSize: 1,
        ...(upgrade.name !== null && isServerName(upgrade.name)
          ? { servername: upgrade.name }
          : {}),
        ...(upgrade.resume === null ? {} : { session: upgrade.resume.session }),
      })
    } catch (error) {
      fail(reasonOf(error))
      return
    }
    socket.on('error', (error) => fail(reasonOf(error)))
    socket.on('close', () => fail('closed-by-server'))
    socket.on('session', upgrade.onSession)
    socket.once('secureConnect', () => {
      if (settled) return
      const resumed = socket.isSessionReused()
      // A resumed session shows no certificate: it rests on that of the first.
      const certificate =
        certificateOf(socket) ?? (resumed ? (upgrade.resume?.certificate ?? null) : null)
      upgrade.onSocket(socket, certificate)
      settle({ kind: 'secure', facts: tlsFacts(socket, certificate, upgrade), resumed })
    })
  })
}

const contexts = new Map<Upgrade['maxVersion'], SecureContext>()

/**
 * One for all connections: making one costs more than a handshake. Security level 0 takes what the platform would refuse
 * (TLS 1.0, short keys, SHA-1): it is there to be looked at. No root certificates: nothing is verified against them.
 */
function contextOf(maxVersion: Upgrade['maxVersion']): SecureContext {
  const known = contexts.get(maxVersion)
  if (known !== undefined) return known
  const context = createSecureContext({
    ca: [],
    ciphers: 'DEFAULT:@SECLEVEL=0',
    minVersion: 'TLSv1',
    maxVersion,
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
  })
  contexts.set(maxVersion, context)
  return context
}

const notTls = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_UNEXPECTED_MESSAGE',
  'ERR_SSL_RECORD_LAYER_FAILURE',
])

/** `closed-by-server`, `not-tls`, `version-refused`, `alert-…` of the server, `reset`, … or the platform's own words, kebab-case. */
function reasonOf(error: unknown): string {
  const code = codeOf(error)
  if (code === null) return 'handshake-failed'
  // The platform calls a close before the end of the handshake a reset too, but one that no system call met.
  if (code === 'ECONNRESET' && error instanceof Error && !('syscall' in error))
    return 'closed-by-server'
  if (notTls.has(code)) return 'not-tls'
  if (code === 'ERR_SSL_UNSUPPORTED_PROTOCOL') return 'version-refused'
  if (!code.startsWith('ERR_')) return endingOfLoss(code)
  const words = code
    .replace(/^ERR_(SSL_|TLS_)?/, '')
    .toLowerCase()
    .replaceAll('_', '-')
  return words.replace(/^.*?alert-/, 'alert-').slice(0, 60)
}
