/** Why a certificate proves nothing, at the time when it was seen. */
import { parseAddress } from '../model/address.ts'
import type { FtpFacts, Service, TlsFacts } from '../model/service.ts'
import { answerOf } from './service-evidence.ts'

export interface CertificateFaults {
  readonly faults: readonly string[]
  /** What could not be told, a line each. */
  readonly unknowns: readonly string[]
}

export function findFaults(
  tls: TlsFacts,
  { seen, hostname }: Service,
  ftp: FtpFacts,
): CertificateFaults {
  const parts = [notAfter(tls, seen), notBefore(tls, seen), issuer(tls), name(tls, hostname)]
  const faults = parts.flatMap((part) => part.faults)
  // A weak key or signature is a matter of weak TLS, and told there.
  const checked = answerOf(ftp, 'certificate-valid')
  if (faults.length === 0 && checked.answer === 'no' && !checked.reason.startsWith('weak-'))
    return { faults: ['it does not stand up to validation'], unknowns: [] }
  return { faults, unknowns: parts.flatMap((part) => part.unknowns) }
}

const fine: CertificateFaults = { faults: [], unknowns: [] }
const fault = (text: string): CertificateFaults => ({ faults: [text], unknowns: [] })
const untold = (text: string): CertificateFaults => ({ faults: [], unknowns: [text] })

function notAfter({ notAfter: until }: TlsFacts, seen: number): CertificateFaults {
  const time = until === null ? Number.NaN : Date.parse(until)
  if (Number.isNaN(time)) return untold('until when it is valid could not be told')
  return seen > time ? fault(`it expired on ${until}`) : fine
}

function notBefore({ notBefore: from }: TlsFacts, seen: number): CertificateFaults {
  const time = from === null ? Number.NaN : Date.parse(from)
  if (Number.isNaN(time)) return untold('from when on it is valid could not be told')
  return seen < time ? fault(`it is not valid before ${from}`) : fine
}

function issuer({ selfSigned }: TlsFacts): CertificateFaults {
  if (selfSigned === null) return untold('who signed it could not be told')
  return selfSigned ? fault('it is signed by itself, not by an authority') : fine
}

function name({ nameMatches, names }: TlsFacts, hostname: string | null): CertificateFaults {
  if (nameMatches === 'yes') return fine
  const carried = names.length > 0 ? names.slice(0, shownNames).join(', ') : 'no name'
  if (nameMatches === 'unknown') return untold('whether its name is right could not be told')
  if (hostname !== null) return fault(`it is for ${carried}, not for ${hostname}`)
  // Clients call by name, and certificates seldom hold addresses: a look by address alone cannot tell.
  return names.some((one) => parseAddress(one) !== undefined) || names.length === 0
    ? fault(`it is for ${carried}, not for this address`)
    : untold(`it is for ${carried}; whether clients call the server so could not be told`)
}

const shownNames = 5
