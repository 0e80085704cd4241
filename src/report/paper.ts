/** A terminal page: how wide it is and whether it has colours. */
import { styleText } from 'node:util'
import type { Severity } from '../model/finding.ts'
import type { ReportOptions } from './format.ts'
import { textWidth, wrap } from './width.ts'

export type Style = Severity | 'good' | 'strong' | 'faint'
const styles: Readonly<Record<Style, Parameters<typeof styleText>[0]>> = {
  critical: ['bold', 'redBright'],
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  informational: 'blue',
  good: 'green',
  strong: 'bold',
  faint: 'dim',
}

/** Where lines go: how wide (0 is without limit), and how words are painted. */
export interface Paper {
  readonly width: number
  paint(style: Style, text: string): string
}

/** Narrower than this nothing can be laid out. */
const minimumWidth = 40

export const paperFor = ({ width, colour }: ReportOptions): Paper => ({
  width: width > 0 && Number.isFinite(width) ? Math.max(minimumWidth, width) : 0,
  paint: colour
    ? (style, text) => styleText(styles[style], text, { validateStream: false })
    : (_, text) => text,
})

/** Lines that fit the paper, each moved in by so many columns. */
export function* indented(
  text: string,
  by: number,
  paper: Paper,
  style?: Style,
): Generator<string> {
  for (const line of wrap(text, paper.width === 0 ? 0 : paper.width - by))
    yield `${' '.repeat(by)}${style ? paper.paint(style, line) : line}\n`
}

/** A stretch of a line that is painted in one way. */
export interface Span {
  readonly text: string
  readonly style?: Style
}

/** Spans one after the other, the first line moved in by `first` columns, those it is wrapped to by `by`. */
export function* hanging(
  spans: readonly Span[],
  first: number,
  by: number,
  paper: Paper,
): Generator<string> {
  let line = ' '.repeat(first)
  let used = first
  let isEmpty = true
  for (const { text, style } of spans) {
    let painted = ''
    const flush = () => {
      if (painted !== '') line += style ? paper.paint(style, painted) : painted
      painted = ''
    }
    for (const word of text.split(/(?<=\S)(?= )/)) {
      let rest = word
      while (paper.width > 0 && used + textWidth(rest) > paper.width) {
        if (!isEmpty) {
          flush()
          yield `${line}\n`
          line = ' '.repeat(by)
          used = by
          isEmpty = true
          rest = rest.trimStart()
          continue
        }
        const [head = '', ...tail] = wrap(rest, paper.width - used)
        painted += head
        rest = tail.join(' ')
        used += textWidth(head)
        isEmpty = false
      }
      painted += rest
      used += textWidth(rest)
      isEmpty = isEmpty && rest === ''
    }
    flush()
  }
  yield `${line}\n`
}
