/**
 * What a certificate says (RFC 5280), by the platform's reader: it computes, and reaches for nothing. Certificates are
 * hostile: whatever cannot be read of one is null.
 */
import { type KeyObject, X509Certificate } from 'node:crypto'
import { formatAddress, parseAddress } from '../../../model/address.ts'
import { type Answer, type TlsFacts, unknownTls } from '../../../model/service.ts'

export type CertificateFacts = Omit<TlsFacts, 'version' | 'cipher' | 'offers' | 'weakCiphers'>

const maxText = 1024
const maxNames = 256
/** A larger modulus is an attack on whoever verifies with it. */
const maxKeyBits = 16_384

/**
 * Of DER bytes; never throws. Null is no certificate at all, and of it nothing is known. `asked` is whom it should name, a
 * DNS name or the text of an address; null where nobody knows.
 */
export function certificateFacts(der: Uint8Array | null, asked: string | null): CertificateFacts {
  const certificate = der === null ? null : attempt(() => new X509Certificate(der))
  if (certificate === null) return nothing
  const key = attempt(() => certificate.publicKey)
  return {
    subject: attempt(() => nameText(certificate.subject)),
    issuer: attempt(() => nameText(certificate.issuer)),
    names: attempt(() => alternativeNames(certificate.subjectAltName)) ?? [],
    nameMatches: asked === null ? 'unknown' : matches(certificate, asked),
    notBefore: attempt(() => certificate.validFromDate.toISOString()),
    notAfter: attempt(() => certificate.validToDate.toISOString()),
    keyType: key?.asymmetricKeyType ?? null,
    keyBits: key === null ? null : attempt(() => bitsOf(key)),
    signatureAlgorithm: attempt(
      () => certificate.signatureAlgorithm ?? certificate.signatureAlgorithmOid,
    ),
    selfSigned: key === null ? null : attempt(() => signedBy(certificate, key)),
    fingerprintSha256: attempt(() => certificate.fingerprint256.replaceAll(':', '').toLowerCase()),
  }
}

const { version: _v, cipher: _c, offers: _o, weakCiphers: _w, ...nothing } = unknownTls

/** The platform throws on what it cannot read; here that is only one more thing not known. */
export function attempt<T>(read: () => T | null | undefined): T | null {
  try {
    return read() ?? null
  } catch {
    return null
  }
}

/** One attribute a line becomes `CN=…, O=…`; commas inside of a value come escaped (RFC 2253). */
const nameText = (lines: string | undefined): string =>
  (lines ?? '').replaceAll('\n', ', ').slice(0, maxText)

/** `DNS:a.example, IP Address:192.0.2.1`; a value with a comma or a quote in it comes as a JSON string. */
function alternativeNames(text: string | undefined): readonly string[] {
  const names: string[] = []
  for (const [, kind, value = ''] of (text ?? '').matchAll(
    /(?:^|, )([A-Za-z0-9 ]+):("(?:[^"\\]|\\.)*"|[^,]*)/g,
  )) {
    if (kind !== 'DNS' && kind !== 'IP Address') continue
    if (names.length === maxNames) break
    const plain = value.startsWith('"') ? String(attempt(() => JSON.parse(value)) ?? value) : value
    names.push(kind === 'DNS' ? plain.slice(0, maxText) : addressText(plain))
  }
  return names
}

function addressText(text: string): string {
  const address = parseAddress(text)
  return address === undefined ? text.slice(0, maxText) : formatAddress(address)
}

/** RFC 6125: an alternative name, wildcards included; the common name only where there is no alternative name. */
function matches(certificate: X509Certificate, asked: string): Answer {
  const matched = attempt(() => ({
    name:
      parseAddress(asked) === undefined ? certificate.checkHost(asked) : certificate.checkIP(asked),
  }))
  if (matched === null) return 'unknown'
  return matched.name === undefined ? 'no' : 'yes'
}

/** Where the name of the curve or of the algorithm does not tell. */
const knownBits: Readonly<Record<string, number>> = {
  prime192v1: 192,
  prime239v1: 239,
  prime256v1: 256,
  ed25519: 256,
  ed448: 456,
}

function bitsOf(key: KeyObject): number | null {
  const details = key.asymmetricKeyDetails
  if (details?.modulusLength !== undefined) return details.modulusLength
  const name = details?.namedCurve ?? key.asymmetricKeyType ?? ''
  const inName = /\d{3}/.exec(details?.namedCurve ?? '')?.[0]
  return knownBits[name] ?? (inName === undefined ? null : Number(inName))
}

/** By its own key, not by its names: anybody can write the same name twice. */
const signedBy = (certificate: X509Certificate, key: KeyObject): boolean | null =>
  (bitsOf(key) ?? 0) > maxKeyBits ? null : certificate.verify(key)
