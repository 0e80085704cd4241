/** A ClientHello of our own (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2, RFC 6101 §5.6.1.2): it asks what no platform's TLS asks. */
import { concat, u8, u16, vector8, vector16, vector24 } from './bytes.ts'
import { codeOfVersion, type TlsVersion, tlsVersions } from './version.ts'

export interface HelloOptions {
  /** Those that are offered, at least one. Below TLS 1.3 only the newest can be said: it includes all that are older. */
  readonly versions: readonly TlsVersion[]
  /** Codes, in order of preference. */
  readonly ciphers: readonly number[]
  /** SNI; null sends none. */
  readonly name: string | null
  readonly alpn: readonly string[]
  /** 32 bytes. They serve as key share too (any 32 bytes are one of X25519): no handshake is ever finished with it. */
  readonly random: Uint8Array
}

const groups = [0x001d, 0x0017, 0x0018, 0x0019, 0x0100, 0x0101]
const signatureAlgorithms = [
  0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0807, 0x0808, 0x0401, 0x0501, 0x0601, 0x0203,
  0x0201, 0x0402, 0x0202, 0x0101,
]
/** `TLS_EMPTY_RENEGOTIATION_INFO_SCSV` (RFC 5746): some servers refuse who does not say it. */
const renegotiation = 0x00ff

/** One record with one handshake message. Offering SSLv3 alone, it has no extensions, which SSLv3 does not know. */
export function clientHello(options: HelloOptions): Uint8Array {
  const newest = options.versions.reduce(
    (top, version) => Math.max(top, codeOfVersion(version)),
    codeOfVersion('SSLv3'),
  )
  const tls13 = newest === codeOfVersion('TLSv1.3')
  const head = concat(
    u16(Math.min(newest, codeOfVersion('TLSv1.2'))),
    options.random,
    tls13 ? vector8(options.random) : vector8(),
    vector16(...[...options.ciphers, renegotiation].map(u16)),
    vector8(u8(0)),
  )
  const body =
    newest === codeOfVersion('SSLv3')
      ? head
      : concat(head, vector16(padded(extensions(options, tls13), head.length)))
  const record = Math.min(newest, codeOfVersion('TLSv1'))
  return concat(u8(22), u16(record), vector16(concat(u8(1), vector24(body))))
}

/** Some balancers hang on a hello of 256 to 511 bytes: it is filled up to 512 (RFC 7685). */
function padded(list: readonly Uint8Array[], before: number): Uint8Array {
  const block = concat(...list)
  const length = 4 + before + 2 + block.length
  if (length < 256 || length > 511) return block
  return concat(block, extension(21, new Uint8Array(Math.max(0, 512 - length - 4))))
}

function extensions(
  { versions, name, alpn, random }: HelloOptions,
  tls13: boolean,
): readonly Uint8Array[] {
  const offered = tlsVersions.filter((version) => versions.includes(version)).reverse()
  return [
    ...(name === null ? [] : [extension(0, vector16(u8(0), vector16(ascii(name))))]),
    extension(10, vector16(...groups.map(u16))),
    extension(11, vector8(u8(0))),
    extension(13, vector16(...signatureAlgorithms.map(u16))),
    ...(alpn.length === 0
      ? []
      : [extension(16, vector16(...alpn.map((id) => vector8(ascii(id)))))]),
    ...(tls13
      ? [
          extension(43, vector8(...offered.map((version) => u16(codeOfVersion(version))))),
          extension(45, vector8(u8(1))),
          extension(51, vector16(u16(0x001d), vector16(random))),
        ]
      : []),
  ]
}

const extension = (type: number, body: Uint8Array): Uint8Array => concat(u16(type), vector16(body))

const ascii = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0))
