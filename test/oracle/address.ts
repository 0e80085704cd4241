/** Addresses for the simulators: plain integers, on purpose nothing of the product's sets. */

export interface Ip {
  readonly family: 4 | 6
  readonly value: bigint
}

const known = new Map<string, Ip>()

/** Throws on what is no address: the estates here are well formed. */
export function ip(text: string): Ip {
  const before = known.get(text)
  if (before) return before
  const parsed = text.includes(':') ? six(text) : four(text)
  known.set(text, parsed)
  return parsed
}

function four(text: string): Ip {
  const octets = text.split('.').map(Number)
  if (octets.length !== 4 || octets.some((o) => !(o >= 0 && o <= 255)))
    throw new RangeError(`not an IPv4 address: ${text}`)
  return { family: 4, value: octets.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n) }
}

function six(text: string): Ip {
  const [head = '', tail] = text.split('::')
  const words = (part: string): string[] => (part === '' ? [] : part.split(':'))
  const [left, right] = [words(head), words(tail ?? '')]
  const missing = 8 - left.length - right.length
  if (tail === undefined ? missing !== 0 : missing < 1)
    throw new RangeError(`not an IPv6 address: ${text}`)
  const all = [...left, ...Array.from({ length: missing }, () => '0'), ...right]
  return {
    family: 6,
    value: all.reduce((sum, word) => sum * 65_536n + BigInt(Number.parseInt(word, 16)), 0n),
  }
}

interface Cidr {
  readonly family: 4 | 6
  readonly network: bigint
  readonly shift: bigint
  readonly length: number
}
const knownCidrs = new Map<string, Cidr>()

/** `10.0.0.0/8`, or a bare address. */
export function cidr(text: string): Cidr {
  const before = knownCidrs.get(text)
  if (before) return before
  const [base = '', lengthText] = text.split('/')
  const { family, value } = ip(base)
  const bits = family === 4 ? 32 : 128
  const length = lengthText === undefined ? bits : Number(lengthText)
  const shift = BigInt(bits - length)
  const parsed = { family, network: value >> shift, shift, length }
  knownCidrs.set(text, parsed)
  return parsed
}

export function isIn(address: string, block: string): boolean {
  const [{ family, value }, wanted] = [ip(address), cidr(block)]
  return family === wanted.family && value >> wanted.shift === wanted.network
}

export const isInAny = (address: string, blocks: readonly string[]): boolean =>
  blocks.some((block) => isIn(address, block))
