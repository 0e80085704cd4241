/** A knowledge page for the terminal: plain text, folded to a width; commands are never folded. */
import type { KnowledgePage, Procedure } from './knowledge-page.ts'
import { codesOf } from './markdown.ts'
import { placeholdersIn } from './placeholder.ts'

const narrowest = 40

/** `width` in columns; below 40 it is taken as 40. */
export function renderText(page: KnowledgePage, width: number): string {
  const columns = Math.max(narrowest, width)
  const fold = folder(columns)
  const words = placeholdersIn(codesOf(page))
  const blocks = [
    [...fold(page.title, '', ''), '='.repeat(Math.min(page.title.length, columns))],
    [
      `Check      ${page.id}`,
      `Provider   ${page.provider}`,
      `Severity   ${page.severity}`,
      ...(page.aliases.length > 0
        ? fold(page.aliases.join(', '), 'Aliases    ', ' '.repeat(11))
        : []),
    ],
    ...paragraphs('WHAT IT LOOKS AT', page.what, fold),
    ...paragraphs('WHY IT MATTERS', page.why, fold),
    ...paragraphs('SEVERITY', [page.severityReason], fold),
    ['AUDIT'],
    ...(words.length > 0
      ? [
          [
            ...fold('Words in capitals, here and below, stand for your own:', '  ', '  '),
            ...words.flatMap(([word, text]) =>
              fold(text, `    ${word.padEnd(18)}`, ' '.repeat(22)),
            ),
          ],
        ]
      : []),
    ...page.audit.map((one) => procedure(one, fold)),
    ['REMEDIATION'],
    ...page.remediation.map((one) => procedure(one, fold)),
    ...(page.advice
      ? [
          [page.advice.title.toUpperCase()],
          page.advice.items.flatMap((item, i) => fold(plain(item), `  ${i + 1}. `, '     ')),
          fold(page.advice.credit, '  ', '  '),
        ]
      : []),
    ['COMPLIANCE'],
    compliance(page, fold),
    ['REFERENCES'],
    page.references.flatMap(({ title, url }) => [...fold(title, '  ', '  '), `    ${url}`]),
  ]
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

type Fold = (text: string, first: string, rest: string) => readonly string[]

const folder =
  (width: number): Fold =>
  (text, first, rest) => {
    const lines: string[] = []
    let line = first
    let isEmpty = true
    for (const word of text.split(' ')) {
      if (!isEmpty && line.length + 1 + word.length > width) {
        lines.push(line)
        line = rest
        isEmpty = true
      }
      line += isEmpty ? word : ` ${word}`
      isEmpty = false
    }
    return [...lines, line]
  }

const paragraphs = (
  title: string,
  texts: readonly string[],
  fold: Fold,
): readonly (readonly string[])[] => [
  [title],
  ...texts.map((text) => fold(plain(text), '  ', '  ')),
]

const procedure = ({ title, steps }: Procedure, fold: Fold): readonly string[] => {
  const lines = procedureLines(title, steps, fold)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

const procedureLines = (
  title: string,
  steps: Procedure['steps'],
  fold: Fold,
): readonly string[] => [
  `  ${title}`,
  ...steps.flatMap(({ text, code }, i) => [
    ...fold(plain(text), `  ${i + 1}. `.padEnd(6), '      '),
    ...(code
      ? ['', ...code.text.split('\n').map((line) => (line ? `        ${line}` : '')), '']
      : []),
  ]),
]

function compliance(
  { compliance: lines, caveats, outside }: KnowledgePage,
  fold: Fold,
): readonly string[] {
  if (lines.length === 0) return ['  No requirement of the map names it.']
  const rows = [...Map.groupBy(lines, ({ framework }) => framework)].flatMap(([framework, own]) => [
    ...fold(framework, '  ', '  '),
    ...fold(
      own
        .map(({ line, strength, reading }) =>
          [line, strength === 'partial' ? ' (in part)' : '', reading === 'ours' ? '*' : ''].join(
            '',
          ),
        )
        .join(', '),
      '    ',
      '    ',
    ),
  ])
  return [
    ...rows,
    '',
    '  * our reading of the text',
    ...(outside.length > 0 ? fold(`Outside of: ${outside.join('; ')}.`, '  ', '    ') : []),
    ...caveats.flatMap((text) => fold(text, '  - ', '    ')),
  ]
}

/** Without the marks of Markdown. */
const plain = (text: string): string => text.replaceAll('`', '')
