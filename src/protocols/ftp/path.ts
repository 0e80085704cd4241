/** Paths in the server's words: 257 to PWD, and names joined below a directory. Wire text throughout. */
import type { Reply } from './reply.ts'

/** The path of a 257 (RFC 959 appendix II: in quotes, inner quotes doubled); undefined when there is none to use. */
export function parseWorkingDirectory({ code, lines }: Reply): string | undefined {
  if (code !== 257) return undefined
  const [, quoted] = /"((?:[^"]|""){1,1024})"/.exec(lines.join('\n').slice(0, 4096)) ?? []
  const path = quoted?.replaceAll('""', '"')
  return path !== undefined && isSendable(path) ? path : undefined
}

/** Neither a line end nor a NUL, which would end the command or the name early. */
export const isSendable = (wire: string): boolean =>
  wire !== '' && wire.length <= 1024 && !/[\r\n\0]/.test(wire)

/**
 * A name of a listing that stands for one thing directly below the directory: no separator, no step up, no control
 * character. All else is the server's attempt, or mistake, to send a client elsewhere.
 */
export const isPlainName = (wire: string): boolean =>
  isSendable(wire) &&
  wire !== '.' &&
  wire !== '..' &&
  !/[/\\]/.test(wire) &&
  [...wire].every((character) => character >= ' ' && character !== '\x7f')

export const joinPath = (directory: string, name: string): string =>
  directory.endsWith('/') ? directory + name : `${directory}/${name}`
