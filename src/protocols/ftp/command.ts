/**
 * Command lines of the client (RFC 959 §4.1, §5.3): bounded, Telnet commands removed, secrets dropped at once. What is
 * not a known verb keeps no text at all: it may be a password that was typed in the wrong place.
 */
import { type Line, type LineState, lastLine, lineStart, stepLine } from './line.ts'
import { type ForeignVerb, isForeignVerb, isSecretVerb, isVerb, type Verb } from './verbs.ts'
import { readWire } from './wire.ts'

export const commandFaults = [
  'bare-lf',
  'beyond-512',
  'telnet',
  'too-long',
  'unterminated',
] as const
export type CommandFault = (typeof commandFaults)[number]

export interface Command {
  /** A verb of FTP, the first word of another protocol's client, or `*` for all else. */
  readonly verb: Verb | ForeignVerb | '*'
  /** Wire text; null when there was none or it is not kept. */
  readonly argument: string | null
  /** Something was dropped because it is, or may hold, a secret. */
  readonly redacted: boolean
  /** Sorted. */
  readonly faults: readonly CommandFault[]
}

export type CommandStep =
  | { readonly kind: 'more'; readonly state: CommandState }
  | { readonly kind: 'command'; readonly command: Command; readonly state: CommandState }
export type CommandState = LineState

export const commandStart: CommandState = lineStart
export const commandLimits = { line: 8192 } as const

/** The next command of `state` and `chunk` (wire text). Call again with an empty chunk until it asks for more. */
export function stepCommand(
  state: CommandState,
  chunk: string,
  maxLine: number = commandLimits.line,
): CommandStep {
  let step = stepLine(state, chunk, maxLine)
  // An empty line is no command: Telnet clients and keep-alives send them.
  while (step.kind === 'line' && step.line.text.trim() === '')
    step = stepLine(step.state, '', maxLine)
  switch (step.kind) {
    case 'more':
      return step
    case 'line':
      return { kind: 'command', command: parseLine(step.line), state: step.state }
    case 'too-long':
      return { kind: 'command', command: tooLong(step.sample), state: step.state }
  }
}

/** Every command of one chunk: clients pipeline. */
export function readCommands(
  state: CommandState,
  chunk: string,
  maxLine: number = commandLimits.line,
): { readonly commands: readonly Command[]; readonly state: CommandState } {
  const commands: Command[] = []
  let step = stepCommand(state, chunk, maxLine)
  for (; step.kind === 'command'; step = stepCommand(step.state, '', maxLine))
    commands.push(step.command)
  return { commands, state: step.state }
}

/** The command that the end of the stream left without a line end. */
export function lastCommand(state: CommandState): Command | undefined {
  const line = lastLine(state)
  if (!line || line.text.trim() === '') return undefined
  return withFaults(parseLine(line), ['unterminated'])
}

/** One line without its end. */
export const parseCommand = (text: string): Command =>
  parseLine({ text, end: 'crlf', telnet: false })

/** The command as a transcript shows it: `PASS ***`. */
export function writeCommand({ verb, argument, redacted }: Command): string {
  const shown = argument === null ? null : readWire(argument)
  return [verb === '*' ? '(unknown command)' : verb, shown, redacted ? '***' : null]
    .filter((part) => part !== null)
    .join(' ')
}

/** A raw client line as it may be written down: whatever is or may hold a secret is replaced. */
export const redactLine = (line: string): string => writeCommand(parseCommand(line))

function parseLine({ text, end, telnet }: Line): Command {
  const faults: CommandFault[] = []
  if (end === 'lf') faults.push('bare-lf')
  if (telnet) faults.push('telnet')
  // RFC 959 sets no limit; RFC 1123-era servers take 512, and more is a sign of an overflow attempt.
  if (text.length > 510) faults.push('beyond-512')
  return withFaults(parseText(text), faults)
}

function parseText(text: string): Command {
  // An urgent ABOR leaves a data mark (0xF2) in front where the stack delivered the Telnet signal out of band.
  const [, word = '', rest = ''] =
    /^[\u00f2\s]*([A-Za-z0-9]{2,12})(?: ([\s\S]*)|\s*)$/.exec(text) ?? []
  const verb = word.toUpperCase()
  const argument = rest === '' ? null : rest
  if (isVerb(verb)) return { verb, ...kept(verb, argument), faults: [] }
  if (isForeignVerb(verb)) return { verb, argument: null, redacted: argument !== null, faults: [] }
  return { verb: '*', argument: null, redacted: true, faults: [] }
}

function kept(verb: Verb, argument: string | null): Pick<Command, 'argument' | 'redacted'> {
  if (argument === null || isSecretVerb(verb))
    return { argument: null, redacted: argument !== null }
  // Servers of mail share AUTH and put the password behind the mechanism; SITE PSWD and its kin carry passwords.
  if (verb === 'AUTH') return firstWord(argument)
  if (verb === 'SITE' && !openSite.test(argument)) return firstWord(argument)
  return { argument, redacted: false }
}

/** SITE commands whose arguments matter and hold no password. */
const openSite =
  /^\s*(?:CHMOD|CHOWN|CHGRP|CPFR|CPTO|COPY|EXEC|HELP|IDLE|INDEX|MKDIR|RMDIR|SYMLINK|UMASK|UTIME|ZONE|ALIAS|CDPATH|CHECKMETHOD|CHECKSUM|MINFO|NEWER|DIRSTYLE|STATS|WHO|MSG)\b/i

function firstWord(argument: string): Pick<Command, 'argument' | 'redacted'> {
  const [, word = '', rest = ''] =
    /^\s*([A-Za-z0-9-]{1,32})(?![^\s])([\s\S]*)$/.exec(argument) ?? []
  return { argument: word === '' ? null : word, redacted: word === '' || rest.trim() !== '' }
}

/** Only the verb of a line that was too long is kept. */
function tooLong(sample: string): Command {
  const command = parseText(/^[\u00f2\s]*[A-Za-z0-9]{2,12}(?=\s)/.exec(sample)?.[0] ?? '')
  return withFaults({ ...command, argument: null, redacted: true }, ['beyond-512', 'too-long'])
}

const withFaults = (command: Command, faults: readonly CommandFault[]): Command =>
  faults.length === 0 ? command : { ...command, faults: [...command.faults, ...faults].sort() }
