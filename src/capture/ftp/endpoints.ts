/** Addresses and ends as keys. */
import type { Address } from '../../model/address.ts'
import type { Endpoint } from '../../model/observation.ts'

const mapped = '\u0000\u0000\u0000\u0000\u0000\uffff'

/** IPv4 inside IPv6 is IPv4. */
export const plain = (address: Address): Address =>
  address.family === 6 && address.value.startsWith(mapped)
    ? {
        family: 4,
        value: address.value.charCodeAt(6) * 65_536 + address.value.charCodeAt(7),
      }
    : address

export const isSameAddress = (a: Address, b: Address): boolean => plain(a).value === plain(b).value

/** Different for different ends; not for people. */
export const endKey = ({ address, port }: Endpoint): string => `${plain(address).value}|${port}`

export const isUnspecified = (address: Address): boolean => {
  const { value } = plain(address)
  return value === 0 || value === '\u0000'.repeat(8)
}
