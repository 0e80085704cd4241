/** Answers of the event lake as sections: named columns and rows, written as table, JSON or CSV. */
import { escapeText, jsonText } from '../escape.ts'
import type { ReportOptions } from '../format.ts'
import { type Paper, paperFor } from '../paper.ts'
import { type Column, grid } from '../services/grid.ts'

export type Value = string | number | boolean | null

export interface SectionColumn {
  /** Name of the member in JSON and of the column in CSV. */
  readonly name: string
  /** Above the column of a table. */
  readonly title: string
  /** How a table shows it; text as it is where it is not given. */
  readonly show?: (value: Value) => string
  /** Numbers and what is shown of them stand on the right. */
  readonly align?: 'right'
}

export interface Section {
  readonly id: string
  readonly title: string
  readonly columns: readonly SectionColumn[]
  readonly rows: readonly (readonly Value[])[]
  /** What a table says where there are no rows. */
  readonly nothing: string
}

export interface ActivityReport {
  /** Milliseconds since the epoch; null in an empty lake. */
  readonly window: { readonly from: number; readonly to: number } | null
  /** One line about the window: what lies in it, or that nothing does and which event is the newest. */
  readonly headline: string
  readonly sections: readonly Section[]
}

export const activityFormats = ['table', 'json', 'csv'] as const
export type ActivityFormat = (typeof activityFormats)[number]

export const renderActivity: Readonly<
  Record<ActivityFormat, (report: ActivityReport, options: ReportOptions) => Iterable<string>>
> = {
  *table({ headline, sections }, options) {
    const paper = paperFor(options)
    yield `${paper.paint('strong', escapeText(headline))}\n`
    for (const section of sections) yield* table(section, paper)
  },
  *json({ window, headline, sections }) {
    const body = Object.fromEntries(
      sections.map(({ id, columns, rows }) => [
        id,
        rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null]))),
      ]),
    )
    yield `${jsonText({
      schema: 1,
      window: window && {
        from: new Date(window.from).toISOString(),
        to: new Date(window.to).toISOString(),
      },
      headline,
      ...body,
    })}\n`
  },
  *csv({ sections }) {
    for (const [i, { id, columns, rows }] of sections.entries()) {
      if (i > 0) yield '\r\n'
      yield `${['section', ...columns.map(({ name }) => name)].join(',')}\r\n`
      for (const row of rows) yield `${[id, ...row].map(cellText).join(',')}\r\n`
    }
  },
}

function* table({ title, columns, rows, nothing }: Section, paper: Paper): Generator<string> {
  yield `\n${paper.paint('strong', title.toUpperCase())}\n`
  if (rows.length === 0) {
    yield `${nothing}\n`
    return
  }
  const shown = columns.map(
    ({ title: heading, show, align }, i): Column<readonly Value[]> => ({
      title: heading,
      ...(align && { align }),
      least: 8,
      cell: (row) => {
        const value = row[i] ?? null
        return { text: escapeText(show ? show(value) : value === null ? '' : String(value)) }
      },
    }),
  )
  yield* grid(rows, shown, paper)
}

/** RFC 4180; a cell that a spreadsheet would take for a formula starts with an apostrophe. */
function cellText(value: Value): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const text = escapeText(value)
  const safe = /^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
