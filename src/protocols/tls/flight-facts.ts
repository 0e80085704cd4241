/** What a flight that was only watched tells of its server: what was chosen and shown, never what might have been. */
import { type TlsFacts, unknownTls } from '../../model/service.ts'
import { certificateFacts } from './certificate/facts.ts'
import type { Flight } from './flight.ts'
import { offersWith } from './offers.ts'
import { suiteOfCode } from './suites.ts'

/**
 * The version that was negotiated is offered; of all others nothing is known, since nobody knows what the client offered.
 * A weak suite is told of when it was negotiated. `asked` is whom the client asked for; null where it did not say or was
 * not seen to. Null where the server showed nothing of itself.
 */
export function flightFacts(flight: Flight, asked: string | null): TlsFacts | null {
  if (flight.kind === 'sslv2' || flight.hello === null) return null
  const { version, suite, suiteName } = flight.hello
  if (version === null) return null
  const certificate = flight.kind === 'hello' ? flight.certificate : null
  const isWeak = (suiteOfCode(suite)?.weak.length ?? 0) > 0
  return {
    ...unknownTls,
    ...certificateFacts(certificate, asked),
    version,
    cipher: suiteName,
    offers: offersWith((offered) => (offered === version ? 'yes' : 'unknown')),
    weakCiphers: isWeak ? [suiteName] : null,
  }
}
