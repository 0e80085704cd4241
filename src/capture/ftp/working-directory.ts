/** The working directory of a session, as far as its commands and their replies tell. Wire text. */
import { joinPath, parseWorkingDirectory } from '../../protocols/ftp/path.ts'
import type { Reply } from '../../protocols/ftp/reply.ts'
import type { Waiting } from '../../protocols/ftp/session-state.ts'

const longest = 1024

/** What it is behind the reply to `item`; null is not known. */
export function directoryAfter(
  before: string | null,
  { verb, argument }: Waiting,
  reply: Reply,
): string | null {
  const isDone = reply.code >= 200 && reply.code < 300
  switch (verb) {
    case 'PWD':
    case 'XPWD':
      return reply.code === 257 ? (parseWorkingDirectory(reply) ?? null) : before
    case 'CWD':
    case 'XCWD':
      return isDone ? below(before, argument ?? '') : before
    case 'CDUP':
    case 'XCUP':
      return isDone ? below(before, '..') : before
    case 'PASS':
    case 'USER':
    case 'ACCT':
    case 'REIN':
      // Where a login leads to is the server's choice.
      return isDone ? null : before
    default:
      return before
  }
}

/** A path in the server's words, from a directory that is known or not; null where that does not tell. */
export function below(directory: string | null, path: string): string | null {
  if (path === '' || path.length > longest) return null
  const from = path.startsWith('/') ? '' : directory
  if (from === null || (from !== '' && !from.startsWith('/'))) return null
  const parts: string[] = []
  for (const part of joinPath(from, path).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  const whole = `/${parts.join('/')}`
  return whole.length > longest ? null : whole
}
