/**
 * Text as it travels: one character for each byte (U+0000 to U+00FF), so that nothing is lost and a cut inside a UTF-8
 * sequence does no harm. It is decoded once, where a whole name or line is known.
 */

/** What people read, and the bytes in base64 where they are not UTF-8 (RFC 2640): `text` is then their Latin-1 reading. */
export interface Decoded {
  readonly text: string
  readonly base64: string | null
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const slice = 8192

// Handed over as it is, an array of bytes is read many times quicker than when it is spread.
const fromCodes = String.fromCharCode.apply.bind(String.fromCharCode) as (
  none: null,
  codes: ArrayLike<number>,
) => string

/** One character a byte. */
export function wireOf(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += slice)
    text += fromCodes(null, bytes.subarray(at, at + slice))
  return text
}

export const bytesOf = (wire: string): Uint8Array =>
  Uint8Array.from(wire, (character) => character.charCodeAt(0))

/** The wire form of text of our own, in UTF-8. */
export const encodeWire = (text: string): string => wireOf(new TextEncoder().encode(text))

/** Never throws; what is not UTF-8 keeps its bytes in `base64`. */
export function decodeWire(wire: string): Decoded {
  if (isAscii(wire)) return { text: wire, base64: null }
  try {
    return { text: strictUtf8.decode(bytesOf(wire)), base64: null }
  } catch {
    return { text: wire, base64: btoa(wire) }
  }
}

export const readWire = (wire: string): string => decodeWire(wire).text

function isAscii(wire: string): boolean {
  for (let at = 0; at < wire.length; at++) if (wire.charCodeAt(at) > 0x7f) return false
  return true
}
