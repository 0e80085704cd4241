/** Addresses and ends as keys. */
import { type Address, unmapped } from '../../model/address.ts'
import type { Endpoint } from '../../model/observation.ts'

export const isSameAddress = (a: Address, b: Address): boolean =>
  unmapped(a).value === unmapped(b).value

/** Different for different ends; not for people. */
export const endKey = ({ address, port }: Endpoint): string => `${unmapped(address).value}|${port}`

export const isUnspecified = (address: Address): boolean => {
  const { value } = unmapped(address)
  return value === 0 || value === '\u0000'.repeat(8)
}
