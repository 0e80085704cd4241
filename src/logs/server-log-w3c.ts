/** The extended log format of the W3C (w3.org/TR/WD-logfile): directives that name the fields, then rows; times are UTC. */
import { instantOf, utc } from './local-time.ts'

export interface W3cHeader {
  /** In order; null before the directive. */
  readonly fields: readonly string[] | null
  /** `YYYY-MM-DD` of the last `#Date`, for rows that have a time alone. */
  readonly date: string | null
  readonly software: string | null
}
export const w3cStart: W3cHeader = { fields: null, date: null, software: null }

export type W3cRow = ReadonlyMap<string, string>

const maxFields = 128

export const isDirective = (line: string): boolean => /^#[A-Za-z]/.test(line)

/** A line that begins with `#`. */
export function stepHeader(header: W3cHeader, line: string): W3cHeader {
  const [, name = '', value = ''] =
    /^#([A-Za-z-]{1,32}):\s*(.*?)\s*$/.exec(line.slice(0, 8192)) ?? []
  switch (name.toLowerCase()) {
    case 'fields':
      return { ...header, fields: value.split(/\s+/).slice(0, maxFields) }
    case 'date':
      return { ...header, date: /^\d{4}-\d{2}-\d{2}/.exec(value)?.[0] ?? header.date }
    case 'software':
      return { ...header, software: value.slice(0, 256) }
    default:
      return header
  }
}

/** Null where the row has another number of fields than the header. */
export function parseRow({ fields }: W3cHeader, line: string): W3cRow | null {
  if (fields === null) return null
  const words = line.trimEnd().split(' ')
  if (words.length !== fields.length) return null
  return new Map(fields.map((field, index) => [field, words[index] ?? '-']))
}

/** The field's value; null where it is not there or empty (`-`). */
export function told(row: W3cRow, field: string): string | null {
  const value = row.get(field)
  return value === undefined || value === '-' || value === '' ? null : value
}

/** Milliseconds since the epoch. */
export function timeOfRow(row: W3cRow, { date }: W3cHeader): number | null {
  const found =
    /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})(?:\.\d{1,7})?$/.exec(
      `${told(row, 'date') ?? date} ${told(row, 'time')}`,
    ) ?? []
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map(Number)
  return instantOf({ year, month, day, hour, minute, second, millisecond: 0 }, utc)
}
