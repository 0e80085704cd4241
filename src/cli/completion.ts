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
      const { checks, definitions, serviceChecks } = await import('../checks/index.ts')
      const idsOf = (command: string): readonly string[] => {
        const asked = { audit: checks, scan: serviceChecks }[command] ?? definitions
        return asked.map(({ id }) => id).sort()
      }
      await edges.out(scripts[shell](linesOf(root, idsOf)))
      done(0)
    })
  return completion
}

/** One line a command: its words, then what may follow it. */
interface Line {
  readonly words: string
  readonly follows: readonly string[]
  readonly takesFiles: boolean
  /** Options that take a value, and which: one of a few, a file, or anything. */
  readonly values: readonly { readonly flag: string; readonly value: Value }[]
}
type Value =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'file' | 'anything' }

/** `idsOf` gives the ids of the checks that the command of this name is about. */
function linesOf(
  command: Command,
  idsOf: (command: string) => readonly string[],
  words: readonly string[] = [],
): readonly Line[] {
  const flagsOf = ({ short, long }: { short?: string | undefined; long?: string | undefined }) =>
    [short, long].filter((flag) => flag !== undefined)
  const valueFor = (name: string, choices: readonly string[] | undefined): Value => {
    if (choices) return { kind: 'words', words: choices }
    if (/<(checks?)>|^check$/.test(name)) return { kind: 'words', words: idsOf(words[0] ?? '') }
    return { kind: name.includes('<file>') ? 'file' : 'anything' }
  }
  const own = command.registeredArguments.flatMap((argument) => {
    const value = valueFor(argument.name(), argument.argChoices)
    return value.kind === 'words' ? value.words : []
  })
  const line: Line = {
    words: words.join(' '),
    follows: [
      ...command.commands.map((child) => child.name()),
      ...own,
      ...command.options.flatMap(flagsOf),
      '--help',
    ],
    takesFiles: command.registeredArguments.some((argument) => argument.variadic),
    values: command.options
      .filter((option) => option.required)
      .flatMap((option) =>
        flagsOf(option).map((flag) => ({ flag, value: valueFor(option.flags, option.argChoices) })),
      ),
  }
  return [
    line,
    ...command.commands.flatMap((child) => linesOf(child, idsOf, [...words, child.name()])),
  ]
}

const scripts: Record<Shell, (lines: readonly Line[]) => string> = { bash, zsh }

const commandsOf = (lines: readonly Line[]): string =>
  lines.flatMap(({ words }) => (words === '' ? [] : `"${words}"`)).join('|')

/** Cases of a shell's `case`, the same in both shells but for what adds words and files. */
function cases(
  lines: readonly Line[],
  addWords: (words: readonly string[]) => string,
  addFiles: string,
): { readonly values: string; readonly follows: string } {
  const values = lines.flatMap((line) =>
    line.values.map(({ flag, value }) => {
      const add =
        value.kind === 'words' ? addWords(value.words) : value.kind === 'file' ? addFiles : ':'
      return `    "${line.words} ${flag}") ${add}; return ;;`
    }),
  )
  const follows = lines.map(
    ({ words, follows: own, takesFiles }) =>
      `    "${words}") ${addWords(own)}${takesFiles ? `; [[ $cur == -* ]] || ${addFiles}` : ''} ;;`,
  )
  return { values: values.join('\n'), follows: follows.join('\n') }
}

function bash(lines: readonly Line[]): string {
  const { values, follows } = cases(
    lines,
    (words) => `_portreeve_add -W "${words.join(' ')}"`,
    '_portreeve_files',
  )
  return `# bash completion for portreeve
_portreeve_add() {
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$@" -- "$cur")
}
_portreeve_files() {
  compopt -o filenames 2>/dev/null
  _portreeve_add -f
}
_portreeve() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at="" word i
  COMPREPLY=()
  # Bash takes the = of --format=json for a word.
  if [[ $cur == "=" ]]; then cur=""
  elif [[ $prev == "=" ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${at:+$at }\${COMP_WORDS[i]}"
    case "$word" in ${commandsOf(lines)}) at="$word" ;; *) break ;; esac
  done
  case "$at $prev" in
${values}
  esac
  case "$at" in
${follows}
  esac
}
complete -F _portreeve portreeve
`
}

function zsh(lines: readonly Line[]): string {
  const { values, follows } = cases(lines, (words) => `compadd -- ${words.join(' ')}`, '_files')
  return `#compdef portreeve
_portreeve() {
  local cur="\${words[CURRENT]}" prev="\${words[CURRENT-1]}" at="" word i
  if [[ $cur == --*=* ]]; then
    prev="\${cur%%=*}" cur="\${cur#*=}"
    compset -P '*='
  fi
  for ((i = 2; i < CURRENT; i++)); do
    word="\${at:+$at }\${words[i]}"
    case "$word" in (${commandsOf(lines)}) at="$word" ;; (*) break ;; esac
  done
  case "$at $prev" in
${values}
  esac
  case "$at" in
${follows}
  esac
}
# Read as a file of fpath it is the function itself; sourced it names the function.
if [[ "\${funcstack[1]}" == _portreeve ]]; then _portreeve "$@"; else compdef _portreeve portreeve; fi
`
}
