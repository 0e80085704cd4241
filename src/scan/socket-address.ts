/** The ends of a socket in the model's words. */
import type { Address } from '../model/address.ts'
import { parseAddress } from '../model/address.ts'
import type { Endpoint } from './connection.ts'

const mapped = '\u0000\u0000\u0000\u0000\u0000\uffff'

/** IPv4 inside IPv6 (`::ffff:127.0.0.1`) is IPv4. */
export function plainAddress(address: Address): Address {
  if (address.family === 4 || !address.value.startsWith(mapped)) return address
  return {
    family: 4,
    value: address.value.charCodeAt(6) * 65_536 + address.value.charCodeAt(7),
  }
}

/** Undefined when the socket is gone, or its address has no literal form without a zone. */
export function endpointOf(
  text: string | undefined,
  port: number | undefined,
): Endpoint | undefined {
  const address = text === undefined ? undefined : parseAddress(text)
  return address === undefined || port === undefined
    ? undefined
    : { address: plainAddress(address), port }
}

export const sameAddress = (one: Address, other: Address): boolean =>
  one.family === other.family && one.value === other.value

export const sameEndpoint = (one: Endpoint, other: Endpoint): boolean =>
  one.port === other.port && sameAddress(one.address, other.address)
