/** What a TLS session says of its server, by the platform. */
import type { TLSSocket } from 'node:tls'
import { type Address, formatAddress } from '../model/address.ts'
import type { TlsFacts } from '../model/service.ts'
import { attempt, certificateFacts } from '../protocols/tls/certificate/facts.ts'
import { offersWith } from '../protocols/tls/offers.ts'
import { tlsVersions } from '../protocols/tls/version.ts'

/** Whom the certificate should name: the name that was asked for, or else the address; and the newest version offered. */
export interface Asked {
  readonly name: string | null
  readonly address: Address
  readonly maxVersion: 'TLSv1.2' | 'TLSv1.3'
}

/**
 * Of a session that stands: the version it speaks is offered, and a newer one that we offered is not, since a server takes the
 * newest that both know; a resumed session tells of its own version alone. Of the others nothing is known.
 */
export function tlsFacts(
  socket: TLSSocket,
  certificate: Uint8Array | null,
  { maxVersion, name, address }: Asked,
): TlsFacts {
  const version = socket.getProtocol()
  const cipher = attempt(() => socket.getCipher())
  const spoken = tlsVersions.find((known) => known === version)
  const passedOver =
    spoken === undefined || socket.isSessionReused()
      ? []
      : tlsVersions.slice(tlsVersions.indexOf(spoken) + 1, tlsVersions.indexOf(maxVersion) + 1)
  return {
    version,
    cipher: cipher?.standardName ?? cipher?.name ?? null,
    offers: offersWith((known) =>
      known === version ? 'yes' : passedOver.includes(known) ? 'no' : 'unknown',
    ),
    weakCiphers: null,
    ...certificateFacts(certificate, name ?? formatAddress(address)),
  }
}

/** DER bytes; null where the server showed none. */
export const certificateOf = (socket: TLSSocket): Uint8Array | null =>
  attempt(() => socket.getPeerX509Certificate()?.raw)
