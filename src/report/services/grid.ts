/** Columns that fit the page: long forms where there is room, then short ones, then spare columns go, then cells are cut. */
import type { Paper, Style } from '../paper.ts'
import { padEnd, textWidth } from '../width.ts'

export interface Cell {
  /** Holds no control characters. */
  readonly text: string
  readonly style?: Style
}
export type Form = 'long' | 'short'
export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row, form: Form) => Cell
  readonly align?: 'right'
  /**
   * Columns that may be left out where room is short, the highest number first: from `luxury` on before anything is cut,
   * below only where cutting does not help.
   */
  readonly spare?: number
  /** Cells are cut down to so many columns where room is short; a column without is never cut. */
  readonly least?: number
  /** Never wider than this. */
  readonly most?: number
  /** A cell that has a line of its own above the row. */
  readonly above?: (row: Row) => Cell | null
  /** Fits a cell to so many columns; the end is cut off where it is not given. */
  readonly fit?: (row: Row, columns: number) => string
}

const gutter = 2
export const luxury = 10

/** A title line and a line a row, none wider than the page. A column in which nothing stands is left out. */
export function* grid<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  paper: Paper,
): Generator<string> {
  const plan = planOf(rows, columns, paper.width)
  const last = plan.length - 1
  yield `${paper.paint(
    'faint',
    plan
      .map(({ column, width }, i) => placed(column.title, width, column, i === last))
      .join('  ')
      .trimEnd(),
  )}\n`
  for (const row of rows) {
    for (const { above } of columns) {
      const cell = above?.(row)
      if (cell) yield `${cell.style ? paper.paint(cell.style, cell.text) : cell.text}\n`
    }
    let line = ''
    let owed = 0
    for (const { column, form, width } of plan) {
      const { text, style } = column.cell(row, form)
      const fitted = textWidth(text) <= width ? text : fitOf(column, row, text, width)
      const free = Math.max(0, width - textWidth(fitted))
      const before = column.align === 'right' ? free : 0
      if (fitted !== '') {
        line += ' '.repeat(owed + before) + (style ? paper.paint(style, fitted) : fitted)
        owed = free - before + gutter
      } else owed += width + gutter
    }
    yield `${line}\n`
  }
}

const placed = <Row>(text: string, width: number, { align }: Column<Row>, isLast: boolean) => {
  if (align === 'right') return ' '.repeat(Math.max(0, width - textWidth(text))) + text
  return isLast ? text : padEnd(text, width)
}

const fitOf = <Row>(column: Column<Row>, row: Row, text: string, width: number): string =>
  cut(column.fit ? column.fit(row, width) : text, width)

interface Planned<Row> {
  readonly column: Column<Row>
  readonly form: Form
  readonly width: number
}

function planOf<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  page: number,
): readonly Planned<Row>[] {
  const long = measured(rows, columns, 'long')
  if (page === 0 || total(long) <= page) return long
  let short = measured(rows, columns, 'short')
  while (total(short) > page) {
    const last = mostSpare(short)
    if (last && (last.column.spare ?? 0) >= luxury) {
      short = short.filter((one) => one !== last)
      continue
    }
    const cutDown = shrunk(short, page)
    if (last === null || total(cutDown) <= page) return cutDown
    short = short.filter((one) => one !== last)
  }
  // What room is left goes to long forms, as far as it goes.
  let room = page - total(short)
  return short.map((one) => {
    const longer = long.find(({ column }) => column === one.column) ?? one
    if (longer.width - one.width > room) return one
    room -= longer.width - one.width
    return longer
  })
}

const mostSpare = <Row>(columns: readonly Planned<Row>[]): Planned<Row> | null =>
  columns.reduce<Planned<Row> | null>(
    (most, one) => ((one.column.spare ?? -1) > (most?.column.spare ?? -1) ? one : most),
    null,
  )

/** The widest cut first, a column at a time, so that what is cut stays alike. */
function shrunk<Row>(columns: readonly Planned<Row>[], page: number): readonly Planned<Row>[] {
  const widths = columns.map(({ width }) => width)
  for (let over = total(columns) - page; over > 0; over--) {
    let widest = -1
    for (const [i, { column }] of columns.entries()) {
      if (column.least === undefined || (widths[i] as number) <= column.least) continue
      if (widest < 0 || (widths[i] as number) > (widths[widest] as number)) widest = i
    }
    if (widest < 0) break
    widths[widest] = (widths[widest] as number) - 1
  }
  return columns.map((one, i) => ({ ...one, width: widths[i] as number }))
}

const total = (columns: readonly { readonly width: number }[]): number =>
  columns.reduce((sum, { width }) => sum + width + gutter, -gutter)

function measured<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  form: Form,
): readonly Planned<Row>[] {
  return columns.flatMap((column) => {
    let widest = 0
    for (const row of rows) widest = Math.max(widest, textWidth(column.cell(row, form).text))
    if (widest === 0) return []
    const width = Math.min(Math.max(widest, column.title.length), column.most ?? Infinity)
    return [{ column, form, width }]
  })
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** The longest head that fits, with `…` where something is cut off. */
export function cut(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text
  let head = ''
  let used = 0
  for (const { segment } of segmenter.segment(text)) {
    used += textWidth(segment)
    if (used > columns - 1) break
    head += segment
  }
  return `${head.trimEnd()}…`
}

/** `Microsoft FTP… 10.0`: the name is cut, the version stays, as long as something of the name is left. */
export function cutBefore(name: string, kept: string | null, columns: number): string {
  if (kept === null) return cut(name, columns)
  const room = columns - textWidth(kept) - 1
  return room >= 4 ? `${cut(name, room)} ${kept}` : cut(`${name} ${kept}`, columns)
}
