/** A knowledge page as Markdown. */
import type { ComplianceLine, KnowledgePage, Procedure } from './knowledge-page.ts'
import { placeholdersIn } from './placeholder.ts'

export function renderMarkdown(page: KnowledgePage): string {
  const words = placeholdersIn(codesOf(page))
  const parts = [
    `# ${page.title}`,
    facts(page),
    section('What it looks at', page.what),
    section('Why it matters', page.why),
    section('Severity', [page.severityReason]),
    section('Audit', [
      ...(words.length > 0
        ? [
            `Words in capitals, here and below, stand for your own:\n\n${words.map(([word, text]) => `- \`${word}\`: ${text}`).join('\n')}`,
          ]
        : []),
      ...page.audit.map(procedure),
    ]),
    section('Remediation', page.remediation.map(procedure)),
    page.advice &&
      section(page.advice.title, [
        page.advice.items.map((item, i) => `${i + 1}. ${item}`).join('\n'),
        page.advice.credit,
      ]),
    compliance(page),
    section('References', [
      page.references.map(({ title, url }) => `- [${title}](${url})`).join('\n'),
    ]),
  ]
  return `${parts.filter(Boolean).join('\n\n')}\n`
}

/** Every command and template of a page. */
export const codesOf = ({ audit, remediation }: KnowledgePage): readonly string[] =>
  [...audit, ...remediation].flatMap(({ steps }) => steps.flatMap(({ code }) => code?.text ?? []))

const section = (title: string, paragraphs: readonly string[]): string =>
  [`## ${title}`, ...paragraphs].join('\n\n')

const facts = ({ id, provider, severity, aliases }: KnowledgePage): string =>
  [
    '| | |',
    '|---|---|',
    `| Check | \`${id}\` |`,
    `| Provider | ${provider} |`,
    `| Severity | ${severity} |`,
    `| Also known as | ${aliases.length > 0 ? aliases.map((alias) => `\`${alias}\``).join(', ') : '–'} |`,
  ].join('\n')

function procedure({ title, steps }: Procedure): string {
  const lines = steps.map(({ text, code }, i) => {
    const head = `${i + 1}. ${text}`
    if (code === null) return head
    const body = code.text.split('\n').map((line) => (line === '' ? '' : `   ${line}`))
    return [head, '', `   \`\`\`${code.language}`, ...body, '   ```'].join('\n')
  })
  return [`### ${title}`, lines.join('\n')].join('\n\n')
}

function compliance({ compliance: lines, caveats, outside }: KnowledgePage): string {
  if (lines.length === 0)
    return section('Compliance', [
      'No requirement of the map names it; it is a matter of order in the house.',
    ])
  const rows = [...Map.groupBy(lines, ({ framework }) => framework)].map(
    ([framework, own]) => `| ${framework} | ${cell(own, 'direct')} | ${cell(own, 'partial')} |`,
  )
  return section('Compliance', [
    'Direct: the requirement’s text or the benchmark’s scope names it. In part: a part of it, or our reading; what is our reading is marked with an asterisk.',
    ['| Framework | Direct | In part |', '|---|---|---|', ...rows].join('\n'),
    ...(outside.length > 0 ? [`Outside of: ${outside.join('; ')}.`] : []),
    ...(caveats.length > 0 ? [caveats.map((text) => `- ${text}`).join('\n')] : []),
  ])
}

const cell = (lines: readonly ComplianceLine[], strength: ComplianceLine['strength']): string =>
  lines
    .filter((line) => line.strength === strength)
    .map(({ line, reading }) => (reading === 'ours' ? `${line}\\*` : line))
    .join(', ') || '–'
