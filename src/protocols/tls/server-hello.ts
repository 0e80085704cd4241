/** ServerHello and HelloRetryRequest (RFC 8446 §4.1.3, RFC 5246 §7.4.1.3). */
import { type Reader, readerOf } from './bytes.ts'
import { suiteName } from './suites.ts'
import { type TlsVersion, versionOfCode } from './version.ts'

export interface ServerHello {
  /** Null for a number that is no version. */
  readonly version: TlsVersion | null
  readonly versionCode: number
  readonly suite: number
  readonly suiteName: string
  /** HelloRetryRequest: version and suite are chosen, another key share is asked for. */
  readonly retry: boolean
}

const supportedVersions = 43

/** Undefined where a length leads out of it. */
export function parseServerHello(body: Uint8Array): ServerHello | undefined {
  const reader = readerOf(body)
  const legacy = reader.number(2)
  const random = reader.take(32)
  const session = reader.vector(1)
  const suite = reader.number(2)
  const compression = reader.number(1)
  if (legacy === undefined || random === undefined || session === undefined) return undefined
  if (suite === undefined || compression === undefined || session.length > 32) return undefined
  const extensions = reader.done() ? new Map<number, Uint8Array>() : readExtensions(reader)
  if (extensions === undefined) return undefined
  const chosen = extensions.get(supportedVersions)
  const versionCode = chosen === undefined ? legacy : readerOf(chosen).number(2)
  if (versionCode === undefined) return undefined
  return {
    version: versionOfCode(versionCode) ?? null,
    versionCode,
    suite,
    suiteName: suiteName(suite),
    retry: random.every((byte, at) => byte === retryRandom[at]),
  }
}

function readExtensions(reader: Reader): ReadonlyMap<number, Uint8Array> | undefined {
  const block = reader.vector(2)
  if (block === undefined || !reader.done()) return undefined
  const extensions = new Map<number, Uint8Array>()
  const inner = readerOf(block)
  while (!inner.done()) {
    const type = inner.number(2)
    const data = inner.vector(2)
    if (type === undefined || data === undefined) return undefined
    extensions.set(type, data)
  }
  return extensions
}

/** SHA-256 of "HelloRetryRequest". */
const retryRandom = Uint8Array.of(
  ...[
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
  ],
  ...[
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
  ],
)
