/**
 * Rows of Zeek's logs: TSV with its header (https://docs.zeek.org/en/master/log-formats.html) or JSON, one object a line.
 * A row answers by field name; what is unset is null, and an empty list or text is ''.
 */
import type { Endpoint } from '../model/observation.ts'
import { digitsOf, endpointOf, type Fields, member, parseJson } from './flow-values.ts'
import { parseRfc3339 } from './local-time.ts'

export interface Row {
  text(field: string): string | null
}

export interface RowSource {
  /** `skip` for headers and comments; a reason for a line that is no row. */
  row(line: string): Row | 'skip' | { readonly bad: string }
}

const maxText = 4096
const maxFields = 512

export function rowSource(): RowSource {
  let header: Header = bareHeader
  return {
    row(line) {
      if (line === '') return 'skip'
      if (line.startsWith('#')) {
        header = withHeader(header, line)
        return 'skip'
      }
      if (line.startsWith('{')) {
        const fields = parseJson(line)
        return fields === null ? { bad: 'broken-json' } : jsonRow(fields)
      }
      if (header.fields.size === 0) return { bad: 'no-fields-header' }
      const values = line.split(header.separator)
      return values.length === header.fields.size
        ? tsvRow(header, values)
        : { bad: 'wrong-number-of-fields' }
    },
  }
}

/** Path and fields that the first lines of a log name; null where it is none of Zeek's. */
export interface RowHead {
  readonly path: string | null
  readonly fields: ReadonlySet<string>
}

export function headOf(lines: readonly string[]): RowHead | null {
  const first = lines.find((line) => line !== '')
  if (first === undefined) return null
  if (first.startsWith('{')) {
    // JSON leaves out what is unset, so that only several rows show all fields.
    const rows = lines.map(parseJson).filter((fields) => fields !== null)
    const [row = null] = rows
    const path = member(row, '_path')
    return row === null || parseJson(first) === null
      ? null
      : {
          path: typeof path === 'string' ? path : null,
          fields: new Set(rows.flatMap((one) => Object.keys(one).slice(0, maxFields))),
        }
  }
  if (!first.startsWith('#')) return null
  let header: Header = bareHeader
  for (const line of lines) {
    if (!line.startsWith('#')) break
    header = withHeader(header, line)
  }
  return header.fields.size === 0
    ? null
    : { path: header.path, fields: new Set(header.fields.keys()) }
}

/**
 * A row of TSV whose header is not there: what log it is of, and which field is which, nobody can tell. All of them begin with
 * a time and the id of a connection or file.
 */
export const isHeadlessRow = (line: string): boolean =>
  /^\d{9,11}\.\d{6}\t[CF][0-9A-Za-z]{12,20}\t[^\t]+\t/.test(line)

/** How sure a log with this path and these fields is of one kind. */
export function confidenceFor(
  lines: readonly string[],
  path: string,
  fields: readonly string[],
): number | null {
  const head = headOf(lines)
  if (head === null) return null
  if (!fields.every((field) => head.fields.has(field))) return null
  if (head.path !== null) return head.path.replace(/_.*$/, '') === path ? 0.95 : null
  return 0.85
}

/** Milliseconds since the epoch of a time of Zeek: seconds with fractions, or ISO 8601 as JSON may have it. */
export function timeIn(row: Row, field = 'ts'): number | null {
  const text = row.text(field)
  if (text === null) return null
  if (text.includes('-') && text.includes('T')) return parseRfc3339(text)
  const seconds = secondsOf(text)
  if (seconds === null) return null
  // JSON may have milliseconds (TS_MILLIS): in seconds these would lie beyond the year 3000.
  return seconds > 1e11 ? Math.floor(seconds) : milliseconds(seconds)
}

/** An interval in seconds, as milliseconds. */
export function intervalIn(row: Row, field: string): number | null {
  const seconds = secondsOf(row.text(field) ?? '')
  return seconds === null ? null : milliseconds(seconds)
}

export function countIn(row: Row, field: string): number | null {
  const text = row.text(field)
  return text === null ? null : digitsOf(text)
}

export const endIn = (row: Row, side: 'orig' | 'resp'): Endpoint | null => {
  const port = row.text(`id.${side}_p`)
  return port === null ? null : endpointOf(row.text(`id.${side}_h`), port)
}

function secondsOf(text: string): number | null {
  if (!/^\d{1,14}(?:\.\d{1,12})?(?:e[+-]?\d{1,2})?$/i.test(text)) return null
  const seconds = Number(text)
  return seconds <= 8.64e15 ? seconds : null
}

const milliseconds = (seconds: number): number => Math.floor(Math.round(seconds * 1e6) / 1e3)

interface Header {
  readonly separator: string
  readonly empty: string
  readonly unset: string
  readonly path: string | null
  readonly fields: ReadonlyMap<string, number>
}

const bareHeader: Header = {
  separator: '\t',
  empty: '(empty)',
  unset: '-',
  path: null,
  fields: new Map(),
}

/** `#separator \x09` stands first and is parted by a space; the others by the separator itself. */
function withHeader(header: Header, line: string): Header {
  if (line.startsWith('#separator '))
    return { ...header, separator: unescaped(line.slice(11)).slice(0, 8) || '\t' }
  const [name = '', ...values] = line.split(header.separator)
  const [value = ''] = values
  switch (name) {
    case '#empty_field':
      return { ...header, empty: value }
    case '#unset_field':
      return { ...header, unset: value }
    case '#path':
      return { ...header, path: value }
    case '#fields':
      return {
        ...header,
        fields: new Map(values.slice(0, maxFields).map((field, i) => [field, i])),
      }
    default:
      return header
  }
}

function tsvRow(header: Header, values: readonly string[]): Row {
  const raw = (field: string): string | null => {
    const at = header.fields.get(field)
    const value = at === undefined ? undefined : values[at]
    return value === undefined || value === header.unset ? null : value
  }
  return {
    text(field) {
      const value = raw(field)
      if (value === null) return null
      return value === header.empty ? '' : unescaped(value.slice(0, maxText))
    },
  }
}

function jsonRow(fields: Fields): Row {
  return {
    text: (field) => scalar(member(fields, field)),
  }
}

function scalar(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return value.slice(0, maxText)
    case 'number':
    case 'boolean':
      return String(value)
    default:
      return null
  }
}

/** `\x09` stands for bytes that would break a line; runs of them are decoded together, since they may be UTF-8. */
const unescaped = (text: string): string =>
  text.includes('\\x')
    ? text.replace(/(?:\\x[0-9a-fA-F]{2})+/g, (run) =>
        Buffer.from(run.replaceAll('\\x', ''), 'hex').toString('utf8'),
      )
    : text
