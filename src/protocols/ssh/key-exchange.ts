/** SSH_MSG_KEXINIT (RFC 4253 §7.1): what a server offers, sent right behind its identification by some. */
import { wireOf } from '../ftp/wire.ts'

export interface KeyExchange {
  readonly keyExchange: readonly string[]
  readonly hostKey: readonly string[]
  /** Server to client, as MACs are. */
  readonly ciphers: readonly string[]
  readonly macs: readonly string[]
}

const maxPacket = 35_000 // RFC 4253 §6.1
const keyExchangeInit = 20
const cookie = 16

/** `after` is where the identification ends, before CR LF. Undefined when no whole packet is there. */
export function readKeyExchange(bytes: Uint8Array, after: number): KeyExchange | undefined {
  const start = bytes.indexOf(0x0a, after) + 1
  if (start === 0) return undefined
  const size = uint32(bytes, start)
  if (size === undefined || size > maxPacket || bytes.length < start + 4 + size) return undefined
  const payload = bytes.subarray(start + 5, start + 4 + size)
  if (payload[0] !== keyExchangeInit) return undefined
  const lists = nameLists(payload.subarray(1 + cookie), 6)
  const [keyExchange, hostKey, , ciphers, , macs] = lists ?? []
  return keyExchange && hostKey && ciphers && macs
    ? { keyExchange, hostKey, ciphers, macs }
    : undefined
}

function nameLists(bytes: Uint8Array, count: number): (readonly string[])[] | undefined {
  const lists: (readonly string[])[] = []
  let at = 0
  while (lists.length < count) {
    const size = uint32(bytes, at)
    if (size === undefined || at + 4 + size > bytes.length) return undefined
    const names = wireOf(bytes.subarray(at + 4, at + 4 + size))
    if (!/^[\x21-\x7e]*$/.test(names)) return undefined
    lists.push(names === '' ? [] : names.split(','))
    at += 4 + size
  }
  return lists
}

function uint32(bytes: Uint8Array, at: number): number | undefined {
  const [a, b, c, d] = bytes.subarray(at, at + 4)
  return d === undefined || a === undefined || b === undefined || c === undefined
    ? undefined
    : a * 0x1000000 + b * 0x10000 + c * 0x100 + d
}
