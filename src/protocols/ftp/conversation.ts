/** One control connection as it was seen: commands and replies in the order of time, either side perhaps missing. */
import type { Command } from './command.ts'
import type { MalformedReason, Reply, ReplyStep } from './reply.ts'
import type { Verb } from './verbs.ts'

export type Turn =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'reply'; readonly reply: Reply }
  /** A line of the server that is no reply; wire text. */
  | { readonly kind: 'line'; readonly line: string; readonly reason: MalformedReason }
  /** A TLS record, after which nothing can be read; `alpn` where a hello shows it. */
  | { readonly kind: 'tls'; readonly from: 'client' | 'server'; readonly alpn?: readonly string[] }

/** What was seen of it. */
export interface View {
  readonly directions: 'both' | 'client' | 'server'
  /** The first bytes of the connection are there. */
  readonly startSeen: boolean
}

/** The turn of an outcome of `stepReply`. */
export const turnOf = (step: Exclude<ReplyStep, { kind: 'more' }>): Turn =>
  step.kind === 'reply'
    ? { kind: 'reply', reply: step.reply }
    : { kind: 'line', line: step.line, reason: step.reason }

const maxWaiting = 64

/** A client that pipelines more than this is cut at the old end. */
export const enqueue = <T>(queue: readonly T[], item: T): readonly T[] =>
  queue.length < maxWaiting ? [...queue, item] : [...queue.slice(1), item]

/**
 * The command that `reply` answers, and those that wait on. Replies come in the order of commands; where packets are
 * missing, codes that belong to few verbs put the two back in step. Preliminary replies (1xx) leave their command waiting.
 */
export function answered<T extends { readonly verb: Command['verb'] }>(
  queue: readonly T[],
  code: number,
): { readonly item: T | undefined; readonly queue: readonly T[] } {
  const [head] = queue
  const own = telling[code]
  const at = own && head && !own.has(head.verb) ? queue.findIndex(({ verb }) => own.has(verb)) : 0
  const item = queue[Math.max(at, 0)]
  if (code < 200) return { item, queue: at > 0 ? queue.slice(at) : queue }
  // STAT during a transfer is answered before the transfer ends: what waits in front of it goes on waiting.
  if (at > 0 && item?.verb === 'STAT') return { item, queue: queue.toSpliced(at, 1) }
  return { item, queue: queue.slice(Math.max(at, 0) + 1) }
}

const set = (...verbs: readonly Verb[]): ReadonlySet<string> => new Set(verbs)
const transfers = set('RETR', 'STOR', 'APPE', 'STOU', 'LIST', 'NLST', 'MLSD')
const telling: Readonly<Record<number, ReadonlySet<string>>> = {
  125: transfers,
  150: transfers,
  211: set('FEAT', 'STAT', 'HELP', 'SITE', 'OPTS'),
  212: set('STAT'),
  213: set('SIZE', 'MDTM', 'STAT', 'MFMT', 'HASH', 'AVBL', 'MFCT', 'MFF'),
  215: set('SYST'),
  221: set('QUIT'),
  225: set('ABOR'),
  227: set('PASV', 'CPSV', 'SPSV'),
  228: set('LPSV'),
  229: set('EPSV'),
  230: set('PASS', 'USER', 'ACCT', 'HOST'),
  232: set('USER', 'PASS', 'ADAT'),
  234: set('AUTH'),
  235: set('ADAT'),
  257: set('PWD', 'XPWD', 'MKD', 'XMKD'),
  331: set('USER', 'HOST'),
  332: set('USER', 'PASS'),
  334: set('AUTH'),
  426: transfers,
}
