/** What is wrong with a JSON text, found by the grammar of RFC 8259 without recursion. */
export type Syntax =
  | { readonly kind: 'value'; readonly end: number }
  | { readonly kind: 'unexpected'; readonly at: number }
  | { readonly kind: 'cut-off' }

/** Checks the value that begins at `from`; slow beside `JSON.parse`, but it knows the place. */
export function checkValue(bytes: Uint8Array, from: number, end: number): Syntax {
  const open: number[] = []
  let expected: Expected = 'value'
  let at = from
  for (;;) {
    at = skipSpace(bytes, at, end)
    if (at >= end) return { kind: 'cut-off' }
    const byte = bytes[at] as number
    let next = at + 1
    if (expected === 'separator') {
      const inObject = open.at(-1) === 0x7b
      if (byte === 0x2c) expected = inObject ? 'name' : 'value'
      else if (byte === (inObject ? 0x7d : 0x5d)) open.pop()
      else return { kind: 'unexpected', at }
    } else if (expected === 'colon') {
      if (byte !== 0x3a) return { kind: 'unexpected', at }
      expected = 'value'
    } else if (byte === 0x7d && expected === 'name-or-end') {
      open.pop()
      expected = 'separator'
    } else if (byte === 0x5d && expected === 'value-or-end') {
      open.pop()
      expected = 'separator'
    } else if (expected === 'name' || expected === 'name-or-end') {
      if (byte !== 0x22) return { kind: 'unexpected', at }
      next = checkString(bytes, next, end)
      expected = 'colon'
    } else if (byte === 0x7b || byte === 0x5b) {
      open.push(byte)
      expected = byte === 0x7b ? 'name-or-end' : 'value-or-end'
    } else {
      next = checkScalar(bytes, at, end)
      expected = 'separator'
    }
    if (next === cutOff) return { kind: 'cut-off' }
    if (next < 0) return { kind: 'unexpected', at: -next - 2 }
    at = next
    if (open.length === 0 && expected === 'separator') return { kind: 'value', end: at }
  }
}

type Expected = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'colon' | 'separator'

// The checks below give the index after what they check, `cutOff`, or `unexpected(index)`.
const cutOff = -1
const unexpected = (at: number): number => -at - 2

function skipSpace(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end) {
    const byte = bytes[at]
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
    at++
  }
  return at
}

function checkScalar(bytes: Uint8Array, at: number, end: number): number {
  switch (bytes[at]) {
    case 0x22:
      return checkString(bytes, at + 1, end)
    case 0x74:
      return checkLiteral(bytes, at, end, 'true')
    case 0x66:
      return checkLiteral(bytes, at, end, 'false')
    case 0x6e:
      return checkLiteral(bytes, at, end, 'null')
    default:
      return checkNumber(bytes, at, end)
  }
}

function checkLiteral(bytes: Uint8Array, from: number, end: number, literal: string): number {
  for (let i = 0; i < literal.length; i++) {
    if (from + i >= end) return cutOff
    if (bytes[from + i] !== literal.charCodeAt(i)) return unexpected(from + i)
  }
  return from + literal.length
}

/** After the opening quote. */
function checkString(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const byte = bytes[at] as number
    if (byte === 0x22) return at + 1
    if (byte < 0x20) return unexpected(at)
    if (byte !== 0x5c) continue
    at++
    if (at >= end) return cutOff
    const escaped = String.fromCharCode(bytes[at] as number)
    if (!'"\\/bfnrtu'.includes(escaped)) return unexpected(at)
    if (escaped !== 'u') continue
    for (let i = 1; i <= 4; i++) {
      if (at + i >= end) return cutOff
      if (!isHex(bytes[at + i] as number)) return unexpected(at + i)
    }
    at += 4
  }
  return cutOff
}

const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x30 && byte <= 0x39
const isHex = (byte: number): boolean =>
  isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)

function checkNumber(bytes: Uint8Array, from: number, end: number): number {
  let at = bytes[from] === 0x2d ? from + 1 : from
  if (bytes[at] === 0x30 && at < end) at++
  else {
    at = checkDigits(bytes, at, end)
    if (at < 0) return at
  }
  if (bytes[at] === 0x2e && at < end) {
    at = checkDigits(bytes, at + 1, end)
    if (at < 0) return at
  }
  if (at < end && ((bytes[at] as number) | 0x20) === 0x65) {
    const signed = at + 1 < end && (bytes[at + 1] === 0x2b || bytes[at + 1] === 0x2d)
    at = checkDigits(bytes, at + (signed ? 2 : 1), end)
  }
  return at
}

function checkDigits(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && isDigit(bytes[at])) at++
  if (at > from) return at
  return at >= end ? cutOff : unexpected(at)
}
