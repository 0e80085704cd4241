import { Command, Option } from 'commander'
import type { Edges, ExitCode } from './edges.ts'

export function rulesCommand(edges: Edges, done: (code: ExitCode) => void): Command {
  const rules = new Command('rules')
    .summary('the checks, and a knowledge page for each')
    .description(
      'Lists the checks and shows what each looks for, why it matters, how to audit and how to mend it.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ portreeve rules list
  $ portreeve rules show EC2-034
  $ portreeve rules show azure-network-security-group-unrestricted-ftp --format markdown
`,
    )
  rules
    .command('list')
    .description('list all checks')
    .addOption(
      new Option('-f, --format <name>', 'output format')
        .choices(['table', 'json'])
        .default('table'),
    )
    .action(async ({ format }: { format: 'table' | 'json' }) => {
      const { listRules } = await import('./rules-run.ts')
      done(await listRules(format, edges))
    })
  rules
    .command('show')
    .description('show the knowledge page of one check')
    .argument('<check>', 'id or alias')
    .addOption(
      new Option('-f, --format <name>', 'output format')
        .choices(['text', 'markdown'])
        .default('text'),
    )
    .action(async (check: string, { format }: { format: 'text' | 'markdown' }) => {
      const { showRule } = await import('./rules-run.ts')
      done(await showRule(check, format, edges))
    })
  return rules
}
