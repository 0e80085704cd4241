/** The command tree. Commands load their work only when they are run, so that `--help` is quick. */
import { Command, Help, type Option } from 'commander'
import { escapeText } from '../report/escape.ts'
import { auditCommand } from './audit.ts'
import { completionCommand } from './completion.ts'
import type { Edges, ExitCode } from './edges.ts'
import { ingestCommand } from './ingest.ts'
import { lakeCommand } from './lake.ts'
import { reportCommand } from './report.ts'
import { rulesCommand } from './rules.ts'
import { scanCommand } from './scan.ts'
import { version } from './version.ts'
import { watchCommand } from './watch.ts'

const commands = [
  auditCommand,
  scanCommand,
  watchCommand,
  ingestCommand,
  reportCommand,
  lakeCommand,
  rulesCommand,
  completionCommand,
]

export function program(edges: Edges, done: (code: ExitCode) => void): Command {
  const root = new Command('portreeve')
    .description(
      'Tells which of your ports the internet can reach, what answers there, why, and the smallest change that closes them.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .exitOverride()
    .configureHelp({ optionDescription: described })
    .configureOutput({
      writeOut: (text) => void edges.out(text),
      writeErr: (text) => edges.err(text),
      getOutHasColors: () => edges.colour,
    })
    .helpCommand('help [command]', 'show help for a command')
  for (const command of commands) {
    const child = command(edges, done)
    root.addCommand(child)
    inherit(child)
  }
  tellErrors(root, 'portreeve')
  return root.addHelpText(
    'after',
    `
Examples:
  $ aws ec2 describe-security-groups > groups.json && portreeve audit groups.json
  $ portreeve audit exports/ --format sarif > portreeve.sarif
  $ portreeve scan 10.20.0.0/16 --scope scope.txt --ports ftp
  $ portreeve rules show EC2-034

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 the run itself failed.
`,
  )

  /** A mistake in the call is one line that says where to look. */
  function tellErrors(command: Command, path: string): void {
    command.configureOutput({
      outputError: (text, write) => {
        const [first = '', ...more] = text
          .trim()
          .replace(/^error: /, '')
          .split('\n')
        const said = [first, ...more].join(' ').replace(/\.$/, '')
        write(`portreeve: ${escapeText(said)} (see ${path} --help)\n`)
      },
    })
  }

  function inherit(command: Command): void {
    command.copyInheritedSettings(root)
    const path = [command.parent?.parent?.name(), command.parent?.name(), command.name()]
    tellErrors(command, path.filter(Boolean).join(' '))
    for (const child of command.commands) inherit(child)
  }
}

/** A default that is nothing (no value, off) is not worth a word. */
function described(option: Option): string {
  const { defaultValue } = option
  const isNothing = defaultValue === false || (Array.isArray(defaultValue) && !defaultValue.length)
  const shown = isNothing
    ? Object.assign(Object.create(option) as Option, { defaultValue: undefined })
    : option
  return new Help().optionDescription(shown)
}
