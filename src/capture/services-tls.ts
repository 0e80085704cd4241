/** What is known of a server's TLS from all handshakes that were seen with it. */
import { type TlsFacts, unknownTls } from '../model/service.ts'
import type { CertificateFacts } from '../protocols/tls/certificate/facts.ts'
import { tlsVersions } from '../protocols/tls/version.ts'

/** Of one handshake. */
export interface SeenTls {
  readonly facts: TlsFacts
  /** Whom the client asked for; null where it did not say or was not seen to. */
  readonly name: string | null
}

/** A certificate, and the name by which it was asked for. */
interface Shown {
  readonly facts: CertificateFacts
  readonly name: string | null
}

export interface KnownTls {
  /** The first name that a client asked for. */
  readonly name: string | null
  /** Of the handshake with the newest version. */
  readonly session: Pick<TlsFacts, 'version' | 'cipher'>
  readonly offers: TlsFacts['offers']
  readonly weakCiphers: TlsFacts['weakCiphers']
  /** By fingerprint; at the end the one of which something was learned last. */
  readonly shown: ReadonlyMap<string, Shown>
}

/** A server has a certificate for each kind of key, and a new one now and then. */
const mostShown = 8

/** The same object where nothing new was learned: a certificate that was seen before is no news. */
export function withTls(before: KnownTls | null, { facts, name }: SeenTls): KnownTls {
  const { version, cipher, offers, weakCiphers, ...certificate } = facts
  const shown = withShown(before?.shown ?? none, certificate, name)
  if (before === null) return { name, session: { version, cipher }, offers, weakCiphers, shown }
  const isNewer = rank(version) > rank(before.session.version)
  const taken = Object.keys(offers).filter(
    (one) => offers[one] === 'yes' && before.offers[one] !== 'yes',
  )
  const weak = (weakCiphers ?? []).filter((suite) => !before.weakCiphers?.includes(suite))
  const isNamed = before.name === null && name !== null
  const isNew = isNewer || isNamed || taken.length + weak.length > 0 || shown !== before.shown
  if (!isNew) return before
  return {
    name: before.name ?? name,
    session: isNewer ? { version, cipher } : before.session,
    offers: { ...before.offers, ...Object.fromEntries(taken.map((one) => [one, 'yes'])) },
    weakCiphers: weak.length === 0 ? before.weakCiphers : [...(before.weakCiphers ?? []), ...weak],
    shown,
  }
}

export function factsOfTls({ name, session, offers, weakCiphers, shown }: KnownTls): SeenTls {
  const last = [...shown.values()].at(-1)
  return {
    facts: { ...unknownTls, ...last?.facts, ...session, offers, weakCiphers },
    name: last?.name ?? name,
  }
}

const none: KnownTls['shown'] = new Map()

/** Clients call a server by several names, one of which is enough: that it is right is not taken back. */
function withShown(
  before: KnownTls['shown'],
  facts: CertificateFacts,
  name: string | null,
): KnownTls['shown'] {
  const { fingerprintSha256: fingerprint, nameMatches } = facts
  if (fingerprint === null) return before
  const old = before.get(fingerprint)?.facts.nameMatches
  if (old === nameMatches || old === 'yes' || (old !== undefined && nameMatches === 'unknown'))
    return before
  const after = new Map(before)
  after.delete(fingerprint)
  after.set(fingerprint, { facts, name })
  if (after.size > mostShown) after.delete(after.keys().next().value ?? '')
  return after
}

const versions: readonly (string | null)[] = tlsVersions
const rank = (version: string | null): number => versions.indexOf(version)
