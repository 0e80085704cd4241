/** Addresses as columns: text for people, numbers for filters and order. */
import { type Address, formatAddress, parseAddress } from '../../model/address.ts'
import type { Endpoint } from '../../model/observation.ts'
import type { Cell } from './columns.ts'

type AddressCells<P extends string> = {
  readonly [N in `${P}_ip`]: string | null
} & { readonly [N in `${P}_ip4` | `${P}_ip6_hi` | `${P}_ip6_lo`]: number | bigint | null }
type EndpointCells<P extends string> = AddressCells<P> & {
  readonly [N in `${P}_port`]: number | null
}

/** 2⁶³: taken from the unsigned halves, it makes them signed and keeps their order. */
const offset = 1n << 63n
const texts = new Map<Address['value'], string>()
const remembered = 100_000

/** The text of an address; the last hundred thousand are kept, for logs name the same ones over and over. */
export function addressText(address: Address): string {
  const known = texts.get(address.value)
  if (known !== undefined) return known
  if (texts.size >= remembered) texts.clear()
  const text = formatAddress(address)
  texts.set(address.value, text)
  return text
}

export function addressCells<const P extends string>(
  prefix: P,
  address: Address | null,
): AddressCells<P> {
  const [hi, lo] = address?.family === 6 ? halves(address.value) : [null, null]
  return {
    [`${prefix}_ip`]: address && addressText(address),
    [`${prefix}_ip4`]: address?.family === 4 ? address.value : null,
    [`${prefix}_ip6_hi`]: hi,
    [`${prefix}_ip6_lo`]: lo,
  } as AddressCells<P>
}

export const endpointCells = <const P extends string>(
  prefix: P,
  end: Endpoint | null,
): EndpointCells<P> =>
  ({
    ...addressCells(prefix, end?.address ?? null),
    [`${prefix}_port`]: end?.port ?? null,
  }) as EndpointCells<P>

export function halves(value: string): readonly [hi: bigint, lo: bigint] {
  let [hi, lo] = [0n, 0n]
  for (let i = 0; i < 4; i++) {
    hi = (hi << 16n) | BigInt(value.charCodeAt(i))
    lo = (lo << 16n) | BigInt(value.charCodeAt(i + 4))
  }
  return [hi - offset, lo - offset]
}

/** The address that a text column holds. */
export function readAddress(cell: Cell | undefined): Address {
  const address = typeof cell === 'string' ? parseAddress(cell) : undefined
  if (!address) throw new Error(`not an address in the lake: ${JSON.stringify(cell)}`)
  return address
}
