/** The folder `docs/checks` as data: an index and a page for each check. */
import type { Definition } from '../checks/definition.ts'
import { renderMarkdown } from './markdown.ts'
import { knowledgeOf, providerTitle } from './page.ts'

/** Text by file name. */
export function checkDocs(definitions: readonly Definition[]): ReadonlyMap<string, string> {
  return new Map([
    ['index.md', indexOf(definitions)],
    ...definitions.map((check): [string, string] => [
      `${check.id}.md`,
      renderMarkdown(knowledgeOf(check)),
    ]),
  ])
}

function indexOf(definitions: readonly Definition[]): string {
  const sections = [...Map.groupBy(definitions, providerTitle)].map(([title, own]) =>
    [
      `## ${title}`,
      '',
      '| Check | What it finds | Severity | Also known as |',
      '|---|---|---|---|',
      ...own.map(
        ({ id, title: what, severity, aliases }) =>
          `| [${id}](${id}.md) | ${what} | ${severity} | ${aliases.map((alias) => `\`${alias}\``).join(', ')} |`,
      ),
    ].join('\n'),
  )
  const intro =
    'These pages are generated from the checks themselves by `npm run docs`; `portreeve rules show ID` prints the same.'
  return `${['# Checks', intro, ...sections].join('\n\n')}\n`
}
