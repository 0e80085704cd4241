/**
 * Text from outside (names, tags, file names, rule descriptions) is hostile: it can hold terminal sequences, markup, spreadsheet
 * formulas, or characters that reorder what a reader sees. Everything that is printed goes through one of these.
 */

// The joiners U+200C and U+200D stay: scripts and emoji need them, and they neither move nor hide text.
const unsafeRanges = [
  String.raw`\u0000-\u001f\u007f-\u009f`, // controls: C0, DEL, C1
  String.raw`\u2028\u2029`, // line and paragraph separators
  String.raw`\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069`, // bidirectional marks, embeddings, overrides, isolates
  String.raw`\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff`, // invisible hyphens, spaces and operators
  String.raw`\ufff9-\ufffb\u{e0000}-\u{e007f}`, // interlinear annotation, tags
  String.raw`\ufffe\uffff\ud800-\udfff`, // noncharacters that XML refuses, halves of surrogate pairs
]
const unsafe = new RegExp(`[${unsafeRanges.join('')}]`, 'u')
const everyUnsafe = new RegExp(unsafe, 'gu')

/** For people: what must not be printed as it is stands there as `\x1b` or `\u{202e}`, the rest is unchanged. */
export function escapeText(text: string): string {
  return unsafe.test(text) ? text.replace(everyUnsafe, visible) : text
}

function visible(character: string): string {
  const code = character.codePointAt(0) as number
  if (code === 9) return '\\t'
  if (code === 10) return '\\n'
  if (code === 13) return '\\r'
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For HTML and XML, in text and in quoted attributes. */
export const escapeMarkup = (text: string): string =>
  escapeText(text).replace(/[&<>"']/g, (character) => entities[character] as string)

/**
 * A value as JSON text. It parses back to exactly the value, but the characters that `escapeText` would show are written as
 * `\u….` so that a terminal that shows the document is safe too.
 */
export const jsonText = (value: unknown): string => safeJson(JSON.stringify(value))

/** The same for people, indented, a string a line. */
export const jsonLines = (value: unknown): readonly string[] =>
  JSON.stringify(value, null, 2).split('\n').map(safeJson)

const safeJson = (text: string): string =>
  unsafe.test(text) ? text.replace(everyUnsafe, codeUnits) : text

function codeUnits(character: string): string {
  let out = ''
  for (let i = 0; i < character.length; i++)
    out += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`
  return out
}
