/** Where a fact stands: a document and a place in it. Kept as a chain of steps, because a million rules share their parents. */
export interface Source {
  readonly document: string
  readonly parent: Source | null
  /** The member of the parent, then (if not null) the element of that member: `IpPermissions`, 2. */
  readonly member: string | number | null
  readonly index: number | null
  /** Ordinal of the record in a document of several values (NDJSON), from 0. */
  readonly record: number | null
  /** Line and column from 1, where the place is no JSON pointer (broken documents, text). */
  readonly line: number | null
  readonly column: number | null
}

export const documentSource = (document: string, record: number | null = null): Source => ({
  document,
  parent: null,
  member: null,
  index: null,
  record,
  line: null,
  column: null,
})
export const lineSource = (document: string, line: number, column: number | null): Source => ({
  ...documentSource(document),
  line,
  column,
})

/** The place one member, and one element of it, further down. */
export const below = (
  parent: Source,
  member: string | number,
  index: number | null = null,
): Source => ({
  document: parent.document,
  parent,
  member,
  index,
  record: parent.record,
  line: null,
  column: null,
})

/** JSON pointer (RFC 6901); empty for the whole document. */
export function pointer(source: Source): string {
  if (source.parent === null || source.member === null) return ''
  const escaped = String(source.member).replaceAll('~', '~0').replaceAll('/', '~1')
  const own = source.index === null ? `/${escaped}` : `/${escaped}/${source.index}`
  return pointer(source.parent) + own
}

/** `file.json /SecurityGroups/0`, `file.json:12:3`: for people. */
export function formatSource(source: Source): string {
  if (source.line !== null)
    return `${source.document}:${source.line}${source.column === null ? '' : `:${source.column}`}`
  const record = source.record === null ? '' : `#${source.record}`
  const at = pointer(source)
  return `${source.document}${record}${at && ` ${at}`}`
}
