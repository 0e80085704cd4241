import { Argument, Command } from 'commander'
import type { Edges, ExitCode } from './edges.ts'

const shells = ['bash', 'zsh'] as const
type Shell = (typeof shells)[number]

export function completionCommand(edges: Edges, done: (code: ExitCode) => void): Command {
  const completion = new Command('completion')
    .summary('print a completion script for a shell')
    .description('Prints a completion script; source it from your shell’s start-up file.')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText(
      'after',
      `
Examples:
  $ source <(portreeve completion bash)
  $ portreeve completion zsh > "\${fpath[1]}/_portreeve"
`,
    )
    .action(async (shell: Shell) => {
      const root = completion.parent
      if (!root) throw new TypeError('completion is a command of the program')
      await edges.out(scripts[shell](linesOf(root)))
      done(0)
    })
  return completion
}

/** One line a command: its words, then what may follow it. */
interface Line {
  readonly words: string
  readonly follows: readonly string[]
  /** Options that take one of a few values. */
  readonly choices: readonly { readonly flag: string; readonly values: readonly string[] }[]
  readonly takesFiles: boolean
}

function linesOf(command: Command, words: readonly string[] = []): readonly Line[] {
  const own = words.length === 0 ? [] : words
  const flags = command.options.flatMap((option) =>
    [option.short, option.long].filter((flag) => flag !== undefined),
  )
  const choices = command.options.flatMap((option) =>
    option.argChoices
      ? [option.short, option.long]
          .filter((flag) => flag !== undefined)
          .map((flag) => ({ flag, values: option.argChoices as string[] }))
      : [],
  )
  const argumentChoices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? [])
  const line = {
    words: own.join(' '),
    follows: [
      ...command.commands.map((child) => child.name()),
      ...argumentChoices,
      ...flags,
      '--help',
    ],
    choices,
    takesFiles: command.registeredArguments.some((argument) => argument.variadic),
  }
  return [line, ...command.commands.flatMap((child) => linesOf(child, [...words, child.name()]))]
}

const scripts: Record<Shell, (lines: readonly Line[]) => string> = { bash, zsh }

function bash(lines: readonly Line[]): string {
  const cases = lines.map(
    ({ words, follows, takesFiles }) =>
      `    "${words}") COMPREPLY=($(compgen -W "${follows.join(' ')}" -- "$cur"))${takesFiles ? '; [[ $cur == -* ]] || COMPREPLY+=($(compgen -f -- "$cur"))' : ''} ;;`,
  )
  return `# bash completion for portreeve
_portreeve() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) break ;; esac
    case " ${lines.flatMap(({ words }) => words.split(' ')).join(' ')} " in *" $word "*) path="\${path:+$path }$word" ;; *) break ;; esac
  done
  case "$path $prev" in
${choiceCases(lines)}
  esac
  case "$path" in
${cases.join('\n')}
  esac
}
complete -o filenames -F _portreeve portreeve
`
}

const choiceCases = (lines: readonly Line[]): string =>
  lines
    .flatMap(({ words, choices }) =>
      choices.map(
        ({ flag, values }) =>
          `    "${words} ${flag}") COMPREPLY=($(compgen -W "${values.join(' ')}" -- "$cur")); return ;;`,
      ),
    )
    .join('\n')

/** zsh runs bash's completion functions. */
function zsh(lines: readonly Line[]): string {
  return `#compdef portreeve
autoload -U +X bashcompinit && bashcompinit
${bash(lines)}`
}
