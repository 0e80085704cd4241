import { definitions, findCheck } from '../checks/index.ts'
import { renderMarkdown } from '../knowledge/markdown.ts'
import { knowledgeOf } from '../knowledge/page.ts'
import { renderText } from '../knowledge/text.ts'
import type { CheckInfo } from '../model/audit.ts'
import { type Edges, type ExitCode, UsageError } from './edges.ts'

export async function listRules(format: 'table' | 'json', edges: Edges): Promise<ExitCode> {
  if (format === 'json') {
    await edges.out(`${JSON.stringify(definitions.map(infoOf), null, 2)}\n`)
    return 0
  }
  const width = Math.max(...definitions.map(({ id }) => id.length))
  for (const { id, severity, title, aliases } of definitions.toSorted((a, b) =>
    a.id < b.id ? -1 : 1,
  ))
    await edges.out(
      `${id.padEnd(width)}  ${severity.padEnd(13)}  ${title}${aliases.length > 0 ? ` (${aliases.join(', ')})` : ''}\n`,
    )
  return 0
}

export async function showRule(
  name: string,
  format: 'text' | 'markdown',
  edges: Edges,
): Promise<ExitCode> {
  const check = findCheck(name)
  if (!check)
    throw new UsageError(
      `no check is called ${JSON.stringify(name)}; portreeve rules list shows all`,
    )
  const page = knowledgeOf(check)
  await edges.out(
    format === 'markdown' ? renderMarkdown(page) : renderText(page, edges.columns || 100),
  )
  return 0
}

const infoOf = ({
  id,
  aliases,
  title,
  provider,
  severity,
  requirements,
  remedy,
  guidance,
}: CheckInfo): CheckInfo => ({
  id,
  aliases,
  title,
  provider,
  severity,
  requirements,
  remedy,
  ...(guidance !== undefined && { guidance }),
})
