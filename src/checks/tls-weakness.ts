/** What is weak about a server’s TLS: versions (RFC 8996), suites, key (NIST SP 800-57: 112 bits), signature. */
import type { Answer, FtpFacts, TlsFacts } from '../model/service.ts'
import { answerOf } from './service-evidence.ts'

export interface Weakness {
  readonly text: string
  /** It can be broken with what anybody has; the others need more, or a place on the way. */
  readonly isGrave: boolean
}
export interface Weaknesses {
  readonly weaknesses: readonly Weakness[]
  /** What could not be told, a line each. */
  readonly unknowns: readonly string[]
}

export function findWeaknesses(tls: TlsFacts, ftp: FtpFacts): Weaknesses {
  const parts = [
    versions(tls, answerOf(ftp, 'tls-old-version').answer),
    suites(tls, answerOf(ftp, 'tls-weak-cipher').answer),
    key(tls),
    signature(tls),
    injection(answerOf(ftp, 'starttls-injection').answer),
  ]
  return {
    weaknesses: parts.flatMap(({ weaknesses }) => weaknesses),
    unknowns: parts.flatMap(({ unknowns }) => unknowns),
  }
}

const fine: Weaknesses = { weaknesses: [], unknowns: [] }
const weak = (text: string, isGrave = false): Weaknesses => ({
  weaknesses: [{ text, isGrave }],
  unknowns: [],
})
const untold = (text: string): Weaknesses => ({ weaknesses: [], unknowns: [text] })

const oldVersions = ['SSLv3', 'TLSv1', 'TLSv1.1'] as const
const goodVersions: ReadonlySet<string> = new Set(['TLSv1.2', 'TLSv1.3'])

function versions({ version, offers }: TlsFacts, answer: Answer): Weaknesses {
  const offered = Object.keys(offers).filter((name) => offers[name] === 'yes')
  const old = [...new Set([...offered, ...(version === null ? [] : [version])])].filter(
    (name) => !goodVersions.has(name),
  )
  if (old.length > 0)
    return weak(
      `it takes ${old.join(', ')}`,
      old.some((name) => name.startsWith('SSL')),
    )
  if (answer === 'yes') return weak('it takes a version before TLS 1.2')
  const isKnown = answer === 'no' || oldVersions.every((name) => offers[name] === 'no')
  return isKnown ? fine : untold('whether it takes versions before TLS 1.2 could not be told')
}

/** Suites without encryption or without authentication, and those of the export rules. */
const worthless = /NULL|EXP|ANON|ADH|AECDH/i

function suites({ weakCiphers }: TlsFacts, answer: Answer): Weaknesses {
  if (weakCiphers !== null && weakCiphers.length > 0)
    return weak(
      `it takes ${weakCiphers.join(', ')}`,
      weakCiphers.some((suite) => worthless.test(suite)),
    )
  if (answer === 'yes') return weak('it takes a weak cipher suite')
  return weakCiphers !== null || answer === 'no'
    ? fine
    : untold('whether it takes weak cipher suites could not be told')
}

const fewestBits = { classical: 2048, elliptic: 256 } as const

function key({ keyType, keyBits }: TlsFacts): Weaknesses {
  const kind = kindOfKey(keyType)
  if (kind === 'fixed') return fine
  const shown = [keyType, keyBits === null ? null : `${keyBits} bits`].filter(Boolean).join(', ')
  // Without its type a number of bits says enough only where it is enough for any type, or for none.
  if (kind === null || keyBits === null) {
    if (keyBits !== null && keyBits >= fewestBits.classical) return fine
    if (keyBits !== null && keyBits < fewestBits.elliptic) return weak(`its key has ${shown}`, true)
    return untold(`whether its key is strong could not be told${shown && ` (${shown})`}`)
  }
  if (keyBits >= fewestBits[kind]) return fine
  return weak(`its key is small (${shown})`, keyBits < fewestBits[kind] / 2)
}

function kindOfKey(keyType: string | null): 'classical' | 'elliptic' | 'fixed' | null {
  if (keyType === null) return null
  if (/ed-?25519|ed-?448/i.test(keyType)) return 'fixed'
  if (/rsa|dsa|dh/i.test(keyType) && !/ec/i.test(keyType)) return 'classical'
  return /^(ec|prime|secp|p-?\d|id-ec)/i.test(keyType) ? 'elliptic' : null
}

/** `sha1WithRSAEncryption`, `ecdsa-with-SHA1`, `RSA-MD5`, and the same by number. */
const forgeable = /md[245]|sha-?1|^1\.2\.840\.113549\.1\.1\.[2345]$|^1\.2\.840\.10045\.4\.1$/i

function signature({ signatureAlgorithm }: TlsFacts): Weaknesses {
  if (signatureAlgorithm === null) return untold('how its certificate is signed could not be told')
  return forgeable.test(signatureAlgorithm)
    ? weak(
        `its certificate is signed with ${signatureAlgorithm}`,
        /md[245]/i.test(signatureAlgorithm),
      )
    : fine
}

function injection(answer: Answer): Weaknesses {
  switch (answer) {
    case 'yes':
      return weak('commands sent in clear behind AUTH are taken for encrypted ones', true)
    case 'no':
      return fine
    case 'unknown':
      return untold('whether commands can be slipped in behind AUTH could not be told')
  }
}
