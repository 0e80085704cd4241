/** Words of the model as the numbers of the lake, and cells as the values of the model. */
import type { Cell } from './columns.ts'

type Codes = Readonly<Record<string, number>>

export const idOf = <C extends Codes>(codes: C, name: keyof C): number => codes[name] as number

/** Ids are few: looking through them is as quick as a second table. */
export function nameOf<C extends Codes>(codes: C, id: Cell): keyof C & string {
  const number = Number(id)
  for (const name in codes) if (codes[name] === number) return name
  throw new Error(`no name for ${String(id)} among ${Object.keys(codes).join(', ')}`)
}

export const numberOrNull = (cell: Cell): number | null => (cell === null ? null : Number(cell))
export const flagOf = (value: boolean | null): number | null =>
  value === null ? null : value ? 1 : 0
export const readFlag = (cell: Cell): boolean | null => (cell === null ? null : Number(cell) === 1)
export const jsonOf = (value: unknown): string | null =>
  value === null ? null : JSON.stringify(value)
/** What `jsonOf` wrote. */
export const readJson = <T>(cell: Cell): T | null =>
  typeof cell === 'string' ? (JSON.parse(cell) as T) : null
