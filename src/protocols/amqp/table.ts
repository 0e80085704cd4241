/** Texts of an AMQP 0-9-1 field table (specification §4.2.5.5, with RabbitMQ's types); what is no text is passed over. */
import { slice, textOf, uint } from '../bytes.ts'

/** Sizes of the types that have one. */
const sizes: Readonly<Record<string, number>> = {
  ...{ t: 1, b: 1, B: 1, s: 2, u: 2, U: 2, I: 4, i: 4, f: 4 },
  ...{ L: 8, l: 8, d: 8, T: 8, D: 5, V: 0 },
}
const maxFields = 64

/** Names and texts at the top of the table, up to the first field that is not understood. */
export function readTable(table: Uint8Array): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  let at = 0
  for (let count = 0; count < maxFields && at < table.length; count++) {
    const name = slice(table, at + 1, table[at] ?? 0)
    if (!name) break
    const typeAt = at + 1 + name.length
    const type = String.fromCharCode(table[typeAt] ?? 0)
    const fixed = sizes[type]
    // Texts (S), bytes (x), tables (F) and arrays (A) begin with their length.
    const length = fixed ?? (/[SxFA]/.test(type) ? uint(table, typeAt + 1, 4) : undefined)
    const start = typeAt + 1 + (fixed === undefined ? 4 : 0)
    const value = length === undefined ? undefined : slice(table, start, length)
    if (!value) break
    if (type === 'S') fields.set(textOf(name), textOf(value))
    at = start + value.length
  }
  return fields
}
