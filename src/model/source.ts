/**
 * Where a fact stands: a document and a place in it. A place is a chain of steps up to its document, because a million
 * rules share their parents, and only what is told is ever written out as a pointer.
 */
export type Source = DocumentSource | StepSource

export interface DocumentSource {
  readonly parent: null
  readonly document: string
  /** Ordinal of the record in a document of several values (NDJSON), from 0. */
  readonly record: number | null
  /** Line and column from 1, where the place is no JSON pointer (broken documents, text). */
  readonly line: number | null
  readonly column: number | null
}

/** The member of the parent, then (if not null) the element of that member: `IpPermissions`, 2. */
export interface StepSource {
  readonly parent: Source
  readonly member: string | number
  readonly index: number | null
}

export const documentSource = (document: string, record: number | null = null): Source => ({
  parent: null,
  document,
  record,
  line: null,
  column: null,
})
export const lineSource = (document: string, line: number, column: number | null): Source => ({
  parent: null,
  document,
  record: null,
  line,
  column,
})

/** The place one member, and one element of it, further down. */
export const below = (
  parent: Source,
  member: string | number,
  index: number | null = null,
): Source => ({ parent, member, index })

/** The document a place is in. */
export function documentOf(source: Source): DocumentSource {
  let place = source
  while (place.parent !== null) place = place.parent
  return place
}

/** JSON pointer (RFC 6901); empty for the whole document. */
export function pointer(source: Source): string {
  if (source.parent === null) return ''
  const escaped = String(source.member).replaceAll('~', '~0').replaceAll('/', '~1')
  const own = source.index === null ? `/${escaped}` : `/${escaped}/${source.index}`
  return pointer(source.parent) + own
}

/** `file.json /SecurityGroups/0`, `file.json:12:3`: for people. */
export function formatSource(source: Source): string {
  const { document, line, column, record } = documentOf(source)
  if (line !== null) return `${document}:${line}${column === null ? '' : `:${column}`}`
  const at = pointer(source)
  return `${document}${record === null ? '' : `#${record}`}${at && ` ${at}`}`
}
