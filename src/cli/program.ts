/** The command tree. Commands load their work only when they are run, so that `--help` is quick. */
import { Command } from 'commander'
import { auditCommand } from './audit.ts'
import { completionCommand } from './completion.ts'
import type { Edges, ExitCode } from './edges.ts'
import { rulesCommand } from './rules.ts'
import { version } from './version.ts'

const commands = [auditCommand, rulesCommand, completionCommand]

export function program(edges: Edges, done: (code: ExitCode) => void): Command {
  const root = new Command('portreeve')
    .description(
      'Tells which of your ports the internet can reach, why, and the smallest change that closes them.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .showHelpAfterError('(see --help)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void edges.out(text),
      writeErr: (text) => edges.err(text),
      getOutHasColors: () => edges.colour,
    })
  for (const command of commands) root.addCommand(inherit(command(edges, done)))
  return root.addHelpText(
    'after',
    `
Examples:
  $ aws ec2 describe-security-groups > groups.json && portreeve audit groups.json
  $ portreeve audit exports/ --format sarif > portreeve.sarif
  $ portreeve rules show EC2-034

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 the run itself failed.
`,
  )

  function inherit(command: Command): Command {
    command.copyInheritedSettings(root)
    for (const child of command.commands) inherit(child)
    return command
  }
}
