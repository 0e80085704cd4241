/** Security types of RFB (RFC 6143 §7.1.2 and IANA's registry), and what they tell of the server. */
import type { Product } from '../../model/service.ts'
import { wireOf } from '../ftp/wire.ts'
import { productOf, type SoftwareName } from '../software.ts'

export interface Security {
  /** In the server's order; at most 255. */
  readonly types: readonly number[]
  /** Why it takes nobody, in wire form. */
  readonly refusal: string | null
}

const maxReason = 1024

/** `listed` from version 3.7 on; in 3.3 the server has decided on one. */
export function readSecurity(bytes: Uint8Array, form: 'listed' | 'decided'): Security | 'more' {
  const count = form === 'listed' ? bytes[0] : uint32(bytes, 0)
  if (count === undefined) return 'more'
  const at = form === 'listed' ? 1 : 4
  if (count === 0) return reasonAt(bytes, at)
  if (form === 'decided') return { types: count <= 255 ? [count] : [], refusal: null }
  return bytes.length < at + count
    ? 'more'
    : { types: [...bytes.subarray(at, at + count)], refusal: null }
}

function reasonAt(bytes: Uint8Array, at: number): Security | 'more' {
  const length = uint32(bytes, at)
  if (length === undefined) return 'more'
  const end = at + 4 + Math.min(length, maxReason)
  return bytes.length < end ? 'more' : { types: [], refusal: wireOf(bytes.subarray(at + 4, end)) }
}

function uint32(bytes: Uint8Array, at: number): number | undefined {
  const [a, b, c, d] = bytes.subarray(at, at + 4)
  return d === undefined || a === undefined || b === undefined || c === undefined
    ? undefined
    : a * 0x1000000 + b * 0x10000 + c * 0x100 + d
}

const names: Readonly<Record<number, string>> = {
  1: 'None',
  2: 'VNC Authentication',
  5: 'RA2',
  6: 'RA2ne',
  13: 'RA2_256',
  16: 'Tight',
  17: 'Ultra',
  18: 'TLS',
  19: 'VeNCrypt',
  20: 'SASL',
  21: 'MD5',
  22: 'xvp',
  30: 'Apple Diffie-Hellman',
  35: 'Apple 35',
  36: 'Apple 36',
  113: 'MS-Logon II',
  129: 'RA2-256',
  130: 'RA2ne-256',
}

export const nameOf = (type: number): string => {
  const name = names[type]
  return name === undefined ? `${type}` : `${name} (${type})`
}

const apple: SoftwareName = { vendor: 'Apple', name: 'Screen Sharing', cpe: null }
const realVnc: SoftwareName = {
  vendor: 'RealVNC',
  name: 'RealVNC Server',
  cpe: { vendor: 'realvnc', product: 'vnc_server' },
}
const ultraVnc: SoftwareName = {
  vendor: 'UltraVNC',
  name: 'UltraVNC',
  cpe: { vendor: 'uvnc', product: 'ultravnc' },
}
const tightVnc: SoftwareName = {
  vendor: 'TightVNC',
  name: 'TightVNC',
  cpe: { vendor: 'tightvnc', product: 'tightvnc' },
}

/** `version` as thousands and rest: 3.8 is 3008. Types and odd versions are hints; Tight's is spoken by others as well. */
export function findVncProduct(version: number, types: readonly number[]): Product | null {
  const has = (...some: number[]): boolean => some.some((type) => types.includes(type))
  if (version === 3889 || has(30, 35, 36)) return productOf(apple, null, null, 0.8, ['wording'])
  if ((version >= 4000 && version < 7000) || has(5, 6, 13, 129, 130))
    // TigerVNC has taken over RealVNC's ciphers, beside VeNCrypt, which RealVNC lacks.
    return has(19) ? null : productOf(realVnc, null, null, 0.7, ['security-types'])
  if (has(17, 113)) return productOf(ultraVnc, null, null, 0.7, ['security-types'])
  if (has(16) && !has(18, 19)) return productOf(tightVnc, null, null, 0.5, ['security-types'])
  return null
}
