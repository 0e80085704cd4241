/** How much room text takes on a terminal, and how it is fitted. Texts here hold no control characters: `escapeText` comes first. */

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
// Printable ASCII and the signs of our own phrases: one column each, without a look at graphemes.
const narrow = /^[\u0020-\u007e·←→×…✗✓]*$/
const marks = /^(?:\p{Mark}|\u200c|\u200d)+$/u
const emoji = /\p{Extended_Pictographic}/u
const emojiShown = /\p{Emoji_Presentation}|\ufe0f/u
// East Asian Wide and Fullwidth (UAX #11), in the blocks that names are written in.
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]/u

/** Columns of one grapheme: 0, 1 or 2. */
function graphemeWidth(grapheme: string): number {
  if (marks.test(grapheme)) return 0
  return wide.test(grapheme) || (emoji.test(grapheme) && emojiShown.test(grapheme)) ? 2 : 1
}

export function textWidth(text: string): number {
  if (narrow.test(text)) return text.length
  let columns = 0
  for (const { segment } of segmenter.segment(text)) columns += graphemeWidth(segment)
  return columns
}

export const padEnd = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - textWidth(text)))

/**
 * Lines of at most `columns`, broken at spaces, and inside a word only where the word alone is too long. No limit at 0 or
 * infinity. Nothing but spaces is lost.
 */
export function wrap(text: string, columns: number): string[] {
  if (columns <= 0 || !Number.isFinite(columns) || textWidth(text) <= columns) return [text]
  const lines: string[] = []
  let line = ''
  let used = 0
  for (const word of text.split(' ')) {
    let rest = word
    let room = textWidth(rest)
    if (used > 0 && used + 1 + room <= columns) {
      line += ` ${rest}`
      used += 1 + room
      continue
    }
    if (used > 0) lines.push(line)
    while (room > columns) {
      const [head, tail] = cutAt(rest, columns)
      lines.push(head)
      rest = tail
      room = textWidth(rest)
    }
    line = rest
    used = room
  }
  if (line !== '') lines.push(line)
  return lines
}

/** The longest head of at most `columns` (but one grapheme at least where there is room for any), and the rest. */
function cutAt(text: string, columns: number): [string, string] {
  let used = 0
  for (const { segment, index } of segmenter.segment(text)) {
    used += graphemeWidth(segment)
    if (used > columns && (index > 0 || columns === 0))
      return [text.slice(0, index), text.slice(index)]
  }
  return [text, '']
}
