/** Addresses inside of DuckDB's queries, read as everywhere: what a foreign lake writes is hostile text, and null if it is none. */
import {
  BIGINT,
  type DuckDBConnection,
  DuckDBScalarFunction,
  type DuckDBType,
  VARCHAR,
} from '@duckdb/node-api'
import { type Address, parseAddress } from '../../model/address.ts'
import { addressText, halves } from '../lake/address-cells.ts'
import { networkOf } from '../lake/event-row.ts'

type Made = string | bigint | null

const functions: readonly {
  readonly name: string
  readonly returnType: DuckDBType
  /** How many texts follow the address. */
  readonly more: number
  readonly make: (address: Address, text: string) => Made
}[] = [
  { name: 'address_text', returnType: VARCHAR, more: 0, make: addressText },
  {
    name: 'address_ip4',
    returnType: BIGINT,
    more: 0,
    make: (address) => (address.family === 4 ? BigInt(address.value) : null),
  },
  {
    name: 'address_ip6_hi',
    returnType: BIGINT,
    more: 0,
    make: (address) => (address.family === 6 ? halves(address.value)[0] : null),
  },
  {
    name: 'address_ip6_lo',
    returnType: BIGINT,
    more: 0,
    make: (address) => (address.family === 6 ? halves(address.value)[1] : null),
  },
  { name: 'network_of', returnType: VARCHAR, more: 1, make: networkOf },
]

export function addAddressFunctions(connection: DuckDBConnection): void {
  for (const { name, returnType, more, make } of functions)
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name,
        returnType,
        parameterTypes: Array.from({ length: 1 + more }, () => VARCHAR),
        mainFunction(_, input, output) {
          const [told, site] = [input.getColumnVector(0), more > 0 && input.getColumnVector(1)]
          for (let row = 0; row < input.rowCount; row++) {
            const text = told.getItem(row)
            const address = typeof text === 'string' ? parseAddress(text) : undefined
            output.setItem(
              row,
              address ? make(address, String(site ? site.getItem(row) : '')) : null,
            )
          }
          output.flush()
        },
      }),
    )
}
